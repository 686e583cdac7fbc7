"""What a file says, whatever it was saved as; and what no file may do to us (C8)."""

from __future__ import annotations

import io
import time as clock
import zipfile
from datetime import date, datetime, time

import pytest
from openpyxl import Workbook

from gridapp.core.tables.headings import Column, arrange
from gridapp.core.tables.reading import COMMAND_LINE, Limits, read_table
from gridapp.core.tables.reports import BadFile
from tests.lists import saved, workbook

COLUMNS = (
    Column("name", "姓名", needed=True),
    Column("phone", "手机", needed=True),
    Column("committee", "居民区", needed=True),
    Column("skills", "技能"),
)
TEXT = "姓名,手机,居民区\n示例甲,19900001001,程桥\n"


def cells(content: bytes, **how: object) -> list[list[str]]:
    """The cells of every row."""
    return [row.cells for row in read_table(content, **how).rows]  # type: ignore[arg-type]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("sign", [",", ";", "\t"])
def test_a_csv_file_is_read_whatever_a_spreadsheet_saved_it_as(encoding: str, sign: str) -> None:
    content = TEXT.replace(",", sign).encode(encoding)

    assert cells(content)[1] == ["示例甲", "19900001001", "程桥"]


def test_lines_and_rows_are_counted_as_an_editor_and_a_spreadsheet_do() -> None:
    table = read_table('姓名\n"示例\n甲"\n\n示例乙\n'.encode())

    assert [(row.line, row.number) for row in table.rows] == [(1, 1), (2, 2), (5, 4)]


def test_typed_cells_of_a_workbook_say_what_people_see() -> None:
    content = workbook(
        [date(2026, 12, 1), datetime(2026, 12, 1, 14, 30), time(9, 5), datetime(2026, 12, 1)],  # noqa: DTZ001
        [13912345678, 13912345678.0, 1.5, True],
        [],
        [None, "  甲 ", False, 0],
    )

    assert cells(content) == [
        ["2026-12-01", "2026-12-01 14:30", "09:05", "2026-12-01"],
        ["13912345678", "13912345678", "1.5", "是"],
        ["", "  甲 ", "否", "0"],
    ]


def test_a_formula_is_its_last_value_and_never_computed() -> None:
    content = workbook(["=1+1", "x"])

    assert cells(content) == [["", "x"]]  # nothing has computed it yet


def test_the_first_visible_sheet_is_read_or_the_one_named() -> None:
    book = Workbook()
    book.active.title, book.active.sheet_state = "说明", "hidden"
    book.create_sheet("一").append(["甲"])
    book.create_sheet("二").append(["乙"])

    assert cells(saved(book)) == [["甲"]]
    assert cells(saved(book), sheet=" 二 ") == [["乙"]]
    with pytest.raises(BadFile, match="说明、一、二"):
        read_table(saved(book), sheet="三")


def test_a_title_above_the_headings_is_passed_over() -> None:
    content = workbook(["志愿者名单"], [], ["手机", "姓名", "居民区"], ["19900001001", "示例甲", "程桥"])

    sheet = arrange(read_table(content), COLUMNS)

    ((row, values, number),) = sheet.values()
    assert (row.line, values["name"], values["phone"], number) == (4, "示例甲", "19900001001", "")
    assert sheet.cell(row.number, "phone") == "A4"


# -- what is no such table ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"\n\n,,\n", "empty"),
        (b"\x89PNG\r\n\x1a\n\0\0", "not a CSV file"),
        (b"PK\x03\x04\x00\x00\xff\xfe", "damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old Excel"),
        ("姓名,手机\n".encode(), "missing: 居民区"),
        ("姓名,手机,居民区,生日\n".encode(), "生日"),
        ("姓名,手机,居民区,name\n".encode(), "twice: name"),
        ("姓名,手机,居民区\n示例甲,1,2,3\n".encode(), "4 cells for 3"),
        ('姓名,手机,居民区\n示例甲,"19900001001,甲\n'.encode(), "quotation mark"),
    ],
)
def test_a_file_that_is_no_such_table_says_why(content: bytes, words: str) -> None:
    with pytest.raises(BadFile, match=words):
        arrange(read_table(content), COLUMNS)


def test_a_column_without_a_heading_is_named_by_its_letter() -> None:
    content = workbook(["姓名", "手机", "居民区", None, "技能"], ["甲", "1", "程桥", "？", "做饭"])

    with pytest.raises(BadFile, match=r"not known here: D\."):
        arrange(read_table(content), COLUMNS)


# -- what is meant to harm ---------------------------------------------------------------------------


def with_part(name: str, content: bytes) -> bytes:
    """A workbook in which one part is another."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook(["姓名"]))) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for part in old.infolist():
            new.writestr(part.filename, content if part.filename == name else old.read(part))
    return out.getvalue()


SHEET = "xl/worksheets/sheet1.xml"
OPEN = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
CLOSE = b"</sheetData></worksheet>"
LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    + OPEN
    + b"<row><c t='str'><v>&b;</v></c></row>"
    + CLOSE
)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(with_part(SHEET, OPEN + b" " * 60_000_000 + CLOSE), id="a bomb"),
        pytest.param(with_part(SHEET, LAUGHS), id="a billion laughs"),
        pytest.param(
            with_part(SHEET, OPEN + b'<row r="99999999999"><c><v>1</v></c></row>' + CLOSE), id="a far row"
        ),
        pytest.param(
            with_part(SHEET, OPEN + b'<row r="1"><c r="ZZZZZZ1"><v>1</v></c></row>' + CLOSE), id="a far cell"
        ),
        pytest.param(with_part(SHEET, OPEN + b"<row><c"), id="cut off"),
        pytest.param(with_part("xl/workbook.xml", b"<nothing/>"), id="no workbook"),
        pytest.param(workbook(["姓名"])[:-40], id="no end"),
    ],
)
def test_a_workbook_that_was_made_to_harm_is_refused_in_words_and_at_once(content: bytes) -> None:
    began = clock.monotonic()

    with pytest.raises(BadFile):
        read_table(content, limits=Limits(10_000_000, 30_000_000, 1000))

    assert clock.monotonic() - began < 5


def test_a_file_that_is_too_large_or_too_long_says_the_limit() -> None:
    small = Limits(100, COMMAND_LINE.unpacked, 2)

    with pytest.raises(BadFile, match="too large"):
        read_table(b"a" * 101, limits=small)
    with pytest.raises(BadFile, match="at most 2 rows"):
        read_table(b"a\n" * 4, limits=small)
    assert len(read_table(b"a\n" * 3, limits=small).rows) == 3


def test_a_table_of_a_thousand_columns_is_refused() -> None:
    with pytest.raises(BadFile, match="200 columns"):
        read_table(b",".join([b"a"] * 1000))
