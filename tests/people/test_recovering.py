"""A forgotten password or another phone: a code on paper, good once within a day, and nothing learned by guessing (A9, D5)."""

from __future__ import annotations

import re
import threading
from datetime import timedelta

import pytest
from sqlalchemy import select

from gridapp.accounts.models import Person, RoleKind
from gridapp.accounts.workflow import password_fits
from gridapp.core import clock
from gridapp.core.database import db, writing
from gridapp.people.models import RecoveryCode
from gridapp.volunteers.models import VolunteerState
from tests.browsing import Browser
from tests.conftest import MONDAY_9
from tests.factories import (
    ELSEWHERE,
    PASSWORD,
    give_role,
    how_many,
    journal_of,
    make_admin,
    make_coordinator,
    make_person,
    make_volunteer,
    steps_of,
    told,
)

NEW = "a-better-password"
NEW_NUMBER = "19911112222"
FORM = "form[action='/recovery']"


def make_code(browser: Browser, person: Person, new_phone: str = "") -> str:
    """The code as it stands on the slip."""
    browser.open(f"/people/{person.id}").submit(
        f"form[action='/people/{person.id}/code']", new_phone=new_phone
    )
    assert browser.status == 200
    return re.sub(r"\D", "", browser.text("#code"))


def begin_anew(browser: Browser, phone: str | None, code: str, password: str = NEW) -> Browser:
    return browser.open("/recovery").submit(FORM, phone=phone, code=code, password=password)


def is_in(browser: Browser) -> bool:
    return browser.open("/me").path == "/me"


def fresh(person: Person) -> Person:
    db.session().rollback()
    return db.session().get_one(Person, person.id)


def test_a_forgotten_password_is_replaced_with_a_code_on_paper(browse_both):  # A9, D4
    chief, lan = make_coordinator(), make_person("兰", proven=False)
    old_phone = browse_both(by=lan).open("/me")
    code = make_code(browse_both(by=chief), lan)
    browser = browse_both().open("/sign-in").follow("a[href='/recovery']")

    browser.submit(FORM, phone=lan.phone, code=f"{code[:4]} {code[4:]}", password=NEW)

    assert browser.path == "/me"
    assert (is_in(browser), is_in(old_phone)) == (True, False)
    assert password_fits(fresh(lan), NEW)
    assert fresh(lan).phone_proven_at == MONDAY_9
    assert steps_of(lan)[-1] == "recovered"
    assert told(lan) == ["code_made", "recovered"]
    made = db.session().scalars(select(RecoveryCode)).one()
    assert [(one.step, one.by_id, one.on_behalf_of_id) for one in journal_of(made)] == [
        ("made", chief.id, lan.id),
        ("used", lan.id, None),
    ]


def test_the_database_does_not_know_the_code(browse):  # A9
    code = make_code(browse(by=make_coordinator()), make_person("兰"))

    assert db.session().scalars(select(RecoveryCode.code_hash)).one().startswith("$argon2id$")
    assert re.fullmatch(r"[0-9]{8}", code)


def test_the_slip_is_stored_nowhere_and_shown_once(browse):  # A9, C11
    chief, lan = make_coordinator(), make_person("兰")
    browser = browse(by=chief)
    code = make_code(browser, lan)
    assert browser.headers["Cache-Control"] == "no-store"
    assert browser.select("#code-slip svg")

    browser.again()

    assert code not in re.sub(r"\s", "", browser.body)
    assert how_many(RecoveryCode) == 1


def test_a_code_is_good_once(browse):  # A9
    lan = make_person("兰")
    code = make_code(browse(by=make_coordinator()), lan)

    first, second = (
        begin_anew(browse(), lan.phone, code),
        begin_anew(browse(), lan.phone, code, "another-password"),
    )

    assert (first.path, second.status) == ("/me", 422)
    assert password_fits(fresh(lan), NEW)


def test_a_new_code_ends_the_old_one(browse):  # A9
    chief, lan = make_coordinator(), make_person("兰")
    old, new = (make_code(browse(by=chief), lan) for _ in range(2))

    assert begin_anew(browse(), lan.phone, old).status == 422
    assert begin_anew(browse(), lan.phone, new).path == "/me"


def test_after_a_day_it_is_worth_nothing(browse):  # A9
    lan = make_person("兰")
    code = make_code(browse(by=make_coordinator()), lan)

    with clock.standing_at(MONDAY_9 + timedelta(hours=24)):
        assert begin_anew(browse(), lan.phone, code).status == 422
    with clock.standing_at(MONDAY_9 + timedelta(hours=23, minutes=59)):
        assert begin_anew(browse(), lan.phone, code).path == "/me"


def test_of_two_who_type_it_at_once_one_succeeds(app, browse):  # C1
    lan, statuses = make_person("兰"), []
    phone, code = lan.phone, make_code(browse(by=make_coordinator()), lan)
    forms = [browse().open("/recovery") for _ in range(2)]
    ready = threading.Barrier(2, timeout=5)
    db.session().rollback()

    def one(form: Browser) -> None:
        data = {
            "phone": phone,
            "code": code,
            "password": NEW,
            "csrf_token": form.one("[name=csrf_token]")["value"],
        }
        ready.wait()
        statuses.append(form.client.post("/recovery", data=data).status_code)

    threads = [threading.Thread(target=one, args=(form,)) for form in forms]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert min(statuses) == 303
    assert max(statuses) in (409, 422)


# -- nothing is learned by guessing


def test_known_and_unknown_numbers_hear_the_same(browse_both):  # D5
    chief, lan, without, closed = make_coordinator(), make_person("兰"), make_person(), make_person()
    make_code(browse_both(by=chief), lan)
    make_code(browse_both(by=chief), closed)
    with writing(db.session()):
        db.session().get_one(Person, closed.id).disabled_at = MONDAY_9

    answers = []
    for phone in (lan.phone, without.phone, closed.phone, NEW_NUMBER):
        browser = begin_anew(browse_both(), phone, "00000000")
        answers.append((browser.status, browser.text("main")))

    assert answers[0][0] == 422
    assert answers == [answers[0]] * 4


def test_the_code_is_compared_as_slowly_when_there_is_none(browse, monkeypatch):  # D5
    from gridapp.people.views import recovering

    asked = []
    monkeypatch.setattr(recovering.accounts, "secret_fits", lambda known, typed: bool(asked.append(known)))

    begin_anew(browse(), NEW_NUMBER, "00000000")

    assert asked == [None]  # `secret_fits` then compares with nobody's hash: see test_signing_in


def test_the_eleventh_guess_waits_even_when_it_is_right_and_counts_with_signing_in(browse):  # D5
    lan = make_person("兰")
    code = make_code(browse(by=make_coordinator()), lan)
    for _ in range(5):
        begin_anew(browse(), lan.phone, "00000000")
        browse().open("/sign-in").submit("form[action='/sign-in']", phone=lan.phone, password="wrong")

    assert begin_anew(browse(), lan.phone, code).status == 429
    with clock.standing_at(MONDAY_9 + timedelta(minutes=5)):
        assert begin_anew(browse(), lan.phone, code).path == "/me"


@pytest.mark.parametrize(
    ("typed", "field"),
    [({"code": "123"}, "code"), ({"password": "short"}, "password"), ({"phone": "12"}, "phone")],
)
def test_what_is_wrong_stands_at_its_field(browse_both, typed, field):  # P7
    browser = browse_both().open("/recovery")

    browser.submit(FORM, **{"phone": NEW_NUMBER, "code": "12345678", "password": NEW, **typed})

    assert browser.status == 422
    assert browser.select(f"#{field}-error")


def test_one_field_takes_the_code_from_the_keyboard_or_pasted(browse):  # P12
    field = browse().open("/recovery").one("#code")

    assert (field["autocomplete"], field["inputmode"]) == ("one-time-code", "numeric")


# -- another phone


def test_with_another_phone_one_signs_in_under_the_new_number(browse):  # A9
    chief, lan = make_coordinator(), make_person("兰")
    old = lan.phone
    code = make_code(browse(by=chief), lan, NEW_NUMBER)
    assert begin_anew(browse(), old, code).status == 422

    browser = begin_anew(browse(), NEW_NUMBER, code)

    assert browser.path == "/me"
    assert fresh(lan).phone == f"+86{NEW_NUMBER}"


def test_a_number_of_another_account_is_refused_and_merging_said(browse_both):  # A9
    chief, lan, wei = make_coordinator(), make_person("兰"), make_person("草")
    browser = browse_both(by=chief).open(f"/people/{lan.id}")

    browser.submit(f"form[action='/people/{lan.id}/code']", new_phone=wei.phone)

    assert browser.status == 409
    assert browser.select(".reasons")
    assert how_many(RecoveryCode) == 0


def test_a_number_that_somebody_took_meanwhile_stays_theirs(browse):  # A9, C1
    chief, lan = make_coordinator(), make_person("兰")
    code = make_code(browse(by=chief), lan, NEW_NUMBER)
    wei = make_person("草")
    with writing(db.session()):
        db.session().get_one(Person, wei.id).phone = f"+86{NEW_NUMBER}"

    browser = begin_anew(browse(), NEW_NUMBER, code)

    assert browser.status == 409
    assert password_fits(fresh(wei), PASSWORD)
    assert password_fits(fresh(lan), PASSWORD)


# -- who makes a code


def test_whoever_has_a_role_gets_a_code_from_the_town_office_alone(browse_both):  # A4, A9
    admin, chief, lan = make_admin(), make_coordinator(), make_person("兰")
    give_role(lan, RoleKind.TOWN_ADMIN, "town")
    browser = browse_both(by=chief).open(f"/people/{lan.id}")
    assert not browser.select("form[action$='/code']")

    browser.post(f"/people/{lan.id}/code", new_phone="")

    assert browser.status == 403
    assert make_code(browse_both(by=admin), lan)


def test_nobody_makes_a_code_for_oneself_or_for_elsewhere(browse_both):  # A4, A5
    chief, wei = make_coordinator(), make_person("草", committee=ELSEWHERE)
    browser = browse_both(by=chief).open("/people")

    statuses = []
    for person in (chief, wei):
        browser.post(f"/people/{person.id}/code", new_phone="")
        statuses.append(browser.status)

    assert statuses == [403, 404]
    assert how_many(RecoveryCode) == 0


def test_a_disabled_account_gets_no_code_and_a_volunteer_does(browse):
    chief, closed = make_coordinator(), make_person("停")
    with writing(db.session()):
        db.session().get_one(Person, closed.id).disabled_at = MONDAY_9

    assert not browse(by=chief).open(f"/people/{closed.id}").select("form[action$='/code']")
    assert make_code(browse(by=chief), make_volunteer(state=VolunteerState.APPROVED))


def test_a_known_number_at_sign_up_leads_to_a_new_start(browse_both):  # A9
    from tests.accounts.test_signing_up import sign_up

    lan = make_person("兰")
    browser = sign_up(browse_both(), phone=lan.phone)

    assert browser.status == 409
    assert browser.select("a[href='/recovery']")
