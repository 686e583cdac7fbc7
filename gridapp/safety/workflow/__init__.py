"""Every way in which incidents and partings change. Knows no HTTP, never commits."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from gridapp.accounts.models import Person
from gridapp.accounts.queries import Actor, coordinators_of, town_admins
from gridapp.accounts.workflow import lock_person
from gridapp.core import access_log, journal, outbox
from gridapp.core.refusals import Refused, refuse_if
from gridapp.core.states import move, set_where
from gridapp.safety.models import Incident, IncidentState, Parting, PartingState
from gridapp.safety.policies import (
    KEPT_APART_ALREADY,
    describing_refusals,
    handling_refusals,
    lifting_refusals,
)
from gridapp.safety.queries import kept_alike, kept_apart, open_incident_of


def report(
    session: Session,
    thing: Any,
    *,
    title: str,
    url: str,
    committee_code: str,
    by_id: int | None,
    by_role: str,
    at: datetime,
    about_id: int | None = None,
    text: str = "",
) -> Incident:
    """Report that something happened with `thing`; coordinators in charge and town admins are told at once (W19).

    `by_id` is None for somebody without an account, such as a beneficiary with a slip; the caller then holds the thing.
    What the same person has reported and nobody has handled is the same incident (C11), to which the first words are
    added. The caller has asked whether they may.
    """
    if by_id is not None:
        lock_person(session, by_id)
    if known := open_incident_of(session, thing, by_id):
        if text and not known.text:
            set_where(session, known, Incident.state == IncidentState.REPORTED, text=text)
            journal.record(session, known, "described", at=at, by_id=by_id, by_role=by_role, note=text)
        return known
    incident = Incident(
        thing=thing.__tablename__,
        thing_id=thing.id,
        title=title,
        url=url,
        committee_code=committee_code,
        reported_by_id=by_id,
        reported_as=by_role,
        reported_at=at,
        about_id=about_id,
        text=text,
    )
    _write_down(session, incident, at=at)
    return incident


def _write_down(session: Session, incident: Incident, *, at: datetime) -> None:
    session.add(incident)
    session.flush()
    journal.record(
        session,
        incident,
        "reported",
        at=at,
        by_id=incident.reported_by_id,
        by_role=incident.reported_as,
        to_state=IncidentState.REPORTED,
        note=incident.text or None,
    )
    in_charge = coordinators_of(session, incident.committee_code, at=at)
    told = _people({*in_charge, *town_admins(session, at)} - {incident.reported_by_id})
    parts = {"title": incident.title}
    outbox.notify(session, "incident_reported", incident, to=told, at=at, parts=parts)


def describe(session: Session, incident: Incident, text: str, *, by: Actor, at: datetime) -> None:
    """Write what happened; private. It may be written anew until the incident is handled."""
    refuse_if(describing_refusals(by, incident))
    set_where(session, incident, Incident.state == IncidentState.REPORTED, text=text)
    journal.record(
        session, incident, "described", at=at, by_id=by.id, by_role=incident.reported_as, note=text
    )


def reveal_phones(session: Session, incident: Incident, *, by: Actor, at: datetime) -> dict[int, str]:
    """Numbers of those concerned who have one, by their ids, for whoever handles it; logged before they are shown (C4)."""
    refuse_if(handling_refusals(by, incident))
    role = "coordinator" if by.in_charge_of(incident.committee_code) else "town_admin"
    phones: dict[int, str] = {}
    for person in (incident.reported_by, incident.about):
        if person is not None and person.phone:
            access_log.log_look(
                session, person, "phone", about_id=person.id, by_id=by.id, by_role=role, at=at
            )
            phones[person.id] = person.phone
    return phones


def handle(session: Session, incident: Incident, note: str, *, by: Actor, at: datetime) -> None:
    """Say what was done; whoever reported it is told that it is handled."""
    refuse_if(handling_refusals(by, incident))
    move(
        session,
        incident,
        IncidentState.HANDLED,
        at=at,
        by_id=by.id,
        by_role="coordinator" if by.in_charge_of(incident.committee_code) else "town_admin",
        note=note,
        handled_by_id=by.id,
        handled_at=at,
        handled_note=note,
    )
    told = _people({incident.reported_by_id} - {by.id})
    outbox.notify(session, "incident_handled", incident, to=told, at=at, parts={"title": incident.title})


def keep_apart(
    session: Session,
    *,
    person_id: int,
    phone: str,
    author_id: int | None,
    committee_code: str,
    by_id: int | None,
    by_role: str,
    at: datetime,
) -> Parting:
    """Keep a person away from whoever has `phone` (E.164), and from the own wishes of `author_id`. Nobody tells them.

    The caller has asked whether `by_id` may. Of an account that is part of another it is said of the one that stayed
    (V5). Raises Refused when it is so already; the database keeps each once.
    """
    went = session.get_one(Person, person_id)
    person_id = went.merged_into_id or went.id
    lock_person(session, person_id)
    if session.scalar(select(kept_apart(person_id, phone, None))):
        raise Refused([KEPT_APART_ALREADY])
    parting = Parting(
        person_id=person_id,
        phone=phone,
        author_id=author_id,
        committee_code=committee_code,
        asked_by_id=by_id,
        asked_as=by_role,
        asked_at=at,
    )
    session.add(parting)
    session.flush()
    journal.record(session, parting, "kept", at=at, by_id=by_id, by_role=by_role, to_state=PartingState.KEPT)
    return parting


def lift(session: Session, parting: Parting, *, by: Actor, at: datetime) -> None:
    """Let the two meet again: what keeps them apart under another number of the same person ends with it (V5)."""
    refuse_if(lifting_refusals(by, parting))
    move(session, parting, PartingState.LIFTED, at=at, by_id=by.id, by_role="coordinator")
    session.flush()
    for same in kept_alike(session, parting):
        move(
            session,
            same,
            PartingState.LIFTED,
            at=at,
            by_id=by.id,
            by_role="coordinator",
            reason=f"parting {parting.id}",
        )


def _people(ids: set[int | None] | set[int]) -> list[int]:
    return [one for one in ids if one is not None]
