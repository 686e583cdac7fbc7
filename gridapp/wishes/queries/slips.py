"""Reads behind a printed slip (W13)."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from gridapp.wishes.models import Wish, WishSlip


def slip_of(session: Session, wish_id: int) -> WishSlip | None:
    """The slip of a wish that is good now, as the database has it."""
    return session.scalars(
        select(WishSlip).where(WishSlip.wish_id == wish_id).execution_options(populate_existing=True)
    ).one_or_none()


def wish_of_slip(session: Session, wish_id: int, number: int) -> Wish | None:
    """The wish with what its slip's page shows, while the slip with this number is the good one."""
    return session.scalars(
        select(Wish)
        .join(WishSlip, WishSlip.wish_id == Wish.id)
        .where(Wish.id == wish_id, WishSlip.number == number)
        .options(joinedload(Wish.category), joinedload(Wish.committee), joinedload(Wish.slip))
        .execution_options(populate_existing=True)
    ).one_or_none()
