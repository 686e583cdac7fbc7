"""A wish whose time is over invites nobody; who comes too late finds others nearby; hours are what can have been (W1, W4, V3)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from gridapp.core import clock
from gridapp.core.database import db, writing
from gridapp.core.refusals import Refused
from gridapp.volunteers.models import HourEntry, VolunteerState
from gridapp.volunteers.workflow import correct
from gridapp.wishes.models import ClaimState
from tests.factories import (
    ELSEWHERE,
    MONDAY_9,
    NEXT_DOOR,
    actor,
    area,
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

HOUR = timedelta(hours=1)


@pytest.fixture
def overdue():
    """A wish of 林 whose deadline was an hour ago."""
    return make_wish(author=make_person("林"), deadline=MONDAY_9 - HOUR)


def test_a_wish_whose_time_is_over_is_shown_as_over_to_everybody(browse, overdue):  # W1
    for person in (None, overdue.author, make_volunteer("兰"), make_coordinator()):
        page = browse(by=person).open(overdue.url)
        assert "已过期" in page.text(".page-head .mark") or "已结束" in page.text(".page-head .mark")
        assert "寻找志愿者" not in page.text(".page-head")
    assert "寻找志愿者" not in browse(by=overdue.author).open("/me/wishes").text(f"#wish-{overdue.id}")


def test_it_invites_no_visitor_to_sign_up_for_it(browse, overdue):  # W4
    page = browse().open(overdue.url)

    assert not page.select(f"main a[href='/sign-in?next={overdue.url}']")
    assert not page.select(f"form[action='{overdue.url}/claim']")


def alternatives(browser, wish):
    """The ids of the wishes that are shown instead, in their order."""
    return [one["id"] for one in browser.open(wish.url).select("#alternatives article")]


def test_what_is_near_comes_first_whatever_kind_it_is(browse, overdue):  # W4
    far = make_wish("远", committee_code=ELSEWHERE)
    around = make_wish("近", committee_code=NEXT_DOOR, category_code="errand")
    here = make_wish("这里", category_code="repair")
    make_wish("更远", committee_code=ELSEWHERE, at=MONDAY_9 - timedelta(days=9))
    newest_far = make_wish("又远", committee_code=ELSEWHERE)

    shown = alternatives(browse(by=make_volunteer("兰")), overdue)

    assert shown == [f"wish-{one.id}" for one in (here, around, newest_far)]
    assert f"wish-{far.id}" not in shown


def test_nobody_is_offered_their_own_wish(browse, overdue):  # W4
    lan = make_volunteer("兰")
    make_wish("自己的", author=lan)
    other = make_wish("别人的", committee_code=ELSEWHERE)

    assert alternatives(browse(by=lan), overdue) == [f"wish-{other.id}"]


@pytest.mark.parametrize(("minutes", "status"), [(240, 200), (241, 422), (1440, 422)])
def test_more_than_can_have_passed_is_not_reported(browse_both, minutes, status):  # V3, W11
    held = claim(make_wish(), make_volunteer("兰"))
    browser = browse_both(by=held.person).open(held.wish.url)

    browser.submit(f"form[action='/claims/{held.id}/completion']", report="好了", minutes=str(minutes))

    assert browser.status == status
    assert (held.state == ClaimState.DONE) == (status == 200)


def test_with_a_window_its_length_counts(browse):  # V3
    wish = make_wish(starts_at=MONDAY_9 + HOUR, ends_at=MONDAY_9 + 3 * HOUR)
    held = claim(wish, make_volunteer("兰"))
    with clock.standing_at(MONDAY_9 + timedelta(days=2)):
        browser = browse(by=held.person).open(wish.url)
        browser.submit(f"form[action='/claims/{held.id}/completion']", report="好了", minutes="361")
        assert (browser.status, held.state) == (422, ClaimState.HELD)
        browser.submit(f"form[action='/claims/{held.id}/completion']", report="好了", minutes="360")
        assert held.state == ClaimState.DONE


def test_no_day_has_more_than_24_hours(session):  # V3, C1
    lan, begun = make_volunteer("兰", max_live=9), MONDAY_9 - timedelta(days=2)
    held = [claim(make_wish(at=begun), lan, begun) for _ in range(2)]
    for one in held:
        report(one, 1000)
    confirm(held[0], held[0].wish.author)

    with pytest.raises(Refused, match="day_is_full"):
        confirm(held[1], held[1].wish.author)

    session.rollback()
    assert how_many(HourEntry, person_id=lan.id) == 1


def test_a_correction_makes_no_longer_day_either(session):  # V3
    lan = make_volunteer("兰")
    earn(lan, 200)
    second = earn(lan, 100)
    begun = session.scalars(select(HourEntry).where(HourEntry.id == second.id)).one()

    with pytest.raises(Refused, match="day_is_full"), writing(session):
        correct(
            session,
            volunteer_of(lan),
            begun.id,
            minutes=1300,
            reason="记错了",
            by=actor(make_coordinator()),
            at=MONDAY_9,
        )


def test_who_is_suspended_does_not_choose_other_areas_to_be_decided_in(browse_both):  # V2
    guest = make_volunteer("远", committee=None, areas=("block-5",), state=VolunteerState.APPROVED)
    with writing(db.session()):
        volunteer_of(guest).state = VolunteerState.SUSPENDED

    browser = browse_both(by=guest).open("/me/profile")
    browser.submit("form[action='/me/profile']", areas=[str(area("grid-4").id)])

    assert browser.status == 409
    assert [one.code for one in volunteer_of(guest).areas] == ["block-5"]
