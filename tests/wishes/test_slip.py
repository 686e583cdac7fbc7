"""Somebody enters a wish for a person without a phone, who gets a slip of paper (C10, P26, P27)."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import func, select

from gridapp.core.codes import typed_code
from gridapp.core.journal import JournalEntry
from gridapp.wishes.models import Beneficiary, Source, Wish, WishSlip, WishState
from gridapp.wishes.queries import beneficiary_of
from tests.factories import (
    ADDRESS,
    BENEFICIARY_PHONE,
    ELSEWHERE,
    HOME,
    journal_of,
    make_coordinator,
    make_person,
    make_volunteer,
    make_wish,
    steps_of,
)

FOR_HER = {
    "title": "想要一盏台灯",
    "text": "晚上看书用。",
    "category": "item",
    "committee": HOME,
    "address": ADDRESS,
    "source": "other",
    "beneficiary_name": "示例阿婆",
    "beneficiary_phone": "199 0000 9999",
    "through": "楼下的邻居",
    "consent": "in_person",
}
SLIP = "form[action$='/slip']"


def code_on(browser):
    """The code as it is printed."""
    return typed_code(browser.text("#slip-code"))


def test_a_coordinator_enters_a_wish_for_somebody_without_a_phone_and_both_persons_are_kept(
    browse_both, session
):
    her = make_coordinator()

    browse_both(by=her).open("/wishes/new").submit("#wish-form form", **FOR_HER)

    wish = session.scalars(select(Wish)).one()
    old = beneficiary_of(session, wish)
    assert (wish.author_id, wish.source, wish.consent_by_id) == (her.id, Source.OTHER, her.id)
    assert (old.name, old.phone, old.through) == ("示例阿婆", BENEFICIARY_PHONE, "楼下的邻居")
    entered = journal_of(wish)[0]
    assert (entered.step, entered.by_id, entered.by_role) == ("submitted", her.id, "coordinator")
    assert {entry.by_role for entry in journal_of(wish)} == {"coordinator"}  # she asked as well


def test_whose_number_it_is_stands_with_the_number_for_whoever_sees_it(browse_both, session):  # C10, W7
    her = make_coordinator()
    browser = browse_both(by=her).open("/wishes/new").submit("#wish-form form", **FOR_HER)

    browser.submit("form[action$='/beneficiary']")

    assert "楼下的邻居" in browser.text(".contact")


def test_after_entering_it_the_slip_is_printed_with_all_that_the_person_needs(
    browse_both, session
):  # P26, P27
    browser = browse_both(by=make_coordinator()).open("/wishes/new").submit("#wish-form form", **FOR_HER)
    wish = session.scalars(select(Wish)).one()

    browser.submit(SLIP)

    paper = browser.text(".paper-slip")
    assert (browser.status, browser.headers["Cache-Control"]) == (200, "no-store")
    assert browser.text("#slip-number") == str(wish.id)
    assert re.fullmatch(r"\d{5} \d{5}", browser.text("#slip-code"))
    assert browser.select(".paper-slip .qr svg")
    assert f"http://localhost/track/{wish.id}/{code_on(browser)}" in paper
    assert "想要一盏台灯" in paper
    assert "021 0000 0000" in paper


def test_no_name_no_number_and_no_address_of_the_person_stands_on_the_slip(browse, session):  # C4
    browser = browse(by=make_coordinator()).open("/wishes/new").submit("#wish-form form", **FOR_HER)

    browser.submit(SLIP)

    assert not [one for one in ("示例阿婆", "9999", "楼下", "501", "弄") if one in browser.text("main")]


def test_we_keep_the_codes_hash_alone(browse, session):
    browser = browse(by=make_coordinator()).open("/wishes/new").submit("#wish-form form", **FOR_HER)

    browser.submit(SLIP)

    slip = session.scalars(select(WishSlip)).one()
    assert slip.code_hash.startswith("$argon2id$")
    assert code_on(browser) not in slip.code_hash
    assert code_on(browser) not in browser.open(f"/wishes/{slip.wish_id}").body


def test_a_reload_shows_the_same_slip_and_a_new_one_ends_the_old_code(browse_both, session):  # C11
    lin, wish = make_coordinator(), make_wish()
    browser = browse_both(by=lin).open(wish.url).submit(SLIP)
    first = code_on(browser)

    assert code_on(browser.again()) == first
    assert session.scalars(select(WishSlip)).one().number == 1

    second = browser.open(wish.url).submit(SLIP)
    assert code_on(second) != first
    assert session.scalars(select(WishSlip)).one().number == 2
    assert steps_of(wish)[-2:] == ["slip_issued", "slip_reissued"]


def test_an_old_slip_is_not_shown_again_once_there_is_a_newer_one(browse_both, session):  # C11
    her, wish = make_coordinator(), make_wish()
    old = browse_both(by=her).open(wish.url).submit(SLIP)
    browse_both(by=her).open(wish.url).submit(SLIP)

    old.again()

    assert old.status == 409
    assert not old.select("#slip-code")
    assert session.scalars(select(WishSlip)).one().number == 2


def test_whoever_reads_all_of_it_in_an_account_of_their_own_is_not_offered_a_slip(browse):  # C10
    wish = make_wish(author=(lin := make_person("林")))

    assert not browse(by=lin).open(wish.url).select(SLIP)
    assert browse(by=make_coordinator()).open(wish.url).select(SLIP)


@pytest.mark.parametrize("who", ["stranger", "helper", "other coordinator"])
def test_nobody_else_prints_a_slip(browse_both, session, who):
    wish = make_wish()
    by = {
        "stranger": lambda: make_person("邻居"),
        "helper": lambda: make_volunteer("兰"),
        "other coordinator": lambda: make_coordinator("grid-4"),
    }[who]()
    browser = browse_both(by=by).open(wish.url)

    assert not browser.select(SLIP)
    browser.post(f"{wish.url}/slip")

    assert browser.status == 403
    assert session.scalars(select(WishSlip)).all() == []


def test_a_wish_of_elsewhere_has_no_slip_for_me(browse_both, session):  # A5
    wish = make_wish(state=WishState.SUBMITTED, committee_code=ELSEWHERE)

    assert browse_both(by=make_coordinator()).post(f"{wish.url}/slip").status == 404


def test_an_author_outside_ones_own_area_enters_it_as_anybody_does(browse, session):  # C10
    her = make_coordinator("grid-4")

    browse(by=her).open("/wishes/new").submit("#wish-form form", **FOR_HER)

    entry = session.scalars(select(JournalEntry).where(JournalEntry.step == "submitted")).one()
    assert entry.by_role == "author"
    assert session.scalar(select(func.count()).select_from(Beneficiary)) == 1
