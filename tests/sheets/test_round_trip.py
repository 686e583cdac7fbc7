"""What goes out comes in again as the same rows, into this town and into another (C8)."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask, current_app
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.orm import Session

from gridapp.core.database import db, writing
from gridapp.core.screening import private_things
from gridapp.core.tables.reading import read_table
from gridapp.core.texts import NOT_WRITTEN, cleaned
from gridapp.volunteers.models import VolunteerState
from gridapp.wishes.models import Contact, Source, WishState
from tests.conftest import empty
from tests.factories import (
    ELSEWHERE,
    NEXT_DOOR,
    earn,
    make_admin,
    make_coordinator,
    make_person,
    make_town,
    make_volunteer,
    make_wish,
    volunteer_of,
)
from tests.lists import export_list, import_list

KINDS = ("people", "volunteers", "hours", "wishes", "areas")
FRESH = ("编号", "申请时间", "注册时间", "登记时间", "提出时间")  # columns that another town gives anew
formats = pytest.mark.parametrize("file_format", ["csv", "xlsx"])


def importer(kind: str) -> Any:
    """The importer of this kind."""
    return current_app.extensions["gridapp"].importers[kind]


def table(content: bytes) -> list[dict[str, str]]:
    """The rows of a list by their headings, without what another town gives anew; in the order of what they say."""
    first, *rows = [row.cells for row in read_table(content).rows]
    named = [dict(zip(first, cells, strict=False)) for cells in rows]
    kept = [{name: text for name, text in row.items() if name not in FRESH and text} for row in named]
    return sorted(kept, key=lambda row: sorted(row.items()))


def a_town_with_people() -> None:
    """Something of every kind."""
    make_admin()
    make_coordinator()
    make_person("=示例公式", committee=ELSEWHERE)
    volunteer = volunteer_of(make_volunteer("@示例甲", committee=NEXT_DOOR))
    with writing(db.session()):
        volunteer.free_times = "1-morning 6-evening"
    make_volunteer("'-示例乙", state=VolunteerState.APPLIED)
    earn(make_volunteer("示例丙"), 40)
    contact = Contact("+示例阿婆", "+862162345678", "可乐路一二三弄")
    for number, places in enumerate((1, None, 9999)):
        make_wish(
            f"=心愿{number}", state=WishState.SUBMITTED, places=places, contact=contact, source=Source.OTHER
        )


@formats
def test_an_export_of_this_town_changes_nothing_in_it(session: Session, file_format: str) -> None:
    a_town_with_people()

    for kind in KINDS:
        content = export_list(session, kind, file_format)
        report = import_list(session, importer(kind), content)

        assert (kind, report.new, report.changed, list(report.errors)) == (kind, 0, 0, [])
        assert export_list(session, kind, file_format) == content or file_format == "xlsx"


@formats
def test_an_export_builds_the_same_town_elsewhere(session: Session, file_format: str) -> None:
    a_town_with_people()
    lists = {kind: export_list(session, kind, file_format) for kind in KINDS}
    empty(session)
    make_admin_alone()

    for kind in ("areas", "people", "volunteers", "hours", "wishes"):
        report = import_list(session, importer(kind), lists[kind])
        assert (kind, list(report.errors)) == (kind, [])

    again = {kind: table(export_list(session, kind, file_format)) for kind in KINDS}
    assert again["areas"] == table(lists["areas"])
    assert again["volunteers"] == table(lists["volunteers"])
    assert again["hours"] == table(lists["hours"])
    assert again["wishes"] == [row for row in table(lists["wishes"]) if row["状态"] == "待审核"]
    there = table(lists["people"])
    assert [row for row in again["people"] if row in there] == there


def make_admin_alone() -> None:
    """A town that knows nothing but its admin."""
    make_town(db.session())
    make_admin()
    with writing(db.session()):
        db.session().execute(text("UPDATE people SET committee_code = NULL"))
        db.session().execute(text("DELETE FROM area_cover"))
        db.session().execute(text("DELETE FROM committees"))
        db.session().execute(text("DELETE FROM areas WHERE kind <> 'town'"))


def is_public(words: str) -> bool:
    """Whether a wish may say it."""
    return bool(words) and not private_things(words) and not NOT_WRITTEN.search(words)


one_line = (
    st.text(
        st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"], include_characters="=+-@'＝＠\"，,;"),
        max_size=30,
    )
    .map(cleaned)
    .filter(is_public)
)


@formats
@given(titles=st.lists(one_line, min_size=1, max_size=4, unique=True), words=one_line)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_a_wish_says_it_says_again(
    app: Flask, file_format: str, titles: list[str], words: str
) -> None:
    with fresh_town(app) as session:
        make_admin()
        for title in titles:
            make_wish(title, text=words, road=words[:20], state=WishState.SUBMITTED, source=Source.OTHER)
        content = export_list(session, "wishes", file_format)
        before = table(content)
        with writing(session):
            for name in ("messages", "journal", "beneficiaries", "wishes"):
                session.execute(text(f"DELETE FROM {name}"))

        report = import_list(session, importer("wishes"), content)

        assert (report.new, list(report.errors)) == (len(titles), [])
        assert table(export_list(session, "wishes", file_format)) == before


class fresh_town:  # noqa: N801 (read as a word)
    """An empty town for one example."""

    def __init__(self, app: Flask):
        self.app = app

    def __enter__(self) -> Session:
        session: Session = db.session()
        empty(session)
        make_town(session)
        return session

    def __exit__(self, *_wrong: object) -> None:
        db.session().rollback()
