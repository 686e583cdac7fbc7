"""Reads of what two accounts of one person have promised (V5)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, case, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from gridapp.accounts.models import Duty, Person
from gridapp.accounts.queries import numbers_of
from gridapp.people.queries.merging import in_the_way
from gridapp.safety.queries import kept_apart
from gridapp.wishes.models import LIVE, PLACE_TAKEN, UNFINISHED, Beneficiary, Claim, ClaimState, Source, Wish

MOST = 5


def obstacles(gone_id: int, stays_id: int, _at: datetime) -> Sequence[Select[str, int, str, str | None]]:
    """Wishes of which both have a place, that are the other's own, or to which the other is not to go."""
    return [
        _both_hold(gone_id, stays_id),
        *(_own(*ids) for ids in ((gone_id, stays_id), (stays_id, gone_id))),
        *(_kept_apart(*ids) for ids in ((gone_id, stays_id), (stays_id, gone_id))),
    ]


def _both_hold(gone_id: int, stays_id: int) -> Select[str, int, str, str | None]:
    """Both have a place, and what would go over is not yet confirmed."""
    other = aliased(Claim)
    return _held_by("both_hold", gone_id, *LIVE).where(
        exists().where(
            other.wish_id == Wish.id, other.person_id == stays_id, other.going, other.state.in_(PLACE_TAKEN)
        )
    )


def _own(helper_id: int, author_id: int) -> Select[str, int, str, str | None]:
    """The other entered it, or is the one to whom it leads."""
    leads_there = exists().where(Beneficiary.wish_id == Wish.id, Beneficiary.phone.in_(numbers_of(author_id)))
    return _held_by("own_wish", helper_id, *LIVE).where(or_(Wish.author_id == author_id, leads_there))


def _kept_apart(helper_id: int, kept_id: int) -> Select[str, int, str, str | None]:
    """The other is kept away from the beneficiary (W19)."""
    own_author = case((Wish.source == Source.SELF, Wish.author_id))
    held = _held_by("kept_apart", helper_id, *UNFINISHED)
    return held.join(Beneficiary, Beneficiary.wish_id == Wish.id).where(
        kept_apart(kept_id, Beneficiary.phone, own_author)
    )


def duties_within(codes: Sequence[str]) -> Select[int]:
    """A statement of the ids of duties that are help with wishes of these committees."""
    return (
        select(Duty.id)
        .join(Claim, and_(Duty.thing == Claim.__tablename__, Duty.thing_id == Claim.id))
        .join(Wish, Wish.id == Claim.wish_id)
        .where(Wish.committee_code.in_(codes))
    )


def stays_behind(gone_id: int, stays_id: int) -> Any:
    """A condition on Claim: help of the account that goes that came true, where the other has a place of the same wish.

    It stays with the account with which it was given; its hours are read with the person's all the same.
    """
    other = aliased(Claim)
    return and_(
        Claim.person_id == gone_id,
        Claim.going,
        Claim.state == ClaimState.CONFIRMED,
        exists().where(
            other.wish_id == Claim.wish_id,
            other.person_id == stays_id,
            other.going,
            other.state.in_(PLACE_TAKEN),
        ),
    )


def in_hand(person_id: int) -> Select[int]:
    """A statement of how many wishes somebody has promised or reported."""
    return select(func.count()).select_from(Claim).where(Claim.person_id == person_id, Claim.state.in_(LIVE))


def entered(person_id: int) -> Select[int]:
    """A statement of how many wishes somebody entered."""
    return select(func.count()).select_from(Wish).where(Wish.author_id == person_id)


def of_merged(session: Session) -> list[str]:
    """What accounts that are part of another still have in hand, or wait for; there must be nothing."""
    held = (
        select(Claim.id)
        .join(Person, Person.id == Claim.person_id)
        .where(Person.merged_into_id.is_not(None), Claim.state.in_(LIVE))
    )
    authored = (
        select(Wish.id).join(Person, Person.id == Wish.author_id).where(Person.merged_into_id.is_not(None))
    )
    return [
        *(
            f"claim {id_} is in the hands of an account that is part of another"
            for id_ in session.scalars(held)
        ),
        *(f"wish {id_} is of an account that is part of another" for id_ in session.scalars(authored)),
    ]


def _held_by(code: str, person_id: int, *states: ClaimState) -> Select[str, int, str, str | None]:
    return (
        in_the_way(code, Wish.id, Wish.title, Wish.committee_code)
        .join(Claim, Claim.wish_id == Wish.id)
        .where(Claim.person_id == person_id, Claim.going, Claim.state.in_(states))
        .order_by(Wish.id)
        .limit(MOST)
    )
