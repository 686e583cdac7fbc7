"""Whom a new time puts in conflict with something else: read from `duties`, kept nowhere (C13, C16)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Select, and_, bindparam, exists, not_, select
from sqlalchemy.orm import Session, aliased

from gridapp.accounts.models import Duty, Person
from gridapp.accounts.queries import Actor, AnyActor, takes_time_of
from gridapp.wishes.models import UNFINISHED, Claim, Source, Wish, WishState
from gridapp.wishes.queries import QUEUE_LENGTH, AnyRow, claims_on, select_claims
from gridapp.wishes.queries.listing import select_slips
from gridapp.wishes.queries.times import Times

AnotherClaim, AnotherWish = aliased(Claim), aliased(Wish)


@dataclass(frozen=True)
class Clash:
    """Something else that takes the time of whoever goes for a claim; `committee_code` where it is a wish too."""

    claim_id: int
    person_id: int
    duty: Duty
    committee_code: str | None


def clashes_at(session: Session, wish: Wish, times: Times) -> list[Clash]:
    """What else those who have promised to help do, were the wish's times these; empty without a window."""
    if times.starts_at is None:
        return []
    rows = session.execute(
        select(Claim.id, Claim.person_id, Duty, AnotherWish.committee_code)
        .join(Duty, _something_else(times.starts_at, times.ends_at))
        .outerjoin(AnotherClaim, and_(Duty.thing == Claim.__tablename__, Duty.thing_id == AnotherClaim.id))
        .outerjoin(AnotherWish, AnotherWish.id == AnotherClaim.wish_id)
        .where(Claim.wish_id == wish.id, Claim.going, Claim.state.in_(UNFINISHED))
        .order_by(Claim.id, Duty.starts_at)
    )
    return [Clash(*row) for row in rows]


def clashes_now(session: Session, wish: Wish) -> list[Clash]:
    """The same for the times as they are. Only a wish that was given a new time has any: nobody takes one on that
    clashes (W4)."""
    return clashes_at(session, wish, Times.of(wish)) if wish.retimed_at is not None else []


def claims_and_clashes(session: Session, wish: Wish) -> tuple[Sequence[Any], list[Clash]]:
    """The rows of `claims_on` and what `clashes_now` says, in one statement."""
    if wish.retimed_at is None or wish.starts_at is None:
        return claims_on(session, wish), []
    author_id = wish.author_id if wish.source == Source.SELF else None
    facts = {"wish": wish.id, "author": author_id, "starts_at": wish.starts_at, "ends_at": wish.ends_at}
    found = session.execute(_claims_and_clashes(author_id is not None), facts).unique().all()
    clashes = [Clash(row[0].id, row[0].person_id, row.Duty, row.elsewhere) for row in found if row.Duty]
    return list({row[0].id: row for row in found}.values()), clashes


@cache
def _claims_and_clashes(is_for_author: bool) -> Select[*tuple[Any, ...]]:
    promised = and_(Claim.going, Claim.state.in_(UNFINISHED))
    return (
        select_claims(is_for_author=is_for_author)
        .add_columns(Duty, AnotherWish.committee_code.label("elsewhere"))
        .outerjoin(Duty, and_(promised, _something_else(bindparam("starts_at"), bindparam("ends_at"))))
        .outerjoin(AnotherClaim, and_(Duty.thing == Claim.__tablename__, Duty.thing_id == AnotherClaim.id))
        .outerjoin(AnotherWish, AnotherWish.id == AnotherClaim.wish_id)
        .order_by(Duty.starts_at)
    )


def clashing(actor: Actor | AnyActor) -> Select[int]:
    """The ids of claims in the actor's committees whose helper has something else then, since the time is new (C13)."""
    return (
        select(Claim.id)
        .join(Wish, Wish.id == Claim.wish_id)
        .where(
            Claim.going,
            Claim.state.in_(UNFINISHED),
            Wish.retimed_at.is_not(None),
            Wish.state.in_((WishState.OPEN, WishState.FILLED)),
            Wish.committee_code.in_(actor.codes),
            Wish.ends_at > actor.at,
            exists().where(_something_else(Wish.starts_at, Wish.ends_at)),
        )
    )


def rows_clashing(session: Session, actor: Actor) -> Sequence[AnyRow]:
    """The first of them with the wish's slip and the helper's name, nearest first."""
    return session.execute(_rows_clashing(actor.kind), actor.facts).all()


@cache
def _rows_clashing(actor: AnyActor) -> Select[*tuple[Any, ...]]:
    return (
        select_slips()
        .add_columns(Claim.id.label("claim_id"), Person.name.label("helper"))
        .join(Claim, Claim.wish_id == Wish.id)
        .join(Person, Person.id == Claim.person_id)
        .where(Claim.id.in_(clashing(actor)))
        .order_by(Wish.starts_at, Claim.id)
        .limit(QUEUE_LENGTH)
    )


def seal_of(claim_ids: Iterable[int], clashes: Iterable[Clash]) -> str:
    """What a coordinator has seen of those whom a change concerns: other people, or other clashes, another seal."""
    seen = [sorted(claim_ids), [(one.claim_id, one.duty.id, str(one.duty.starts_at)) for one in clashes]]
    return hashlib.sha256(repr(seen).encode()).hexdigest()[:16]


def _something_else(start: Any, end: Any) -> Any:
    """A condition: the duty takes the time of whoever goes for the claim, and is not that claim itself."""
    itself = and_(Duty.thing == Claim.__tablename__, Duty.thing_id == Claim.id)
    return and_(takes_time_of(Claim.person_id, start, end), not_(itself))
