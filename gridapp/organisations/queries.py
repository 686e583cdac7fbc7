"""Reads of organisations and of who belongs to them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import Row, Select, and_, func, or_, select
from sqlalchemy.orm import Session, joinedload, object_session

from gridapp.accounts.models import Person
from gridapp.accounts.queries import Actor, AnyActor, numbers_of
from gridapp.areas.models import Committee
from gridapp.core.paging import Page, page_of
from gridapp.organisations.models import Membership, MembershipState, Organisation, OrganisationState

QUEUE_LENGTH = 20
AnyRow = Row[*tuple[Any, ...]]


def organisation_by_id(session: Session, organisation_id: int) -> Organisation | None:
    """The organisation with its committee and who entered it."""
    return session.scalars(
        select(Organisation)
        .where(Organisation.id == organisation_id)
        .options(joinedload(Organisation.committee), joinedload(Organisation.applied_by))
        .execution_options(populate_existing=True)
    ).one_or_none()


def membership_by_id(session: Session, membership_id: int) -> Membership | None:
    """The membership with its organisation and person."""
    return session.scalars(
        select(Membership)
        .where(Membership.id == membership_id)
        .options(joinedload(Membership.organisation), joinedload(Membership.person))
        .execution_options(populate_existing=True)
    ).one_or_none()


def membership_of(session: Session, organisation_id: int, person_id: int) -> Membership | None:
    """The person's membership, if they belong to the organisation now."""
    return session.scalars(
        select(Membership).where(
            Membership.organisation_id == organisation_id,
            Membership.person_id == person_id,
            Membership.state == MembershipState.JOINED,
        )
    ).one_or_none()


def people_in(session: Session, organisation_id: int) -> Sequence[AnyRow]:
    """Who belongs to it (id, state, since, person_id, name, phone, proven), and whom it has invited, oldest first."""
    return session.execute(
        select(
            Membership.id,
            Membership.state,
            Membership.since,
            Membership.person_id,
            Person.name,
            func.coalesce(Membership.phone, Person.phone).label("phone"),
            Person.phone_proven_at.label("proven_at"),
        )
        .outerjoin(Person, Person.id == Membership.person_id)
        .where(
            Membership.organisation_id == organisation_id,
            Membership.state.in_((MembershipState.INVITED, MembershipState.JOINED)),
        )
        .order_by(Membership.state.desc(), Membership.id)
    ).all()


def organisations_of(session: Session, person_id: int) -> Sequence[AnyRow]:
    """The organisations to which the person belongs or for which they applied: id, name, state, note, applied_by_id."""
    belongs = and_(
        Membership.organisation_id == Organisation.id,
        Membership.person_id == person_id,
        Membership.state == MembershipState.JOINED,
    )
    return session.execute(
        select(
            Organisation.id,
            Organisation.name,
            Organisation.kind,
            Organisation.state,
            Organisation.state_note,
            Organisation.applied_by_id,
        )
        .where(
            or_(
                Organisation.applied_by_id == person_id,
                Organisation.id.in_(select(Membership.organisation_id).where(belongs)),
            )
        )
        .order_by(Organisation.id)
    ).all()


def invitations_to(session: Session, person_id: int) -> Sequence[AnyRow]:
    """The invitations that wait for an answer from the person, under any of their numbers (V5): id, name, kind, committee,
    since."""
    return session.execute(
        select(
            Membership.id,
            Membership.since,
            Organisation.name,
            Organisation.kind,
            Committee.name.label("committee"),
        )
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .join(Committee, Committee.code == Organisation.committee_code)
        .where(
            Membership.phone.in_(numbers_of(person_id)),
            Membership.state == MembershipState.INVITED,
            Organisation.state == OrganisationState.APPROVED,
        )
        .order_by(Membership.id)
    ).all()


def is_to(invitation: Membership, person_id: int) -> bool:
    """Whether one of the person's numbers was invited, that of an account that is part of theirs too (V5)."""
    session = object_session(invitation)
    if session is None or invitation.phone is None:
        return False
    return session.scalar(numbers_of(person_id).where(Person.phone == invitation.phone)) is not None


def applied(actor: Actor | AnyActor) -> Select[int]:
    """The ids of new organisations on which the actor decides."""
    return select(Organisation.id).where(
        Organisation.committee_code.in_(actor.codes),
        Organisation.state == OrganisationState.APPLIED,
        Organisation.applied_by_id != actor.id,
    )


def applied_rows(session: Session, actor: Actor) -> Sequence[AnyRow]:
    """The first of them, oldest first, with what their row shows."""
    return session.execute(_applied_rows(actor.kind), actor.facts).all()


@cache
def _applied_rows(actor: AnyActor) -> Select[*tuple[Any, ...]]:
    return (
        applied(actor)
        .add_columns(
            Organisation.name,
            Organisation.kind,
            Organisation.applied_at,
            Committee.name.label("committee"),
        )
        .join(Committee, Committee.code == Organisation.committee_code)
        .order_by(Organisation.id)
        .limit(QUEUE_LENGTH)
    )


def page_in_charge(session: Session, actor: Actor, *, state: str | None, after: int | None) -> Page:
    """Organisations of the actor's committees, newest first."""
    statement = (
        select(
            Organisation.id,
            Organisation.name,
            Organisation.kind,
            Organisation.state,
            Committee.name.label("committee"),
        )
        .join(Committee, Committee.code == Organisation.committee_code)
        .where(Organisation.committee_code.in_(sorted(actor.charge)))
    )
    if state in set(OrganisationState):
        statement = statement.where(Organisation.state == state)
    return page_of(session, statement, key=Organisation.id, after=after)
