"""The town itself from a list: committees, grids and blocks with what they cover, roads (A1, A7, C8).

One row a thing. Committees have their official code. A row that says something else than what is there changes
it; whatever the list does not name stays as it is. The town covers every committee by itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session, selectinload

from gridapp.areas.models import Area, AreaCover, AreaKind, Committee, Road
from gridapp.areas.queries import forget_kept
from gridapp.core import journal
from gridapp.core.features import Importer
from gridapp.core.tables.cells import SEPARATORS, Cells, doubled
from gridapp.core.tables.headings import Column, Sheet
from gridapp.core.tables.importing import read_rows
from gridapp.core.tables.reports import ImportReport
from gridapp.core.words import N_, Words

COLUMNS = (
    Column("kind", "类型", needed=True),
    Column("code", "编号", needed=True),
    Column("name", "名称", needed=True),
    Column("about", "说明"),
    Column("cover", "所辖居民区"),
    Column("roads", "路段"),
)
COMMITTEE = "committee"
KIND_WORDS = {
    AreaKind.TOWN: "镇",
    AreaKind.GRID: "网格",
    AreaKind.BLOCK: "街区",
    AreaKind.COMMITTEE: "居民区",
}
KINDS = {word: kind for kind, name in KIND_WORDS.items() for word in (name, kind.value)} | {
    "街道": AreaKind.TOWN,
    "居委会": AreaKind.COMMITTEE,
}
UNNAMED_ROAD = "待补录"
LONGEST = {"code": 30, "name": 60, "about": 200, "road": 40}
COMMITTEE_CODE = 12
TOWN_CODE = "town"


@dataclass(frozen=True)
class Entry:
    """One row that is right; `cover` as typed, `roads` with None for those whose name is not known yet."""

    kind: AreaKind
    code: str
    name: str
    about: str | None
    cover: Sequence[str]
    roads: Sequence[str | None]
    cells: Cells


@dataclass
class Town:
    """What is there: committees by code, areas by code, and which grid covers a committee."""

    committees: dict[str, Committee]
    areas: dict[str, Area]
    codes: dict[str, str] = field(
        default_factory=dict
    )  # a committee's name or code → code, those of the list too

    def grid_of(self) -> dict[str, str]:
        """The code of a committee → the code of its grid."""
        grids = (area for area in self.areas.values() if area.kind == AreaKind.GRID)
        return {one.committee_code: grid.code for grid in grids for one in grid.cover}


def choices(_session: Session) -> dict[str, dict[str, Any]]:
    """What may be written in a cell."""
    return {"kind": KINDS}


def read(session: Session, sheet: Sheet, *, by: Any, at: datetime) -> ImportReport:
    """Write committees and areas, new or changed, or nothing when any row has an error (A7, C8)."""
    lines: dict[str, int] = {}
    reading = read_rows(session, "areas", sheet, lambda cells: _entry(cells, lines), choices=choices(session))
    entries = [found.entry for found in reading.found]
    town = _town(session, entries)
    covers = {entry.code: _cover(entry, town) for entry in entries if entry.kind != AreaKind.COMMITTEE}
    _refuse_second_grid(entries, covers, town)
    reading.errors += [error for entry in entries for error in entry.cells.errors]
    if reading.errors:
        reading.errors.sort(key=lambda error: error.line)
        return reading.refused()
    new, changed = _write(session, sheet, entries, covers, town, by=by, at=at)
    session.flush()
    forget_kept()
    return ImportReport(new, reading.same + len(entries) - new - changed, changed=changed)


# -- what the rows say


def _entry(cells: Cells, lines: dict[str, int]) -> Entry | None:
    kind: AreaKind | None = cells.choice("kind", required=True)
    code = cells.line_of_text("code", LONGEST["code"], required=True)
    name = cells.line_of_text("name", LONGEST["name"], required=True)
    about = cells.line_of_text("about", LONGEST["about"])
    cover = cells.parts("cover", LONGEST["name"])
    roads = _roads(cells)
    if code:
        doubled(cells, "code", code, lines)
    if kind is None or code is None or name is None:
        return None
    _check_code(cells, kind, code)
    if kind in (AreaKind.COMMITTEE, AreaKind.TOWN) and cover:
        cells.wrong(
            "cover",
            Words(N_("Grids and blocks alone have this column; the town covers everything by itself.")),
            Words(N_("Leave the cell empty.")),
        )
    if kind != AreaKind.BLOCK and roads:
        cells.wrong("roads", Words(N_("A block alone lists its roads.")), Words(N_("Leave the cell empty.")))
    return Entry(kind, code, name, about, cover, roads, cells)


def _roads(cells: Cells) -> list[str | None]:
    """Roads in their order; those without a name yet may be several."""
    typed = [part.strip() for part in SEPARATORS.split(cells.text("roads", 4000) or "")]
    named = cells.parts("roads", LONGEST["road"])
    unnamed = typed.count(UNNAMED_ROAD)
    return [road for road in named if road != UNNAMED_ROAD] + [None] * unnamed


def _check_code(cells: Cells, kind: AreaKind, code: str) -> None:
    if kind == AreaKind.COMMITTEE and not (code.isascii() and code.isdigit() and len(code) == COMMITTEE_CODE):
        cells.wrong(
            "code",
            Words(N_("A committee's code is the official one of 12 figures.")),
            Words(N_("Look it up in the statistical division codes, such as 310105102001.")),
        )
    elif kind != AreaKind.COMMITTEE and not all(
        sign.isascii() and (sign.isalnum() or sign == "-") for sign in code
    ):
        cells.wrong(
            "code",
            Words(N_("A code is made of Latin letters, figures and hyphens: it stands in addresses.")),
            Words(N_("Write it like grid-4.")),
        )


def _town(session: Session, entries: Sequence[Entry]) -> Town:
    committees = {row.code: row for row in session.scalars(select(Committee))}
    areas = {
        row.code: row
        for row in session.scalars(select(Area).options(selectinload(Area.cover), selectinload(Area.roads)))
    }
    names = {row.name: row.code for row in committees.values()}
    names |= {entry.name: entry.code for entry in entries if entry.kind == AreaKind.COMMITTEE}
    return Town(
        committees, areas, names | {code: code for code in names.values()} | {c: c for c in committees}
    )


def _cover(entry: Entry, town: Town) -> frozenset[str]:
    """The codes of what the area covers."""
    unknown = [word for word in entry.cover if word not in town.codes]
    if unknown:
        entry.cells.wrong(
            "cover",
            Words(N_("These committees are not known: %(unknown)s"), {"unknown": "、".join(unknown)}),
            Words(N_("Write name or code as in the committee's own row, or add a row for it.")),
        )
    there = town.areas.get(entry.code)
    if there is not None and there.kind != entry.kind:
        entry.cells.wrong(
            "kind",
            Words(N_("There is an area of another kind with this code.")),
            Words(N_("Give it another code.")),
        )
    if "cover" not in entry.cells.sheet.places and there is not None:
        return frozenset(one.committee_code for one in there.cover)
    return frozenset(town.codes[word] for word in entry.cover if word in town.codes)


def _refuse_second_grid(entries: Sequence[Entry], covers: Mapping[str, frozenset[str]], town: Town) -> None:
    """A committee is covered by at most one grid (A1): of the list, or of those that it does not name."""
    grids = [entry for entry in entries if entry.kind == AreaKind.GRID]
    named = {entry.code for entry in grids}
    grid_of = {code: grid for code, grid in town.grid_of().items() if grid not in named}
    for entry in grids:
        for code in sorted(covers[entry.code]):
            first = grid_of.setdefault(code, entry.code)
            if first != entry.code:
                entry.cells.wrong(
                    "cover",
                    Words(
                        N_("%(code)s is covered by the grid %(grid)s already."), {"code": code, "grid": first}
                    ),
                    Words(N_("A committee lies in one grid: take it out of one of the two.")),
                )


# -- writing


def _write(
    session: Session,
    sheet: Sheet,
    entries: Sequence[Entry],
    covers: Mapping[str, frozenset[str]],
    town: Town,
    *,
    by: Any,
    at: datetime,
) -> tuple[int, int]:
    """How many are new, and how many changed; journaled (A7)."""
    who = {"by_id": by.id if by else None, "by_role": "town_admin" if by else "system", "at": at}
    done = {"new": 0, "changed": 0, "same": 0}
    whole = _whole_town(session, entries, town)
    ordered = sorted(entries, key=lambda entry: entry.kind != AreaKind.COMMITTEE)
    _free_what_moves(session, entries, covers, town)
    for entry in sheet.watch(ordered, "rows written"):
        if entry.kind == AreaKind.COMMITTEE:
            done[_committee(session, entry, town, whole, who)] += 1
        elif entry.kind == AreaKind.TOWN:
            done[_names(session, entry, whole, who)] += 1
        else:
            done[_area(session, entry, covers[entry.code], town, who)] += 1
    return done["new"], done["changed"]


def _whole_town(session: Session, entries: Sequence[Entry], town: Town) -> Area:
    """The area that covers everything; made when there is none."""
    for area in town.areas.values():
        if area.kind == AreaKind.TOWN:
            return area
    typed = next((entry for entry in entries if entry.kind == AreaKind.TOWN), None)
    area = Area(code=typed.code if typed else TOWN_CODE, kind=AreaKind.TOWN, name="")
    session.add(area)
    session.flush()
    session.add_all(AreaCover(area_id=area.id, committee_code=c, kind=AreaKind.TOWN) for c in town.committees)
    return area


def _free_what_moves(
    session: Session, entries: Sequence[Entry], covers: Mapping[str, frozenset[str]], town: Town
) -> None:
    """Take away what areas cover no longer, before another grid takes it."""
    for entry in entries:
        area = town.areas.get(entry.code)
        if area is not None and entry.kind in (AreaKind.GRID, AreaKind.BLOCK):
            gone = {one.committee_code for one in area.cover} - covers[entry.code]
            if gone:
                session.execute(
                    delete(AreaCover).where(AreaCover.area_id == area.id, AreaCover.committee_code.in_(gone))
                )


def _committee(session: Session, entry: Entry, town: Town, whole: Area, who: Mapping[str, Any]) -> str:
    there = town.committees.get(entry.code)
    if there is not None and there.name == entry.name:
        return "same"
    if there is None:
        session.add(Committee(code=entry.code, name=entry.name))
        session.flush()
        session.add(AreaCover(area_id=whole.id, committee_code=entry.code, kind=AreaKind.TOWN))
    else:
        there.name = entry.name
    step = "committee_added" if there is None else "committee_renamed"
    journal.record(session, whole, step, reason=entry.code, **who)
    return "new" if there is None else "changed"


def _names(session: Session, entry: Entry, area: Area, who: Mapping[str, Any]) -> str:
    """Name and words of an area; journaled when they change."""
    about = entry.about if "about" in entry.cells.sheet.places else area.about
    if (area.name, area.about) == (entry.name, about):
        return "same"
    was_there = bool(area.name)
    area.name, area.about = entry.name, about
    journal.record(session, area, "changed" if was_there else "added", reason="import", **who)
    return "changed" if was_there else "new"


def _area(session: Session, entry: Entry, cover: frozenset[str], town: Town, who: Mapping[str, Any]) -> str:
    area = town.areas.get(entry.code)
    if area is None:
        area = Area(code=entry.code, kind=entry.kind, name="")
        session.add(area)
        session.flush()
        before: set[str] = set()
    else:
        before = {one.committee_code for one in area.cover}
    named = _names(session, entry, area, who)
    session.add_all(
        AreaCover(area_id=area.id, committee_code=code, kind=entry.kind) for code in sorted(cover - before)
    )
    moved = _set_roads(session, area, entry)
    for step, happened in (("cover_changed", before != cover), ("roads_changed", moved)):
        if happened and named != "new":
            journal.record(session, area, step, reason="import", **who)
    session.flush()
    session.expire(area)
    return "changed" if named == "same" and (before != cover or moved) else named


def _set_roads(session: Session, area: Area, entry: Entry) -> bool:
    """Give the block its roads; one that it has no longer stays a road of the town. True when anything changed."""
    if "roads" not in entry.cells.sheet.places or entry.kind != AreaKind.BLOCK:
        return False
    wanted = list(entry.roads)
    moved = False
    for road in list(area.roads):
        if road.name in wanted:
            wanted.remove(road.name)
        else:
            road.block_id, moved = None, True
    for name in wanted:
        loose = (
            name and session.scalars(select(Road).where(Road.name == name, Road.block_id.is_(None))).first()
        )
        if loose:
            loose.block_id = area.id
        else:
            session.add(Road(name=name, block_id=area.id))
        moved = True
    return moved


AREAS = Importer(N_("Areas"), COLUMNS, choices, read)
