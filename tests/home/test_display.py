"""Text sizes and the elder mode: the same pages at the same addresses, for whoever chose them (P2, P3)."""

from __future__ import annotations

import pytest

from tests.browsing import Browser
from tests.factories import make_volunteer, make_wish


def look(browser: Browser) -> tuple[str, bool]:
    """Size of text, and whether it is the elder mode."""
    page = browser.one("html")
    return str(page["data-text"]), page.has_attr("data-elder")


def test_the_switch_on_the_front_page_holds_for_every_page_at_its_own_address(browse_both):  # P3
    browser = browse_both().open("/")
    assert look(browser) == ("standard", False)

    browser.follow(".masthead-tools a[href*='elder=on']")

    assert (browser.path, look(browser)) == ("/", ("standard", True))
    assert look(browser.open("/wishes")) == ("standard", True)
    browser.follow(".masthead-tools a[href*='elder=off']")
    assert (browser.path, look(browser)) == ("/wishes", ("standard", False))


def test_whoever_switches_stays_with_the_filters_that_were_chosen(browse):
    browser = browse().open("/wishes?category=repair&area=block-5")

    browser.follow(".masthead-tools a[href*='elder=on']")

    assert browser.path == "/wishes?category=repair&area=block-5"


def test_filters_that_htmx_has_put_into_the_address_since_are_kept_as_well(browse):  # P18
    browser = browse().open("/wishes")
    switch = str(browser.one(".masthead-tools a[href*='elder=on']")["href"])

    led = browser.client.get(switch, headers={"Referer": "http://localhost/wishes?category=repair"})

    assert led.headers["Location"] == "/wishes?category=repair"


def test_a_size_of_text_is_chosen_under_me_and_goes_with_the_elder_mode(browse_both):  # P2, P3
    browser = browse_both(by=make_volunteer()).open("/me").follow("main a[href^='/display']")

    browser.follow("main a[href*='text=extra']").follow("main a[href*='elder=on']")
    assert look(browser) == ("extra", True)
    assert browser.one(".sizes [aria-current]").get_text(strip=True) == "特大"

    browser.follow("main a.button:not(.button-outline)")
    assert (browser.path, look(browser)) == ("/me", ("extra", True))


def test_a_page_that_is_not_there_has_the_chosen_size_too(browse):
    browser = browse().open("/display?text=large&elder=on")

    assert look(browser.open("/nothing-here")) == ("large", True)


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example", "/\\evil.example", "%0d%0a"]
)
def test_the_switch_never_leads_to_another_site(browse, elsewhere: str):
    led = browse().client.get(
        f"/display?elder=on&next={elsewhere}", headers={"Referer": "https://evil.example/x"}
    )

    assert led.headers["Location"] == "/"


@pytest.mark.parametrize("cookie", ["", "huge", "elder-huge-large-x", '"><b>', "elder" * 500])
def test_a_cookie_that_makes_no_sense_is_no_choice(browse, cookie: str):
    browser = browse()
    browser.client.set_cookie("display", cookie)

    assert look(browser.open("/")) in {("standard", False), ("large", True)}


def test_the_elder_mode_leaves_out_what_stands_beside_the_point_and_nothing_else(browse):  # P3
    make_wish("想要一本书")
    browser = browse().open("/")

    beside = browser.text(".secondary")

    assert "想要一本书" in beside
    for needed in ("我要帮忙", "我有心愿", "注册"):
        assert needed not in beside
        assert needed in browser.text("main")
