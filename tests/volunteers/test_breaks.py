"""A volunteer takes a break and comes back; a suspended one does not come back this way (V1, V2)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from gridapp.core import clock
from gridapp.core.database import db
from gridapp.core.journal import JournalEntry
from gridapp.volunteers.models import VolunteerState
from tests.conftest import MONDAY_9
from tests.factories import (
    claim,
    how_many,
    make_coordinator,
    make_person,
    make_volunteer,
    make_wish,
    volunteer_of,
)

PAUSE = "form[action='/me/pause']"


def on_break(browse, until="2026-11-30"):
    """A volunteer on a break, with their browser."""
    lan = make_volunteer("兰")
    return lan, browse(by=lan).open("/me/profile").submit(PAUSE, until=until)


def test_a_volunteer_takes_a_break_and_is_asked_nothing_new(browse_both):  # V1, W4
    wish = make_wish()

    lan, browser = on_break(browse_both)

    assert volunteer_of(lan).state == VolunteerState.PAUSED
    assert browser.open(wish.url).select(".reasons a[href='/me/profile']")
    assert browser.post(f"{wish.url}/claim").status == 409


def test_what_was_taken_on_before_stays(browse):  # V1
    lan = make_volunteer("兰")
    held = claim(make_wish(), lan)

    browser = browse(by=lan).open("/me/profile").submit(PAUSE, until="2026-11-30")

    assert browser.open("/me").select(f"#claim-{held.id}")


def test_a_volunteer_ends_their_break(browse_both):  # V1
    lan, browser = on_break(browse_both)

    browser.submit("form[action='/me/return']")

    assert (volunteer_of(lan).state, volunteer_of(lan).paused_until) == (VolunteerState.APPROVED, None)
    steps = db.session().scalars(
        select(JournalEntry.step).where(JournalEntry.thing == "volunteers").order_by(JournalEntry.id)
    )
    assert list(steps)[-2:] == ["paused", "resumed"]


def test_the_day_itself_ends_the_break_at_midnight_in_the_town(browse):  # V1, C12
    wish = make_wish()
    _lan, browser = on_break(browse, until="2026-11-30")
    midnight = MONDAY_9 + timedelta(days=6, hours=15)  # Sunday's end in Shanghai

    with clock.standing_at(midnight - timedelta(seconds=1)):
        assert browser.open(wish.url).select(".reasons")
    with clock.standing_at(midnight):
        browser.open(wish.url).submit(f"form[action='{wish.url}/claim']")

    assert browser.status == 200
    assert browser.path == wish.url


def test_after_the_day_the_page_speaks_of_no_break_and_another_can_begin(browse):  # V1, C3
    lan, browser = on_break(browse, until="2026-11-30")

    with clock.standing_at(MONDAY_9 + timedelta(days=7)):
        browser.open("/me/profile")

        assert not browser.select("form[action='/me/return']")
        browser.submit(PAUSE, until="2026-12-07")

    assert browser.status == 200
    assert volunteer_of(lan).paused_until == date(2026, 12, 7)


@pytest.mark.parametrize(
    "until", ["", "2026-11-23", "2026-11-22", "2027-11-25", "2026-02-30", "someday", "9999-12-31"]
)
def test_a_break_ends_on_a_day_to_come_within_a_year(browse, until):  # P7
    lan, browser = on_break(browse, until=until)

    assert browser.status == 422
    assert browser.select(".error-summary a[href='#until']")
    assert volunteer_of(lan).state == VolunteerState.APPROVED


@pytest.mark.parametrize("state", [VolunteerState.SUSPENDED, VolunteerState.APPLIED, VolunteerState.DECLINED])
def test_who_is_not_on_a_break_does_not_come_back_from_one(browse, state):  # V2
    lan = make_volunteer("兰", state=state)
    browser = browse(by=lan).open("/me/profile")

    assert not browser.select("form[action='/me/return']")
    assert browser.post("/me/return").status == 409
    assert browser.post("/me/pause", until="2026-11-30").status == 409
    assert volunteer_of(lan).state == state


def test_suspended_during_a_break_a_volunteer_does_not_resume(browse_both):  # V2
    lan, browser = on_break(browse_both)
    desk = browse_both(by=make_coordinator()).open(f"/volunteers/{volunteer_of(lan).id}")
    desk.submit(f"form[action='/volunteers/{volunteer_of(lan).id}/suspension']", reason="等您来谈谈")

    browser.submit("form[action='/me/return']")

    assert browser.status == 409
    assert volunteer_of(lan).state == VolunteerState.SUSPENDED
    assert how_many(JournalEntry, step="resumed") == 0


def test_a_coordinator_does_not_end_somebodys_break(browse):  # V1
    lan, _browser = on_break(browse)
    desk = browse(by=make_coordinator()).open(f"/volunteers/{volunteer_of(lan).id}")

    assert desk.post(f"/volunteers/{volunteer_of(lan).id}/approval").status == 409
    assert volunteer_of(lan).state == VolunteerState.PAUSED


def test_who_is_no_volunteer_has_nothing_to_pause(browse):  # C6
    browser = browse(by=make_person()).open("/me")

    assert [browser.post(f"/me/{step}", until="2026-11-30").status for step in ("pause", "return")] == [
        404,
        404,
    ]
