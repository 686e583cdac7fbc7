"""Reads that rules and other features ask, not pages."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, object_session

from gridapp.accounts.queries import Actor, numbers_of
from gridapp.wishes.models import UNFINISHED, Beneficiary, Claim, Wish


def held_within(session: Session, actor: Actor, person_id: int) -> Sequence[tuple[str, str]]:
    """Title and address of each wish of the actor's committees that the person has promised to fulfil."""
    rows = session.execute(
        select(Wish.title, Wish.id)
        .join(Claim, Claim.wish_id == Wish.id)
        .where(
            Claim.person_id == person_id,
            Claim.state.in_(UNFINISHED),
            Wish.committee_code.in_(sorted(actor.charge)),
        )
        .order_by(Wish.id)
    )
    return [(row.title, f"/wishes/{row.id}") for row in rows]


def leads_to(wish: Wish, person_id: int) -> bool:
    """Whether the wish leads to one of the person's numbers; for rules alone, which one is never shown (W7, V5)."""
    session = object_session(wish)
    if session is None:
        return False
    theirs = Beneficiary.phone.in_(numbers_of(person_id))
    return (
        session.scalar(select(Beneficiary.wish_id).where(Beneficiary.wish_id == wish.id, theirs)) is not None
    )
