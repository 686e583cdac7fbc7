"""Volunteers, and their hours, as lists (C8)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from gridapp.accounts.importers import OUTSIDE
from gridapp.accounts.models import Person
from gridapp.areas.models import Committee
from gridapp.core.exports import pages
from gridapp.core.features import Exporter
from gridapp.core.phones import spoken
from gridapp.core.tables.writing import Value
from gridapp.core.words import N_
from gridapp.volunteers.importers.hours import COLUMNS as HOURS_COLUMNS
from gridapp.volunteers.importers.people import COLUMNS, LANGUAGES, STATE_WORDS, WEEK
from gridapp.volunteers.models import HourEntry, Skill, Volunteer, VolunteerSkill, VolunteerState
from gridapp.volunteers.queries import in_world_of

LANGUAGE_WORDS = {code: word for word, code in reversed(LANGUAGES.items())}


def volunteers(session: Session, actor: Any) -> Iterator[Sequence[Value]]:
    """The volunteers of the actor's world (A5); None: everybody."""
    statement = (
        select(
            Volunteer.id,
            Person.name,
            Person.phone,
            Committee.name.label("committee"),
            Volunteer.languages,
            Volunteer.free_times,
            Volunteer.state,
            Volunteer.applied_at,
        )
        .join(Person, Person.id == Volunteer.person_id)
        .outerjoin(Committee, Committee.code == Person.committee_code)
    )
    statement = statement.where(Volunteer.state != VolunteerState.MERGED)
    if actor is not None:
        statement = statement.where(in_world_of(actor))
    for page in pages(session, statement, Volunteer.id):
        can = _skills(session, [row.id for row in page])
        for row in page:
            languages = "、".join(LANGUAGE_WORDS.get(code, code) for code in row.languages.split())
            state = STATE_WORDS[VolunteerState(row.state)]
            yield (
                row.id,
                row.name,
                spoken(row.phone),
                row.committee or OUTSIDE,
                "、".join(can.get(row.id, ())),
                languages,
                "、".join(WEEK[code] for code in row.free_times.split()),
                state,
                row.applied_at,
            )


def hours(session: Session, actor: Any) -> Iterator[Sequence[Value]]:
    """The services of the volunteers of the actor's world (A5), each with the minutes that it counts now (V3).

    What was earned with an account that was merged is the one's that stayed (V5).
    """
    correction, confirmer, account = aliased(HourEntry), aliased(Person), aliased(Person)
    corrected = (
        select(func.coalesce(func.sum(correction.minutes), 0))
        .where(correction.person_id == HourEntry.person_id, correction.corrects_id == HourEntry.id)
        .correlate(HourEntry)
        .scalar_subquery()
    )
    statement = (
        select(
            HourEntry.id,
            Person.name,
            Person.phone,
            HourEntry.day,
            (HourEntry.minutes + corrected).label("minutes"),
            HourEntry.service,
            HourEntry.place,
            HourEntry.organiser,
            func.coalesce(HourEntry.confirmed_by_name, confirmer.name).label("confirmed_by"),
            HourEntry.at,
        )
        .join(account, account.id == HourEntry.person_id)
        .join(Person, Person.id == func.coalesce(account.merged_into_id, account.id))
        .join(Volunteer, Volunteer.person_id == Person.id)
        .join(confirmer, confirmer.id == HourEntry.confirmed_by_id)
        .where(HourEntry.corrects_id.is_(None))
    )
    if actor is not None:
        statement = statement.where(in_world_of(actor))
    for page in pages(session, statement, HourEntry.id):
        for row in page:
            yield (
                row.id,
                row.name,
                spoken(row.phone),
                row.day,
                row.minutes,
                None,
                row.service,
                row.place,
                row.organiser,
                row.confirmed_by,
                row.at,
            )


def _skills(session: Session, ids: Sequence[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    rows = session.execute(
        select(VolunteerSkill.volunteer_id, Skill.name)
        .join(Skill, Skill.code == VolunteerSkill.skill_code)
        .where(VolunteerSkill.volunteer_id.in_(ids))
        .order_by(VolunteerSkill.volunteer_id, Skill.code)
    )
    for id_, name in rows:
        found.setdefault(id_, []).append(name)
    return found


def _volunteer_ids() -> Any:
    return select(Volunteer.id, Volunteer.person_id).where(Volunteer.state != VolunteerState.MERGED)


def _entry_ids() -> Any:
    return select(HourEntry.id, HourEntry.person_id).where(HourEntry.corrects_id.is_(None))


VOLUNTEERS = Exporter(
    N_("Volunteers"), COLUMNS, volunteers, Volunteer.__tablename__, "name phone (list)", _volunteer_ids
)
HOURS = Exporter(N_("Hours"), HOURS_COLUMNS, hours, HourEntry.__tablename__, "name phone (list)", _entry_ids)
