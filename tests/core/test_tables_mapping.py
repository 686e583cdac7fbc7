"""What a mapping says about a foreign list, and what it may not say (C8)."""

from __future__ import annotations

from datetime import date

import pytest

from gridapp.core.tables.headings import Column, Sheet, arrange
from gridapp.core.tables.mapping import NO_MAPPING, ListMapping, read_mapping
from gridapp.core.tables.reading import read_table
from gridapp.core.tables.reports import BadFile
from tests.lists import workbook

COLUMNS = (
    Column("name", "姓名", needed=True),
    Column("phone", "手机", needed=True),
    Column("committee", "居民区", needed=True),
    Column("state", "状态"),
)
CHOICES = {"state": ["已通过", "approved"]}


def said(text: str) -> ListMapping:
    """The mapping."""
    return read_mapping(text, [column.name for column in COLUMNS], CHOICES)


def sheet(text: str, *rows: list[object]) -> Sheet:
    """A list that is read with a mapping."""
    return arrange(read_table(workbook(*rows)), COLUMNS, said(text))


def test_headings_words_defaults_and_merged_cells_are_translated() -> None:
    text = """
        id = "编号"
        ignore = ["备注"]
        empty = ["无"]
        fill_down = ["committee"]
        [columns]
        "志愿者姓名" = "name"
        "联系方式" = "phone"
        "居委会" = "committee"
        "情况" = "state"
        [words.state]
        "在册" = "已通过"
        [defaults]
        state = "approved"
    """
    rows = [
        ["编号", "志愿者姓名", "联系方式", "居委会", "情况", "备注"],
        [7, "甲", 199, "程桥", "在册 ", "x"],
        [8, "乙", "无", None, None, None],
    ]

    found = list(sheet(text, *rows).values())

    assert [(values, number) for _row, values, number in found] == [
        ({"name": "甲", "phone": "199", "committee": "程桥", "state": "已通过"}, "7"),
        ({"name": "乙", "phone": "", "committee": "程桥", "state": "approved"}, "8"),
    ]


def test_headings_of_two_rows_are_named_by_both() -> None:
    text = 'heading_row = [2, 3]\n[columns]\n"联系人/姓名" = "name"\n"联系人/电话" = "phone"\n'
    rows = [["名单"], ["居民区", "联系人", None], [None, "姓名", "电话"], ["程桥", "甲", "199"]]

    ((_row, values, _number),) = sheet(text, *rows).values()

    assert (values["name"], values["phone"], values["committee"]) == ("甲", "199", "程桥")


def test_a_default_stands_for_a_column_that_is_missing() -> None:
    ((_row, values, _number),) = sheet(
        '[defaults]\ncommittee = "程桥"', ["姓名", "手机"], ["甲", "199"]
    ).values()

    assert values["committee"] == "程桥"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("2026-12-01", date(2026, 12, 1)),
        ("2026/12/1", date(2026, 12, 1)),
        ("2026.12.1", date(2026, 12, 1)),
        ("2026年12月1日", date(2026, 12, 1)),
        ("２０２６－１２－０１", date(2026, 12, 1)),
        ("2026-02-30", None),
        ("12月1日", None),
        ("明天", None),
    ],
)
def test_a_day_is_read_in_the_usual_ways(typed: str, meant: date | None) -> None:
    assert NO_MAPPING.day(typed) == meant


def test_a_mapping_adds_ways_to_write_a_day() -> None:
    mapping = said('dates = ["M月D日", "DD.MM.YY"]\nyear = 2026')

    assert mapping.day("12月1日") == date(2026, 12, 1)
    assert mapping.day("01.12.26") == date(2026, 12, 1)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("居委 = committee", "not TOML"),
        ('ignor = ["备注"]', "ignor; known are: source"),
        ('[columns]\n"电话" = "telephone"', "telephone; known are: name、phone"),
        ('[columns]\n"电话" = "phone"\n"手机" = "phone"', "the same one of ours: phone"),
        ('[words.status]\n"在册" = "已通过"', "status; known"),
        ('[words.state]\n"在册" = "通过了"', "通过了”; it may be: 已通过"),
        ("[defaults]\nstate = true", "defaults.state"),
        ("heading_row = 0", "heading_row is “0”"),
        ('year = "2026"', "year is"),
        ('dates = ["tomorrow"]', "dates is “tomorrow”"),
        ('columns = "name"', "columns is “name”"),
        ("ignore = [1]", "ignore is"),
    ],
)
def test_what_is_not_understood_is_named_with_what_may_stand_there(text: str, words: str) -> None:
    with pytest.raises(BadFile, match=words):
        said(text)


def test_a_mapping_of_another_list_is_noticed() -> None:
    with pytest.raises(BadFile, match=r"does not have: 联系方式\. It has: 姓名、手机、居民区"):
        sheet('[columns]\n"联系方式" = "phone"', ["姓名", "手机", "居民区"], ["甲", "199", "程桥"])


def test_all_other_columns_can_be_ignored() -> None:
    rows = [["姓名", "手机", "居民区", "生日", None], ["甲", "199", "程桥", "1950", "x"]]

    ((_row, values, _number),) = sheet('ignore = ["*"]', *rows).values()

    assert values == {"name": "甲", "phone": "199", "committee": "程桥"}
