"""Wishes that may be the same as another one (W2)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, union_all
from sqlalchemy.orm import Session

from gridapp.wishes.models import Beneficiary, Wish, WishState
from gridapp.wishes.queries import AnyRow
from gridapp.wishes.queries.listing import select_slips

LOOKED_BACK = timedelta(days=60)
NOT_ENDED = (WishState.SUBMITTED, WishState.ASKED_BACK, WishState.OPEN, WishState.FILLED, WishState.DONE)
MOST_OF_A_PHONE, MOST_OF_A_PLACE = 50, 200


def phone_of(wish_id: int) -> Any:
    """The number of a wish's beneficiary, to be compared within a statement."""
    return select(Beneficiary.phone).where(Beneficiary.wish_id == wish_id).scalar_subquery()


def candidates(
    session: Session, *, phone: Any, committee_code: str, category_code: str, at: datetime
) -> Sequence[AnyRow]:
    """Slips, with text, author and phone, of wishes that have not ended and were entered in the last 60 days: for the
    same phone, or of the same committee and category; newest first, in one statement. Not all are for everybody (A5).
    """
    recent = (Wish.state.in_(NOT_ENDED), Wish.submitted_at > at - LOOKED_BACK)
    of_phone = (
        select(Beneficiary.wish_id.label("id"))
        .join(Wish, Wish.id == Beneficiary.wish_id)
        .where(Beneficiary.phone == phone, *recent)
        .order_by(Beneficiary.wish_id.desc())
        .limit(MOST_OF_A_PHONE)
        .subquery()
    )
    of_place = (
        select(Wish.id)
        .where(Wish.committee_code == committee_code, Wish.category_code == category_code, *recent)
        .order_by(Wish.submitted_at.desc())
        .limit(MOST_OF_A_PLACE)
        .subquery()
    )
    ids = union_all(select(of_phone.c.id), select(of_place.c.id))
    return session.execute(
        select_slips()
        .add_columns(Wish.text, Wish.author_id, Wish.committee_code, Beneficiary.phone)
        .outerjoin(Beneficiary, Beneficiary.wish_id == Wish.id)
        .where(Wish.id.in_(ids))
        .order_by(Wish.id.desc())
    ).all()
