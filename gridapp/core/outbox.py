"""Messages, written in the same transaction as the change that they tell of (C15).

The in-app inbox *is* this table, read by the person: a message has arrived when the change is
committed, and a crash can lose none. Channels that push (e-mail, SMS) read the same rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from gridapp.core.database import Base, UtcDateTime
from gridapp.core.words import packed


class Message(Base):
    """One message to one person. `key` is unique, so that the same event tells a person once (C11)."""

    __tablename__ = "messages"
    __table_args__ = (
        Index("ix_messages_inbox", "person_id", "id"),
        Index("ix_messages_thing", "thing", "thing_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(120), unique=True)
    kind: Mapped[str] = mapped_column(String(40))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    thing: Mapped[str] = mapped_column(String(40))
    thing_id: Mapped[int]
    parts: Mapped[dict[str, Any]] = mapped_column(JSON)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


def notify(
    session: Session,
    kind: str,
    thing: Any,
    *,
    to: Iterable[int],
    at: datetime,
    parts: Mapping[str, Any] | None = None,
    event: Any = None,
) -> None:
    """Write a message of `kind` about `thing` to each person id in `to`; each once for this moment.

    `event` is what happened to the thing, such as a claim, where two may happen in one moment. `parts` may be texts,
    numbers, moments, and sentences of their own (`core.words`).
    """
    event = thing if event is None else event
    for person_id in sorted(set(to)):
        session.add(
            Message(
                key=f"{kind}:{event.__tablename__}:{event.id}:{person_id}:{at:%Y%m%d%H%M%S%f}",
                kind=kind,
                person_id=person_id,
                thing=thing.__tablename__,
                thing_id=thing.id,
                parts={name: packed(part) for name, part in (parts or {}).items()},
                at=at,
            )
        )


def revoke(session: Session, kind: str, thing: Any, *, at: datetime) -> None:
    """Take back what nobody has seen yet: it is not shown, and not sent by any channel."""
    session.execute(
        update(Message)
        .where(
            Message.kind == kind,
            Message.thing == thing.__tablename__,
            Message.thing_id == thing.id,
            Message.seen_at.is_(None),
        )
        .values(revoked_at=at)
    )


def unseen_of(person_id: Any) -> Any:
    """A statement that counts what a person has not seen; stops at 100."""
    return (
        select(Message.id)
        .where(Message.person_id == person_id, Message.seen_at.is_(None), Message.revoked_at.is_(None))
        .limit(100)
    )
