"""The main job, from sign-up to the statement of hours, as each person concerned, with and without scripts."""

from __future__ import annotations

import itertools
import os
import re
from collections.abc import Callable
from contextlib import suppress

import pytest
from playwright.sync_api import Error, Playwright, expect

from tests.journeys.conftest import COORDINATOR, PASSWORD, RESIDENT, Phone, launch

PhoneOf = Callable[..., Phone]
HOME_COMMITTEE = "310105102005"
ADDRESS = "福泉路示例弄七号三〇二室"
_turn = itertools.count(int.from_bytes(os.urandom(3)) % 10_000_000)


@pytest.fixture
def resident(phone_of: PhoneOf, scripts: bool) -> Phone:
    """The resident …50, signed in, at the front page."""
    return phone_of(RESIDENT, scripts=scripts, ready=True).open("/")


@pytest.fixture
def coordinator(phone_of: PhoneOf, scripts: bool) -> Phone:
    """The coordinator of the resident's committee, signed in, at the front page."""
    return phone_of(COORDINATOR, scripts=scripts, ready=True).open("/")


@pytest.fixture
def volunteer(phone_of: PhoneOf, scripts: bool, coordinator: Phone) -> Phone:
    """Somebody who has just signed up as a volunteer and was approved."""
    phone = phone_of(scripts=scripts)
    sign_up(phone, name := new_name())
    approve(coordinator, name)
    phone.taps = 0
    return phone.open("/")


def test_a_wish_comes_true_and_the_hours_verify_publicly(phone_of: PhoneOf, scripts: bool) -> None:
    volunteer, coordinator = phone_of(scripts=scripts), phone_of(scripts=scripts)
    resident, stranger = phone_of(scripts=scripts), phone_of(scripts=scripts)

    sign_up(volunteer, name := new_name())
    assert volunteer.path == "/me"

    coordinator.sign_in(COORDINATOR)
    approve(coordinator, name)
    assert coordinator.taps <= 2

    resident.sign_in(RESIDENT)
    title = enter_wish(resident)
    assert resident.taps <= 4

    coordinator.open("/").taps = 0
    publish(coordinator, title)
    assert coordinator.taps <= 3

    volunteer.open("/").taps = 0
    claim(volunteer, title)
    assert volunteer.taps <= 3

    assert not volunteer.reads(ADDRESS)
    reveal(volunteer)
    assert volunteer.reads(ADDRESS)

    volunteer.open("/").taps = 0
    report_done(volunteer, title, minutes=40)
    assert volunteer.taps <= 4

    resident.open("/me/wishes")
    confirm(resident, title)

    volunteer.open("/me/hours")
    assert "40" in volunteer.one(".lead").inner_text()
    volunteer.tap("form[action='/me/hours'] button")
    expect(volunteer.page).to_have_url(re.compile(r"/me/hours/.+"))
    assert title in volunteer.one(".statement tbody tr").inner_text()
    assert "40" in volunteer.one(".statement-total").inner_text()

    public = volunteer.one("main a[href^='/hours/']").get_attribute("href")
    stranger.open(public or "")
    assert "40" in stranger.one(".note-done").inner_text()
    assert not stranger.reads(name)
    assert not stranger.reads(title)


def test_after_giving_back_nobody_reads_the_address_any_more(
    volunteer: Phone, resident: Phone, coordinator: Phone
) -> None:
    publish(coordinator, title := enter_wish(resident))
    claim(volunteer.open("/"), title)
    old_tab = Phone(volunteer.page.context.new_page(), volunteer.town).open(volunteer.path)
    reveal(volunteer)

    volunteer.tap("details:has(form[action$='/withdrawal']) > summary")
    volunteer.tap("form[action$='/withdrawal'] button")
    expect(volunteer.page.locator("form[action$='/withdrawal']")).to_have_count(0)

    assert not volunteer.reads(ADDRESS)
    old_tab.tap("form[action$='/beneficiary'] button")
    expect(old_tab.page.locator(".reasons")).to_be_visible()
    assert not old_tab.reads(ADDRESS)
    volunteer.forgive("ERR_CACHE_MISS")  # without scripts: the browser asks before it would send a form again
    with suppress(Error):
        volunteer.page.go_back()
    expect(volunteer.page.get_by_text(ADDRESS)).to_have_count(0)


def test_two_taps_within_300_ms_make_one_wish(resident: Phone) -> None:
    title = write_wish(resident)

    resident.one("form[action='/wishes/new'] button[type=submit]").dblclick(delay=20, no_wait_after=True)

    expect(resident.page).to_have_url(re.compile(r"/wishes/\d+$"))
    assert resident.open("/me/wishes").page.get_by_text(title).count() == 1


def test_back_and_send_again_makes_one_wish(resident: Phone) -> None:
    title = write_wish(resident)
    send_wish(resident)
    resident.page.go_back()

    if resident.page.locator("#title").input_value():  # the browser brought back what was typed
        send_wish(resident)

    assert resident.open("/me/wishes").page.get_by_text(title).count() == 1


def test_after_signing_out_back_shows_nothing_private(phone_of: PhoneOf, scripts: bool) -> None:
    phone = phone_of(RESIDENT, scripts=scripts, fresh=True)
    private = [phone.open(path).one("h1").inner_text() for path in ("/me/wishes", "/me")]

    phone.tap("form[action='/sign-out'] button")
    expect(phone.page).to_have_url(f"{phone.town}/")

    for _step in private:
        phone.page.go_back()
        assert phone.path.startswith("/sign-in")
        assert not phone.reads("何老伯")


def test_a_page_that_the_browser_kept_shows_nothing_after_signing_out(
    playwright: Playwright, town: str
) -> None:
    with launch(playwright, ignore_default_args=["--disable-back-forward-cache"]) as keeping:
        phone = Phone(keeping.new_page(), town).sign_in(RESIDENT)
        phone.open("/me").tap("form[action='/sign-out'] button")
        expect(phone.page).to_have_url(f"{town}/")

        phone.page.evaluate("history.back()")

        expect(phone.page).to_have_url(re.compile("/sign-in"))
        assert not phone.reads("何老伯")


def test_the_language_switch_keeps_the_address(phone_of: PhoneOf, scripts: bool) -> None:
    phone = phone_of(scripts=scripts).open("/wishes?category=repair")

    phone.tap(".masthead-tools a[hreflang=en]")
    expect(phone.page.locator("html")).to_have_attribute("lang", "en")
    assert phone.path.startswith("/wishes?category=repair")

    phone.open("/areas")  # the choice stays
    expect(phone.page.locator("html")).to_have_attribute("lang", "en")


def test_a_refused_form_says_so_first_and_keeps_what_was_typed(resident: Phone, scripts: bool) -> None:
    resident.open("/wishes/new").type(title="只写了题目")

    resident.tap("form[action='/wishes/new'] button[type=submit]")

    expect(resident.page).to_have_title(re.compile("^错误："))
    summary = resident.one(".error-summary")
    assert summary.locator("a").count() >= 3
    assert resident.page.locator("#title").input_value() == "只写了题目"
    if scripts:
        expect(summary).to_be_focused()
    summary.locator("a").first.tap()
    expect(resident.page.locator(":focus")).to_have_attribute("aria-invalid", "true")


# ------------------------------------------------------------------------------ what each person does


def sign_up(phone: Phone, name: str) -> None:
    """Sign up as a volunteer of the resident's committee."""
    phone.open("/sign-up").type(
        phone=f"1995{next(_turn) % 10_000_000:07}", name=name, password=PASSWORD, committee=HOME_COMMITTEE
    )
    phone.page.locator("#adult").check()
    phone.page.locator("#consent").check()
    phone.tap("form[action='/sign-up'] button[type=submit]")
    phone.page.wait_for_url(f"{phone.town}/me")


def approve(phone: Phone, name: str) -> None:
    """From the front page to the desk; the volunteer was met."""
    phone.tap("main a[href='/desk#queue-volunteers']")
    row = phone.page.locator("#queue-volunteers .row", has_text=name)
    phone.tap(row.locator("form[action$='/approval'] button"))
    expect(row).to_have_count(0)


def write_wish(phone: Phone) -> str:
    """From the front page to a form that is filled in; returns the title."""
    title = f"换一只灯泡 {next(_turn)}"
    phone.tap("main a[href='/wishes/new']")
    phone.type(title=title, text="走廊的灯坏了，老人晚上看不见。", category="repair", address=ADDRESS)
    return title


def send_wish(phone: Phone) -> None:
    """Send the form of a wish."""
    phone.tap("form[action='/wishes/new'] button[type=submit]")
    expect(phone.page).to_have_url(re.compile(r"/wishes/\d+$"))


def enter_wish(phone: Phone) -> str:
    """Write a wish and send it; returns its title."""
    title = write_wish(phone)
    send_wish(phone)
    return title


def publish(phone: Phone, title: str) -> None:
    """From the front page to the desk, to the wish; publish it."""
    phone.open("/").tap("main a[href='/desk#queue-to-check']")
    phone.tap(phone.page.locator("#queue-to-check").get_by_text(title))
    phone.tap("form[action$='/publication'] button")
    expect(phone.page.locator("form[action$='/publication']")).to_have_count(0)


def claim(phone: Phone, title: str) -> None:
    """From the front page to the wish; take it on."""
    phone.tap(phone.page.locator("main .slip").get_by_text(title))
    phone.tap("form[action$='/claim'] button")
    expect(phone.page.locator("form[action$='/beneficiary']")).to_be_visible()


def reveal(phone: Phone) -> None:
    """Look at name and address."""
    phone.tap("form[action$='/beneficiary'] button")
    expect(phone.page.locator(".contact")).to_be_visible()


def report_done(phone: Phone, title: str, *, minutes: int) -> None:
    """From the front page to what was taken on; report it done."""
    phone.tap(phone.page.locator("main .row").get_by_text(title))
    phone.tap("details:has(form[action$='/completion']) > summary")
    phone.type(report="灯泡换好了，楼道也扫了一下。", minutes=minutes)
    phone.tap("form[action$='/completion'] button[type=submit]")
    expect(phone.page.locator("form[action$='/completion']")).to_have_count(0)


def confirm(phone: Phone, title: str) -> None:
    """Open one's own wish and say that it came true."""
    phone.tap(phone.page.locator("main :is(.slip, .row)").get_by_text(title))
    phone.tap("form[action$='/confirmation'] button[type=submit]")
    expect(phone.page.locator("form[action$='/confirmation']")).to_have_count(0)


def new_name() -> str:
    """A name that nobody else in the town has."""
    return f"试用{next(_turn)}"
