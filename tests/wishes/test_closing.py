"""No more helpers, or no wish any more: nobody is dropped silently (C13, W8)."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from gridapp.accounts.models import Duty
from gridapp.volunteers.queries import earned_minutes
from gridapp.wishes.models import ClaimState, WishState
from tests.factories import (
    MONDAY_9,
    claim,
    confirm,
    journal_of,
    make_coordinator,
    make_person,
    make_volunteer,
    make_wish,
    report,
    steps_of,
    told,
)


def close(browser, wish):
    return browser.open(wish.url).submit(f"form[action='{wish.url}/closure']")


def take_back(browser, wish, why="已经不需要了"):
    return browser.open(wish.url).submit(f"form[action='{wish.url}/withdrawal']", why=why)


def test_a_wish_that_nobody_took_is_over_and_its_author_is_told(browse_both, browse):  # W1, C13
    lin = make_person("林")
    wish = make_wish(author=lin, places=None)

    browser = close(browse_both(by=make_coordinator()), wish)

    assert (browser.status, wish.state, told(lin)[-1]) == (200, WishState.EXPIRED, "wish_expired")
    assert browse().open(wish.url).status == 404


@pytest.mark.parametrize("places", [3, None])
def test_closing_takes_no_more_helpers_and_keeps_those_there_are(browse_both, places):  # W1
    wish, jun, lan = make_wish(places=places), make_volunteer("军"), make_volunteer("兰")
    held = claim(wish, jun)

    browser = close(browse_both(by=make_coordinator()), wish)

    assert (browser.status, held.state) == (200, ClaimState.HELD)
    assert (wish.state, wish.places, wish.taken) == (WishState.FILLED, 1, 1)
    assert browse_both(by=lan).open(wish.url).post(f"{wish.url}/claim").status == 409


def test_closing_what_is_all_done_makes_it_done(browse):  # W1, W11
    lin = make_person("林")
    done, confirmed = make_wish(author=lin, places=None), make_wish(author=lin, places=5)
    held = {claim(wish, make_volunteer(name)): wish for wish in (done, confirmed) for name in ("兰", "军")}
    for each, wish in held.items():
        report(each)
        if wish is confirmed:
            confirm(each, lin)
    browser = browse(by=make_coordinator())

    close(browser, done)
    close(browser, confirmed)

    assert (done.state, done.places) == (WishState.DONE, 2)
    assert (confirmed.state, confirmed.places) == (WishState.CONFIRMED, 2)


def test_who_gives_back_after_closing_reopens_that_one_place(browse):  # W8
    wish, lan, jun = make_wish(places=5), make_volunteer("兰"), make_volunteer("军")
    hers = claim(wish, lan)
    close(browse(by=make_coordinator()), wish)

    browse(by=lan).open(wish.url).submit(f"form[action='/claims/{hers.id}/withdrawal']")

    assert (wish.state, wish.places, wish.taken) == (WishState.OPEN, 1, 0)
    assert claim(wish, jun).state == ClaimState.HELD


def test_the_same_closing_twice_is_one(browse_both):  # C11
    wish = make_wish(places=3)
    claim(wish, make_volunteer("兰"))
    browser = close(browse_both(by=make_coordinator()), wish)

    browser.again()

    assert browser.status == 200
    assert steps_of(wish) == ["submitted", "published", "closed"]


def test_when_the_author_takes_a_wish_back_every_helper_is_released_and_told(browse_both, session):  # C13
    lin, lan, jun = make_person("林"), make_volunteer("兰"), make_volunteer("军")
    wish = make_wish(author=lin, places=3, starts_at=MONDAY_9, ends_at=MONDAY_9.replace(hour=3))
    hers, his = claim(wish, lan), claim(wish, jun)

    browser = take_back(browse_both(by=lin), wish, "女儿已经买了")

    assert (browser.status, wish.state, wish.taken) == (200, WishState.WITHDRAWN, 0)
    assert {hers.state, his.state} == {ClaimState.RELEASED}
    assert set(session.scalars(select(Duty.cancelled_at))) == {MONDAY_9}
    assert (told(lan)[-1], told(jun)[-1]) == ("wish_withdrawn", "wish_withdrawn")
    assert "女儿已经买了" in browse_both(by=lan).open("/notices").text("main")
    assert "wish_withdrawn" not in told(lin)


def test_when_the_coordinator_takes_it_back_the_author_is_told_too(browse_both):  # C13
    lin, lan = make_person("林"), make_volunteer("兰")
    wish = make_wish(author=lin)
    held = claim(wish, lan)

    take_back(browse_both(by=make_coordinator()), wish)

    assert (told(lin)[-1], told(lan)[-1]) == ("wish_withdrawn", "wish_withdrawn")
    entry = journal_of(held)[-1]
    assert (entry.from_state, entry.to_state, entry.by_role) == ("held", "released", "coordinator")
    assert entry.reason == "wish_withdrawn"


def test_taking_back_needs_a_word_for_those_who_wanted_to_help(browse_both):  # C13, C14
    lin = make_person("林")
    wish = make_wish(author=lin)

    browser = take_back(browse_both(by=lin), wish, why="")

    assert (browser.status, wish.state) == (422, WishState.OPEN)


@pytest.mark.parametrize("state", [WishState.SUBMITTED, WishState.OPEN])
def test_a_wish_can_be_taken_back_before_anybody_helps(browse_both, browse, state):  # W1
    lin = make_person("林")
    wish = make_wish(author=lin, state=state)

    browser = take_back(browse_both(by=lin), wish)

    assert (browser.status, wish.state) == (200, WishState.WITHDRAWN)
    assert browse(by=make_volunteer()).open(wish.url).status == 404


def test_what_is_done_is_not_taken_back(browse_both):  # W11
    lin = make_person("林")
    wish = make_wish(author=lin)
    held = claim(wish, make_volunteer("兰"))
    browser = browse_both(by=lin).open(wish.url)
    report(held)

    browser.submit(f"form[action='{wish.url}/withdrawal']", why="算了")

    assert (browser.status, wish.state) == (409, WishState.DONE)


def test_hours_survive_when_the_rest_of_a_shared_wish_is_taken_back(browse, session):  # C2, V3
    lin, lan, jun = make_person("林"), make_volunteer("兰"), make_volunteer("军")
    wish = make_wish(author=lin, places=3)
    confirmed, done = claim(wish, lan), claim(wish, jun)
    report(confirmed)
    confirm(confirmed, lin)
    report(done)

    take_back(browse(by=lin), wish)
    browse(by=lin).open(wish.url).submit(f"form[action='/claims/{done.id}/confirmation']")

    assert (wish.state, wish.taken) == (WishState.WITHDRAWN, 2)
    assert (earned_minutes(session, lan.id), earned_minutes(session, jun.id)) == (40, 40)


def test_strangers_take_nothing_back(browse_both):  # C6
    wish, waiting = make_wish(), make_wish(state=WishState.SUBMITTED)
    for person in (make_volunteer("军"), make_person("王"), make_coordinator("grid-4")):
        browser = browse_both(by=person)

        assert browser.post(f"{wish.url}/withdrawal", **{"withdraw-why": "坏心"}).status == 403
        assert browser.post(f"{waiting.url}/withdrawal", **{"withdraw-why": "坏心"}).status == 404

    assert (wish.state, waiting.state) == (WishState.OPEN, WishState.SUBMITTED)


def test_the_same_taking_back_twice_is_one(browse_both):  # C11
    lin, lan = make_person("林"), make_volunteer("兰")
    wish = make_wish(author=lin)
    claim(wish, lan)
    browser = take_back(browse_both(by=lin), wish)

    browser.again()

    assert browser.status == 200
    assert steps_of(wish)[-1] == "withdrawn"
    assert told(lan).count("wish_withdrawn") == 1
