"""Reads of the town, its committees and areas. What hardly ever changes is kept for half a minute."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from gridapp.areas.models import Area, AreaCover, AreaKind, Committee, Road, Town
from gridapp.core.clock import monotonic

KEPT_S = 30
Kept = TypeVar("Kept")
_kept: dict[str, tuple[float, Any]] = {}


@dataclass(frozen=True)
class TownFacts:
    """What every page and rule needs of the town."""

    name: str = "gridapp"
    help_phone: str = ""
    help_hours: str = ""
    help_hours_en: str = ""
    welcome: str = ""
    welcome_en: str = ""
    cut_off_hours: int = 12
    value_limit_yuan: int = 300
    rethink_hours: int = 24

    def hours_in(self, language: str) -> str:
        """When somebody answers the phone, in the reader's language where the town has written it."""
        return self.help_hours_en if language == "en" and self.help_hours_en else self.help_hours

    def welcome_in(self, language: str) -> str:
        """The town's words of welcome in the reader's language; empty where it has none."""
        return self.welcome_en if language == "en" else self.welcome


@dataclass(frozen=True)
class AreaChoice:
    """An area as filters and forms offer it; `committees` are the codes that it covers."""

    id: int
    code: str
    kind: AreaKind
    name: str
    committees: frozenset[str]


def town_facts(session: Session) -> TownFacts:
    """The town's facts; before it is set up, placeholders."""

    def read() -> TownFacts:
        town = session.get(Town, 1)
        if town is None:
            return TownFacts()
        return TownFacts(
            town.name,
            town.help_phone,
            town.help_hours,
            town.help_hours_en,
            town.welcome,
            town.welcome_en,
            town.cut_off_hours,
            town.value_limit_yuan,
            town.rethink_hours,
        )

    return for_a_while("town", read)


def known_town_facts() -> TownFacts:
    """The facts as last read, without asking the database: for pages that say that it is gone."""
    kept = _kept.get("town")
    facts: TownFacts = kept[1] if kept else TownFacts()
    return facts


def committees(session: Session) -> Sequence[tuple[str, str]]:
    """(code, name) of every committee, by code."""
    return for_a_while(
        "committees",
        lambda: tuple(
            (row.code, row.name)
            for row in session.execute(select(Committee.code, Committee.name).order_by(Committee.code))
        ),
    )


def committee_choices(session: Session) -> dict[str, str]:
    """What may be written for a committee, its name or its official code → the code."""
    known = committees(session)
    return {name: code for code, name in known} | {code: code for code, _name in known}


def areas(session: Session) -> Sequence[AreaChoice]:
    """Every area with what it covers: town first, then grids and blocks, by code."""

    def read() -> tuple[AreaChoice, ...]:
        cover: dict[int, set[str]] = {}
        for area_id, code in session.execute(select(AreaCover.area_id, AreaCover.committee_code)):
            cover.setdefault(area_id, set()).add(code)
        rank = {AreaKind.TOWN: 0, AreaKind.GRID: 1, AreaKind.BLOCK: 2, AreaKind.COMMITTEE: 3}
        rows = session.execute(select(Area.id, Area.code, Area.kind, Area.name)).all()
        return tuple(
            AreaChoice(row.id, row.code, AreaKind(row.kind), row.name, frozenset(cover.get(row.id, ())))
            for row in sorted(rows, key=lambda row: (rank[AreaKind(row.kind)], row.code))
        )

    return for_a_while("areas", read)


def area_by_code(session: Session, code: str) -> Area | None:
    """The area with its committees and roads, or None."""
    return session.scalars(
        select(Area)
        .where(Area.code == code)
        .options(selectinload(Area.cover).joinedload(AreaCover.committee), selectinload(Area.roads))
    ).one_or_none()


def road_names(session: Session) -> Sequence[str]:
    """Names of the roads that are known, for suggestions."""
    return for_a_while(
        "roads",
        lambda: tuple(
            session.scalars(select(Road.name).where(Road.name.is_not(None)).distinct().order_by(Road.name))
        ),
    )


def forget_kept() -> None:
    """Read everything anew: after an import, and between tests."""
    _kept.clear()


def for_a_while(name: str, read: Callable[[], Kept]) -> Kept:
    """What `read` returns, kept under `name` for half a minute in this process: for lists that a town hardly changes."""
    kept = _kept.get(name)
    if kept is None or monotonic() - kept[0] > KEPT_S:
        kept = (monotonic(), read())
        _kept[name] = kept
    value: Kept = kept[1]
    return value
