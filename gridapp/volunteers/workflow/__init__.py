"""Every way in which volunteers and hours change. Knows no HTTP, never commits."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from gridapp.accounts.models import Person
from gridapp.accounts.queries import Actor, coordinators_of, coordinators_of_areas
from gridapp.accounts.workflow import lock_person, prove_phone
from gridapp.areas.models import Area
from gridapp.core import access_log, journal, outbox
from gridapp.core.refusals import CONFLICT, INVALID, Refusal, Refused, refuse_if
from gridapp.core.states import move
from gridapp.core.words import N_
from gridapp.photos.models import NONE, Choice, Photo
from gridapp.photos.workflow import change_photos, remove_photo
from gridapp.volunteers.models import HourEntry, HoursStatement, Skill, Volunteer, VolunteerState
from gridapp.volunteers.policies import (
    DECIDED_MEANWHILE,
    area_refusals,
    day_refusals,
    deciding_refusals,
    is_away,
    portrait_refusals,
    step_refusals,
)
from gridapp.volunteers.queries import ledger, merged_into, volunteer_of

REF_SIGNS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # none that are taken for one another when read aloud
REF_LENGTH = 12


def apply(session: Session, person: Person, *, area_ids: Iterable[int] = (), at: datetime) -> Volunteer:
    """Apply as a volunteer; the coordinators who decide are told (V2, C15)."""
    volunteer = Volunteer(person_id=person.id, applied_at=at, areas=_areas(session, area_ids))
    session.add(volunteer)
    session.flush()
    journal.record(
        session,
        volunteer,
        "applied",
        at=at,
        by_id=person.id,
        by_role="volunteer",
        to_state=VolunteerState.APPLIED,
    )
    _tell_deciders(session, person, volunteer, at=at)
    return volunteer


def deciders(session: Session, person: Person, volunteer: Volunteer, *, at: datetime) -> Sequence[int]:
    """Ids of the people who decide on the volunteer."""
    if person.committee_code is None:
        area_ids = [area.id for area in volunteer.areas]
        return coordinators_of_areas(session, area_ids, at=at, besides=person.id)
    return coordinators_of(session, person.committee_code, at=at, besides=person.id)


def apply_after_sign_up(
    session: Session, person: Person, purpose: str, area_ids: Sequence[int], at: datetime
) -> None:
    """Whoever signs up to help has applied."""
    if purpose == "help":
        apply(session, person, area_ids=area_ids, at=at)


def save_profile(
    session: Session,
    person: Person,
    *,
    skill_codes: Sequence[str],
    area_ids: Sequence[int],
    languages: str,
    cannot_do: str,
    free_times: str,
    max_live: int,
    photos: Choice = NONE,
    at: datetime,
) -> Volunteer:
    """Write down what the person can do (V1), and a photo; who was no volunteer yet, or declined, applies with it."""
    lock_person(session, person.id)
    volunteer = volunteer_of(session, person.id) or apply(session, person, area_ids=area_ids, at=at)
    refuse_if(area_refusals(volunteer, area_ids))
    volunteer.skills = list(session.scalars(select(Skill).where(Skill.code.in_(skill_codes))))
    volunteer.areas = _areas(session, area_ids)
    volunteer.languages, volunteer.cannot_do, volunteer.max_live = languages, cannot_do, max_live
    volunteer.free_times = free_times
    if volunteer.state == VolunteerState.DECLINED:
        _apply_again(session, volunteer, at=at)
    journal.record(session, volunteer, "profile_saved", at=at, by_id=person.id, by_role="volunteer")
    change_photos(session, volunteer, photos, by_id=person.id, by_role="volunteer", at=at, most=1)
    return volunteer


def _apply_again(session: Session, volunteer: Volunteer, *, at: datetime) -> None:
    person = volunteer.person
    move(
        session,
        volunteer,
        VolunteerState.APPLIED,
        at=at,
        by_id=person.id,
        by_role="volunteer",
        state_note=None,
        applied_at=at,
    )
    _tell_deciders(session, person, volunteer, at=at)


def remove_portrait(session: Session, photo: Photo, *, by: Actor, at: datetime) -> None:
    """Take a volunteer's own photo away: the person, or the coordinator who decides on them (W19)."""
    volunteer = session.get_one(Volunteer, photo.thing_id)
    lock_person(session, volunteer.person_id)
    refuse_if(portrait_refusals(session, by, volunteer, photo))
    role = "volunteer" if by.id == volunteer.person_id else "coordinator"
    remove_photo(session, photo, by_id=by.id, by_role=role, at=at)


def approve(session: Session, volunteer: Volunteer, *, by: Actor, at: datetime) -> None:
    """Approve, or take a suspension back: states that `by` has met the person, and proves the phone (V2, A9)."""
    lock_person(session, volunteer.person_id)
    if volunteer.state == VolunteerState.PAUSED:  # a break is ended by the person alone
        raise Refused([DECIDED_MEANWHILE])
    refuse_if(deciding_refusals(session, by, volunteer) or step_refusals(volunteer, VolunteerState.APPROVED))
    move(
        session,
        volunteer,
        VolunteerState.APPROVED,
        at=at,
        by_id=by.id,
        by_role="coordinator",
        step="approved",
        state_note=None,
        paused_until=None,
    )
    prove_phone(session, volunteer.person, by_id=by.id, at=at)
    outbox.notify(session, "volunteer_approved", volunteer, to=[volunteer.person_id], at=at)


def decline(session: Session, volunteer: Volunteer, *, by: Actor, reason: str, at: datetime) -> None:
    """Decline an application with a reason that the person reads (V2)."""
    _close_off(session, volunteer, VolunteerState.DECLINED, by=by, reason=reason, at=at)


def suspend(session: Session, volunteer: Volunteer, *, by: Actor, reason: str, at: datetime) -> None:
    """Stop a volunteer from taking wishes on, with a reason that the person reads."""
    _close_off(session, volunteer, VolunteerState.SUSPENDED, by=by, reason=reason, at=at)


def pause(session: Session, volunteer: Volunteer, *, until: date, at: datetime, today: date) -> None:
    """Take a break until the day `until`, on which the person is back; a break before it has ended by `today`."""
    lock_person(session, volunteer.person_id)
    if volunteer.state == VolunteerState.PAUSED and not is_away(volunteer, today):
        resume(session, volunteer, at=at)
    refuse_if(step_refusals(volunteer, VolunteerState.PAUSED))
    move(
        session,
        volunteer,
        VolunteerState.PAUSED,
        at=at,
        by_id=volunteer.person_id,
        by_role="volunteer",
        paused_until=until,
    )


def resume(session: Session, volunteer: Volunteer, *, at: datetime) -> None:
    """End one's break. Only a break: who is suspended is not approved again by this."""
    lock_person(session, volunteer.person_id)
    if volunteer.state != VolunteerState.PAUSED:
        raise Refused([DECIDED_MEANWHILE])
    move(
        session,
        volunteer,
        VolunteerState.APPROVED,
        at=at,
        by_id=volunteer.person_id,
        by_role="volunteer",
        step="resumed",
        paused_until=None,
    )


def reveal_phone(session: Session, volunteer: Volunteer, *, by: Actor, at: datetime) -> str:
    """The volunteer's number, for the coordinator who decides; logged before it is shown (C4)."""
    refuse_if(deciding_refusals(session, by, volunteer))
    access_log.log_look(
        session, volunteer, "phone", about_id=volunteer.person_id, by_id=by.id, by_role="coordinator", at=at
    )
    return volunteer.person.phone or ""


def earn(
    session: Session,
    thing: Any,
    *,
    person_id: int,
    minutes: int,
    day: date,
    service: str,
    place: str,
    organiser: str,
    confirmed_by: int,
    confirmed_as: str,
    at: datetime,
) -> HourEntry:
    """Write hours that were confirmed into the ledger; the database takes each thing once (V3, C1).

    The caller holds the person. Raises Refused where the day would have more than 24 hours.
    """
    refuse_if(day_refusals(session, person_id, day, minutes))
    entry = HourEntry(
        person_id=person_id,
        thing=thing.__tablename__,
        thing_id=thing.id,
        minutes=minutes,
        day=day,
        service=service,
        place=place,
        organiser=organiser,
        recorded_by_id=person_id,
        confirmed_by_id=confirmed_by,
        confirmed_as=confirmed_as,
        at=at,
    )
    session.add(entry)
    session.flush()
    return entry


def correct(
    session: Session,
    volunteer: Volunteer,
    entry_id: int,
    *,
    minutes: int,
    reason: str,
    by: Actor,
    at: datetime,
) -> HourEntry:
    """Set what an entry counts to `minutes` by a further entry (V3). Raises Refused below zero or for others' entries."""
    lock_person(session, volunteer.person_id)
    refuse_if(deciding_refusals(session, by, volunteer))
    entries = [e for e in ledger(session, volunteer.person_id) if entry_id in (e.id, e.corrects_id)]
    original = next((entry for entry in entries if entry.id == entry_id and entry.corrects_id is None), None)
    if original is None:
        raise Refused([Refusal("no_such_entry", CONFLICT, N_("This entry is not there (any more)."))])
    difference = minutes - sum(entry.minutes for entry in entries)
    if difference == 0:
        raise Refused([Refusal("no_difference", INVALID, N_("The entry counts that many minutes already."))])
    refuse_if(day_refusals(session, volunteer.person_id, original.day, difference))
    latest = max(entry.id for entry in entries)
    correction = _correction(original, latest, difference, reason=reason, by_id=by.id, at=at)
    session.add(correction)
    journal.record(
        session, volunteer, "hours_corrected", at=at, by_id=by.id, by_role="coordinator", note=reason
    )
    outbox.notify(
        session, "hours_corrected", volunteer, to=[volunteer.person_id], at=at, parts={"reason": reason}
    )
    return correction


def _correction(
    original: HourEntry, latest: int, minutes: int, *, reason: str, by_id: int, at: datetime
) -> HourEntry:
    """A further entry for `original`; `latest` is the last entry it builds on, so that of two at once one is refused."""
    return HourEntry(
        person_id=original.person_id,
        thing="hour_entries",
        thing_id=latest,
        corrects_id=original.id,
        minutes=minutes,
        day=original.day,
        service=original.service,
        place=original.place,
        organiser=original.organiser,
        recorded_by_id=by_id,
        confirmed_by_id=by_id,
        confirmed_as="coordinator",
        reason=reason,
        at=at,
    )


def make_statement(session: Session, person: Person, *, at: datetime) -> HoursStatement:
    """Fix what the ledger says now under a reference that anybody can check and nobody can guess (V3)."""
    lock_person(session, person.id)
    entries = ledger(session, person.id)
    if not entries:
        raise Refused(
            [
                Refusal(
                    "no_hours",
                    CONFLICT,
                    N_("There are no confirmed hours yet."),
                    N_("Hours appear here when somebody has confirmed what you did."),
                )
            ]
        )
    statement = HoursStatement(
        ref="".join(secrets.choice(REF_SIGNS) for _ in range(REF_LENGTH)),
        person_id=person.id,
        made_at=at,
        last_entry_id=max(entry.id for entry in entries),
        minutes=sum(entry.minutes for entry in entries),
        services=sum(1 for entry in entries if entry.corrects_id is None),
        also_of=list(merged_into(session, person.id)) or None,
    )
    session.add(statement)
    session.flush()
    journal.record(session, statement, "made", at=at, by_id=person.id, by_role="volunteer")
    return statement


def _close_off(
    session: Session, volunteer: Volunteer, to: VolunteerState, *, by: Actor, reason: str, at: datetime
) -> None:
    lock_person(session, volunteer.person_id)
    refuse_if(deciding_refusals(session, by, volunteer) or step_refusals(volunteer, to))
    move(session, volunteer, to, at=at, by_id=by.id, by_role="coordinator", note=reason, state_note=reason)
    outbox.notify(
        session, f"volunteer_{to.value}", volunteer, to=[volunteer.person_id], at=at, parts={"reason": reason}
    )


def _tell_deciders(session: Session, person: Person, volunteer: Volunteer, *, at: datetime) -> None:
    outbox.notify(
        session, "volunteer_applied", volunteer, to=deciders(session, person, volunteer, at=at), at=at
    )


def _areas(session: Session, ids: Iterable[int]) -> list[Area]:
    return list(session.scalars(select(Area).where(Area.id.in_(list(ids)))))
