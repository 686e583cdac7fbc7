"""The sizes that a reader chooses, as a browser computes them (P2, P3)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import VOLUNTEER, Phone

SIZES = {
    "text=standard": 17,
    "text=large": 20,
    "text=extra": 30,
    "elder=on": 20,
    "elder=on&text=large": 24,
    "elder=on&text=extra": 30,
}


def test_text_reaches_30_px_and_the_elder_mode_has_20_on_1_7(phone: Phone):  # P2, P3
    found = {}
    for query in SIZES:
        phone.page.context.clear_cookies(name="display")
        phone.open(f"/display?{query}&next=/privacy")
        assert phone.path == "/privacy"
        found[query] = computed(phone.page, "font-size")
        assert computed(phone.page, "line-height") / found[query] == pytest.approx(
            1.7 if "elder" in query else 1.6, abs=0.01
        )

    assert found == SIZES


@pytest.mark.parametrize("who", [None, VOLUNTEER])
def test_the_switch_is_on_the_front_page_without_scrolling_and_works_without_scripts(
    phone_of: Callable[..., Phone], scripts: bool, who: str | None
):  # P3
    phone = phone_of(who, scripts=scripts, fresh=True).open("/")
    for turned in ("on", "off"):
        box = phone.one(f".masthead a[href*='elder={turned}']").bounding_box()
        assert box is not None
        assert box["y"] + box["height"] < 640

        phone.tap(f".masthead a[href*='elder={turned}']")

        expect(phone.page.locator("html[data-elder]")).to_have_count(int(turned == "on"))
        assert phone.path == "/"


def test_in_elder_mode_everything_stands_in_one_column_on_a_wide_screen_too(desktop: Phone):  # P3
    desktop.open("/display?elder=on&next=/wishes")

    lefts = desktop.page.locator(".slip").evaluate_all(
        "all => all.map(slip => slip.getBoundingClientRect().left)"
    )

    assert len(lefts) > 5
    assert len(set(lefts)) == 1


def computed(page: Page, what: str) -> float:
    """A length of the page's running text, in px."""
    return float(page.locator("main p").first.evaluate(f"p => parseFloat(getComputedStyle(p)['{what}'])"))
