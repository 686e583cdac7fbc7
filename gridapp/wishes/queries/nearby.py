"""Open wishes near another one, for whoever came too late for that one (W4)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Select, literal, select, union_all
from sqlalchemy.orm import Session

from gridapp.areas.models import AreaKind
from gridapp.areas.queries import areas
from gridapp.wishes.models import Wish
from gridapp.wishes.queries import AnyRow
from gridapp.wishes.queries.listing import Wanted, found, select_slips

FEW = 3


def alternatives(
    session: Session, wish: Wish, *, at: datetime, not_by: int | None = None
) -> Sequence[AnyRow]:
    """Slips of three open wishes: of the same committee first, then of the areas around it, then anywhere.

    Never those that the reader `not_by` entered. Two statements: a few ids of each ring by its index, then their slips.
    """
    rings: list[Collection[str] | None] = [{wish.committee_code}, _around(session, wish.committee_code), None]
    few = [_ring(rank, wish, at, committees, not_by) for rank, committees in enumerate(rings)]
    near = session.execute(union_all(*few)).all()
    ids = list(dict.fromkeys(row.id for row in sorted(near, key=lambda row: (row.rank, -row.id))))[:FEW]
    rows = session.execute(select_slips().where(Wish.id.in_(ids))).all()
    return sorted(rows, key=lambda row: ids.index(row.id))


def _ring(
    rank: int,
    wish: Wish,
    at: datetime,
    committees: Collection[str] | None,
    not_by: int | None,
) -> Select[int, int]:
    """The newest ids of one ring, enough to fill up although the nearer rings lie within it."""
    statement = found(select(Wish.id), Wanted(committees=committees), at).where(Wish.id != wish.id)
    if not_by is not None:
        statement = statement.where(Wish.author_id != not_by)
    few = statement.order_by(Wish.id.desc()).limit(FEW * (rank + 1)).subquery()
    return select(few.c.id, literal(rank).label("rank"))


def _around(session: Session, committee_code: str) -> set[str]:
    """The committees of every grid and block that covers this one."""
    return {
        code
        for area in areas(session)
        if area.kind in (AreaKind.GRID, AreaKind.BLOCK) and committee_code in area.committees
        for code in area.committees
    } - {committee_code}
