"""A slip of paper is printed and opened (C10, W13)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from gridapp.accounts.queries import Actor
from gridapp.core import journal
from gridapp.core.refusals import Conflict, refuse_if
from gridapp.core.states import set_where
from gridapp.wishes.models import Wish, WishSlip
from gridapp.wishes.policies.slips import slip_refusals
from gridapp.wishes.queries.slips import slip_of


def issue_slip(session: Session, wish: Wish, *, code_hash: str, by: Actor, at: datetime) -> WishSlip:
    """Give the wish a slip whose code has `code_hash`; the code of the one before ends at once (C10)."""
    set_where(
        session, wish, version=Wish.version
    )  # holds the wish's row: two at once print one after the other
    refuse_if(slip_refusals(by, wish))
    slip = slip_of(session, wish.id)
    step = "slip_issued" if slip is None else "slip_reissued"
    if slip is None:
        slip = WishSlip(wish_id=wish.id, number=0)
        session.add(slip)
    slip.code_hash, slip.number = code_hash, slip.number + 1
    slip.issued_by_id, slip.issued_at = by.id, at
    role = "coordinator" if by.in_charge_of(wish.committee_code) else "author"
    journal.record(session, wish, step, at=at, by_id=by.id, by_role=role)
    return slip


def open_slip(session: Session, wish_id: int, number: int, *, at: datetime) -> None:
    """Note that the slip was opened with its code; raises Conflict when a newer one was printed meanwhile."""
    opened = session.execute(
        update(WishSlip)
        .where(WishSlip.wish_id == wish_id, WishSlip.number == number)
        .values(opened_at=at)
        .returning(WishSlip.wish_id)
        .execution_options(synchronize_session=False)
    ).first()
    if opened is None:
        raise Conflict
