"""Signing up on a phone: consent first, one number is one account, nothing typed is lost (A6, Y1, P12)."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from gridapp.accounts import workflow as accounts
from gridapp.accounts.models import Consent, Person, SignIn
from gridapp.accounts.workflow import hash_password
from gridapp.core import clock
from gridapp.core.database import db, writing
from gridapp.core.journal import JournalEntry
from gridapp.core.outbox import Message
from gridapp.volunteers.models import Volunteer, VolunteerState
from tests.browsing import Browser
from tests.conftest import MONDAY_9
from tests.factories import HOME, PASSWORD, area, how_many, make_coordinator, make_person, volunteer_of

PHONE, E164 = "19900001111", "+8619900001111"
LAN: dict[str, Any] = {
    "phone": PHONE,
    "name": "兰",
    "password": "bamboo-and-rain",
    "committee": HOME,
    "adult": "y",
    "consent": "y",
}


def sign_up(browser: Browser, address: str = "/sign-up", **facts: Any) -> Browser:
    """Fill in the form as Lan would, but for `facts`."""
    return browser.open(address).submit("form[action='/sign-up']", **{**LAN, **facts})


def the_person() -> Person:
    """The one account that there is with Lan's number."""
    return db.session().scalars(select(Person).where(Person.phone == E164)).one()


def test_somebody_signs_up_to_help_and_the_coordinator_is_told(browse_both):  # A6, V2
    coordinator = make_coordinator()

    browser = sign_up(browse_both())

    assert browser.path == "/me"
    assert "兰" in browser.text("h1")
    assert volunteer_of(the_person()).state == VolunteerState.APPLIED
    assert how_many(Message, person_id=coordinator.id, kind="volunteer_applied") == 1


def test_a_robot_makes_no_more_than_sixty_accounts_an_hour_from_one_address(browse, monkeypatch):  # D5
    monkeypatch.setattr(accounts, "NEW_ACCOUNTS", 2)
    heard = [sign_up(browse(), phone=f"1990000222{number}").status for number in range(3)]
    with clock.standing_at(MONDAY_9 + timedelta(hours=1, seconds=1)):
        later = sign_up(browse(), phone="19900002223").status

    assert (heard, later) == ([200, 200, 429], 200)
    assert how_many(Person, name="兰") == 3


def test_what_somebody_agreed_to_is_recorded_with_version_purposes_and_moment(browse):  # Y1
    sign_up(browse())

    consent = db.session().scalars(select(Consent)).one()
    assert (consent.person_id, consent.given_at, consent.how) == (the_person().id, MONDAY_9, "web")
    assert consent.version
    assert "neighbourhood-help" in consent.purposes
    assert how_many(JournalEntry, thing="people", step="signed_up", by_id=the_person().id) == 1


@pytest.mark.parametrize("box", ["adult", "consent"])
def test_without_the_tick_nothing_about_anybody_is_kept(browse_both, box):  # Y1, Y5, A6
    browser = sign_up(browse_both(), **{box: None})

    assert browser.status == 422
    assert browser.select(f".error-summary a[href='#{box}']")
    assert [how_many(table) for table in (Person, Consent, Volunteer, JournalEntry)] == [0, 0, 0, 0]


@pytest.mark.parametrize(
    "typed",
    [
        "+86 199 0000 1111",
        "１９９００００１１１１",
        "199-0000-1111",
        "＋８６　199 0000 1111",
        "008619900001111",
    ],
)
def test_a_number_is_one_account_whatever_way_it_is_typed(browse, typed):  # P12
    sign_up(browse(), phone=typed)

    again = sign_up(browse(), password="something-else")

    assert the_person().name == "兰"
    assert again.status == 409
    assert how_many(Person) == 1


def test_a_refused_form_keeps_what_was_typed_except_the_password(browse_both):  # P7, C14
    browser = sign_up(browse_both(), phone="１２３ 45", purpose="wish", adult=None)

    assert browser.status == 422
    assert browser.one("input[name=phone]")["value"] == "１２３ 45"
    assert browser.one("input[name=name]")["value"] == "兰"
    assert browser.one("select[name=committee] option[selected]")["value"] == HOME
    assert browser.one("input[name=purpose][checked]")["value"] == "wish"
    assert browser.select("input[name=consent][checked]")
    assert not browser.one("input[name=password]").get("value")
    assert LAN["password"] not in browser.body


def test_the_title_of_a_refused_form_begins_with_the_error(browse_both):  # P7
    browser = sign_up(browse_both(), name=" ")

    titles = [str(browser.one(".error-summary")["data-title"])]
    titles += [] if browser.htmx else [browser.text("title")]
    assert all(title.startswith("错误：") for title in titles)


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("phone", "021-6234 5678"),
        ("phone", "1990000111"),
        ("name", "兰" * 41),
        ("password", "short"),
        ("password", PHONE),
        ("committee", ""),
        ("committee", "310105999999"),
        ("areas", "99999999999999999999"),
    ],
)
def test_what_cannot_be_is_said_at_its_field(browse, field, typed):  # P7, D7
    browser = browse().open("/sign-up").post("/sign-up", **{**LAN, field: typed})

    assert browser.status == 422
    assert browser.select(f".error-summary a[href^='#{field}']")
    assert how_many(Person) == 0


def test_a_known_number_leads_to_signing_in_and_says_no_more(browse_both):  # A9, C14
    known = make_person("老王")

    browser = sign_up(browse_both(), phone=known.phone, password="not-the-right-one")

    assert browser.status == 409
    assert browser.select(".reasons a[href='/sign-in']")
    assert "老王" not in browser.text()
    assert how_many(Person) == 1


def test_a_known_number_with_the_right_password_is_signed_in(browse_both):  # A9
    known = make_person("老王")

    browser = sign_up(browse_both(), phone=known.phone, password=PASSWORD)

    assert browser.path == "/me"
    assert "老王" in browser.text("h1")
    assert how_many(Person) == 1


def test_known_numbers_can_be_tried_ten_times_an_hour_from_one_address(browse):  # A9
    numbers = [make_person().phone for _ in range(12)]
    browser = browse().open("/sign-up")

    tried = [browser.post("/sign-up", **{**LAN, "phone": number}).status for number in numbers[:11]]
    with clock.standing_at(MONDAY_9 + timedelta(minutes=59)):
        before = browser.post("/sign-up", **{**LAN, "phone": numbers[11]}).status
    with clock.standing_at(MONDAY_9 + timedelta(hours=1)):
        after = browser.post("/sign-up", **{**LAN, "phone": numbers[11]}).status

    assert tried == [409] * 10 + [429]
    assert (before, after) == (429, 409)


def test_who_waits_for_the_hour_is_told_how_long(browse):  # A9, C14
    numbers = [make_person().phone for _ in range(11)]
    browser = browse().open("/sign-up")

    for number in numbers:
        browser.post("/sign-up", **{**LAN, "phone": number})

    assert browser.status == 429
    assert browser.headers["Retry-After"] == "3600"


def test_the_same_form_sent_again_makes_one_account(browse_both):  # C11
    browser = browse_both().open("/sign-up")
    form = {**LAN, "csrf_token": browser.one("[name=csrf_token]")["value"], "key": "the same"}

    browser.client.post("/sign-up", data=form)
    browser.client.post("/sign-up", data=form)

    assert browser.open("/me").path == "/me"
    assert how_many(Person) == how_many(Consent) == how_many(Volunteer) == 1


def test_two_taps_at_once_make_one_account_and_nobody_sees_an_error(app, browse):  # C1, C11, P8
    browsers = [browse().open("/sign-up") for _ in range(4)]
    ready, statuses = threading.Barrier(4), []

    def tap(browser: Browser) -> None:
        form = {**LAN, "csrf_token": browser.one("[name=csrf_token]")["value"]}
        ready.wait()
        statuses.append(browser.client.post("/sign-up", data=form).status_code)

    threads = [threading.Thread(target=tap, args=(browser,)) for browser in browsers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert statuses == [303] * 4
    assert how_many(Person) == how_many(Consent) == how_many(Volunteer) == 1


def test_a_second_tap_that_waits_for_the_first_is_signed_in_too(app, browse):  # C1, C11, P8
    browser, session, statuses = browse().open("/sign-up"), db.session(), []
    form = {**LAN, "csrf_token": browser.one("[name=csrf_token]")["value"]}
    tap = threading.Thread(
        target=lambda: statuses.append(browser.client.post("/sign-up", data=form).status_code)
    )
    password_hash = hash_password(LAN["password"])

    with writing(session):
        first = accounts.sign_up(
            session,
            phone=E164,
            password_hash=password_hash,
            name="兰",
            committee_code=HOME,
            purposes=["account"],
            at=MONDAY_9,
        )
        tap.start()
        tap.join(timeout=0.7)
        assert first.id
    tap.join()

    assert statuses == [303]
    assert how_many(Person) == 1
    assert browser.open("/me").path == "/me"


def test_somebody_from_outside_names_areas_and_has_no_committee(browse_both):  # A1
    browser = sign_up(browse_both(), committee="outside")
    assert browser.status == 422
    assert browser.select(".error-summary a[href^='#areas']")

    browser.submit("form[action='/sign-up']", areas=[str(area("grid-4").id)], password=LAN["password"])

    assert browser.path == "/me"
    assert the_person().committee_code is None
    assert [one.code for one in volunteer_of(the_person()).areas] == ["grid-4"]


def test_somebody_who_only_has_a_wish_does_not_apply_as_a_volunteer(browse):  # A8
    browser = sign_up(browse(), purpose="wish")

    assert browser.path == "/me"
    assert (how_many(Person), how_many(Volunteer)) == (1, 0)


def test_who_came_with_a_wish_goes_on_with_it(browse_both):  # P11, C6
    browser = sign_up(browse_both(), "/sign-up?next=/wishes/new")

    assert browser.path == "/wishes/new"
    assert how_many(Volunteer) == 0


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "javascript:x",
    ],
)
def test_nobody_is_led_to_another_site(browse, address):  # D8, C6
    make_person("老王")

    for htmx in (False, True):
        browser = browse(htmx=htmx).open("/sign-up")
        response = browser.client.post(
            "/sign-up",
            data={**LAN, "next": address, "csrf_token": browser.one("[name=csrf_token]")["value"]},
            headers={"HX-Request": "true"} if htmx else {},
        )
        assert response.headers["HX-Redirect" if htmx else "Location"] == "/me"


def test_an_address_in_chinese_can_be_gone_on_to(browse):  # D7
    for htmx in (False, True):
        browser = browse(htmx=htmx).open("/sign-up")
        response = browser.client.post(
            "/sign-up",
            data={**LAN, "next": "/wishes?q=陪伴", "csrf_token": browser.one("[name=csrf_token]")["value"]},
            headers={"HX-Request": "true"} if htmx else {},
        )
        assert response.headers["HX-Redirect" if htmx else "Location"].isascii()


def test_whoever_is_signed_in_already_does_not_see_the_form(browse):  # C6
    browser = browse(by=make_person()).open("/sign-up")

    assert browser.path == "/"
    assert how_many(SignIn) == 1
