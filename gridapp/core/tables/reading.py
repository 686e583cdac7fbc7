"""The bytes of a CSV or XLSX file → rows of text (C8). What cannot be read, or is too large, is refused in words."""

from __future__ import annotations

import csv
import io
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, NamedTuple

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from gridapp.core.tables.reports import BadFile
from gridapp.core.words import N_, Words

MEGABYTE = 1024 * 1024
MOST_COLUMNS = 200
MOST_PARTS = 1000
LAST_ROW = 1_048_576  # of any spreadsheet
PROLOGUE = 65_536
ENCODINGS = ("utf-8-sig", "gb18030")  # the second is what spreadsheets in China save
DELIMITERS = (",", ";", "\t")
WORKBOOK = b"PK\x03\x04"
OLD_WORKBOOK = b"\xd0\xcf\x11\xe0"  # .xls, or an .xlsx behind a password
UTF_16 = (b"\xff\xfe", b"\xfe\xff")
YES, NO = "是", "否"
# What openpyxl and what lies below it raise for a file that is no workbook, or a damaged one.
DAMAGED = (
    InvalidFileException,
    zipfile.BadZipFile,
    zlib.error,
    ArithmeticError,
    AttributeError,
    EOFError,
    LookupError,
    NotImplementedError,
    OSError,
    RuntimeError,
    SyntaxError,  # of XML
    TypeError,
    ValueError,
)


class Row(NamedTuple):
    """A row's text: on which line an editor sees it, in which row a spreadsheet does; they differ in a CSV file."""

    line: int
    cells: list[str]
    number: int


@dataclass(frozen=True)
class Limits:
    """How large a file may be: its bytes, what it unpacks to, and its rows."""

    bytes: int
    unpacked: int
    rows: int


COMMAND_LINE = Limits(64 * MEGABYTE, 400 * MEGABYTE, 200_000)


@dataclass(frozen=True)
class Table:
    """The rows that are not empty."""

    rows: Sequence[Row]
    is_workbook: bool


def read_table(content: bytes, *, sheet: str | None = None, limits: Limits = COMMAND_LINE) -> Table:
    """Read a file; of a workbook the first visible sheet, or the one named. Raises BadFile.

    Values come as text: a day as 2026-11-26, a moment as 2026-11-26 14:00, a number that is whole without a
    point (so a phone number that a spreadsheet took for a number is one again), yes and no as 是 and 否, a
    formula as the value that was last computed.
    """
    if len(content) > limits.bytes:
        raise BadFile(
            Words(N_("The file is too large: at most %(most)s kB."), {"most": limits.bytes // 1024}),
            Words(N_("Split it, or bring it in with the command line.")),
        )
    is_workbook = content.startswith(WORKBOOK)
    if content.startswith(OLD_WORKBOOK):
        raise BadFile(
            Words(N_("This is an old Excel file (.xls), or one with a password.")),
            Words(N_("Open it, choose “Save as”, and save it as .xlsx without a password.")),
        )
    lines = _workbook(content, sheet, limits) if is_workbook else _csv(_decoded(content))
    rows = list(_filled(lines, limits))
    if not rows:
        raise BadFile(Words(N_("The file is empty.")))
    return Table(rows, is_workbook)


def _filled(lines: Iterable[Row], limits: Limits) -> Iterator[Row]:
    count = 0
    for line, cells, number in lines:
        if not any(map(str.strip, cells)):
            continue
        count += 1
        if count > limits.rows + 1:
            raise BadFile(
                Words(N_("The list is too long: at most %(most)s rows."), {"most": limits.rows}),
                Words(N_("Split it, or bring it in with the command line.")),
            )
        if len(cells) > MOST_COLUMNS and any(map(str.strip, cells[MOST_COLUMNS:])):
            raise BadFile(
                Words(N_("The table is too wide: at most %(most)s columns."), {"most": MOST_COLUMNS})
            )
        yield Row(line, cells[:MOST_COLUMNS], number)


# -- CSV


def _decoded(content: bytes) -> str:
    encodings = ("utf-16",) if content.startswith(UTF_16) else ENCODINGS
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise BadFile(
        Words(N_("This is not a CSV file, nor a workbook.")),
        Words(N_("Please save the table as “CSV UTF-8” or as .xlsx and try again.")),
    )


def _csv(text: str) -> Iterator[Row]:
    """Each row, empty ones too, with the line on which it begins: a cell may hold several lines."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    begins = 1
    try:
        for number, cells in enumerate(reader, 1):
            yield Row(begins, cells, number)
            begins = reader.line_num + 1
    except csv.Error:
        raise BadFile(
            Words(N_("Line %(line)s is not CSV: perhaps a quotation mark is missing."), {"line": begins})
        ) from None


def _delimiter(text: str) -> str:
    """The sign that separates the cells of the first line that has any."""
    for line in text.splitlines()[:20]:
        bare = re.sub(r'"[^"]*"', "", line)
        best = max(DELIMITERS, key=bare.count)
        if best in bare:
            return best
    return DELIMITERS[0]


# -- XLSX


def _workbook(content: bytes, sheet: str | None, limits: Limits) -> Iterator[Row]:
    try:
        _refuse_bombs(content, limits)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles and extensions that nobody reads here
            book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
            page = _page(book, sheet)
            page.reset_dimensions()  # what a file says of its own size is often wrong
            for line, cells in enumerate(page.iter_rows(values_only=True), 1):
                if line > LAST_ROW:
                    raise _damaged()
                yield Row(line, [_text(value) for value in cells], line)
            book.close()
    except BadFile:
        raise
    except DAMAGED as wrong:
        raise _damaged() from wrong


def _damaged() -> BadFile:
    return BadFile(
        Words(N_("This workbook is damaged, or not one that spreadsheets write.")),
        Words(N_("Open it in a spreadsheet, save it anew as .xlsx and try again.")),
    )


def _refuse_bombs(content: bytes, limits: Limits) -> None:
    """A workbook is a ZIP archive of XML: small outside, it may be huge inside."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = archive.infolist()
        if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > limits.unpacked:
            raise BadFile(
                Words(N_("This workbook is too large when unpacked.")),
                Words(N_("Copy the rows alone into a new workbook, without pictures, and save that.")),
            )
        for part in parts:
            if part.flag_bits & 1:
                raise BadFile(Words(N_("This workbook has a password. Please save it without one.")))
            if part.filename.endswith((".xml", ".rels")):
                with archive.open(part) as xml:
                    head = xml.read(PROLOGUE).replace(b"\0", b"")
                if b"<!DOCTYPE" in head or b"<!ENTITY" in head:  # no spreadsheet writes them
                    raise _damaged()


def _page(book: Any, name: str | None) -> Any:
    pages = book.worksheets
    if name is None:
        return next((page for page in pages if page.sheet_state == "visible"), pages[0])
    for page in pages:
        if page.title.strip() == name.strip():
            return page
    raise BadFile(
        Words(
            N_("There is no sheet “%(name)s”; there are: %(known)s"),
            {"name": name, "known": "、".join(page.title for page in pages)},
        )
    )


def _text(value: Any) -> str:
    """A typed cell as text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return YES if value else NO
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d}" if value.time() == time() else f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return f"{value:%Y-%m-%d}"
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else f"{value:.12g}"
    return str(value)
