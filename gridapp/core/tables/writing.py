"""Rows → CSV or XLSX, streamed, and safe to open in a spreadsheet (C8, C12).

A text that a spreadsheet would take for a formula begins with an apostrophe; `plain` takes it away again, so what
was written is read back unchanged.
"""

from __future__ import annotations

import csv
import io
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, tzinfo
from typing import IO, Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from gridapp.core.tables.reports import BadFile
from gridapp.core.words import N_, Words

# What begins a formula, in full width too, or is passed over before one; behind apostrophes of the text's own.
FORMULA = re.compile(r"'*\s*[=+\-@＝＋－﹣﹢﹦﹫＠−|%]|'*[\t\r\n]")
GUARDED = re.compile(rf"'(?:{FORMULA.pattern})")
LAST_ROW = 1_048_576
LONGEST_CELL = 32_767
CHUNK = 64 * 1024
SPOOLED = 2 * 1024 * 1024
COLUMN_WIDTH = 18

Value = str | int | date | datetime | None


def guarded(text: str) -> str:
    """`text` as no spreadsheet takes it for a formula."""
    return f"'{text}" if FORMULA.match(text) else text


def plain(text: str) -> str:
    """What `guarded` was given."""
    return text[1:] if GUARDED.match(text) else text


def csv_chunks(headings: Sequence[str], rows: Iterable[Sequence[Value]], zone: tzinfo) -> Iterator[bytes]:
    """A CSV file in UTF-8, piece by piece; with the mark by which spreadsheets know the encoding."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    buffer.write("\ufeff")
    writer.writerow([guarded(heading) for heading in headings])
    for row in rows:
        writer.writerow([_text(value, zone) for value in row])
        if buffer.tell() > CHUNK:
            yield buffer.getvalue().encode()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode()


def write_xlsx(
    headings: Sequence[str],
    rows: Iterable[Sequence[Value]],
    file: IO[bytes],
    zone: tzinfo,
    *,
    last: int = LAST_ROW,
) -> None:
    """Write a workbook of one sheet into `file`, row by row. Raises BadFile when there are more than `last` rows."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("gridapp")
    sheet.freeze_panes = "A2"
    for place in range(len(headings)):
        sheet.column_dimensions[chr(ord("A") + place)].width = COLUMN_WIDTH
    sheet.append([_cell(sheet, guarded(heading), bold=True) for heading in headings])
    try:
        for number, row in enumerate(rows, 2):
            if number > last:
                raise _too_many(last - 1)
            sheet.append([_typed(sheet, value, zone) for value in row])
        book.save(file)
    except BaseException:
        sheet.close()
        sheet._writer.cleanup()  # what openpyxl keeps on disk until it saves
        raise


def _too_many(most: int) -> BadFile:
    return BadFile(
        Words(N_("A workbook holds at most %(most)s rows, and there are more."), {"most": most}),
        Words(N_("Take CSV instead: it has no such limit.")),
    )


def xlsx_chunks(headings: Sequence[str], rows: Iterable[Sequence[Value]], zone: tzinfo) -> Iterator[bytes]:
    """A workbook, piece by piece. It is whole before the first piece is given: raises BadFile before that."""
    file = tempfile.SpooledTemporaryFile(max_size=SPOOLED)  # noqa: SIM115 (closed with the last piece)
    try:
        write_xlsx(headings, rows, file, zone)
    except BaseException:
        file.close()
        raise
    return _pieces(file)


def whole(chunks: Iterable[bytes]) -> bytes | IO[bytes]:
    """All pieces at once: as bytes while they are few, else as a file that nobody else sees and that is gone when closed."""
    file = tempfile.SpooledTemporaryFile(max_size=SPOOLED)  # noqa: SIM115 (closed here, or by whoever sends it)
    try:
        file.writelines(chunks)
    except BaseException:
        file.close()
        raise
    size = file.tell()
    file.seek(0)
    if size > SPOOLED:
        return file
    with file:
        return file.read()


CHUNKS: Mapping[str, Callable[[Sequence[str], Iterable[Sequence[Value]], tzinfo], Iterator[bytes]]] = {
    "csv": csv_chunks,
    "xlsx": xlsx_chunks,
}


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        file.seek(0)
        while chunk := file.read(CHUNK):
            yield chunk


def _text(value: Value, zone: tzinfo) -> str:
    if isinstance(value, str):
        return guarded(value)
    if isinstance(value, datetime):
        return f"{value.astimezone(zone):%Y-%m-%d %H:%M}"
    return "" if value is None else str(value)


def _typed(sheet: Any, value: Value, zone: tzinfo) -> Any:
    if isinstance(value, str):
        return _cell(sheet, guarded(value))
    if isinstance(value, datetime):
        return value.astimezone(zone).replace(tzinfo=None, second=0, microsecond=0)
    return value


def _cell(sheet: Any, text: str, *, bold: bool = False) -> Any:
    """A cell that holds text whatever it looks like."""
    if len(text) > LONGEST_CELL:
        raise BadFile(Words(N_("A text is too long for a cell of a workbook. Take CSV instead.")))
    cell = WriteOnlyCell(sheet)
    cell._value, cell.data_type = text, "s"
    if bold:
        cell.font = Font(bold=True)
    return cell
