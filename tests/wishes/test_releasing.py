"""A coordinator takes a claim from a helper who cannot or may not help; whoever may not see, sees no more (W10, W7, A5)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text

from gridapp.core import clock
from gridapp.core.database import writing
from gridapp.volunteers.models import VolunteerState
from gridapp.wishes.models import ClaimState, Source, WishState
from tests.factories import (
    BENEFICIARY_PHONE,
    ELSEWHERE,
    MONDAY_9,
    claim,
    journal_of,
    make_coordinator,
    make_person,
    make_volunteer,
    make_wish,
    told,
    volunteer_of,
)

WHY = "请先休息一阵"


@pytest.fixture
def held():
    """A wish for an old woman, held by 兰."""
    return claim(make_wish(source=Source.OTHER, consent_how="in_person"), make_volunteer("兰"))


def release(browser, held, why=WHY):
    return browser.open(held.wish.url).submit(f"form[action='/claims/{held.id}/release']", why=why)


def suspend(person, session):
    with writing(session):
        volunteer_of(person).state = VolunteerState.SUSPENDED


def test_the_coordinator_releases_a_helper_who_reads_the_reason(browse_both, held):  # W10, C2
    her = make_coordinator()

    browser = release(browse_both(by=her), held)

    assert (browser.status, held.state, held.wish.state, held.wish.taken) == (
        200,
        ClaimState.RELEASED,
        WishState.OPEN,
        0,
    )
    assert (told(held.person)[-1], told(held.wish.author)[-1]) == ("helper_released", "helper_released")
    last = journal_of(held)[-1]
    assert (last.by_id, last.by_role, last.note.text) == (her.id, "coordinator", WHY)


def test_a_release_needs_a_reason(browse_both, held):  # C14
    browser = release(browse_both(by=make_coordinator()), held, why="")

    assert (browser.status, held.state) == (422, ClaimState.HELD)


@pytest.mark.parametrize("why", [WHY, ""])
def test_nobody_else_releases_anybody(browse_both, held, why):  # C6: who may not is told so first
    for person, status in ((held.wish.author, 403), (held.person, 403), (make_coordinator("grid-4"), 404)):
        browser = browse_both(by=person).open("/me")
        browser.post(f"/claims/{held.id}/release", **{f"release-{held.id}-why": why})
        assert browser.status == status

    assert held.state == ClaimState.HELD


def test_who_is_suspended_no_longer_sees_name_and_address(browse_both, session, held):  # W7, V2
    browser = browse_both(by=held.person).open(held.wish.url)
    suspend(held.person, session)

    browser.post(f"{held.wish.url}/beneficiary")

    assert browser.status == 403
    assert BENEFICIARY_PHONE[-4:] not in browser.body


def test_the_page_of_who_is_suspended_leads_to_what_they_hold(browse_both, session, held):  # W10, A3
    suspend(held.person, session)

    browser = browse_both(by=make_coordinator()).open(f"/volunteers/{volunteer_of(held.person).id}")

    assert browser.select(f"a[href='{held.wish.url}']")


def test_a_helper_from_elsewhere_is_masked_when_the_week_is_over(browse, held):  # A5, C4
    wish, guest = make_wish(), make_volunteer("欧阳远客", committee=ELSEWHERE)
    theirs = claim(wish, guest)
    her = make_coordinator()
    release(browse(by=her), theirs)

    assert "欧阳远客" in browse(by=her).open(wish.url).body
    with clock.standing_at(MONDAY_9 + timedelta(days=8)):
        page = browse(by=her).open(wish.url)
        assert "欧阳远客" not in page.body
        assert "欧**" in page.body
        assert not page.select(f"a[href='/volunteers/{volunteer_of(guest).id}']")


def test_who_gave_it_back_does_not_read_why_it_was_taken_back_later(browse, session, held):  # W13
    browse(by=held.person).open(held.wish.url).submit("form[action$='/withdrawal']")
    author = browse(by=held.wish.author).open(held.wish.url)
    author.submit(f"form[action='{held.wish.url}/withdrawal']", why="我住院了")

    assert "我住院了" not in browse(by=held.person).open(held.wish.url).body
    assert "我住院了" in browse(by=held.wish.author).open(held.wish.url).body


def test_a_wish_that_moves_is_told_to_who_checks_it_now(browse_both, session):  # C13
    old, new, lin = make_coordinator(), make_coordinator("grid-4"), make_person("林")
    wish = make_wish(author=lin, state=WishState.SUBMITTED)
    assert told(old) == ["wish_submitted"]

    browse_both(by=lin).open(f"{wish.url}/edit").submit("#wish-form form", committee=ELSEWHERE)

    assert (told(old), told(new)) == (["wish_moved"], ["wish_submitted"])


def test_a_wish_that_stays_in_the_area_is_told_to_nobody_twice(browse, session):  # C13
    her, lin = make_coordinator(), make_person("林")
    wish = make_wish(author=lin, state=WishState.SUBMITTED)

    browse(by=lin).open(f"{wish.url}/edit").submit("#wish-form form", title="别的")

    assert told(her) == ["wish_submitted"]


def test_without_saying_what_was_read_nothing_is_published(browse):  # W2
    wish = make_wish(state=WishState.SUBMITTED)
    browser = browse(by=make_coordinator()).open(wish.url)

    browser.post(f"{wish.url}/publication")

    assert (browser.status, wish.state) == (422, WishState.SUBMITTED)


def test_a_break_that_is_over_is_shown_to_nobody(browse, session):  # V1
    lan = make_volunteer("兰")
    with writing(session):
        session.execute(text("UPDATE volunteers SET state = 'paused', paused_until = '2026-11-23'"))
    her = browse(by=make_coordinator())

    for address in ("/volunteers", f"/volunteers/{volunteer_of(lan).id}"):
        assert "休息中" not in her.open(address).text(".mark")
        with clock.standing_at(MONDAY_9 - timedelta(days=1)):
            assert "休息中" in browse(by=her_again()).open(address).text(".mark")


def her_again():
    """Another coordinator of the same area."""
    return make_coordinator(name="副书记")
