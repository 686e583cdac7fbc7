"""Keyset paging: the next page begins after a key, not after a count, so a million rows cost as ten."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Select
from sqlalchemy.orm import Session

PER_PAGE = 20


@dataclass(frozen=True)
class Page:
    """Rows of one page, and the key of the next (None: this is the last)."""

    rows: Sequence[Row[*tuple[Any, ...]]]
    next_key: int | None


def page_of(
    session: Session,
    statement: Select[*tuple[Any, ...]],
    *,
    key: Any,
    after: int | None,
    size: int = PER_PAGE,
) -> Page:
    """Read the page of `statement` behind `after`, newest (largest `key`, a unique integer column) first."""
    if after is not None:
        statement = statement.where(key < after)
    rows = session.execute(statement.order_by(key.desc()).limit(size + 1)).all()
    more = len(rows) > size
    rows = rows[:size]
    return Page(rows, rows[-1].id if more else None)
