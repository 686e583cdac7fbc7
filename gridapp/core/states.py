"""The only way in which anything changes state (C1, C2)."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import update
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from gridapp.core import journal
from gridapp.core.refusals import Conflict


def move(
    session: Session,
    row: Any,
    to: StrEnum,
    *,
    at: datetime,
    by_id: int | None,
    by_role: str,
    step: str | None = None,
    reason: str | None = None,
    note: str | None = None,
    on_behalf_of_id: int | None = None,
    **changes: Any,
) -> None:
    """Move `row` to state `to`, set `changes`, and journal it; or raise Conflict.

    The state that was read is part of the WHERE clause, so of two requests at once
    the database lets exactly one win (C1), and the journal's "from" is exact (C2).
    """
    came_from = row.state
    if to not in row.TRANSITIONS[came_from]:
        raise Conflict
    set_where(session, row, type(row).state == came_from, state=to, **changes)
    journal.record(
        session,
        row,
        step or to.value,
        at=at,
        by_id=by_id,
        by_role=by_role,
        from_state=came_from,
        to_state=to,
        reason=reason,
        note=note,
        on_behalf_of_id=on_behalf_of_id,
    )


def set_where(session: Session, row: Any, *conditions: Any, **changes: Any) -> None:
    """Set `changes` (values or SQL expressions) on `row` if `conditions` still hold, else raise Conflict.

    A model that has columns which follow from others says so in its method `following`.
    """
    if hasattr(row, "following"):
        changes |= row.following(changes)
    session.flush()
    result: CursorResult[Any] = session.execute(  # type: ignore[assignment]
        update(type(row))
        .where(type(row).id == row.id, *conditions)
        .values(**changes)
        .execution_options(synchronize_session=False)
    )
    if result.rowcount != 1:
        raise Conflict
    plain = {name: value for name, value in changes.items() if not hasattr(value, "compile")}
    for name, value in plain.items():
        set_committed_value(row, name, value)
    if computed := [name for name in changes if name not in plain]:
        session.expire(row, computed)
