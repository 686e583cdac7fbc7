"""Giving a wish back in time, and not being able to come (W8)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from gridapp.accounts.models import Duty
from gridapp.areas.models import Town
from gridapp.areas.queries import forget_kept
from gridapp.core import clock
from gridapp.core.database import writing
from gridapp.wishes.models import ClaimState, WishState
from tests.factories import (
    MONDAY_9,
    claim,
    journal_of,
    make_coordinator,
    make_person,
    make_volunteer,
    make_wish,
    report,
    steps_of,
    told,
)

SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)
STARTS = MONDAY_9 + 48 * HOUR
CUT_OFF = STARTS - 12 * HOUR


def visit(**facts):
    """A wish with a window, the day after tomorrow."""
    return make_wish("陪去医院", starts_at=STARTS, ends_at=STARTS + 2 * HOUR, **facts)


def give_back(browser, held, why=""):
    return browser.open(held.wish.url).submit(f"form[action='/claims/{held.id}/withdrawal']", why=why)


def test_at_the_cut_off_it_is_still_given_back_in_time(browse_both):  # W8
    her, lin, lan = make_coordinator(), make_person("林"), make_volunteer("兰")
    held = claim(visit(author=lin), lan)

    with clock.standing_at(CUT_OFF):
        browser = give_back(browse_both(by=lan), held, "要加班")

    assert (browser.status, held.state, held.ended_late) == (200, ClaimState.WITHDRAWN, False)
    assert (told(lin)[-1], told(her)[-1]) == ("claim_withdrawn", "claim_withdrawn")


def test_a_second_later_the_helper_cannot_come_and_the_coordinator_is_alerted(browse_both):  # W8
    her, lin, lan = make_coordinator(), make_person("林"), make_volunteer("兰")
    held = claim(visit(author=lin), lan)

    with clock.standing_at(CUT_OFF + SECOND):
        browser = give_back(browse_both(by=lan), held, "发烧了")

    assert (browser.status, held.state, held.ended_late) == (200, ClaimState.CANNOT_COME, True)
    assert (told(lin)[-1], told(her)[-1]) == ("helper_cannot_come", "helper_cannot_come")
    assert "发烧了" in browse_both(by=her).open("/notices").text("main")


@pytest.mark.parametrize("late", [False, True])
def test_the_place_is_free_at_once_and_somebody_else_takes_it(browse_both, late):  # W8
    lan, jun = make_volunteer("兰"), make_volunteer("军")
    wish = visit()
    held = claim(wish, lan)
    assert wish.state == WishState.FILLED

    with clock.standing_at(CUT_OFF + SECOND if late else CUT_OFF):
        browser = give_back(browse_both(by=lan), held)
        assert (wish.state, wish.taken) == (WishState.OPEN, 0)
        browse_both(by=jun).open(wish.url).submit(f"form[action='{wish.url}/claim']")

    assert (wish.state, wish.taken, browser.status) == (WishState.FILLED, 1, 200)
    assert steps_of(wish) == ["submitted", "published", "filled", "reopened", "filled"]


def test_giving_back_is_journaled_with_from_to_and_what_was_said(browse):  # C2
    lan = make_volunteer("兰")
    held = claim(visit(), lan)

    give_back(browse(by=lan), held, "要加班")

    last = journal_of(held)[-1]
    assert (last.from_state, last.to_state, last.by_id, last.by_role) == (
        "held",
        "withdrawn",
        lan.id,
        "volunteer",
    )
    assert (last.note.text, held.ended_at) == ("要加班", MONDAY_9)


def test_the_helpers_time_is_free_again(browse, session):  # C16, W8
    lan = make_volunteer("兰")
    held = claim(visit(), lan)

    give_back(browse(by=lan), held)

    assert session.scalars(select(Duty.cancelled_at)).all() == [MONDAY_9]
    other = visit()
    assert browse(by=lan).open(other.url).select(f"form[action='{other.url}/claim']")


def test_the_cut_off_is_the_towns(browse, session):  # W8
    with writing(session):
        session.get_one(Town, 1).cut_off_hours = 24
    forget_kept()
    lan = make_volunteer("兰", max_live=5)
    in_time, late = claim(visit(), lan), None

    with clock.standing_at(STARTS - 24 * HOUR):
        give_back(browse(by=lan), in_time)
    late = claim(visit(), lan)
    with clock.standing_at(STARTS - 24 * HOUR + SECOND):
        give_back(browse(by=lan), late)

    assert (in_time.ended_late, late.ended_late) == (False, True)


def test_without_a_window_nothing_is_late(browse):  # W8
    lan = make_volunteer("兰")
    held = claim(make_wish(deadline=MONDAY_9 + HOUR), lan)

    give_back(browse(by=lan), held)

    assert (held.state, held.ended_late) == (ClaimState.WITHDRAWN, False)


def test_one_of_three_gives_back_and_the_others_keep_theirs(browse):  # W6, W8
    wish, lan, jun = make_wish(places=3), make_volunteer("兰"), make_volunteer("军")
    hers, his = claim(wish, lan), claim(wish, jun)

    give_back(browse(by=lan), hers)

    assert (his.state, wish.taken, wish.state) == (ClaimState.HELD, 1, WishState.OPEN)


def test_who_gave_it_back_may_take_it_on_again(browse):  # W4, W8
    lan, wish = make_volunteer("兰"), make_wish()
    give_back(browse(by=lan), claim(wish, lan))

    with clock.standing_at(MONDAY_9 + HOUR):
        browser = browse(by=lan).open(wish.url).submit(f"form[action='{wish.url}/claim']")

    assert (browser.status, wish.state) == (200, WishState.FILLED)


def test_nobody_gives_back_what_another_holds(browse_both):  # C6
    her, lin, lan = make_coordinator(), make_person("林"), make_volunteer("兰")
    held = claim(make_wish(author=lin), lan)

    for person, status in ((make_volunteer("军"), 404), (make_person("王"), 404), (lin, 403), (her, 403)):
        assert browse_both(by=person).post(f"/claims/{held.id}/withdrawal").status == status

    assert held.state == ClaimState.HELD


def test_what_was_reported_done_is_not_given_back(browse_both):  # W8
    lan = make_volunteer("兰")
    held = claim(make_wish(), lan)
    browser = browse_both(by=lan).open(held.wish.url)
    report(held)

    browser.submit(f"form[action='/claims/{held.id}/withdrawal']")

    assert (browser.status, held.state) == (409, ClaimState.DONE)


def test_the_same_form_twice_is_one_giving_back(browse_both):  # C11
    lin, lan = make_person("林"), make_volunteer("兰")
    held = claim(visit(author=lin), lan)
    browser = give_back(browse_both(by=lan), held)

    browser.again()

    assert browser.status == 200
    assert steps_of(held) == ["held", "withdrawn"]
    assert told(lin).count("claim_withdrawn") == 1
    assert held.wish.taken == 0


def test_the_same_form_twice_gives_the_same_answer_when_it_was_late(browse_both):  # C11, W8
    lan = make_volunteer("兰")
    held = claim(visit(), lan)

    with clock.standing_at(CUT_OFF + SECOND):
        browser = give_back(browse_both(by=lan), held)
        said = browser.flashes
        browser.again()

    assert browser.flashes == said


def test_a_word_that_is_too_long_is_refused_and_kept(browse_both):  # C14
    lan = make_volunteer("兰")
    held = claim(make_wish(), lan)

    browser = give_back(browse_both(by=lan), held, "长" * 301)

    assert (browser.status, held.state) == (422, ClaimState.HELD)
    assert (
        browser.one(f"form[action='/claims/{held.id}/withdrawal'] textarea").get_text().strip() == "长" * 301
    )
