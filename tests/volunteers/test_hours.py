"""Hours are a ledger: earned by what was confirmed, corrected by entries, checked by anybody (V3)."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from gridapp.accounts.models import Person
from gridapp.core import clock
from gridapp.core.database import db
from gridapp.core.journal import JournalEntry
from gridapp.core.outbox import Message
from gridapp.volunteers.models import HourEntry, HoursStatement
from tests.browsing import Browser
from tests.conftest import MONDAY_9
from tests.factories import (
    ELSEWHERE,
    claim,
    confirm,
    earn,
    how_many,
    make_coordinator,
    make_person,
    make_volunteer,
    make_wish,
    report,
    volunteer_of,
)


def statement_of(browser: Browser) -> HoursStatement:
    """The browser's person makes a statement; it is the page that is open then."""
    browser.open("/me/hours").submit("form[action='/me/hours']")
    return db.session().scalars(select(HoursStatement).order_by(HoursStatement.id.desc()).limit(1)).one()


def correct(
    browser: Browser, person: Person, entry: HourEntry, minutes: str, reason: str = "说是半小时"
) -> Browser:
    """Correct an entry on the volunteer's page."""
    volunteer = volunteer_of(person)
    form = f"form[action='/volunteers/{volunteer.id}/correction']"
    return browser.open(f"/volunteers/{volunteer.id}").submit(
        form, entry=str(entry.id), minutes=minutes, reason=reason
    )


def test_minutes_count_when_somebody_has_confirmed_and_not_before(browse):  # V3, W11
    lan, wish = make_volunteer("兰"), make_wish()
    held = claim(wish, lan)
    report(held, minutes=40)
    browser = browse(by=lan)

    assert not browser.open("/me/hours").select("table")
    confirm(held, wish.author)

    assert [cell.get_text() for cell in browser.open("/me/hours").select("td.number")] == ["40 分钟"]


def test_a_statement_says_all_that_the_rules_for_records_ask_for(browse_both):  # V3
    lan = make_volunteer("兰")
    entry = earn(lan, 40)
    browser = browse_both(by=lan)

    made = statement_of(browser)

    assert browser.path == f"/me/hours/{made.ref}"
    paper = browser.text(".statement")
    for said in (
        "兰",
        entry.service,
        entry.place,
        "2026年11月23日",
        "40",
        entry.organiser,
        made.ref,
        f"/hours/{made.ref}",
    ):
        assert said in paper
    assert browser.select(".qr svg")
    assert len(browser.select(".statement thead th")) == 7


def test_anybody_with_the_paper_checks_it_without_signing_in_and_reads_no_name(browse):  # V3, C4
    lan = make_volunteer("兰花花")
    earn(lan, 40)
    made = statement_of(browse(by=lan))

    page = browse().open(f"/hours/{made.ref.lower()}")

    assert page.status == 200
    assert page.select(".note-done")
    assert "兰**" in page.text("main")
    assert "兰花花" not in page.body
    assert (lan.phone or "")[-4:] not in page.text("main")
    assert not page.select(".note-wait")


@pytest.mark.parametrize("ref", ["ABCDEFGHJKLM", "0", "%E5%85%B0", "a'--", "%00", "x" * 300])
def test_a_reference_that_we_have_never_given_is_said_to_be_none(browse, ref):  # V3, C6, D7
    page = browse().open(f"/hours/{ref}")

    assert page.status == 404
    assert not page.select(".note-done")


def test_a_reference_that_was_mistyped_is_typed_once_more(browse):  # V3, C14
    lan = make_volunteer("兰")
    earn(lan, 40)
    made = statement_of(browse(by=lan))
    form = browse().open("/hours/ABCDEFGHJKLM").one("main form")

    assert form["method"] == "get"
    assert form.select("input[name=ref]")
    page = browse().open(f"/hours/ABCDEFGHJKLM?ref=%20{made.ref[:6].lower()}%20{made.ref[6:].lower()}")
    assert page.path == f"/hours/{made.ref}"
    assert page.select(".note-done")


def test_a_reference_cannot_be_guessed(browse):  # V3
    lan = make_volunteer("兰")
    earn(lan)
    browser = browse(by=lan)

    refs = [statement_of(browser).ref for _ in range(3)]

    assert len(set(refs)) == 3
    assert all(re.fullmatch("[2-9A-HJ-NP-Z]{12}", ref) for ref in refs)


def test_somebody_elses_statement_is_not_there(browse):  # C6, A5
    lan = make_volunteer("兰")
    earn(lan)
    made = statement_of(browse(by=lan))

    assert browse(by=make_volunteer()).open(f"/me/hours/{made.ref}").status == 404
    assert browse(by=make_coordinator()).open(f"/me/hours/{made.ref}").status == 404
    assert browse().open(f"/me/hours/{made.ref}").path.startswith("/sign-in")


def test_a_statement_sent_twice_is_made_once(browse):  # C11
    lan = make_volunteer("兰")
    earn(lan)
    browser = browse(by=lan).open("/me/hours")
    form = {
        name: browser.one(f"form[action='/me/hours'] [name={name}]")["value"]
        for name in ("csrf_token", "key")
    }

    first, again = (browser.client.post("/me/hours", data=form).headers["Location"] for _ in range(2))

    assert first == again
    assert how_many(HoursStatement) == 1


def test_without_hours_there_is_no_statement(browse_both):  # V3
    browser = browse_both(by=make_volunteer("兰")).open("/me/hours")

    browser.post("/me/hours")

    assert browser.status == 409
    assert how_many(HoursStatement) == 0


def test_a_correction_is_an_entry_and_the_first_one_stays(browse_both):  # V3, C2
    coordinator, lan = make_coordinator(), make_volunteer("兰")
    entry = earn(lan, 40)

    browser = correct(browse_both(by=coordinator), lan, entry, "30")

    assert browser.status == 200
    entries = db.session().scalars(select(HourEntry).order_by(HourEntry.id)).all()
    assert [(e.minutes, e.corrects_id, e.reason) for e in entries] == [
        (40, None, None),
        (-10, entry.id, "说是半小时"),
    ]
    assert browse_both(by=lan).open("/me/hours").select(f"#entry-{entries[1].id}")
    assert how_many(Message, person_id=lan.id, kind="hours_corrected") == 1
    assert how_many(JournalEntry, step="hours_corrected", by_id=coordinator.id) == 1


def test_what_was_wrong_is_said_at_its_own_field(browse_both):  # P7
    lan = make_volunteer("兰")
    entry = earn(lan, 40)

    browser = correct(browse_both(by=make_coordinator()), lan, entry, "30", reason="")

    assert [link["href"] for link in browser.select(".error-summary a")] == ["#correction-reason"]
    assert browser.one("[name=minutes]")["value"] == "30"


def test_a_second_correction_says_what_the_entry_counts_in_all(browse):  # V3
    lan = make_volunteer("兰")
    entry, browser = earn(lan, 40), browse(by=make_coordinator())

    for day, minutes in enumerate(("30", "0", "60")):
        with clock.standing_at(MONDAY_9 + timedelta(days=day)):
            correct(browser, lan, entry, minutes)

    assert [e.minutes for e in db.session().scalars(select(HourEntry).order_by(HourEntry.id))] == [
        40,
        -10,
        -30,
        60,
    ]


@pytest.mark.parametrize(
    ("minutes", "reason"),
    [("40", "一样"), ("-1", "负的"), ("1441", "太长"), ("30", " "), ("30", "长" * 201), ("", "没写")],
)
def test_a_correction_that_makes_no_sense_is_not_written(browse, minutes, reason):  # V3, P7
    lan = make_volunteer("兰")
    entry = earn(lan, 40)

    browser = correct(browse(by=make_coordinator()), lan, entry, minutes, reason)

    assert browser.status == 422
    assert how_many(HourEntry) == 1


def test_an_entry_of_somebody_else_is_not_corrected_through_this_person(browse_both):  # V3, A5
    lan, jun = make_volunteer("兰"), make_volunteer("军", committee=ELSEWHERE)
    earn(lan)
    foreign = earn(jun)

    browser = correct(browse_both(by=make_coordinator()), lan, foreign, "0")

    assert browser.status in (409, 422)
    assert how_many(HourEntry, person_id=jun.id) == 1


def test_a_paper_printed_before_a_correction_says_so_and_one_after_is_right(browse):  # V3
    lan = make_volunteer("兰")
    entry, browser = earn(lan, 40), browse(by=lan)
    before = statement_of(browser)
    correct(browse(by=make_coordinator()), lan, entry, "30")
    after = statement_of(browser)

    old, new = browse().open(f"/hours/{before.ref}"), browse().open(f"/hours/{after.ref}")

    assert "30" in old.text(".note-wait")
    assert "40" in old.text(".note-done")
    assert "30" in new.text(".note-done")
    assert not new.select(".note-wait")


def test_hours_earned_later_do_not_change_an_earlier_paper(browse):  # V3
    lan = make_volunteer("兰")
    earn(lan, 40)
    made = statement_of(browse(by=lan))

    earn(lan, 60)

    page = browse().open(f"/hours/{made.ref}")
    assert not page.select(".note-wait")
    assert [cell.get_text() for cell in page.select("td.number")] == ["40 分钟"]


def test_hours_survive_a_suspension(browse):  # C2, V3
    lan, coordinator = make_volunteer("兰"), make_coordinator()
    earn(lan, 40)
    browser = browse(by=coordinator).open(f"/volunteers/{volunteer_of(lan).id}")

    browser.submit(f"form[action='/volunteers/{volunteer_of(lan).id}/suspension']", reason="等您来谈谈")

    assert browse(by=lan).open("/me/hours").select("td.number")
    assert statement_of(browse(by=lan)).minutes == 40


def test_a_resident_without_hours_is_told_what_will_be_here(browse):  # C14
    assert browse(by=make_person()).open("/me/hours").select(".empty a[href='/wishes']")
