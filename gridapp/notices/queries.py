"""Reads of one's messages."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from gridapp.core.outbox import Message
from gridapp.core.paging import Page, page_of


def inbox(session: Session, person_id: int, *, after: int | None = None) -> Page:
    """The person's messages, newest first; what was revoked is left out."""
    statement = select(
        Message.id, Message.kind, Message.thing_id, Message.parts, Message.at, Message.seen_at
    ).where(Message.person_id == person_id, Message.revoked_at.is_(None))
    return page_of(session, statement, key=Message.id, after=after)
