"""What each kind of list means: the town itself, people, hours of the past (A1, A7, V3, C8)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest
from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from gridapp.accounts.models import Consent, Person
from gridapp.areas.models import AreaCover, Committee, Road
from gridapp.areas.queries import area_by_code, committees
from gridapp.core.journal import broken_chains
from gridapp.core.tables.importing import ImportedRow
from gridapp.core.tables.reports import ImportReport
from gridapp.volunteers.models import HourEntry
from tests.factories import (
    ELSEWHERE,
    HOME,
    NEXT_DOOR,
    NOBODYS,
    area,
    how_many,
    make_admin,
    make_person,
    make_volunteer,
    steps_of,
    volunteer_of,
)
from tests.lists import import_list, workbook

AREAS = ["类型", "编号", "名称", "说明", "所辖居民区", "路段"]
HOURS = ["手机", "日期", "分钟", "服务内容", "地点", "组织单位", "确认人"]


def bring_in(session: Session, kind: str, *rows: Sequence[Any]) -> ImportReport:
    """Import the rows as a workbook."""
    return import_list(session, current_app.extensions["gridapp"].importers[kind], workbook(*rows))


def places(report: ImportReport) -> list[tuple[int, str]]:
    """Line and column of each error."""
    return [(error.line, error.column) for error in report.errors]


# -- areas -------------------------------------------------------------------------------------------


def test_a_town_is_set_up_from_one_list(session: Session) -> None:  # A1, A7
    report = bring_in(
        session,
        "areas",
        AREAS,
        ["网格", "grid-9", "第九网格", "示例", "示例新村居委会、310105102035", None],
        ["街区", "block-6", "第六街区", None, "示例新村居委会", "示例路、待补录、待补录"],
        ["居民区", 310105102099, "示例新村居委会", None, None, None],
        ["镇", "town", "新泾镇", None, None, None],
    )

    assert (report.new, report.changed, report.same, report.errors) == (3, 0, 1, ())
    grid, block, town = area_by_code(session, "grid-9"), area("block-6"), area("town")
    assert grid
    assert {one.committee_code for one in grid.cover} == {"310105102099", NOBODYS}
    assert [road.name for road in block.roads] == ["示例路", None, None]
    assert "310105102099" in {one.committee_code for one in town.cover}
    assert ("310105102099", "示例新村居委会") in committees(session)
    assert (steps_of(grid), steps_of(block), steps_of(town)) == (
        ["added"],
        ["added"],
        ["committee_added"],
    )
    assert list(broken_chains(session)) == []


def test_a_changed_row_changes_the_town_and_is_journaled(session: Session) -> None:  # A7, C2
    rows = [
        ["网格", "grid-4", "第四网格", None, HOME, None],  # 程桥 is free again, 刘家宅一 comes in
        ["网格", "grid-5", "第五网格", None, ELSEWHERE, None],
        ["居民区", HOME, "刘家宅第一居委会", None, None, None],
        ["街区", "block-5", "第五街区", "三条路", f"{HOME}、{NEXT_DOOR}", "可乐路"],
    ]

    first, second = bring_in(session, "areas", AREAS, *rows), bring_in(session, "areas", AREAS, *rows)

    assert (first.new, first.changed, first.same) == (1, 3, 0)
    assert (second.new, second.changed, second.same) == (0, 0, 4)
    assert session.get_one(Committee, HOME).name == "刘家宅第一居委会"
    covers = session.execute(
        select(AreaCover.committee_code).where(AreaCover.area_id == area("grid-4").id)
    ).all()
    assert covers == [(HOME,)]
    assert steps_of(area("grid-4")) == ["cover_changed"]
    assert how_many(Road, name="可乐路") == 1


def test_a_road_that_a_block_gives_up_stays_a_road(session: Session) -> None:  # C2
    row = ["街区", "block-5", "第五街区", None, HOME]
    bring_in(session, "areas", AREAS, [*row, "可乐路、新泾路"])

    bring_in(session, "areas", AREAS, [*row, "新泾路"])
    bring_in(session, "areas", AREAS, ["街区", "block-7", "第七街区", None, NEXT_DOOR, "可乐路"])

    assert how_many(Road) == 2
    assert [road.name for road in area("block-7").roads] == ["可乐路"]


def test_what_is_wrong_with_a_town_is_named_and_nothing_is_written(session: Session) -> None:  # A1
    report = bring_in(
        session,
        "areas",
        AREAS,
        ["网格", "grid-9", "第九网格", None, f"{ELSEWHERE}、天上居委会", None],
        ["居民区", "12345", "示例", None, None, None],
        ["楼组", "x", "示例", None, None, None],
        ["街区", "第六", "第六街区", None, None, None],
        ["网格", "block-5", "第五", None, None, None],
        ["镇", "town", "新泾镇", None, HOME, None],
        ["网格", "grid-8", "第八", None, None, "可乐路"],
    )

    assert places(report) == [
        (2, "所辖居民区"),  # not known
        (2, "所辖居民区"),  # in a grid already
        (3, "编号"),
        (4, "类型"),
        (5, "编号"),
        (6, "类型"),
        (7, "所辖居民区"),
        (8, "路段"),
    ]
    assert area_by_code(session, "grid-9") is None
    assert how_many(Committee) == 4


# -- people ------------------------------------------------------------------------------------------


def test_people_get_accounts_without_a_password(session: Session) -> None:  # A6, Y1
    admin = make_admin()

    report = bring_in(
        session,
        "people",
        ["姓名", "手机", "居民区", "状态"],
        ["示例甲", 19900001001, "刘家宅一居委会", None],
        ["示例乙", "199 0000 1002", "不住本镇", "正常"],
        ["示例丙", 19900001003, HOME, "停用"],
    )

    assert (report.new, report.left_out, report.errors) == (2, 1, ())
    first = session.scalars(select(Person).where(Person.phone == "+8619900001001")).one()
    assert (first.name, first.committee_code, first.password_hash, first.phone_proven_at) == (
        "示例甲",
        HOME,
        None,
        None,
    )
    assert how_many(Consent, how="import") == 2
    assert steps_of(first) == ["imported"]
    assert admin.id != first.id


def test_a_number_that_is_known_is_nobody_new(session: Session) -> None:
    known = make_person("示例丁")

    report = bring_in(
        session, "people", ["姓名", "手机", "居民区"], ["别的名字", known.phone, HOME], ["甲", "123", "天上"]
    )

    assert places(report) == [(3, "手机"), (3, "居民区")]
    again = bring_in(session, "people", ["姓名", "手机", "居民区"], ["别的名字", known.phone, HOME])
    assert (again.new, again.same) == (0, 1)
    assert session.get_one(Person, known.id).name == "示例丁"


# -- hours -------------------------------------------------------------------------------------------


def test_hours_of_the_past_stand_in_the_ledger_once(session: Session) -> None:  # V3
    admin, lan = make_admin(), make_volunteer("示例兰")
    rows = [
        [lan.phone, date(2025, 3, 5), 90, "学雷锋义诊", "可乐路", "新泾镇卫生中心", "示例王书记"],
        [lan.phone, "2025/3/6", "45", "陪聊", None, "第五街区", "示例王书记"],
    ]

    first, second = bring_in(session, "hours", HOURS, *rows), bring_in(session, "hours", HOURS, *rows)

    assert (first.new, second.new, second.same) == (2, 0, 2)
    entry = session.scalars(select(HourEntry).order_by(HourEntry.id)).first()
    assert entry
    assert (entry.minutes, entry.day, entry.organiser, entry.confirmed_by_name) == (
        90,
        date(2025, 3, 5),
        "新泾镇卫生中心",
        "示例王书记",
    )
    assert (entry.recorded_by_id, entry.confirmed_as, entry.thing) == (admin.id, "records", "imported_rows")
    assert how_many(ImportedRow, kind="hours") == 2
    assert steps_of(volunteer_of(lan))[-2:] == ["hours_imported", "hours_imported"]


def test_hours_may_be_hours(session: Session) -> None:
    make_admin()
    lan = make_volunteer("示例兰")
    headings = [{"分钟": "小时"}.get(name, name) for name in HOURS]

    bring_in(session, "hours", headings, [lan.phone, date(2025, 3, 5), 1.5, "义诊", None, "镇", "王"])

    assert session.scalars(select(HourEntry.minutes)).all() == [90]


def test_what_is_wrong_with_hours_is_named(session: Session) -> None:
    make_admin()
    resident = make_person("居民")
    lan = make_volunteer("示例兰")

    report = bring_in(
        session,
        "hours",
        HOURS,
        [resident.phone, date(2025, 3, 5), 90, "义诊", None, "镇", "王"],
        [lan.phone, date(2027, 3, 5), 90, "义诊", None, "镇", "王"],
        [lan.phone, None, None, None, None, None, None],
        [lan.phone, date(2025, 3, 5), 5000, "义诊", None, "镇", "王"],
        [lan.phone, date(2025, 3, 6), 60, "义诊", None, "镇", "王"],
        [lan.phone, date(2025, 3, 6), 60, "义诊", None, "镇", "王"],
    )

    assert places(report) == [
        (2, "手机"),
        (3, "日期"),
        (4, "日期"),
        (4, "分钟"),
        (4, "服务内容"),
        (4, "组织单位"),
        (4, "确认人"),
        (5, "分钟"),
        (7, "服务内容"),
    ]
    assert how_many(HourEntry) == 0


def test_without_a_town_admin_nobody_could_answer_for_hours(session: Session) -> None:
    lan = make_volunteer("示例兰")

    report = bring_in(session, "hours", HOURS, [lan.phone, date(2025, 3, 5), 90, "义诊", None, "镇", "王"])

    assert "town admin" in report.errors[0].words.text


@pytest.mark.parametrize("kind", ["people", "volunteers"])
def test_a_number_of_the_list_is_the_same_row_whatever_it_says_later(session: Session, kind: str) -> None:
    importer = current_app.extensions["gridapp"].importers[kind]
    mapping, headings = 'id = "序号"', ["序号", "姓名", "手机", "居民区"]
    import_list(session, importer, workbook(headings, [1, "示例甲", "19900001001", HOME]), mapping=mapping)

    changed = workbook(headings, [1, "示例甲", "19900001009", HOME], [2, "乙", "19900001002", HOME])
    report = import_list(session, importer, changed, mapping=mapping)
    twice = import_list(
        session,
        importer,
        workbook(headings, [3, "丙", "19900001003", HOME], [3, "丁", "19900001004", HOME]),
        mapping=mapping,
    )

    assert (report.new, report.same, report.differs) == (1, 1, 1)
    assert how_many(Person) == 2
    assert places(twice) == [(3, "序号")]
