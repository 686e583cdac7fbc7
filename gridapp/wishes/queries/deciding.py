"""What waits for a coordinator's decision: wishes to check, and reported claims to confirm (W2, W11)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import Select, exists, or_, select, tuple_, union
from sqlalchemy.orm import Session

from gridapp.accounts.models import Person
from gridapp.accounts.queries import Actor, AnyActor
from gridapp.wishes.models import Claim, ClaimState, Source, Wish, WishState
from gridapp.wishes.queries import QUEUE_LENGTH, AnyRow
from gridapp.wishes.queries.listing import select_slips


def to_check(actor: Actor | AnyActor) -> Select[int]:
    """The ids of wishes that wait for the actor's check (W2): of the committees in charge of, and what falls to them;
    never one's own."""
    in_charge = select(Wish.id).where(
        Wish.state == WishState.SUBMITTED,
        Wish.committee_code.in_(actor.codes),
        or_(Wish.author_id != actor.id, Wish.source != Source.SELF),
    )
    if not actor.has_cases:
        return in_charge
    falls_to = select(Wish.id).where(
        Wish.state == WishState.SUBMITTED,
        Wish.author_id.in_(actor.case_people),
        tuple_(Wish.author_id, Wish.committee_code).in_(actor.case_pairs),
        Wish.source == Source.SELF,
    )
    return select(union(in_charge, falls_to).subquery().c.id)


def rows_to_check(session: Session, actor: Actor) -> Sequence[AnyRow]:
    """The first of them, oldest first."""
    return session.execute(_rows_to_check(actor.kind), actor.facts).all()


@cache
def _rows_to_check(actor: AnyActor) -> Select[*tuple[Any, ...]]:
    statement = select_slips().add_columns(Wish.submitted_at).where(Wish.id.in_(to_check(actor)))
    return statement.order_by(Wish.id).limit(QUEUE_LENGTH)


def titles_to_check(actor: Actor) -> Select[str]:
    """How they are called, oldest first."""
    return to_check(actor).with_only_columns(Wish.title.label("title")).order_by(Wish.id)


def to_confirm(actor: Actor | AnyActor) -> Select[int]:
    """The ids of claims reported done that nobody has confirmed (W11); never one's own."""
    return (
        select(Claim.id)
        .join(Wish, Wish.id == Claim.wish_id)
        .where(
            Claim.state == ClaimState.DONE,
            # follows from the claim's state, and leads to the wish by an index
            Wish.state.in_((WishState.OPEN, WishState.FILLED, WishState.DONE)),
            Wish.committee_code.in_(actor.codes),
            Claim.person_id != actor.id,
        )
    )


def rows_to_confirm(session: Session, actor: Actor) -> Sequence[AnyRow]:
    """The first of them, reported longest ago first: found along an index, and no more than are shown."""
    return session.execute(_rows_to_confirm(actor.kind), actor.facts).all()


@cache
def _rows_to_confirm(actor: AnyActor) -> Select[*tuple[Any, ...]]:
    in_charge = exists().where(Wish.id == Claim.wish_id, Wish.committee_code.in_(actor.codes))
    few = (
        select(Claim.id)
        .where(Claim.state == ClaimState.DONE, Claim.person_id != actor.id, in_charge)
        .order_by(Claim.reported_at)
        .limit(QUEUE_LENGTH)
    )
    return (
        select_slips()
        .add_columns(Claim.id.label("claim_id"), Claim.reported_at, Person.name.label("helper"))
        .join(Claim, Claim.wish_id == Wish.id)
        .join(Person, Person.id == Claim.person_id)
        .where(Claim.id.in_(few))
        .order_by(Claim.reported_at, Claim.id)
    )


def titles_to_confirm(actor: Actor) -> Select[str]:
    """How their wishes are called, oldest first."""
    return to_confirm(actor).with_only_columns(Wish.title.label("title")).order_by(Claim.id)
