"""Keyset paging: the next page begins after a key, not after a count, so a million rows cost as ten."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session

PER_PAGE = 20
LARGEST_KEY = 2**31 - 1  # of an integer column, on both engines
COUNT_STOPS_AT = 200


@dataclass(frozen=True)
class Page:
    """Rows of one page, and the key of the next (None: this is the last)."""

    rows: Sequence[Row[*tuple[Any, ...]]]
    next_key: int | str | None


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
        statement = statement.where(key < max(0, min(after, LARGEST_KEY)))
    rows = session.execute(statement.order_by(key.desc()).limit(size + 1)).all()
    more = len(rows) > size
    rows = rows[:size]
    return Page(rows, rows[-1].id if more else None)


def counts_of(session: Session, statements: Mapping[str, Select[int]]) -> dict[str, int]:
    """How many rows each statement has, all in one statement; each count stops at 201, which pages show as 200+."""
    return dict(session.execute(counting(statements)).mappings().one()) if statements else {}


def counting(statements: Mapping[str, Select[int]]) -> Select[*tuple[int, ...]]:
    """The statement that `counts_of` sends."""
    few = {name: statement.limit(COUNT_STOPS_AT + 1).subquery() for name, statement in statements.items()}
    counted = [
        select(func.count()).select_from(part).scalar_subquery().label(name) for name, part in few.items()
    ]
    return select(*counted)
