"""The town admin uploads a list, reads what would be done, and confirms; nobody else can (C8, C9, C11, A5)."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from openpyxl import load_workbook
from sqlalchemy.orm import Session

from gridapp.accounts.models import Person
from gridapp.core import clock
from gridapp.core.database import Base, db, writing
from gridapp.volunteers.models import Volunteer
from tests.conftest import MONDAY_9
from tests.factories import HOME, how_many, make_admin, make_coordinator, make_person, steps_of
from tests.lists import workbook

HEADINGS = ["姓名", "手机", "居民区", "状态"]
LIST = workbook(HEADINGS, ["示例甲", 19900001001, HOME, "已通过"], ["@示例乙", "19900001002", HOME, None])
PEOPLE = workbook(HEADINGS, ["示例甲", 19900001001, HOME, None])
WRONG = workbook(HEADINGS, ["示例甲", 123, HOME, None], [None, "19900001002", "天上", "已通过"])
FORM = "form[action='/desk/import']"
CONFIRM = "form[action='/desk/import/confirmation']"
REPORT = "form[action='/desk/import/report']"


def upload(content: bytes, name: str = "list.xlsx") -> tuple[io.BytesIO, str]:
    """A file as a browser sends it."""
    return io.BytesIO(content), name


def rows(session: Session) -> dict[str, int]:
    """How many rows every table has."""
    session.rollback()
    return {table.name: len(session.execute(table.select()).all()) for table in Base.metadata.sorted_tables}


def test_a_list_is_checked_then_confirmed_and_stands_there_once(browse_both, session):  # C8, C9, C11
    admin = make_admin()
    browser = browse_both(by=admin).open("/desk/import")
    before = rows(session)

    browser.submit(FORM, kind="volunteers", file=upload(LIST))

    assert browser.status == 200
    assert "将导入" in browser.text("#import .facts")
    assert "示例甲" in browser.text("#import details")
    assert rows(session) == before  # nothing of it is kept with us

    browser.submit(CONFIRM)

    assert "已导入 2 行" in browser.flashes
    assert how_many(Volunteer) == 2
    assert how_many(Person, name="@示例乙") == 1
    browser.again()
    assert how_many(Volunteer) == 2
    assert "已经导入过了" in browser.flashes
    browser.open("/desk/import").submit(FORM, kind="volunteers", file=upload(LIST))
    assert "原来就有 2" in " ".join(browser.text("#import .facts").split())


def test_who_brought_a_list_in_stands_in_the_journal(browse, session):  # C2
    admin = make_admin()
    browser = browse(by=admin).open("/desk/import").submit(FORM, kind="people", file=upload(PEOPLE))

    browser.submit(CONFIRM)

    person = session.query(Person).filter_by(name="示例甲").one()
    assert steps_of(person) == ["imported"]


def test_what_is_wrong_is_a_table_on_the_page_and_to_take_home(browse_both, session):  # C8, P7
    browser = browse_both(by=make_admin()).open("/desk/import")
    before = rows(session)

    browser.submit(FORM, kind="volunteers", file=upload(WRONG))

    assert browser.status == 422
    assert "有 3 格不对" in browser.text("#import h2")
    assert [row.select("td")[1].get_text() for row in browser.select("#import tbody tr")] == [
        "手机",
        "姓名",
        "居民区",
    ]
    assert browser.select(CONFIRM) == []
    form = browser.one(REPORT)
    fields = {field["name"]: field["value"] for field in form.select("input")}
    answer = browser.client.post(form["action"], data=fields)
    assert answer.headers["Content-Disposition"].startswith(
        'attachment; filename="gridapp-errors-2026-11-23.xlsx"'
    )
    sheet = load_workbook(io.BytesIO(answer.data)).active
    assert [sheet.cell(line, 2).value for line in (2, 3, 4)] == ["B2", "A3", "C3"]
    assert rows(session) == before


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("list.pdf", b"%PDF-1.7\0", "这不是 CSV"),
        ("list.xls", b"\xd0\xcf\x11\xe0", "旧的 Excel"),
        ("list.csv", "姓名,生日\n".encode(), "生日"),
        ("list.csv", ("姓名,手机,居民区\n" + "甲,1,天上\n" * 1001).encode(), "最多 1000 行"),
        ("list.csv", b"", "空"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(browse_both, name, content, words):  # C14
    browser = browse_both(by=make_admin()).open("/desk/import")

    browser.submit(FORM, kind="people", file=upload(content, name))

    assert browser.status == 422
    assert words in browser.text(".error-summary")


def test_without_a_file_or_a_kind_it_asks_for_them(browse_both):  # P7
    browser = browse_both(by=make_admin()).open("/desk/import").submit(FORM)

    assert browser.status == 422
    assert "请选择文件" in browser.text(".error-summary")


def test_a_list_of_another_office_comes_in_with_its_mapping(browse_both):  # C8
    browser = browse_both(by=make_admin()).open("/desk/import")
    content = workbook(["名", "号码", "备注"], ["示例甲", "19900001001", "x"])
    mapping = (
        f'ignore = ["备注"]\n[columns]\n"名" = "name"\n"号码" = "phone"\n[defaults]\ncommittee = "{HOME}"\n'
    )

    browser.submit(FORM, kind="people", file=upload(content), mapping=upload(b"names = 1", "map.toml"))
    assert "names" in browser.text(".error-summary")
    browser.submit(FORM, kind="people", file=upload(content), mapping=upload(mapping.encode(), "map.toml"))
    browser.submit(CONFIRM)

    assert how_many(Person, committee_code=HOME, name="示例甲") == 1


def test_what_changed_between_check_and_confirmation_is_found(browse_both):  # C1
    browser = browse_both(by=make_admin()).open("/desk/import")
    browser.submit(FORM, kind="volunteers", file=upload(LIST))
    somebody = make_person("别人")
    with_number(somebody, "+8619900001001")

    browser.submit(CONFIRM)

    assert browser.status == 422
    assert "姓名不同" in browser.text("#import tbody")
    assert how_many(Volunteer) == 0


def with_number(person: Person, phone: str) -> None:
    """The person has this number now."""
    with writing(db.session()):
        db.session().get_one(Person, person.id).phone = phone


def test_a_checked_list_is_good_for_half_an_hour_and_for_its_owner(browse, app):  # A5
    admin, colleague = make_admin(), make_admin()
    browser = browse(by=admin).open("/desk/import").submit(FORM, kind="people", file=upload(PEOPLE))
    sealed = browser.one(f"{CONFIRM} [name=list-secret]")["value"]

    stolen = browse(by=colleague).post("/desk/import/confirmation", **{"list-secret": sealed})
    forged = browse(by=admin).post("/desk/import/confirmation", **{"list-secret": sealed[:-3] + "AAA"})
    with clock.standing_at(MONDAY_9 + timedelta(minutes=31)):
        late = browse(by=admin).post("/desk/import/confirmation", **{"list-secret": sealed})

    assert [one.status for one in (stolen, forged, late)] == [422, 422, 422]
    assert how_many(Person, name="示例甲") == 0


def test_a_coordinator_finds_no_such_page(browse_both):  # A5, C6
    browser = browse_both(by=make_coordinator())

    assert browser.open("/desk/import").status == 404
    assert browser.post("/desk/import", kind="people").status == 404
    assert browser.post("/desk/import/confirmation").status == 404
    assert "导入名单" not in browser.open("/desk/export").text("main")
