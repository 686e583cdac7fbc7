"""A list of another office, 600 rows with holes, comes in with a mapping and a report that can be read (C8)."""

from __future__ import annotations

import csv
import io
import random
import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from sqlalchemy import select
from sqlalchemy.orm import Session

from gridapp.core.tables.reports import ImportReport
from gridapp.settings import ROOT
from gridapp.wishes.importers import WISHES
from gridapp.wishes.models import Beneficiary, Wish
from tests.factories import MONDAY_9, how_many, make_admin, make_coordinator
from tests.lists import import_list, saved
from tests.sheets.conftest import Run

MAPPING = re.search(r"```toml\n(.*?)```", (ROOT / "docs/importing.md").read_text(), re.DOTALL)[
    1
]  # the documented one
ROWS, SEED = 600, 20261124
HEADINGS = [
    "序号",
    "居委",
    "求助人",
    "联系电话",
    "住址",
    "类型",
    "心愿内容",
    "具体情况",
    "需要人数",
    "希望完成日期",
    "征得同意",
    "办理情况",
    "备注",
    "登记人",
]
DONE = "办结"
PHONE, CATEGORY, TITLE, PLACES, DEADLINE, STATE = 3, 5, 6, 8, 9, 11
# What is wrong in the list of the office, by the number of the row; each is one error.
WRONG: dict[int, tuple[int, Any]] = {
    17: (PHONE, "1391234"),
    88: (PHONE, "不记得"),
    140: (CATEGORY, "魔法"),
    233: (TITLE, ""),
    301: (PLACES, "两个人"),
    377: (DEADLINE, "下个礼拜"),
    459: (DEADLINE, date(2026, 1, 5)),
    590: (STATE, "审批中"),
}
RIGHT: dict[int, Any] = {
    17: "13912345678",
    88: "021-62345678",
    140: "陪护",
    233: "想要一条毯子",
    301: 2,
    377: "12月9日",
    459: date(2026, 12, 5),
    590: "待认领",
}


def rows(*, corrected: bool) -> list[list[Any]]:
    """The list: merged committees, numbers for phones, days in five ways, holes, and words of their own."""
    dice = random.Random(SEED)
    made = []
    for number in range(1, ROWS + 1):
        row = row_of(number, dice)
        if number in WRONG:
            place, value = WRONG[number]
            row[STATE] = "待认领"
            row[place] = RIGHT[number] if corrected else value
        made.append(row)
    return made


def row_of(number: int, dice: random.Random) -> list[Any]:
    """One row that is right."""
    day = date(2026, 12, 1) + timedelta(days=dice.randrange(60))
    phone = 13_900_000_000 + number
    return [
        number,
        {0: "刘家宅一居", 300: "福泉路居委会"}.get(number - 1),  # merged: the rest is empty
        f"示例{dice.choice('甲乙丙丁')}阿婆",
        dice.choice([phone, str(phone), f"+86 {phone}", f"{phone} "]),
        f"可乐路示例弄{number}号",
        dice.choice(["生活用品", "陪护", "家电维修", "跑腿", None, "/"]),
        f"想要第{number}样东西",
        dice.choice(["家里需要。", None, "不详", "晚上用，\n谢谢。"]),
        dice.choice([1, 2.0, "若干", "多多益善", None, "无"]),
        dice.choice([day, midnight(day), f"{day:%Y.%m.%d}", None, "不详"]),
        dice.choice(["本人当面", "电话联系", None, "书面"]),
        dice.choice(["待认领", "待认领", "待认领", DONE]),
        dice.choice([None, '=HYPERLINK("http://example.org")', "急"]),
        "示例登记人",
    ]


def midnight(day: date) -> datetime:
    """A day as workbooks keep it."""
    return datetime(day.year, day.month, day.day)  # noqa: DTZ001 (a day, not a moment)


def as_workbook(made: list[list[Any]]) -> bytes:
    """A workbook with another sheet before it, and a merged title above the headings."""
    book = Workbook()
    book.active.title = "说明"
    sheet = book.create_sheet("汇总")
    sheet.append(["2026年微心愿汇总表"])
    sheet.merge_cells("A1:N1")
    sheet.append(HEADINGS)
    for row in made:
        sheet.append(row)
    sheet.merge_cells("B3:B302")
    return saved(book)


def as_csv(made: list[list[Any]]) -> bytes:
    """The same as a spreadsheet in China saves it."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["2026年微心愿汇总表"] + [""] * (len(HEADINGS) - 1))
    writer.writerow(HEADINGS)
    writer.writerows([[said(value) for value in row] for row in made])
    return out.getvalue().encode("gb18030")


def said(value: Any) -> Any:
    """A cell as the CSV of a spreadsheet says it."""
    return f"{value.year}/{value.month}/{value.day}" if isinstance(value, date) else value


both = pytest.mark.parametrize("made", [as_workbook, as_csv], ids=["xlsx", "gb18030"])
Made = Callable[[list[list[Any]]], bytes]


@both
def test_a_list_with_holes_is_refused_as_a_whole_and_each_hole_is_named(session: Session, made: Made) -> None:
    make_admin()

    report = import_list(session, WISHES, made(rows(corrected=False)), mapping=MAPPING)

    assert how_many(Wish) == 0
    assert [(int(error.cell[1:]) - 2, HEADINGS.index(error.column)) for error in report.errors] == [
        (number, place) for number, (place, _value) in sorted(WRONG.items())
    ]
    assert all(error.advice for error in report.errors)


@both
def test_the_corrected_list_comes_in_and_a_second_time_changes_nothing(session: Session, made: Made) -> None:
    make_admin()
    make_coordinator()
    content = made(rows(corrected=True))
    over = sum(row[STATE] == DONE for row in rows(corrected=True))

    first = import_list(session, WISHES, content, mapping=MAPPING)
    second = import_list(session, WISHES, content, mapping=MAPPING, at=MONDAY_9 + timedelta(days=200))

    assert (first.new, first.same, first.left_out, first.errors) == (ROWS - over, 0, over, ())
    assert (second.new, second.same, second.left_out, second.errors) == (0, ROWS - over, over, ())
    assert how_many(Wish, state="submitted") == ROWS - over
    assert how_many(Wish, committee_code="310105102005") > 100
    assert how_many(Wish, places=None) > 100
    assert how_many(Wish, category_code="other") > 50
    numbers = set(session.scalars(select(Beneficiary.phone)))
    assert {"+8613900000001", "+8613912345678", "+862162345678"} <= numbers or over


def test_a_workbook_and_its_csv_say_the_same(session: Session) -> None:
    make_admin()
    import_list(session, WISHES, as_workbook(rows(corrected=True)), mapping=MAPPING)

    again: ImportReport = import_list(session, WISHES, as_csv(rows(corrected=True)), mapping=MAPPING)

    assert (again.new, again.errors) == (0, ())


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_the_report_is_a_table_that_says_where_what_and_what_to_do(
    run: Run, tmp_path: Path, ending: str
) -> None:
    make_admin()
    for name, content in (("list.xlsx", as_workbook(rows(corrected=False))), ("map.toml", MAPPING.encode())):
        (tmp_path / name).write_bytes(content)
    report = tmp_path / f"wrong.{ending}"

    refused = run(
        "import",
        "wishes",
        str(tmp_path / "list.xlsx"),
        "--map",
        str(tmp_path / "map.toml"),
        "--report",
        str(report),
    )

    assert refused.exit_code == 1
    assert "list.xlsx, line 19, 联系电话 (D19)" in refused.output
    said = read_back(report)
    assert len(said) == 1 + len(WRONG)
    assert said[1][:4] == ["19", "D19", "联系电话", "1391234"]
    assert all(len(row) == 6 and all(row) for row in said)


def read_back(file: Path) -> list[list[str]]:
    """The rows of a report."""
    if file.suffix == ".csv":
        return list(csv.reader(io.StringIO(file.read_text("utf-8-sig"))))
    book = load_workbook(file)
    return [[str(value or "") for value in row] for row in book.active.iter_rows(values_only=True)]
