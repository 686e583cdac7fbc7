""" "Not this person again" holds for the person, with whichever account (V5, W19)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from gridapp.accounts.queries import Actor
from gridapp.core.states import move
from gridapp.safety.models import Parting, PartingState


def settle(session: Session, by: Actor, gone_id: int, stays_id: int, at: datetime) -> None:
    """Whom either account is kept from, the one that stays is kept from; what would say the same twice is lifted once.

    Who is kept from either of them needs nothing here: `queries.kept_apart` knows every number of a person.
    """
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


def _kept(session: Session, condition: object) -> list[Parting]:
    statement = select(Parting).where(condition, Parting.state == PartingState.KEPT)  # type: ignore[arg-type]
    return list(session.scalars(statement.order_by(Parting.id)))
