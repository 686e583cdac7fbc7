"""Who looked at whose personal data (C4, W7); the person concerned can read it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, Session, mapped_column

from gridapp.core.database import Base, UtcDateTime


class Look(Base):
    """One reveal: who saw which fields of which thing, in what role. Kept, never edited."""

    __tablename__ = "looks"
    __table_args__ = (
        Index("ix_looks_thing", "thing", "thing_id", "id"),
        Index("ix_looks_by", "by_id", "at"),
        Index("ix_looks_about", "about_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    thing: Mapped[str] = mapped_column(String(40))
    thing_id: Mapped[int]
    about_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))  # who may read that it happened
    fields: Mapped[str] = mapped_column(String(80))
    by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    by_role: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


def log_look(
    session: Session, thing: Any, fields: str, *, about_id: int | None, by_id: int, by_role: str, at: datetime
) -> None:
    """Note that `by_id` saw `fields` of `thing`, which are `about_id`'s, at `at` (UTC), before they are shown."""
    session.add(
        Look(
            thing=thing.__tablename__,
            thing_id=thing.id,
            about_id=about_id,
            fields=fields,
            by_id=by_id,
            by_role=by_role,
            at=at,
        )
    )
