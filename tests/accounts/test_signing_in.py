"""Signing in: limits on tries that hold, and the same answer for everybody who may not (D5)."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from ipaddress import ip_network

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from gridapp.accounts import workflow
from gridapp.accounts.models import Person, SignIn, Try
from gridapp.core import clock
from gridapp.core.database import db, writing
from tests.browsing import Browser
from tests.conftest import MONDAY_9
from tests.factories import PASSWORD, how_many, make_person, make_volunteer, make_wish

FORM = "form[action='/sign-in']"
NOBODYS_NUMBER = "19911112222"


def try_in(browser: Browser, phone: str | None, password: str = "wrong", **headers: str) -> int:
    """One try with a form that is open already; the status of the answer."""
    data = {"phone": phone, "password": password, "csrf_token": browser.one("[name=csrf_token]")["value"]}
    return browser.client.post("/sign-in", data=data, headers=headers).status_code


@pytest.fixture
def form(browse: Callable[..., Browser]) -> Browser:
    """A browser with the form open."""
    return browse().open("/sign-in")


def test_somebody_signs_in_with_a_number_typed_their_way(browse_both):  # P12
    person = make_person("兰")
    browser = browse_both().open("/sign-in")

    browser.submit(FORM, phone=(person.phone or "").replace("+86", "0086 "), password=PASSWORD)

    assert browser.path == "/"
    assert "兰" in browser.text("h1")


def test_a_wrong_password_keeps_the_number_and_not_the_password(browse_both):  # P7, C14
    person = make_person()
    browser = browse_both().open("/sign-in")

    browser.submit(FORM, phone=person.phone, password="not-the-right-one")

    assert browser.status == 422
    assert browser.one("input[name=phone]")["value"] == person.phone
    assert "not-the-right-one" not in browser.body
    assert how_many(SignIn) == 0


def test_nobody_learns_whether_a_number_is_known_or_an_account_disabled(browse):  # D5
    known, disabled = make_person(), make_person()
    with writing(db.session()):
        db.session().get_one(Person, disabled.id).disabled_at = MONDAY_9

    answers = []
    for phone, password in ((known.phone, "wrong"), (NOBODYS_NUMBER, "wrong"), (disabled.phone, PASSWORD)):
        browser = browse().open("/sign-in").submit(FORM, phone=phone, password=password)
        answers.append((browser.status, browser.text("main")))

    assert answers[0][0] == 422
    assert answers == [answers[0]] * 3


def test_an_unknown_number_takes_as_long_as_a_known_one():  # D5
    known = Person(password_hash=workflow.hash_password(PASSWORD))

    def fastest(person: Person | None) -> float:
        took = []
        for _ in range(5):
            began = time.process_time()
            assert not workflow.password_fits(person, "wrong")
            took.append(time.process_time() - began)
        return min(took)

    assert 0.5 < fastest(None) / fastest(known) < 2


def test_the_eleventh_try_on_an_account_waits_five_minutes_even_with_the_right_password(form):  # D5
    person = make_person()

    tried = [try_in(form, person.phone) for _ in range(10)]
    right = try_in(form, person.phone, PASSWORD)
    with clock.standing_at(MONDAY_9 + timedelta(minutes=4, seconds=59)):
        still = try_in(form, person.phone, PASSWORD)
    with clock.standing_at(MONDAY_9 + timedelta(minutes=5)):
        after = try_in(form, person.phone, PASSWORD)

    assert (tried, right, still, after) == ([422] * 10, 429, 429, 303)


def test_a_number_that_nobody_has_is_limited_alike(form):  # D5
    with writing(db.session()):
        for _ in range(9):
            workflow.count_try(
                db.session(), f"in:+86{NOBODYS_NUMBER}", limit=10, window=workflow.TRY_WINDOW, at=MONDAY_9
            )

    assert [try_in(form, NOBODYS_NUMBER) for _ in range(2)] == [422, 429]


def test_who_is_limited_reads_so_and_nothing_is_lost(browse_both):  # D5, P16
    person = make_person()
    browser = browse_both().open("/sign-in")
    for _ in range(10):
        try_in(browser, person.phone)

    browser.submit(FORM, phone=person.phone, password=PASSWORD)

    assert browser.status == 429
    assert browser.headers["Retry-After"] == "300"
    assert browser.flashes if browser.htmx else browser.text("h1")


def test_a_sign_in_that_succeeds_does_not_count(browse):  # D5
    person, form = make_person(), browse().open("/sign-in")

    for _ in range(9):
        try_in(form, person.phone)
    right = [try_in(browse().open("/sign-in"), person.phone, PASSWORD) for _ in range(3)]

    assert right == [303] * 3
    assert [try_in(form, person.phone) for _ in range(2)] == [422, 429]


def test_fifty_tries_from_an_address_are_enough_and_other_addresses_go_on(app, browse):  # D5
    people, form = [make_person() for _ in range(6)], browse().open("/sign-in")

    tried = [try_in(form, people[number // 10].phone) for number in range(51)]
    elsewhere = browse().open("/sign-in")
    elsewhere.client.environ_base["REMOTE_ADDR"] = "203.0.113.7"

    assert tried == [422] * 50 + [429]
    assert try_in(elsewhere, people[5].phone, PASSWORD) == 303


def test_of_sixty_four_tries_at_once_exactly_ten_are_looked_at(app, browse):  # D5, C1
    person, forms = make_person(), [browse().open("/sign-in") for _ in range(64)]

    statuses = at_once(app, forms, person)

    assert sorted(statuses) == [422] * 10 + [429] * 54


def test_counting_first_and_writing_later_lets_more_than_ten_through(
    app, browse, monkeypatch
):  # negative control
    monkeypatch.setattr(workflow, "count_sign_in", counted_first_and_written_later)
    person, forms = make_person(), [browse().open("/sign-in") for _ in range(64)]

    statuses = at_once(app, forms, person)

    assert statuses.count(422) > 10


def counted_first_and_written_later(
    session: Session, phone: str, _address: str, *, at: datetime
) -> list[int]:
    """What one would write at first: read how many there are, and add one if there is room."""
    session.rollback()
    known = session.scalar(select(func.count()).where(Try.key == f"in:{phone}"))
    session.rollback()
    time.sleep(0.2)
    if known >= workflow.TRIES_PER_ACCOUNT:
        raise workflow.TooManyTries(phone, workflow.TRY_WINDOW)
    with writing(session):
        session.add(Try(key=f"in:{phone}", at=at))
    return []


def test_no_five_minutes_hold_more_than_ten_wherever_they_begin(form):  # D5
    person, looked_at = make_person(), []

    for second in range(0, 15 * 60, 7):
        with clock.standing_at(MONDAY_9 + timedelta(seconds=second)):
            if tried_under(f"in:{person.phone}", limit=10):
                looked_at.append(second)

    assert max(sum(1 for one in looked_at if begin <= one < begin + 300) for begin in looked_at) == 10
    assert len(looked_at) == 30


def test_around_the_edge_of_five_minutes_there_are_no_nineteen(form):  # D5
    person = make_person()
    try_in(form, person.phone)
    with clock.standing_at(MONDAY_9 + timedelta(minutes=4, seconds=59)):
        late = [try_in(form, person.phone) for _ in range(9)]
    with clock.standing_at(MONDAY_9 + timedelta(minutes=5, seconds=1)):
        after = [try_in(form, person.phone) for _ in range(3)]

    assert late == [422] * 9
    assert after == [422, 429, 429]


def test_a_thousand_wrong_tries_from_everywhere_are_enough(form, monkeypatch):  # D5
    monkeypatch.setattr(workflow, "TRIES_IN_ALL", 5)
    tried = []
    for number in range(6):
        form.client.environ_base["REMOTE_ADDR"] = f"203.0.113.{number}"
        tried.append(try_in(form, f"1990000{number:04d}"))

    assert tried == [422] * 5 + [429]


def tried_under(key: str, *, limit: int) -> bool:
    """Whether a try under the key is taken now."""
    try:
        with writing(db.session()):
            workflow.count_try(db.session(), key, limit=limit, window=workflow.TRY_WINDOW, at=clock.now())
    except workflow.TooManyTries:
        return False
    return True


def at_once(app: Flask, forms: list[Browser], person: Person) -> list[int]:
    """A wrong try from each form, all at the same moment."""
    ready, statuses, phone = threading.Barrier(len(forms)), [], person.phone
    db.session().rollback()

    def one(form: Browser) -> None:
        ready.wait()
        statuses.append(try_in(form, phone))

    threads = [threading.Thread(target=one, args=(form,)) for form in forms]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return statuses


def test_a_forged_hop_has_no_effect(form):  # D5
    for number in range(50):
        try_in(
            form, f"1990000{number:04d}", **{"X-Forwarded-For": f"198.51.100.{number}"}
        ) if number < 2 else count()

    assert try_in(form, NOBODYS_NUMBER, **{"X-Forwarded-For": "198.51.100.77"}) == 429


def count(address: str = "127.0.0.1") -> None:
    """A try from an address, without the cost of a password."""
    with writing(db.session()):
        workflow.count_try(
            db.session(), f"in-from:{address}", limit=50, window=workflow.TRY_WINDOW, at=MONDAY_9
        )


def test_behind_our_proxies_the_right_most_other_hop_counts(app, form, monkeypatch):  # D5
    networks = (ip_network("127.0.0.0/8"), ip_network("10.0.0.0/8"))
    monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], trusted_proxies=networks))
    person = make_person()
    for _ in range(50):
        count("203.0.113.9")

    forged_before = try_in(form, person.phone, **{"X-Forwarded-For": "8.8.8.8, 203.0.113.9, 10.0.0.3"})
    pretended = try_in(
        form, person.phone, PASSWORD, **{"X-Forwarded-For": "203.0.113.9, 198.51.100.4, 10.0.0.3"}
    )

    assert (forged_before, pretended) == (429, 303)


def test_a_visitor_is_led_to_sign_in_and_comes_back(browse_both):  # C6, P11
    person = make_person()
    browser = browse_both().open("/me/hours?lang=zh")

    assert browser.path.startswith("/sign-in?next=")
    browser.submit(FORM, phone=person.phone, password=PASSWORD)

    assert browser.path == "/me/hours?lang=zh"


def test_a_volunteer_comes_back_to_the_wish(browse_both):  # P11
    wish, lan = make_wish(), make_volunteer("兰")
    browser = browse_both().open(wish.url).follow("a[href^='/sign-in?next=']:not(.masthead a)")

    browser.submit(FORM, phone=lan.phone, password=PASSWORD)

    assert browser.path == wish.url
    assert browser.select(f"form[action='{wish.url}/claim']")


@pytest.mark.parametrize("address", ["https://evil.example/", "//evil.example", "/\\evil.example"])
def test_signing_in_never_leads_to_another_site(form, address):  # D8
    person = make_person()
    token = form.one("[name=csrf_token]")["value"]

    response = form.client.post(
        "/sign-in", data={"phone": person.phone, "password": PASSWORD, "next": address, "csrf_token": token}
    )

    assert (response.status_code, response.headers["Location"]) == (303, "/")
