"""Sessions live on the server's side: rotated, ended, idle, too old, disabled (D4, D11)."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from gridapp.accounts.models import Person, Role, SignIn
from gridapp.core import clock
from gridapp.core.database import db, writing
from gridapp.volunteers.models import VolunteerState
from tests.browsing import Browser
from tests.conftest import MONDAY_9
from tests.factories import PASSWORD, how_many, make_coordinator, make_person, make_volunteer, volunteer_of

A_DAY = timedelta(days=1)


def cookie_of(browser: Browser) -> str:
    """What somebody with the browser in hand could copy."""
    cookie = browser.client.get_cookie("session")
    assert cookie is not None
    return cookie.value


def is_in(browser: Browser) -> bool:
    """Whether the browser is signed in."""
    return browser.open("/me").path == "/me"


def sign_in(browser: Browser, person: Person) -> Browser:
    """Through the form."""
    return browser.open("/sign-in").submit("form[action='/sign-in']", phone=person.phone, password=PASSWORD)


def test_the_cookie_from_before_signing_in_is_worth_nothing_after(browse):  # D4
    person, browser, thief = make_person(), browse().open("/sign-in"), browse()
    thief.client.set_cookie("session", cookie_of(browser))

    sign_in(browser, person)

    assert is_in(browser)
    assert not is_in(thief)


def test_each_sign_in_has_a_token_of_its_own_and_the_database_none_of_them(browse):  # D4
    person = make_person()

    tokens = []
    for _ in range(2):
        with sign_in(browse(), person).client.session_transaction() as cookie:
            tokens.append(cookie["_user_id"])

    kept = db.session().scalars(select(SignIn.token_hash)).all()
    assert len({*tokens, *kept}) == 4


def test_signing_out_ends_the_session_for_a_copied_cookie_too(browse_both):  # D4
    browser, thief = browse_both(by=make_person()).open("/me"), browse_both()
    thief.client.set_cookie("session", cookie_of(browser))
    assert is_in(thief)

    browser.submit("form[action='/sign-out']")

    assert browser.path == "/"
    assert not is_in(browser)
    assert not is_in(thief)


def test_signing_out_here_leaves_the_other_phone_signed_in(browse):  # D4
    person = make_person()
    here, there = browse(by=person), browse(by=person)

    here.open("/me").submit("form[action='/sign-out']")

    assert not is_in(here)
    assert is_in(there)


def test_a_phone_that_lay_idle_for_a_fortnight_is_signed_out_and_one_in_use_is_not(browse):  # D4
    person = make_person()
    idle, used = browse(by=person), browse(by=person)

    with clock.standing_at(MONDAY_9 + 13 * A_DAY):
        assert is_in(used)
    with clock.standing_at(MONDAY_9 + 14 * A_DAY):
        assert not is_in(idle)
        assert is_in(used)


def test_after_sixty_days_everybody_signs_in_again(browse):  # D4
    browser = browse(by=make_person())

    for day in range(10, 60, 10):
        with clock.standing_at(MONDAY_9 + day * A_DAY):
            assert is_in(browser)
    with clock.standing_at(MONDAY_9 + 60 * A_DAY):
        assert not is_in(browser)


def test_sending_a_form_does_not_count_as_use(browse):  # D4
    browser = browse(by=make_person()).open("/notices")

    with clock.standing_at(MONDAY_9 + 13 * A_DAY):
        token = browser.one("[name=csrf_token]") if browser.select("[name=csrf_token]") else None
        browser.client.post("/notices/reading", data={"csrf_token": token["value"] if token else ""})

    assert db.session().scalars(select(SignIn.seen_at)).one() == MONDAY_9


def test_a_disabled_person_is_out_at_once_and_their_open_form_does_nothing(browse_both):  # D4
    person = make_volunteer(state=VolunteerState.APPROVED)
    browser = browse_both(by=person).open("/me/profile")
    with writing(db.session()):
        db.session().get_one(Person, person.id).disabled_at = MONDAY_9

    browser.submit("form[action='/me/profile']", cannot_do="楼梯")

    assert browser.path.startswith("/sign-in")
    assert volunteer_of(person).cannot_do == ""


def test_whose_role_ended_while_a_form_was_open_decides_nothing_any_more(browse_both):  # A2, D4
    coordinator, applicant = make_coordinator(), volunteer_of(make_volunteer(state=VolunteerState.APPLIED))
    browser = browse_both(by=coordinator).open(f"/volunteers/{applicant.id}")
    end_roles(coordinator)

    browser.submit(f"form[action='/volunteers/{applicant.id}/approval']")

    assert browser.status == 404
    assert how_many(type(applicant), state="applied") == 1


def end_roles(person: Person) -> None:
    """Every role of the person ends now."""
    with writing(db.session()):
        for role in db.session().scalars(select(Role).where(Role.person_id == person.id)):
            role.ends_at = MONDAY_9


def test_htmx_of_a_session_that_ended_leaves_the_page_for_signing_in(browse):  # D11
    browser = browse(by=make_person(), htmx=True).open("/me/profile")
    with clock.standing_at(MONDAY_9 + 15 * A_DAY):
        token = browser.one("[name=csrf_token]")["value"]

        response = browser.client.post(
            "/me/profile",
            data={"csrf_token": token},
            headers={"HX-Request": "true", "HX-Current-URL": "http://localhost/me/profile?lang=zh"},
        )

    assert response.status_code == 204
    assert response.headers["HX-Redirect"] == "/sign-in?next=/me/profile%3Flang%3Dzh"
    assert response.data == b""


def test_htmx_never_leads_back_to_another_site(browse):  # D11, D8
    response = browse().client.get(
        "/me", headers={"HX-Request": "true", "HX-Current-URL": "https://evil.example/me"}
    )

    assert response.headers["HX-Redirect"] == "/sign-in?next=/"


def test_pages_of_the_signed_in_are_stored_nowhere(browse):  # D6, P18
    browser = browse(by=make_person())

    stored = [
        browser.open(address).headers["Cache-Control"] for address in ("/", "/me", "/notices", "/areas")
    ]

    assert stored == ["no-store"] * 4


def test_a_form_without_a_valid_token_is_not_carried_out(browse):  # D3
    browser = browse(by=make_person()).open("/me")
    foreign = browse(by=make_person()).open("/me").one("[name=csrf_token]")["value"]

    for token in ("", "x", foreign):
        assert browser.client.post("/sign-out", data={"csrf_token": token}).status_code == 400

    assert is_in(browser)
