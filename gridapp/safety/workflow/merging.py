""" "Not this person again" holds for the person, with whichever account (V5, W19)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from gridapp.accounts.models import Person
from gridapp.accounts.queries import Actor
from gridapp.core import journal
from gridapp.core.states import move
from gridapp.safety.models import Parting, PartingState


def settle(session: Session, by: Actor, gone_id: int, stays_id: int, at: datetime) -> None:
    """Whom either account is kept from, the one that stays is kept from; and who is kept from either number is kept
    from both. What would say the same twice is lifted once, so that lifting it later lifts it."""
    theirs = {one.phone for one in _kept(session, Parting.person_id == stays_id)}
    for parting in _kept(session, Parting.person_id == gone_id):
        if parting.phone in theirs:
            move(
                session,
                parting,
                PartingState.LIFTED,
                at=at,
                by_id=by.id,
                by_role="coordinator",
                reason="merged",
            )
    numbers = [session.get_one(Person, id_).phone for id_ in (gone_id, stays_id)]
    if numbers[0] and numbers[1]:
        _keep_from_both(session, numbers[0], numbers[1], by=by, at=at)
        _keep_from_both(session, numbers[1], numbers[0], by=by, at=at)


def _keep_from_both(session: Session, phone: str, other: str, *, by: Actor, at: datetime) -> None:
    """Whoever is kept from `phone` is kept from `other` too: wishes lead to either."""
    known = {one.person_id for one in _kept(session, Parting.phone == other)}
    for parting in _kept(session, Parting.phone == phone):
        if parting.person_id in known:
            continue
        same = Parting(
            person_id=parting.person_id,
            phone=other,
            author_id=parting.author_id,
            committee_code=parting.committee_code,
            asked_by_id=parting.asked_by_id,
            asked_as=parting.asked_as,
            asked_at=parting.asked_at,
        )
        session.add(same)
        session.flush()
        journal.record(
            session,
            same,
            "kept",
            at=at,
            by_id=by.id,
            by_role="coordinator",
            to_state=PartingState.KEPT,
            reason=f"parting {parting.id}",
        )


def _kept(session: Session, condition: object) -> list[Parting]:
    statement = select(Parting).where(condition, Parting.state == PartingState.KEPT)  # type: ignore[arg-type]
    return list(session.scalars(statement.order_by(Parting.id)))
