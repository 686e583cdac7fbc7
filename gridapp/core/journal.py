"""The append-only journal (C2): who did what, when, from, to and why, one chain of hashes for each thing.

A row holds ids and codes alone. What a person wrote ("why") lies in `journal_notes`, which may be
erased; the chain holds the note's salted hash, so that an altered note is detected and an erased
one cannot be guessed back.

The writer holds the thing's row lock already (it has just inserted or updated the thing), so two
rows of one chain cannot be written at once.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, and_, func, or_, select
from sqlalchemy.orm import Mapped, Session, aliased, joinedload, mapped_column, relationship

from gridapp.core.database import Base, UtcDateTime

# step, state that it leads to, who did it, as what, when (UTC)
MadeUpStep = tuple[str, str, int, str, datetime]


class JournalNote(Base):
    """What somebody wrote with a step; erased with the person's data, the chain stays whole."""

    __tablename__ = "journal_notes"

    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str] = mapped_column(Text)
    salt: Mapped[str] = mapped_column(String(32))


class JournalEntry(Base):
    """One step of one thing. `by_id` is empty for what the system did by itself."""

    __tablename__ = "journal"
    __table_args__ = (
        UniqueConstraint("thing", "thing_id", "number"),
        Index("ix_journal_by", "by_id", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    thing: Mapped[str] = mapped_column(String(40))
    thing_id: Mapped[int]
    number: Mapped[int]
    step: Mapped[str] = mapped_column(String(40))
    from_state: Mapped[str | None] = mapped_column(String(20))
    to_state: Mapped[str | None] = mapped_column(String(20))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    by_role: Mapped[str] = mapped_column(String(20))
    on_behalf_of_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    reason: Mapped[str | None] = mapped_column(String(60))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    note_id: Mapped[int | None] = mapped_column(ForeignKey("journal_notes.id", ondelete="SET NULL"))
    note_hash: Mapped[str | None] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))

    note: Mapped[JournalNote | None] = relationship()


def record(
    session: Session,
    thing: Any,
    step: str,
    *,
    at: datetime,
    by_id: int | None,
    by_role: str,
    from_state: str | None = None,
    to_state: str | None = None,
    on_behalf_of_id: int | None = None,
    reason: str | None = None,
    note: str | None = None,
) -> JournalEntry:
    """Append a step of `thing` (a model with an id) to its chain; `at` in UTC. C2."""
    session.flush()
    before = session.execute(
        select(JournalEntry.number, JournalEntry.hash)
        .where(JournalEntry.thing == thing.__tablename__, JournalEntry.thing_id == thing.id)
        .order_by(JournalEntry.number.desc())
        .limit(1)
    ).first()
    entry = JournalEntry(
        thing=thing.__tablename__,
        thing_id=thing.id,
        number=before.number + 1 if before else 1,
        step=step,
        from_state=from_state,
        to_state=to_state,
        by_id=by_id,
        by_role=by_role,
        on_behalf_of_id=on_behalf_of_id,
        reason=reason,
        at=at,
    )
    if note:
        entry.note = JournalNote(text=note, salt=secrets.token_hex(16))
        entry.note_hash = _note_hash(entry.note)
    entry.hash = _entry_hash(entry, before.hash if before else "")
    session.add(entry)
    return entry


def broken_chains(session: Session) -> Iterator[str]:
    """Name each thing whose journal was altered: a changed row, a missing number, a changed note."""
    previous: JournalEntry | None = None
    rows = session.scalars(
        select(JournalEntry)
        .options(joinedload(JournalEntry.note))
        .order_by(JournalEntry.thing, JournalEntry.thing_id, JournalEntry.number)
        .execution_options(yield_per=1000)
    )
    for entry in rows:
        follows = previous is not None and (previous.thing, previous.thing_id) == (
            entry.thing,
            entry.thing_id,
        )
        expected_number = previous.number + 1 if previous is not None and follows else 1
        expected_hash = _entry_hash(entry, previous.hash if previous is not None and follows else "")
        altered_note = entry.note is not None and _note_hash(entry.note) != entry.note_hash
        if entry.number != expected_number or entry.hash != expected_hash or altered_note:
            yield f"{entry.thing} {entry.thing_id}: journal entry {entry.number} was altered or one before it removed"
        previous = entry


def untold_states(session: Session) -> Iterator[str]:
    """Name each thing whose state is not the one that its journal led to: its last steps were cut off, or it was changed
    without a step. Every model that has states falls under it."""
    models = (mapper.class_ for mapper in Base.registry.mappers if hasattr(mapper.class_, "TRANSITIONS"))
    for model in sorted(models, key=lambda one: str(one.__tablename__)):
        name = model.__tablename__
        newest = (
            select(JournalEntry.thing_id, func.max(JournalEntry.number).label("number"))
            .where(JournalEntry.thing == name, JournalEntry.to_state.is_not(None))
            .group_by(JournalEntry.thing_id)
            .subquery()
        )
        last = aliased(JournalEntry)
        told = and_(last.thing == name, last.thing_id == newest.c.thing_id, last.number == newest.c.number)
        rows = session.execute(
            select(model.id, model.state, last.to_state)
            .outerjoin(newest, newest.c.thing_id == model.id)
            .outerjoin(last, told)
            .where(or_(last.to_state.is_(None), last.to_state != model.state))
            .order_by(model.id)
        )
        for id_, state, led_to in rows:
            yield f"{name} {id_}: it is {state}, but its journal led to {led_to or 'no state'}"


def _note_hash(note: JournalNote) -> str:
    return hashlib.sha256(f"{note.salt}\n{note.text}".encode()).hexdigest()


def _entry_hash(entry: JournalEntry, before: str) -> str:
    return _hash_of(
        before,
        entry.thing,
        entry.thing_id,
        entry.number,
        entry.step,
        entry.from_state,
        entry.to_state,
        entry.by_id,
        entry.by_role,
        entry.on_behalf_of_id,
        entry.reason,
        entry.at,
        entry.note_hash,
    )


def _hash_of(*content: Any) -> str:
    plain = [
        value.astimezone(UTC).isoformat(timespec="microseconds") if isinstance(value, datetime) else value
        for value in content
    ]
    return hashlib.sha256(json.dumps(plain, ensure_ascii=False).encode()).hexdigest()


MADE_UP = ("thing", "thing_id", "number", "step", "from_state", "to_state", "by_id", "by_role", "at", "hash")


def made_up(thing: str, thing_id: int, steps: Iterable[MadeUpStep]) -> Iterator[tuple[Any, ...]]:
    """The chain of a thing that `gridapp load` makes up, as rows of the columns `MADE_UP`; notes have none."""
    before = ""
    state: str | None = None
    for number, (step, to_state, by_id, by_role, at) in enumerate(steps, 1):
        row = (thing, thing_id, number, step, state, to_state, by_id, by_role)
        before = _hash_of(before, *row, None, None, at, None)
        yield *row, at, before
        state = to_state
