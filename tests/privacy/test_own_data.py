"""What is kept of me: seen, corrected, taken away; who looked; where I am signed in (Y4, C4, D4)."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from gridapp import FEATURES
from gridapp.accounts.models import Person, SignIn
from gridapp.accounts.workflow import start_sign_in
from gridapp.core.database import Base, writing
from gridapp.core.features import Contributions
from gridapp.core.journal import JournalEntry
from gridapp.wishes.models import Contact
from tests.conftest import MONDAY_9
from tests.factories import (
    NEXT_DOOR,
    claim,
    make_coordinator,
    make_person,
    make_volunteer,
    make_wish,
    report,
    steps_of,
)

PARTS = Contributions([feature for feature, _blueprint in FEATURES]).personal
# Columns that name a person of whom the row is not: who acted, decided or confirmed. All others are somebody's own.
ACTED = {
    "exports.by_id",
    "hour_entries.confirmed_by_id",
    "hour_entries.recorded_by_id",
    "incidents.about_id",  # what somebody else reported, in confidence
    "incidents.handled_by_id",
    "looks.by_id",
    "partings.author_id",
    "partings.person_id",  # who is kept away is not told (W19)
    "wish_slips.issued_by_id",
    "wishes.consent_by_id",
}
# Forgotten within half an hour or two days, and told nobody.
PASSING = {"kept_forms.person_id", "spent_keys.person_id"}


def at_home(person: Person, address: str) -> Contact:
    return Contact(person.name, person.phone or "", address)


def test_every_row_that_is_about_a_person_is_in_their_copy():  # Y3, Y4, C18
    told = {part.model.__tablename__ for part in PARTS}
    names_people = {
        f"{table.name}.{column.name}"
        for table in Base.metadata.tables.values()
        for column in table.columns
        if any(key.column.table.name == "people" for key in column.foreign_keys)
    }

    missing = {name for name in names_people - ACTED - PASSING if name.partition(".")[0] not in told}

    assert missing == set()
    assert names_people >= ACTED | PASSING  # the exceptions are still there


def test_i_see_what_is_kept_and_how_much(browse):  # Y4
    lan = make_volunteer("兰")
    claim(make_wish("想要一盏台灯"), lan)

    page = browse(by=lan).open("/me").follow("a[href='/me/data']")

    assert page.status == 200
    assert "1 条" in page.text("#part-claims")
    assert "谁看过我的资料" in page.text("details #part-looks")  # nothing yet: folded away


def test_my_copy_holds_everything_and_nothing_of_others(browse):  # Y4, W7
    jun, lan = make_person("军"), make_volunteer("兰")
    own = make_wish("想要一盏台灯", author=jun, contact=at_home(jun, "可乐路8弄1号"))
    lin = make_person("林")
    others = make_wish("别人的", author=lin, contact=at_home(lin, "新泾路9弄2号"))
    report(claim(own, lan))

    page = browse(by=jun).open("/me/data").post("/me/data/copy", **{"as": "page"})
    file = json.loads(browse(by=lan).open("/me/data").post("/me/data/copy", **{"as": "file"}).body)

    assert page.status == 200
    assert page.headers["Cache-Control"] == "no-store"
    assert "想要一盏台灯" in page.text("main")
    assert "可乐路8弄1号" in page.text("main")
    assert others.title not in page.body
    assert [row["state"] for row in file["claims"]] == ["done"]
    assert "可乐路8弄1号" not in json.dumps(file, ensure_ascii=False)
    assert "argon2" not in json.dumps(file)
    assert steps_of(jun)[-1] == "copied"


def test_a_staff_members_copy_holds_no_address_of_whom_they_entered_a_wish_for(browse):  # W7
    chief = make_coordinator()
    make_wish(
        "替人提的",
        author=chief,
        source="other",
        contact=at_home(make_person("阿婆"), "福泉路7弄3号"),
        consent_how="in_person",
    )

    page = browse(by=chief).open("/me/data").post("/me/data/copy", **{"as": "page"})

    assert "替人提的" in page.text("main")
    assert "福泉路7弄3号" not in page.body


def test_i_correct_my_name_and_committee(browse_both, session):  # Y4
    jun = make_person("军")

    browser = (
        browse_both(by=jun)
        .open("/me/data")
        .submit("form[action='/me/data']", name="小军", committee=NEXT_DOOR)
    )

    assert browser.path == "/me/data"
    assert "已更正" in browser.text("#flashes")
    kept = session.get_one(Person, jun.id, populate_existing=True)
    assert (kept.name, kept.committee_code) == ("小军", NEXT_DOOR)
    entry = session.scalars(select(JournalEntry).where(JournalEntry.step == "corrected")).one()
    assert (entry.by_id, entry.reason, entry.note) == (jun.id, "name committee", None)


@pytest.mark.parametrize("typed", [{"name": " "}, {"name": "长" * 41}, {"committee": "999"}])
def test_a_correction_that_cannot_be_is_refused_and_kept(browse_both, session, typed):  # P7
    jun = make_person("军")

    browser = browse_both(by=jun).open("/me/data").submit("form[action='/me/data']", **typed)

    assert browser.status == 422
    assert browser.select(".error-summary")
    assert session.get_one(Person, jun.id, populate_existing=True).name == "军"


def test_i_read_who_looked_at_my_wish_and_at_my_number(browse):  # C4, Y4
    jun, lan, chief = make_person("军"), make_volunteer("兰"), make_coordinator()
    wish = make_wish("想要一盏台灯", author=jun)
    claim(wish, lan)
    browse(by=lan).open(wish.url).submit(f"form[action='{wish.url}/beneficiary']")
    volunteer = browse(by=chief).open("/volunteers").follow(".row-title a")
    volunteer.submit(f"form[action='{volunteer.path}/phone']")

    page = browse(by=jun).open("/me/looks")
    assert "兰**" in page.text("main")
    assert "想要一盏台灯" in page.text(".row-title")
    assert "街**" in browse(by=lan).open("/me/looks").text("main")
    assert "街**" not in page.text("main")


def test_a_phone_that_was_lost_is_signed_out_at_once(browse_both):  # D4
    jun = make_person("军")
    here, lost = browse_both(by=jun).open("/me/devices"), browse_both(by=jun).open("/me")
    assert lost.status == 200
    rows = here.open("/me/devices").select("li.row")
    assert len(rows) == 2

    here.submit("form[action$='/closure']:not([action='/me/devices/closure'])")

    assert len(here.open("/me/devices").select("li.row")) == 1
    assert lost.open("/me").path.startswith("/sign-in")


def test_all_others_are_signed_out_and_this_one_stays(browse_both, session):  # D4
    jun = make_person("军")
    here = browse_both(by=jun).open("/me/devices")
    with writing(session):
        for name in ("a", "b"):
            start_sign_in(session, jun, device=name, at=MONDAY_9)

    here.open("/me/devices").submit("form[action='/me/devices/closure']")

    assert len(here.open("/me/devices").select("li.row")) == 1
    assert here.open("/me").path == "/me"


def test_nobody_signs_a_neighbours_phone_out(browse, session):  # D1, D4
    jun = make_person("军")
    with writing(session):
        start_sign_in(session, jun, device="his", at=MONDAY_9)
    his = session.scalars(select(SignIn).where(SignIn.device == "his")).one()

    answer = browse(by=make_person("林")).open("/me/devices").post(f"/me/devices/{his.id}/closure")

    assert answer.status == 404
    assert session.get_one(SignIn, his.id, populate_existing=True).ended_at is None


def test_a_device_that_was_not_used_for_weeks_is_not_listed(browse, session):  # D4
    jun = make_person("军")
    with writing(session):
        start_sign_in(session, jun, device="old", at=MONDAY_9 - timedelta(days=20))

    assert len(browse(by=jun).open("/me/devices").select("li.row")) == 1
