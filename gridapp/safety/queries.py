"""Reads of incidents and of people who are kept apart."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, exists, func, or_, outerjoin, select, true
from sqlalchemy.orm import Session, aliased, joinedload

from gridapp.accounts.models import Person
from gridapp.accounts.queries import Actor, AnyActor
from gridapp.areas.models import Committee
from gridapp.core.paging import Page, page_of
from gridapp.safety.models import Incident, IncidentState, Parting, PartingState

QUEUE_LENGTH = 20
AnyRow = Row[*tuple[Any, ...]]


def kept_apart(person_id: Any, phone: Any, own_author_id: Any) -> ColumnElement[bool]:
    """A condition: the person is kept away from whoever has `phone`, or whose own wish it is (`own_author_id`).

    Each may be a value or a column; `own_author_id` is None where the wish is not for its author. Every number of whoever
    it was said of counts, whichever of them it was said of and whenever their accounts became one (V5).
    """
    named, met = aliased(Person), aliased(Person)
    alike = [Parting.phone == phone, _account(named) == _account(met)]
    if own_author_id is not None:
        alike.append(Parting.author_id == own_author_id)
    return (
        exists()
        .where(Parting.person_id == person_id, Parting.state == PartingState.KEPT, or_(*alike))
        .select_from(
            outerjoin(outerjoin(Parting, named, named.phone == Parting.phone), met, met.phone == phone)
        )
    )


def kept_alike(session: Session, parting: Parting) -> Sequence[Parting]:
    """Every parting that keeps the same two people apart, under whichever number; the oldest first (V5)."""
    named, met = aliased(Person), aliased(Person)
    return session.scalars(
        select(Parting)
        .outerjoin(named, named.phone == Parting.phone)
        .outerjoin(met, met.phone == parting.phone)
        .where(
            Parting.person_id == parting.person_id,
            Parting.state == PartingState.KEPT,
            or_(Parting.phone == parting.phone, _account(named) == _account(met)),
        )
        .order_by(Parting.id)
    ).all()


def _account(person: Any) -> Any:
    """Which account a person is, or became part of (V5)."""
    return func.coalesce(person.merged_into_id, person.id)


def incident_by_id(session: Session, incident_id: int) -> Incident | None:
    """The incident with everybody whom it names, in one statement."""
    return session.scalars(
        select(Incident)
        .where(Incident.id == incident_id)
        .options(
            joinedload(Incident.committee),
            joinedload(Incident.reported_by),
            joinedload(Incident.about),
            joinedload(Incident.handled_by),
        )
        .execution_options(populate_existing=True)
    ).one_or_none()


def open_incident_of(session: Session, thing: Any, reporter_id: int | None) -> Incident | None:
    """What the same person has reported about the thing and nobody has handled yet."""
    return session.scalars(
        select(Incident)
        .where(
            Incident.thing == thing.__tablename__,
            Incident.thing_id == thing.id,
            Incident.reported_by_id == reporter_id,
            Incident.state == IncidentState.REPORTED,
        )
        .limit(1)
    ).one_or_none()


def waiting(actor: Actor | AnyActor) -> Select[int]:
    """The ids of incidents that nobody has handled: of the actor's committees; for a town admin, all."""
    mine = true() if actor.is_town_admin else Incident.committee_code.in_(actor.codes)
    return select(Incident.id).where(Incident.state == IncidentState.REPORTED, mine)


def waiting_rows(session: Session, actor: Actor) -> Sequence[AnyRow]:
    """The first of them, oldest first."""
    return session.execute(_waiting_rows(actor.kind), actor.facts).all()


@cache
def _waiting_rows(actor: AnyActor) -> Select[*tuple[Any, ...]]:
    return (
        waiting(actor)
        .add_columns(
            Incident.title,
            Incident.text,
            Incident.reported_at,
            Incident.reported_as,
            Committee.name.label("committee"),
        )
        .join(Committee, Committee.code == Incident.committee_code)
        .order_by(Incident.id)
        .limit(QUEUE_LENGTH)
    )


def parting_by_id(session: Session, parting_id: int) -> Parting | None:
    """The parting with the person who is kept away."""
    return session.scalars(
        select(Parting)
        .where(Parting.id == parting_id)
        .options(joinedload(Parting.person))
        .execution_options(populate_existing=True)
    ).one_or_none()


def partings_in_charge(session: Session, actor: Actor, *, after: int | None) -> Page:
    """Who is kept apart in the actor's committees, newest first."""
    statement = (
        select(
            Parting.id,
            Parting.phone,
            Parting.asked_as,
            Parting.asked_at,
            Person.name,
            Committee.name.label("committee"),
        )
        .join(Person, Person.id == Parting.person_id)
        .join(Committee, Committee.code == Parting.committee_code)
        .where(
            and_(
                Parting.committee_code.in_(sorted(actor.charge)),
                Parting.state == PartingState.KEPT,
            )
        )
    )
    return page_of(session, statement, key=Parting.id, after=after)
