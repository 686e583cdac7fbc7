"""Who sees for whom a wish is: by a POST that is logged, and never longer than needed (W7, C4)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from gridapp.accounts.models import RoleKind
from gridapp.accounts.workflow import end_role
from gridapp.core import clock
from gridapp.core.access_log import Look
from gridapp.core.database import writing
from gridapp.wishes.models import Contact, WishState
from gridapp.wishes.workflow.claiming import give_back
from gridapp.wishes.workflow.entering import withdraw_wish
from gridapp.wishes.workflow.finishing import send_back
from tests.factories import (
    MONDAY_9,
    actor,
    claim,
    confirm,
    give_role,
    make_coordinator,
    make_person,
    make_volunteer,
    make_wish,
    report,
)

HER = Contact("金丝雀阿婆", "+8619900009876", "可乐路七七弄4号501室")
WEEK, SECOND = timedelta(days=7), timedelta(seconds=1)


@pytest.fixture
def lin():
    return make_person("林")


@pytest.fixture
def wish(lin):
    return make_wish(author=lin, contact=HER)


def look(browser, wish):
    """Open the wish and ask for name and address."""
    return browser.open(wish.url).submit(f"form[action='{wish.url}/beneficiary']")


def shows(browser):
    """Whether name, phone and address stand in the answer: all three, or none of them."""
    found = [part in browser.body for part in (HER.name, "199 0000 9876", HER.address)]
    assert len(set(found)) == 1, found
    return found[0]


def looks(session):
    return session.scalars(select(Look).order_by(Look.id)).all()


def test_the_helper_sees_it_by_a_post_that_is_answered_at_once_and_kept_nowhere(browse_both, wish):  # W7, C9
    lan = make_volunteer("兰")
    claim(wish, lan)
    browser = browse_both(by=lan).open(wish.url)
    assert not shows(browser)

    browser.submit(f"form[action='{wish.url}/beneficiary']")

    assert (browser.status, shows(browser)) == (200, True)
    assert browser.headers["Cache-Control"] == "no-store"
    assert browser.select(f"#contact-{wish.id} .contact a[href='tel:{HER.phone}']")
    assert not shows(browser.open(wish.url))


def test_each_look_is_written_down_with_who_in_which_role_and_when(browse_both, session, wish):  # W7, C4
    her, lan = make_coordinator(), make_volunteer("兰")
    claim(wish, lan)

    look(browse_both(by=lan), wish)
    with clock.standing_at(MONDAY_9 + SECOND):
        look(browse_both(by=her), wish)

    first, second = looks(session)
    assert (first.thing, first.thing_id, first.fields) == ("wishes", wish.id, "name phone address")
    assert (first.by_id, first.by_role, first.at) == (lan.id, "volunteer", MONDAY_9)
    assert (second.by_id, second.by_role, second.at) == (her.id, "coordinator", MONDAY_9 + SECOND)


def test_the_author_reads_who_has_looked_and_others_do_not(browse, wish, lin):  # C4, Y4
    lan = make_volunteer("兰花花")
    claim(wish, lan)
    look(browse(by=lan), wish)

    assert "兰**" in browse(by=lin).open(f"{wish.url}/looks").text("main")
    assert "兰花花" in browse(by=make_coordinator()).open(f"{wish.url}/looks").text("main")
    for person in (lan, make_volunteer("军"), make_coordinator("grid-4", "别的书记")):
        assert browse(by=person).open(f"{wish.url}/looks").status == 404


def test_the_coordinator_in_charge_sees_it_and_the_one_next_door_does_not(browse_both, session, wish):  # W7
    near, far = browse_both(by=make_coordinator()), browse_both(by=make_coordinator("grid-4"))

    assert shows(look(near, wish))
    assert not far.open(wish.url).select(f"form[action='{wish.url}/beneficiary']")
    far.post(f"{wish.url}/beneficiary")

    assert (far.status, shows(far), len(looks(session))) == (403, False, 1)


def test_who_holds_nothing_sees_nothing_and_no_look_is_written(browse_both, session, wish, lin):  # W7
    claim(wish, make_volunteer("兰"))
    for person in (make_volunteer("军"), make_person("王"), lin):
        browser = browse_both(by=person).open(wish.url)

        assert not browser.select(f"form[action='{wish.url}/beneficiary']")
        assert browser.post(f"{wish.url}/beneficiary").status == 403
        assert not shows(browser)

    assert looks(session) == []


def test_a_visitor_is_led_to_sign_in(browse_both, session, wish):  # C6
    browser = browse_both().open(wish.url).post(f"{wish.url}/beneficiary")

    assert browser.path.startswith("/sign-in") or "/sign-in" in browser.headers["HX-Redirect"]
    assert looks(session) == []


def test_it_has_no_address_that_could_be_opened_or_sent_on(browse, wish):  # W7
    lan = make_volunteer("兰")
    claim(wish, lan)

    browser = browse(by=lan).open(f"{wish.url}/beneficiary")

    assert (browser.status, shows(browser)) == (405, False)


def ended_by_giving_back(session, held, author):
    give_back(session, held, by=actor(held.person), reason="", at=MONDAY_9)


def ended_by_not_satisfied(session, held, author):
    send_back(session, held, by=actor(author), reason="没修好", at=MONDAY_9)


def ended_by_withdrawing(session, held, author):
    withdraw_wish(session, held.wish, by=actor(author), reason="好了", at=MONDAY_9)


@pytest.mark.parametrize("end", [ended_by_giving_back, ended_by_not_satisfied, ended_by_withdrawing])
def test_the_right_ends_at_once_in_any_open_tab(browse_both, session, wish, lin, end):  # W7
    lan = make_volunteer("兰")
    held = claim(wish, lan)
    browser = browse_both(by=lan).open(wish.url)
    if end is ended_by_not_satisfied:
        report(held)
    with writing(session):
        end(session, held, lin)

    browser.submit(f"form[action='{wish.url}/beneficiary']")

    assert (browser.status, shows(browser), looks(session)) == (403, False, [])
    assert not browser.open(wish.url).select(f"form[action='{wish.url}/beneficiary']")


def test_while_it_is_done_but_not_confirmed_the_helper_still_sees_it(browse, wish):  # W7
    lan = make_volunteer("兰")
    report(claim(wish, lan))

    assert shows(look(browse(by=lan), wish))


@pytest.mark.parametrize(("after", "seen"), [(WEEK - SECOND, True), (WEEK, False), (WEEK + SECOND, False)])
def test_seven_days_after_the_confirmation_it_is_over(browse, session, wish, lin, after, seen):  # W7
    lan = make_volunteer("兰")
    held = claim(wish, lan)
    report(held)
    confirm(held, lin)

    with clock.standing_at(MONDAY_9 + after):
        browser = browse(by=lan).open(wish.url)
        assert bool(browser.select(f"form[action='{wish.url}/beneficiary']")) is seen
        browser.post(f"{wish.url}/beneficiary")

    assert (browser.status, shows(browser), len(looks(session))) == (200 if seen else 403, seen, int(seen))


def test_whose_role_has_ended_sees_nothing_any_more(browse_both, session, wish):  # W7, A2
    lan = make_person("兰")
    role = give_role(lan, RoleKind.COORDINATOR, "block-5")
    browser = browse_both(by=lan).open(wish.url)
    with writing(session):
        end_role(session, role, at=MONDAY_9, by_id=None)

    browser.submit(f"form[action='{wish.url}/beneficiary']")

    assert (browser.status, shows(browser)) == (403, False)


def test_the_coordinator_sees_whom_to_call_before_the_wish_is_public(browse_both):  # W2, W7
    waiting = make_wish(contact=HER, state=WishState.SUBMITTED)

    assert shows(look(browse_both(by=make_coordinator()), waiting))


def test_a_second_tap_does_not_take_the_address_away_again(browse_both, session, wish):  # C11, W7, P8
    lan = make_volunteer("兰")
    claim(wish, lan)
    browser = look(browse_both(by=lan), wish)

    browser.again()

    assert (browser.status, shows(browser)) == (200, True)
    assert len(looks(session)) == 2  # each look is written down, whatever key it came with (C4)


def test_a_form_sent_again_after_the_right_has_ended_shows_nothing(
    browse_both, session, wish, lin
):  # C11, W7
    lan = make_volunteer("兰")
    held = claim(wish, lan)
    browser = look(browse_both(by=lan), wish)
    with writing(session):
        ended_by_giving_back(session, held, lin)

    browser.again()

    assert (browser.status, shows(browser), len(looks(session))) == (403, False, 1)
