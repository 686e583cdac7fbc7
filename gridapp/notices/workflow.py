"""A person marks what they have read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from gridapp.core.outbox import Message


def mark_seen(session: Session, person_id: int, ids: Sequence[int], *, at: datetime) -> None:
    """Mark those of the person's messages as seen that were shown; what came since stays new.

    Ids alone, no "up to": a message with a smaller id may have been committed after the page was drawn.
    """
    session.execute(
        update(Message)
        .where(Message.person_id == person_id, Message.id.in_(ids), Message.seen_at.is_(None))
        .values(seen_at=at)
    )
