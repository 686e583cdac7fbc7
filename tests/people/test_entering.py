"""Somebody without a phone of their own is entered, and reached through another (A6, C10)."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from gridapp.accounts.models import Consent, Person
from gridapp.core.access_log import Look
from gridapp.core.database import db
from gridapp.people.feature import out_of_reach
from gridapp.people.models import Intermediary
from tests.browsing import Browser
from tests.factories import (
    ELSEWHERE,
    HOME,
    how_many,
    journal_of,
    make_admin,
    make_coordinator,
    make_person,
)
from tests.people.test_recovering import NEW_NUMBER, begin_anew, make_code

FORM = "form[action='/people/new']"
SHE = {
    "name": "沈阿婆",
    "committee": HOME,
    "through_name": "女儿小沈",
    "through_phone": "19955554444",
    "how": "in_person",
    "adult": "y",
}


def entered(browser: Browser, **typed: object) -> Browser:
    return browser.open("/people").follow("a[href='/people/new']").submit(FORM, **{**SHE, **typed})


def she() -> Person:
    db.session().rollback()
    return db.session().scalars(select(Person).where(Person.name == SHE["name"])).one()


def test_she_is_entered_with_both_persons_and_her_consent_kept(browse_both):  # A6, C10, Y1
    chief = make_coordinator()

    browser = entered(browse_both(by=chief))

    assert browser.path == f"/people/{she().id}"
    assert (she().phone, she().password_hash, she().committee_code) == (None, None, HOME)
    through = db.session().get_one(Intermediary, she().id)
    assert (through.name, through.phone, through.entered_by_id) == ("女儿小沈", "+8619955554444", chief.id)
    assert [consent.how for consent in db.session().scalars(select(Consent))] == ["in_person"]
    assert [(e.step, e.by_id, e.on_behalf_of_id) for e in journal_of(she())] == [
        ("entered", chief.id, she().id)
    ]
    assert list(out_of_reach(db.session())) == []


def test_the_number_is_masked_until_it_is_asked_for_and_each_look_is_kept(browse_both):  # C4
    chief = make_coordinator()
    browser = entered(browse_both(by=chief))
    assert "9955554444" not in browser.body.replace(" ", "")
    assert "199****4444" in browser.text("main")

    browser.submit("form[action$='/phone']")

    assert browser.select("a[href='tel:+8619955554444']")
    assert how_many(Look, thing="people", thing_id=she().id, by_id=chief.id) == 1


def test_she_is_found_by_the_number_through_which_she_is_reached(browse):  # C10
    browser = entered(browse(by=make_coordinator()))

    browser.open("/people").submit("form[action='/people/search']", q="199 5555 4444")

    assert "沈阿婆" in browser.text(".rows")


def test_a_coordinator_of_elsewhere_sees_nothing_of_her(browse):  # A5
    entered(browse(by=make_coordinator()))
    other = browse(by=make_coordinator("grid-4"))

    assert "沈阿婆" not in other.open("/people").text("main")
    assert other.open(f"/people/{she().id}").status == 404


def test_nobody_is_entered_into_anothers_committee(browse_both):  # A5, C6
    browser = browse_both(by=make_coordinator()).open("/people/new")
    assert ELSEWHERE not in [one["value"] for one in browser.select("#committee option")]

    browser.post("/people/new", **{**SHE, "committee": ELSEWHERE})

    assert browser.status == 422
    assert how_many(Intermediary) == 0


@pytest.mark.parametrize("field", list(SHE))
def test_nothing_may_be_left_out_and_what_was_typed_stays(browse_both, field):  # P7, Y1
    browser = browse_both(by=make_coordinator()).open("/people/new")

    browser.submit(FORM, **{**SHE, field: None if field == "adult" else ""})

    assert browser.status == 422
    assert browser.select(f"#{field}-error")
    assert field == "name" or browser.one("#name")["value"] == "沈阿婆"


def test_sent_twice_she_is_entered_once(browse_both):  # C11
    browser = entered(browse_both(by=make_coordinator()))
    browser.again()
    browser.open("/people/new").submit(FORM, **SHE)

    assert how_many(Person, name="沈阿婆") == 1


def test_with_a_phone_of_her_own_she_takes_the_account_over(browse):  # A6, A9
    chief = make_coordinator()
    entered(browse(by=chief))
    without = browse(by=chief).open(f"/people/{she().id}")
    without.submit("form[action$='/code']", new_phone="")
    code = make_code(browse(by=chief), she(), NEW_NUMBER)

    browser = begin_anew(browse(), NEW_NUMBER, code)

    assert without.status == 422
    assert browser.path == "/me"
    assert she().phone == f"+86{NEW_NUMBER}"


def test_the_town_office_and_residents(browse):  # C6
    assert browse(by=make_person()).open("/people/new").status == 404
    assert HOME in [
        one["value"] for one in browse(by=make_admin()).open("/people/new").select("#committee option")
    ]
