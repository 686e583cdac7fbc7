"""The loop of every importer: each row is known already, left out, wrong or new; all new ones are written, or none (C8).

What a list said is remembered by a key in `imported_rows`: the list's own number where a mapping names it, else
what the columns say that tell two things of this kind apart. So a second import changes nothing, whatever has
become of the things since.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from gridapp.core.database import Base, UtcDateTime
from gridapp.core.tables.cells import Cells, Choices
from gridapp.core.tables.headings import Sheet
from gridapp.core.tables.reports import ImportReport, RowError
from gridapp.core.words import N_, Words

Entry = TypeVar("Entry")
ASKED_AT_ONCE = 500


class ImportedRow(Base):
    """A row of a list that came in: under which key, and a hash of what it said. Holds no personal text."""

    __tablename__ = "imported_rows"
    __table_args__ = (UniqueConstraint("kind", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    key: Mapped[str] = mapped_column(String(64))
    content: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class LeftOut:
    """What a reader of rows answers for a row that is not wanted, such as a wish that came true long ago."""


LEFT_OUT = LeftOut()
Reader = Callable[[Cells], "Entry | LeftOut | None"]


@dataclass(frozen=True)
class Found(Generic[Entry]):
    """A new row that is right, and what it is remembered by (None: the thing itself tells)."""

    entry: Entry
    key: str | None
    content: str


@dataclass
class Reading(Generic[Entry]):
    """What the rows of a list turned out to be."""

    kind: str
    found: list[Found[Entry]] = field(default_factory=list)
    errors: list[RowError] = field(default_factory=list)
    same: int = 0
    differs: int = 0
    left_out: int = 0

    def report(self, new: int, **more: int) -> ImportReport:
        """The report, when `new` of the found rows were written and the others were there already."""
        same = self.same + len(self.found) - new
        return ImportReport(new, same, (), differs=self.differs, left_out=self.left_out, **more)

    def refused(self) -> ImportReport:
        """The report when something is wrong."""
        return ImportReport(0, 0, self.errors)


def read_rows(
    session: Session,
    kind: str,
    sheet: Sheet,
    read: Reader[Entry],
    *,
    choices: Choices,
    keyed_by: Sequence[str] = (),
) -> Reading[Entry]:
    """Read every row with `read`, which returns what the row says, LEFT_OUT, or None when something in it is wrong.

    `keyed_by` are the columns that tell two things apart; without any, and without a number in the list, nothing
    is remembered.
    """
    reading: Reading[Entry] = Reading(kind)
    numbers: dict[str, int] = {}
    for cells, number, key, before in _with_keys(session, kind, sheet, choices, keyed_by):
        if number and numbers.setdefault(number, cells.row.line) != cells.row.line:
            reading.errors.append(_twice(cells, number, numbers[number]))
            continue
        content = _hash(sorted(cells.values.items()))
        if before is not None:
            reading.same += 1
            reading.differs += before != content
            continue
        entry = read(cells)
        if isinstance(entry, LeftOut):
            reading.left_out += 1
            continue
        reading.errors += cells.in_order()
        if entry is not None and not cells.errors:
            reading.found.append(Found(entry, key, content))
    return reading


def remember(session: Session, kind: str, found: Found[Any], at: datetime) -> ImportedRow | None:
    """Remember that the row came in; None where the thing itself tells."""
    if found.key is None:
        return None
    row = ImportedRow(kind=kind, key=found.key, content=found.content, at=at)
    session.add(row)
    return row


def _with_keys(
    session: Session, kind: str, sheet: Sheet, choices: Choices, keyed_by: Sequence[str]
) -> Iterator[tuple[Cells, str, str | None, str | None]]:
    """Each row with the list's number, its key, and the hash of what it said when it came in before."""
    part: list[tuple[Cells, str, str | None]] = []
    for row, values, number in sheet.values():
        cells = Cells(row, values, sheet, choices)
        if number:
            key: str | None = _hash([kind, sheet.mapping.source, number])
        else:
            key = _hash([kind, *(values.get(column, "") for column in keyed_by)]) if keyed_by else None
        part.append((cells, number, key))
        if len(part) == ASKED_AT_ONCE:
            yield from _with_known(session, kind, part)
            part = []
    yield from _with_known(session, kind, part)


def _with_known(
    session: Session, kind: str, part: Sequence[tuple[Cells, str, str | None]]
) -> Iterator[tuple[Cells, str, str | None, str | None]]:
    keys = [key for _cells, _number, key in part if key]
    known: dict[str, str] = {}
    if keys:
        rows = select(ImportedRow.key, ImportedRow.content).where(
            ImportedRow.kind == kind, ImportedRow.key.in_(keys)
        )
        known = {row.key: row.content for row in session.execute(rows)}
    for cells, number, key in part:
        yield cells, number, key, known.get(key or "")


def _twice(cells: Cells, number: str, first: int) -> RowError:
    return RowError(
        cells.row.line,
        cells.sheet.mapping.id or "",
        Words(N_("The number “%(number)s” is in line %(line)s already."), {"number": number, "line": first}),
        Words(N_("Give each row a number of its own, or take the line “id” out of the mapping.")),
        typed=number,
    )


def _hash(content: Any) -> str:
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()
