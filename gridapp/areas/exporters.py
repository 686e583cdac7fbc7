"""The town itself as a list: committees, grids, blocks with what they cover, roads (C8)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from gridapp.areas.importers import COLUMNS, KIND_WORDS, UNNAMED_ROAD
from gridapp.areas.models import Area, AreaCover, AreaKind
from gridapp.areas.queries import committees
from gridapp.core.features import Exporter
from gridapp.core.tables.writing import Value
from gridapp.core.words import N_


def rows(session: Session, _actor: Any) -> Iterator[Sequence[Value]]:
    """Everything: it is public, whoever asks (A8). Committees first; those are some dozens, never thousands."""
    for code, name in committees(session):
        yield KIND_WORDS[AreaKind.COMMITTEE], code, name, None, None, None
    found = session.scalars(
        select(Area)
        .order_by(Area.id)
        .options(selectinload(Area.cover).joinedload(AreaCover.committee), selectinload(Area.roads))
    )
    for area in found:
        cover = "、".join(one.committee.name for one in area.cover if area.kind != AreaKind.TOWN)
        roads = "、".join(road.name or UNNAMED_ROAD for road in area.roads)
        yield KIND_WORDS[AreaKind(area.kind)], area.code, area.name, area.about, cover, roads


AREAS = Exporter(N_("Areas"), COLUMNS, rows)
