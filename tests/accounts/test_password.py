"""A new password signs every other device out, at once (D4), and cannot be guessed at either (D5)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gridapp.accounts.models import Person
from gridapp.accounts.workflow import password_fits
from gridapp.core import clock
from gridapp.core.database import db
from tests.browsing import Browser
from tests.conftest import MONDAY_9
from tests.factories import PASSWORD, make_person, steps_of

FORM = "form[action='/me/password']"
NEW = "a-better-password"


def is_in(browser: Browser) -> bool:
    """Whether the browser is signed in."""
    return browser.open("/me").path == "/me"


def test_with_a_new_password_every_other_device_is_out_and_this_one_goes_on(browse_both):  # D4
    person = make_person()
    here, there = browse_both(by=person), browse_both(by=person)

    here.open("/me").follow("a[href='/me/password']").submit(FORM, old=PASSWORD, password=NEW)

    assert here.path == "/me"
    assert here.flashes
    assert (is_in(here), is_in(there)) == (True, False)
    assert password_fits(db.session().get_one(Person, person.id), NEW)
    assert steps_of(person) == ["password_changed"]


def test_the_cookie_from_before_is_worth_nothing(browse):  # D4
    person = make_person()
    here, thief = browse(by=person).open("/me/password"), browse()
    thief.client.set_cookie("session", here.client.get_cookie("session").value)

    here.submit(FORM, old=PASSWORD, password=NEW)

    assert is_in(here)
    assert not is_in(thief)


@pytest.mark.parametrize(
    ("old", "new", "field"), [("wrong", NEW, "old"), (PASSWORD, "short", "password"), ("", NEW, "old")]
)
def test_what_does_not_do_is_said_at_the_field_and_changes_nothing(browse_both, old, new, field):  # P7
    person = make_person()
    browser = browse_both(by=person).open("/me/password")

    browser.submit(FORM, old=old, password=new)

    assert browser.status == 422
    assert browser.select(f"#{field}-error")
    assert new not in browser.body or not new
    assert password_fits(db.session().get_one(Person, person.id), PASSWORD)


def test_ones_own_number_is_no_password(browse):
    person = make_person()
    browser = browse(by=person).open("/me/password")

    browser.submit(FORM, old=PASSWORD, password=(person.phone or "").removeprefix("+86"))

    assert browser.status == 422


def test_whoever_finds_an_open_phone_cannot_guess_the_password(browse):  # D5
    person = make_person()
    browser = browse(by=person).open("/me/password")
    for _ in range(10):
        browser.open("/me/password").submit(FORM, old="a-guess-of-mine", password=NEW)

    limited = browser.open("/me/password").submit(FORM, old=PASSWORD, password=NEW).status
    with clock.standing_at(MONDAY_9 + timedelta(minutes=5)):
        later = browser.open("/me/password").submit(FORM, old=PASSWORD, password=NEW).status

    assert (limited, later) == (429, 200)
