"""Once a wish is public, only its coordinator changes its words, and those who hold it are told (W14)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from gridapp.accounts.models import Duty
from gridapp.wishes.models import WishState
from gridapp.wishes.queries import beneficiary_of
from tests.factories import (
    MONDAY_9,
    claim,
    make_coordinator,
    make_person,
    make_volunteer,
    make_wish,
    report,
    steps_of,
    told,
)

FORM = "form[action$='/wording']"
WINDOW = {"starts_at": MONDAY_9 + timedelta(days=1), "ends_at": MONDAY_9 + timedelta(days=1, hours=2)}


def reword(browser, wish, **typed):
    return browser.open(wish.url).submit(FORM, **{"title": "想要一盏亮的台灯", "text": "看报用。", **typed})


def test_the_coordinator_puts_it_in_other_words_and_holders_and_author_are_told(browse_both, session):
    lin, lan, her = make_person("林"), make_volunteer("兰"), make_coordinator()
    wish = make_wish(author=lin, **WINDOW)
    claim(wish, lan)

    browser = reword(browse_both(by=her), wish)

    assert (browser.status, wish.title, wish.text) == (200, "想要一盏亮的台灯", "看报用。")
    assert (told(lan)[-1], told(lin)[-1]) == ("wish_reworded", "wish_reworded")
    assert steps_of(wish)[-1] == "reworded"
    assert session.scalars(select(Duty)).one().title == "想要一盏亮的台灯"


def test_for_whom_the_wish_is_cannot_be_swapped(browse_both, session):
    wish, browser = make_wish(), browse_both(by=make_coordinator())
    before = beneficiary_of(session, wish)
    known = (before.name, before.phone, before.address)

    browser.post(
        f"{wish.url}/wording",
        **{
            "wording-title": "别的",
            "wording-text": "别的",
            "wording-version": str(wish.version),
            "beneficiary_name": "王婆",
            "beneficiary_phone": "19900008888",
            "address": "别处1号",
        },
    )

    after = beneficiary_of(session, wish)
    assert (wish.title, after.name, after.phone, after.address) == ("别的", *known)


def test_two_coordinators_do_not_overwrite_each_other_unread(browse_both, session):  # C1
    wish = make_wish()
    early, late = browse_both(by=make_coordinator()), browse_both(by=make_coordinator())
    late.open(wish.url)
    reword(early, wish)

    late.submit(FORM, title="又一个名字", text="看报用。")

    assert (late.status, wish.title) == (409, "想要一盏亮的台灯")


@pytest.mark.parametrize("who", ["author", "helper", "other coordinator"])
def test_nobody_else_changes_a_public_wish(browse_both, session, who):
    lan, wish = make_volunteer("兰"), make_wish()
    claim(wish, lan)
    by = {"author": wish.author, "helper": lan, "other coordinator": make_coordinator("grid-4")}[who]
    browser = browse_both(by=by).open(wish.url)

    assert not browser.select(FORM)
    browser.post(f"{wish.url}/wording", **{"wording-title": "别的", "wording-text": "别的"})

    assert (browser.status, wish.title) == (403, "想要一盏台灯")


def test_what_is_reported_done_is_not_reworded(browse_both, session):
    wish = make_wish()
    report(claim(wish, make_volunteer("兰")))
    browser = browse_both(by=make_coordinator()).open(wish.url)

    browser.post(f"{wish.url}/wording", **{"wording-title": "别的", "wording-text": "别的"})

    assert (browser.status, wish.state, wish.title) == (409, WishState.DONE, "想要一盏台灯")


def test_the_new_words_are_screened_and_stay_in_the_form(browse_both, session):  # C19, C14
    wish = make_wish()

    browser = reword(browse_both(by=make_coordinator()), wish, text="打13812345678")

    assert (browser.status, wish.text) == (422, "晚上看书用。")
    assert "13812345678" in browser.text("#wording-text")
