"""A person marks what they have read."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from gridapp.core.outbox import Message


def mark_seen(session: Session, person_id: int, *, up_to: int, at: datetime) -> None:
    """Mark the person's messages up to the id `up_to` as seen; what came since stays new."""
    session.execute(
        update(Message)
        .where(Message.person_id == person_id, Message.id <= up_to, Message.seen_at.is_(None))
        .values(seen_at=at)
    )
