"""Chinese and English: the switch keeps the address and the choice (P5)."""

from __future__ import annotations

import pytest

from tests.factories import make_person


def test_a_visitor_who_has_not_chosen_reads_chinese(browse):  # P5
    browser = browse().open("/")

    assert browser.one("html")["lang"] == "zh-CN"
    assert "邻里" in browser.text("h1")


def test_the_switch_keeps_the_address_with_its_filters_and_the_choice_stays(browse):  # P5
    browser = browse().open("/wishes?category=item&area=block-5")

    browser.follow(".masthead-tools a[hreflang=en]")

    assert browser.path == "/wishes?category=item&area=block-5&lang=en"
    assert browser.one("html")["lang"] == "en"
    assert browser.open("/areas").one("html")["lang"] == "en"
    assert browser.follow(".masthead-tools a[hreflang='zh-CN']").one("html")["lang"] == "zh-CN"
    assert browser.open("/").one("html")["lang"] == "zh-CN"


def test_switching_twice_does_not_pile_up_in_the_address(browse):  # P5
    browser = browse().open("/areas?lang=en").follow(".masthead-tools a[hreflang='zh-CN']")

    assert browser.path == "/areas?lang=zh"


def test_the_choice_stays_over_signing_out(browse):  # P5
    browser = browse(by=make_person()).open("/me?lang=en")

    browser.submit("form[action='/sign-out']")

    assert browser.one("html")["lang"] == "en"


@pytest.mark.parametrize("lang", ["fr", "", "zh-CN", "%00", "../../etc"])
def test_a_language_that_we_do_not_speak_changes_nothing(browse, lang):  # D7
    browser = browse().open(f"/?lang={lang}")

    assert browser.status == 200
    assert browser.one("html")["lang"] == "zh-CN"
    assert browser.client.get_cookie("lang") is None


def test_a_refused_form_offers_the_switch_to_its_page(browse):  # P5, P7
    browser = browse().open("/sign-up").submit("form[action='/sign-up']")

    assert browser.status == 422
    address = browser.one(".masthead-tools a[hreflang=en]")["href"]
    assert browser.open(str(address)).status == 200


def test_error_pages_speak_the_chosen_language_too(browse):  # P5, C14
    browser = browse().open("/?lang=en").open("/wishes/999999")

    assert (browser.status, browser.one("html")["lang"]) == (404, "en")
    assert "nothing" in browser.text("h1")
