"""What was typed is not lost when the session is over: kept half an hour, for whoever typed it alone (P11)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from wtforms import PasswordField

from gridapp.accounts.models import Person
from gridapp.core import clock, kept_forms
from gridapp.core.database import db
from gridapp.core.kept_forms import KeptForm
from gridapp.web.forms import Form
from gridapp.web.kept_forms import is_secret
from gridapp.wishes.models import Wish, WishState
from tests.browsing import Browser
from tests.conftest import MONDAY_9
from tests.factories import HOME, PASSWORD, how_many, make_coordinator, make_person, make_wish

LATER = MONDAY_9 + timedelta(days=15)  # the session is over: idle for a fortnight
TYPED = {
    "title": "修一把椅子",
    "text": "椅子腿松了。",
    "category": "repair",
    "address": "可乐路一二三弄4号501室",
}
FORM = "form[action='/wishes/new']"


@pytest.fixture
def half_an_hour_later() -> Iterator[None]:
    """The clock stands where a session of Monday is over."""
    with clock.standing_at(LATER):
        yield


def send_too_late(browser: Browser) -> Browser:
    """A wish is typed on Monday and sent when the session is over."""
    browser.open("/wishes/new")
    with clock.standing_at(LATER):
        return browser.submit(FORM, committee=HOME, **TYPED)


def sign_in(browser: Browser, person: Person) -> Browser:
    """Through the form that is shown."""
    return browser.submit("form[action='/sign-in']", phone=person.phone, password=PASSWORD)


def shown(browser: Browser) -> dict[str, str]:
    """What stands in the fields of the wish."""
    field = {name: browser.one(f"{FORM} [name={name}]") for name in TYPED}
    category = browser.select(f"{FORM} [name=category] option[selected]")
    return {
        "title": str(field["title"].get("value", "")),
        "text": field["text"].get_text().strip(),
        "category": str(category[0]["value"]) if category else "",
        "address": str(field["address"].get("value", "")) or field["address"].get_text().strip(),
    }


def test_whoever_is_signed_out_while_typing_finds_the_form_filled_in_after_signing_in(browse_both):
    person = make_person()
    browser = send_too_late(browse_both(by=person))
    assert browser.path.startswith("/sign-in")
    assert "半小时" in browser.flashes

    with clock.standing_at(LATER):
        sign_in(browser, person)
        assert (browser.path, shown(browser)) == ("/wishes/new", TYPED)
        assert "还在" in browser.flashes

        browser.submit(FORM)
        assert db.session().scalars(select(Wish.title)).one() == TYPED["title"]
        assert how_many(KeptForm) == 0
        assert shown(browser.open("/wishes/new"))["title"] == ""


def test_whoever_else_signs_in_on_that_phone_sees_nothing_of_it(browse_both):  # the attack
    person, neighbour = make_person(), make_person("邻居")
    browser = send_too_late(browse_both(by=person))

    with clock.standing_at(LATER):
        sign_in(browser, neighbour)
        assert browser.path == "/wishes/new"
        assert not set(TYPED.values()) & set(shown(browser).values())
        assert TYPED["title"] not in browser.body

        browser.open("/me").submit("form[action='/sign-out']")
        sign_in(browser.open("/sign-in?next=/wishes/new"), person)
        assert shown(browser) == TYPED  # its owner still does


def test_a_neighbour_who_copies_the_reference_from_the_phone_finds_nothing(browse):  # the attack
    person, neighbour = make_person(), make_person("邻居")
    browser = send_too_late(browse(by=person))
    reference = browser.client.get_cookie("kept")

    with clock.standing_at(LATER):
        thief = browse(by=neighbour)
        thief.client.set_cookie("kept", reference.value)
        assert shown(thief.open("/wishes/new"))["title"] == ""
        found = [
            kept_forms.find(db.session(), reference.value, person_id=one.id, at=LATER) is not None
            for one in (neighbour, person)
        ]
    assert found == [False, True]  # negative control: for its owner it is there


def test_the_owner_finds_it_on_the_phone_where_it_was_typed_and_on_no_other(browse):
    person = make_person()
    send_too_late(browse(by=person))

    with clock.standing_at(LATER):
        assert shown(browse(by=person).open("/wishes/new"))["title"] == ""


def test_nothing_that_was_typed_lies_in_the_browser(browse_both):
    browser = send_too_late(browse_both(by=make_person()))

    cookie = browser.client.get_cookie("kept")
    assert cookie.http_only
    assert cookie.max_age == 1800
    kept = db.session().scalars(select(KeptForm)).one()
    assert cookie.value not in (kept.ref_hash, kept.typed)
    session = browser.client.get_cookie("session")
    assert not any(word in (cookie.value + session.value) for word in TYPED.values())


def test_after_half_an_hour_it_is_gone(browse):
    person = make_person()
    browser = send_too_late(browse(by=person))

    with clock.standing_at(LATER + timedelta(minutes=30)):
        sign_in(browser, person)
        assert shown(browser)["title"] == ""
        browser.open("/me").submit("form[action='/sign-out']")

    assert how_many(KeptForm) == 0


def test_whoever_signs_out_leaves_nothing_behind(browse):
    person = make_person()
    browser = send_too_late(browse(by=person))

    with clock.standing_at(LATER):
        sign_in(browser, person).open("/me").submit("form[action='/sign-out']")

    assert how_many(KeptForm) == 0
    assert browser.client.get_cookie("kept") is None


def test_a_form_whose_token_is_over_comes_back_filled_in_to_whoever_signed_in_anew(browse_both):
    person = make_person()
    browser = browse_both(by=person).open("/wishes/new")
    browser.client.delete_cookie("session")
    browser.sign_in(person)  # in another tab

    browser.submit(FORM, committee=HOME, **TYPED)

    assert (browser.path, shown(browser)) == ("/wishes/new", TYPED)
    browser.submit(FORM)
    assert how_many(Wish) == 1


def test_a_form_left_open_by_somebody_else_is_not_sent_in_ones_own_name_and_waits_for_its_owner(browse_both):
    person, neighbour = make_person(), make_person("邻居")
    browser = browse_both(by=person).open("/wishes/new")
    browser.client.delete_cookie("session")
    browser.sign_in(neighbour)

    browser.submit(FORM, committee=HOME, **TYPED)

    assert browser.status == 400
    assert how_many(Wish) == 0
    assert shown(browser.open("/wishes/new"))["title"] == ""
    browser.sign_in(person)
    assert shown(browser.open("/wishes/new")) == TYPED


def test_a_form_signed_out_in_another_tab_is_kept_too(browse_both):
    person = make_person()
    browser = browse_both(by=person).open("/wishes/new")
    browser.client.delete_cookie("session")

    browser.submit(FORM, committee=HOME, **TYPED)

    assert browser.path.startswith("/sign-in")
    assert shown(sign_in(browser, person)) == TYPED


@pytest.mark.parametrize("whose", ["", "1", "MQ.forged", "not-signed-by-us"])
def test_without_our_word_whose_it_is_nothing_is_kept(browse, whose: str):
    browser = browse(by=make_person()).open("/wishes/new")
    browser.client.delete_cookie("session")

    browser.submit(FORM, whose=whose, committee=HOME, **TYPED)

    assert browser.status == 400
    assert how_many(KeptForm) == 0


def test_what_was_changed_in_a_wish_stands_there_instead_of_what_is_stored(browse_both):
    author = make_person()
    wish = make_wish("想要一盏台灯", author=author, state=WishState.SUBMITTED)
    browser = browse_both(by=author).open(f"/wishes/{wish.id}/edit")
    with clock.standing_at(LATER):
        browser.submit(f"form[action='/wishes/{wish.id}/edit']", title="想要一盏亮一点的台灯")

        sign_in(browser, author)

        assert browser.path == f"/wishes/{wish.id}/edit"
        assert browser.one("[name=title]")["value"] == "想要一盏亮一点的台灯"


def test_a_question_that_was_folded_away_is_open_and_filled_in(browse_both):
    chief = make_coordinator()
    wish = make_wish(state=WishState.SUBMITTED)
    browser = browse_both(by=chief).open(f"/wishes/{wish.id}")
    with clock.standing_at(LATER):
        browser.submit(f"form[action='/wishes/{wish.id}/question']", why="几点方便？")

        sign_in(browser, chief)

        assert browser.path == f"/wishes/{wish.id}"
        field = browser.one("[name=ask-why]")
        assert field.get_text().strip() == "几点方便？"
        assert field.find_parent("details").has_attr("open")
        assert browser.one("[name=decline-why]").get_text().strip() == ""


def test_the_last_form_alone_is_kept(browse):
    person = make_person()
    send_too_late(browse(by=person))

    send_too_late(browse(by=person))

    assert how_many(KeptForm) == 1


def test_a_button_without_anything_typed_leaves_nothing(browse_both):
    person = make_person()
    browser = browse_both(by=person).open("/me")
    with clock.standing_at(LATER):
        browser.submit("form[action='/sign-out']")

    assert how_many(KeptForm) == 0


def test_a_text_too_long_to_keep_is_not_kept_and_one_is_led_on_all_the_same(browse):
    browser = browse(by=make_person()).open("/wishes/new")
    with clock.standing_at(LATER):
        browser.submit(FORM, text="长" * 70_000)

    assert browser.path.startswith("/sign-in")
    assert how_many(KeptForm) == 0


def test_passwords_and_codes_are_never_kept():
    secret = [name for form in forms_of(Form) for name in passwords(form)]

    assert len(secret) >= 2
    assert [name for name in secret if not is_secret(name)] == []
    for name in ("code", "new-password", "sms_code", "PIN", "old_password", "password2", "change-password"):
        assert is_secret(name)
    for name in ("text", "postcodes", "spinning", "committee", "decline-why", "phone"):
        assert not is_secret(name)


def forms_of(base: type) -> Iterator[type]:
    """Every form of the app."""
    for form in base.__subclasses__():
        yield form
        yield from forms_of(form)


def passwords(form: Any) -> Iterator[str]:
    """The names of a form's fields for passwords."""
    for name in dir(form):
        if getattr(getattr(form, name), "field_class", None) is PasswordField:
            yield name
