"""Rows of text → a sheet whose columns are ours, whatever the list calls them (C8)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from openpyxl.utils import get_column_letter

from gridapp.core.tables.mapping import ALL_OTHERS, NO_MAPPING, ListMapping
from gridapp.core.tables.reading import Row, Table
from gridapp.core.tables.reports import BadFile
from gridapp.core.tables.writing import plain
from gridapp.core.texts import LONGEST_TYPED, cleaned, folded
from gridapp.core.words import N_, Words

LONGEST_HEADING = 100
LOOKED_AT = 10  # rows above which the headings are expected
Thing = TypeVar("Thing")


@dataclass(frozen=True)
class Column:
    """A column of a kind of list, read and written under the same heading.

    `needed`: cannot be left out of a list. `only_written`: an importer passes over it. `mask`: what is written
    without the right to personal data (C4).
    """

    name: str
    heading: str
    needed: bool = False
    only_written: bool = False
    mask: Callable[[str], str] | None = None


def unwatched(things: Sequence[Thing], _label: str) -> Iterable[Thing]:
    """Nobody looks on."""
    return things


@dataclass
class Sheet:
    """A list that is ready to be read: where each of our columns lies, and under which heading."""

    rows: Sequence[Row]
    places: Mapping[str, int]
    headings: Mapping[str, str]
    is_workbook: bool = False
    mapping: ListMapping = NO_MAPPING
    id_place: int | None = None
    watch: Callable[[Sequence[Any], str], Iterable[Any]] = unwatched

    def values(self) -> Iterator[tuple[Row, dict[str, str], str]]:
        """Each row, our column → text, and the foreign number or nothing."""
        above: dict[str, str] = {}
        for row in self.watch(self.rows, "rows read"):
            yield row, self._named(row.cells, above), self._at(row.cells, self.id_place)

    def cell(self, row: int, column: str) -> str:
        """The name of a cell in a spreadsheet (C4); empty where the list has no such column."""
        return f"{get_column_letter(self.places[column] + 1)}{row}" if column in self.places else ""

    def _named(self, cells: Sequence[str], above: dict[str, str]) -> dict[str, str]:
        named = {}
        for column, place in self.places.items():
            text = self._at(cells, place)
            if column in self.mapping.fill_down:
                text = text or above.get(column, "")
                above[column] = text
            named[column] = self.mapping.meant(column, text)
        for column, default in self.mapping.defaults.items():
            named[column] = named.get(column) or default
        return named

    def _at(self, cells: Sequence[str], place: int | None) -> str:
        text = cells[place] if place is not None and place < len(cells) else ""
        if len(text) > LONGEST_TYPED:
            return text
        text = plain(cleaned(text))
        return "" if folded(text) in self.mapping.empty else text


def arrange(table: Table, columns: Sequence[Column], mapping: ListMapping = NO_MAPPING) -> Sheet:
    """Find the headings of `table` and where each of `columns` lies. Raises BadFile."""
    known = {folded(word): column.name for column in columns for word in (column.heading, column.name)}
    known |= mapping.columns
    first, headings = _headings(table, known, mapping)
    places: dict[str, int] = {}
    twice, unknown = [], []
    for place, heading in enumerate(headings):
        name = known.get(folded(heading))
        if name is None:
            unknown.append((place, heading))
        elif name in places:
            twice.append(heading)
        else:
            places[name] = place
    rows = [row for row in table.rows if row.number > first]
    if twice:
        raise BadFile(Words(N_("A column is there twice: %(twice)s"), {"twice": "、".join(twice)}))
    _refuse_unknown(unknown, rows, columns, mapping)
    _refuse_missing(places, headings, columns, mapping)
    _refuse_too_wide(rows, len(headings), table.is_workbook, mapping)
    by_heading = {folded(heading): place for place, heading in enumerate(headings)}
    skipped = {column.name for column in columns if column.only_written}
    return Sheet(
        rows,
        {name: place for name, place in places.items() if name not in skipped},
        {name: headings[place] for name, place in places.items()},
        table.is_workbook,
        mapping,
        by_heading.get(mapping.id) if mapping.id else None,
    )


def _headings(table: Table, known: Mapping[str, str], mapping: ListMapping) -> tuple[int, list[str]]:
    """The number of the headings' last row, and the headings; rows above, such as a title, are passed over."""
    if mapping.heading_rows:
        by_number = {row.number: row.cells for row in table.rows}
        rows = [by_number.get(number, []) for number in mapping.heading_rows]
        return max(mapping.heading_rows), _trimmed(_over_each_other(rows))
    early = table.rows[:LOOKED_AT]
    best = max(early, key=lambda row: len({folded(cell) for cell in row.cells} & known.keys()))
    if not {folded(cell) for cell in best.cells} & known.keys():
        best = early[0]
    return best.number, _trimmed([_heading(cell) for cell in best.cells])


def _over_each_other(rows: Sequence[Sequence[str]]) -> list[str]:
    """Headings of several rows: 联系人 over 姓名 and 电话 becomes 联系人/姓名 and 联系人/电话."""
    width = max(map(len, rows), default=0)
    columns: list[list[str]] = [[] for _ in range(width)]
    for number, row in enumerate(rows):
        spread = ""
        for place in range(width):
            text = _heading(row[place]) if place < len(row) else ""
            below = any(place < len(under) and under[place].strip() for under in rows[number + 1 :])
            spread = text or (spread if below else "")  # a merged cell gives its text to what lies below it
            if spread:
                columns[place].append(spread)
    return ["/".join(parts) for parts in columns]


def _heading(cell: str) -> str:
    """One line, as it can be quoted."""
    return " ".join(cleaned(cell[:LONGEST_HEADING]).split())


def _trimmed(headings: list[str]) -> list[str]:
    while headings and not headings[-1]:
        headings.pop()
    return headings


def _refuse_unknown(
    unknown: Sequence[tuple[int, str]], rows: Sequence[Row], columns: Sequence[Column], mapping: ListMapping
) -> None:
    if ALL_OTHERS in mapping.ignore:
        return
    bare = [place for place, heading in unknown if not heading]
    filled = {p for row in rows for p in bare if p < len(row.cells) and row.cells[p].strip()}
    names = [heading for _place, heading in unknown if heading and folded(heading) not in mapping.ignore]
    names = [name for name in names if folded(name) != mapping.id]
    names += [get_column_letter(place + 1) for place in sorted(filled)]
    if names:
        parts = {"unknown": "、".join(names), "known": "、".join(column.heading for column in columns)}
        raise BadFile(
            Words(N_("The headings have columns not known here: %(unknown)s. Known are: %(known)s"), parts),
            Words(N_("Rename or remove them; or name them in a mapping file, under [columns] or in ignore.")),
        )


def _refuse_missing(
    places: Mapping[str, int], headings: Sequence[str], columns: Sequence[Column], mapping: ListMapping
) -> None:
    there = {folded(heading) for heading in headings}
    named = [mapping.written[word] for word in mapping.columns if word not in there]
    if mapping.id and mapping.id not in there:
        named.append(mapping.id)
    if named:
        raise BadFile(
            Words(
                N_("The mapping names columns that the list does not have: %(named)s. It has: %(there)s"),
                {"named": "、".join(named), "there": "、".join(headings)},
            )
        )
    missing = [c.heading for c in columns if c.needed and c.name not in {*places, *mapping.defaults}]
    if missing:
        raise BadFile(
            Words(N_("These columns are missing: %(missing)s"), {"missing": "、".join(missing)}),
            Words(N_("Add them; or name the list's own columns, or a default, in a mapping file.")),
        )


def _refuse_too_wide(rows: Sequence[Row], width: int, is_workbook: bool, mapping: ListMapping) -> None:
    if ALL_OTHERS in mapping.ignore:
        return
    for row in rows:
        if any(map(str.strip, row.cells[width:])):
            parts = {"line": row.line, "cells": len(row.cells), "columns": width}
            raise BadFile(
                Words(N_("Line %(line)s has %(cells)s cells for %(columns)s headings."), parts),
                Words(N_("Give the last column a heading."))
                if is_workbook
                else Words(N_("Is a comma too many? A text with commas stands in quotation marks.")),
            )
