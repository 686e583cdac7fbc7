"""Reads of what organisations have taken on (W6, W20)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from sqlalchemy import Select, and_, bindparam, func, or_, select
from sqlalchemy.orm import Session, joinedload

from gridapp.accounts.models import Person
from gridapp.core.paging import Page, page_of
from gridapp.organisations.models import Membership, MembershipState, Organisation
from gridapp.wishes.models import PLACE_TAKEN, UNFINISHED, Claim, Wish
from gridapp.wishes.queries import AnyRow


@dataclass
class Team:
    """An organisation with how many wishes it has in hand, and its members as (membership id, person id, name)."""

    organisation: Organisation
    live: int
    members: list[tuple[int, int, str]] = field(default_factory=list)


def claims_shown(session: Session, wish: Wish, person_id: int | None) -> Sequence[AnyRow]:
    """What somebody not in charge sees of the claims: their own, and the organisations that take part, by name (W6)."""
    return session.execute(_claims_shown(), {"wish": wish.id, "person": person_id}).unique().all()


@cache
def _claims_shown() -> Select[*tuple[Any, ...]]:
    takes_part = and_(Claim.organisation_id.is_not(None), Claim.state.in_(PLACE_TAKEN))
    return (
        select(Claim, Organisation.name.label("organisation"))
        .outerjoin(Organisation, Organisation.id == Claim.organisation_id)
        .where(Claim.wish_id == bindparam("wish"), or_(Claim.person_id == bindparam("person"), takes_part))
        .options(joinedload(Claim.photos))
        .order_by(Claim.id)
        .execution_options(populate_existing=True)
    )


def teams(session: Session, organisation_ids: Collection[int]) -> list[Team]:
    """The organisations with these ids and who can go for them, in one statement."""
    live = (
        select(func.count())
        .select_from(Claim)
        .where(Claim.organisation_id == Organisation.id, Claim.state.in_(UNFINISHED))
        .scalar_subquery()
    )
    found: dict[int, Team] = {}
    rows = session.execute(
        select(Organisation, live, Membership.id, Person.id, Person.name)
        .join(Membership, Membership.organisation_id == Organisation.id)
        .join(Person, Person.id == Membership.person_id)
        .where(Organisation.id.in_(sorted(organisation_ids)), Membership.state == MembershipState.JOINED)
        .order_by(Organisation.id, Membership.id)
        .execution_options(populate_existing=True)
    )
    for organisation, in_hand, membership_id, person_id, name in rows:
        team = found.setdefault(organisation.id, Team(organisation, in_hand))
        team.members.append((membership_id, person_id, name))
    return list(found.values())


def claims_of_organisation(session: Session, organisation_id: int, *, after: int | None = None) -> Page:
    """What the organisation has taken on, newest first: id, state, going, since, wish_id, title, who."""
    return page_of(
        session,
        select(
            Claim.id,
            Claim.state,
            Claim.going,
            Claim.since,
            Claim.wish_id,
            Wish.title,
            Person.name.label("who"),
        )
        .join(Wish, Wish.id == Claim.wish_id)
        .join(Person, Person.id == Claim.person_id)
        .where(Claim.organisation_id == organisation_id),
        key=Claim.id,
        after=after,
    )


def going_for(session: Session, organisation_id: int | None, person_id: int) -> Sequence[Claim]:
    """The claims for which the person was named by the organisation (None: by any) and has not gone yet."""
    of = (
        Claim.organisation_id.is_not(None)
        if organisation_id is None
        else Claim.organisation_id == organisation_id
    )
    return session.scalars(
        select(Claim)
        .where(
            of,
            Claim.person_id == person_id,
            Claim.going,
            Claim.state.in_(UNFINISHED),
        )
        .options(joinedload(Claim.wish))
        .order_by(Claim.id)
    ).all()
