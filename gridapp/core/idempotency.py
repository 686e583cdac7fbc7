"""Twice is once (C11): a form's key, spent only by success, gives the same answer again."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, Index, String, delete, select
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from gridapp.core.database import Base, UtcDateTime, delete_some

KEPT = timedelta(days=2)


class SpentKey(Base):
    """A key that a form carried (hashed with who sent it and for what), and what answered it."""

    __tablename__ = "spent_keys"
    __table_args__ = (Index("ix_spent_keys_at", "at"),)

    key: Mapped[str] = mapped_column(String(160), primary_key=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    address: Mapped[str | None] = mapped_column(String(300))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class AlreadyDone(Exception):
    """The same form was sent before and succeeded; carries the address of that answer."""

    def __init__(self, spent: SpentKey):
        super().__init__(spent.key)
        self.address = spent.address


def spend(
    session: Session,
    key: str,
    *,
    scope: str,
    person_id: int | None,
    at: datetime,
    lasting: timedelta = KEPT,
    still: Callable[[str], bool] = lambda address: True,
) -> SpentKey | None:
    """Spend `key` within the current writing transaction, or raise AlreadyDone with the first answer.

    `scope` is the action and its thing, so that a key copied to another form means nothing there.
    Rolled back with the transaction, hence spent only by success. A second request waits on
    PostgreSQL for the first one's end. Without a key nothing is remembered; a key is new again after `lasting`, and
    when what it led to (its `address`) is there no longer, as `still` says.
    """
    if not key:
        return None
    full = _hashed(f"{person_id or 0}:{scope}:{key}")
    session.execute(delete(SpentKey).where(SpentKey.key == full, SpentKey.at <= at - lasting))
    dialect = session.get_bind().dialect.name
    make = postgres_insert if dialect == "postgresql" else sqlite_insert
    statement = make(SpentKey).values(key=full, person_id=person_id, at=at)
    result = session.execute(statement.on_conflict_do_nothing(index_elements=["key"]).returning(SpentKey.key))
    fresh = result.first() is not None
    spent = session.scalars(select(SpentKey).where(SpentKey.key == full)).one()
    if not fresh:
        if spent.address is None or still(spent.address):
            raise AlreadyDone(spent)
        spent.at = at
    return spent


def forget_old(session: Session, *, at: datetime) -> int:
    """Delete some keys that no browser will send again; returns how many, 0 when none is left."""
    return delete_some(session, SpentKey.key, SpentKey.at < at - KEPT)


def _hashed(text: str) -> str:
    """Whatever a browser sends as a key, the database can hold it."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
