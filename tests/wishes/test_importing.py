"""Wishes from a file: entered for coordinators to check, all or none, and twice is once (C8, C10)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from gridapp.core.journal import broken_chains
from gridapp.core.outbox import Message
from gridapp.core.tables.reports import ImportReport
from gridapp.wishes.importers import WISHES
from gridapp.wishes.models import Beneficiary, Source, Wish, WishState
from gridapp.wishes.queries import beneficiary_of
from tests.factories import HOME, MONDAY_9, make_admin, make_coordinator
from tests.lists import import_list

HEADINGS = "标题,说明,类别,居民区,路名,人数,截止日期,受益人,电话,地址,同意方式\n"
LAMP = "想要一盏台灯,晚上看报用。,物品,刘家宅一居委会,可乐路,,2026-12-01,示例阿婆,021-62345678,可乐路示例弄1号,当面\n"
CHESS = "陪下棋,谁都可以来。,company,310105102005,,不限,,示例爷叔,19900001001,福泉路示例弄2号,\n"


def read(session: Session, text: str, at: datetime = MONDAY_9) -> ImportReport:
    """Import `text` as the command line does, for the town admin if there is one."""
    return import_list(session, WISHES, text.encode(), at=at)


def places(report: ImportReport) -> list[tuple[int, str]]:
    """Line and column of each error."""
    return [(error.line, error.column) for error in report.errors]


def test_a_list_becomes_wishes_for_the_coordinator_to_check(session: Session) -> None:
    admin, coordinator = make_admin(), make_coordinator()

    report = read(session, HEADINGS + LAMP + CHESS)

    assert (report.new, report.same, report.errors) == (2, 0, ())
    lamp, chess = session.scalars(select(Wish).order_by(Wish.id)).all()
    assert (lamp.state, lamp.source, lamp.author_id) == (WishState.SUBMITTED, Source.OTHER, admin.id)
    assert (lamp.category_code, lamp.committee_code, lamp.places) == ("item", HOME, 1)
    assert (lamp.consent_how, lamp.consent_by_id) == ("in_person", admin.id)
    assert lamp.deadline == datetime(2026, 12, 1, 15, 59, tzinfo=UTC)
    assert beneficiary_of(session, lamp).phone == "+862162345678"
    assert (chess.places, chess.consent_at, chess.deadline) == (None, None, None)
    assert set(session.scalars(select(Message.person_id))) == {coordinator.id}
    assert list(broken_chains(session)) == []


def test_a_second_import_changes_nothing_even_when_the_deadline_is_over(session: Session) -> None:
    make_admin()
    read(session, HEADINGS + LAMP + CHESS)

    report = read(session, HEADINGS + LAMP + CHESS, at=MONDAY_9 + timedelta(days=30))

    assert (report.new, report.same, report.errors) == (0, 2, ())
    assert session.scalar(select(func.count(Wish.id))) == 2


def test_each_error_names_line_and_column_and_nothing_is_written(session: Session) -> None:
    make_admin()
    wrong = [
        f"{'长' * 41},说明,物品,310105102001,,1,,示例,19900001001,某路示例弄,\n",
        "甲,说明,魔法,310105102001,,0,明天,示例,123,某路示例弄,口头\n",
        "乙,说明,物品,310105102001,,3.5,2026-11-22,示例,19900001001,某路示例弄,\n",
        "丙,说\x0b明,物品,310105102001,,1,2028-01-01,,19900001001,,\n",
        LAMP,
        LAMP,
    ]

    report = read(session, HEADINGS + "".join(wrong))

    assert (report.new, report.same) == (0, 0)
    assert places(report) == [
        (2, "标题"),
        (3, "类别"),
        (3, "人数"),
        (3, "截止日期"),
        (3, "电话"),
        (3, "同意方式"),
        (4, "人数"),
        (4, "截止日期"),
        (5, "说明"),
        (5, "截止日期"),
        (5, "受益人"),
        (5, "地址"),
        (7, "标题"),
    ]
    assert session.scalar(select(func.count(Beneficiary.wish_id))) == 0


def test_without_a_town_admin_it_says_so(session: Session) -> None:
    report = read(session, HEADINGS + LAMP)

    assert [error.line for error in report.errors] == [1]
    assert "town admin" in report.errors[0].words.text
