"""A slip goes from the coordinator's printer to the person's hand, and back through a phone without an account."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Playwright, expect

from tests.journeys.conftest import COORDINATOR, Phone, launch
from tests.journeys.test_every_page import IN_CHARGE, complaints

A6 = (298, 420)  # points


@pytest.mark.parametrize("scripts", [True, False])
def test_a_slip_fits_on_a6_and_opens_the_wish_for_whoever_holds_it(
    phone_of: Callable[..., Phone], ask: Callable[..., list[Any]], playwright: Playwright, scripts: bool
) -> None:  # C10, W13, P26, P27
    number = ask(f"{IN_CHARGE.format('open')} ORDER BY id LIMIT 1")[0]
    desk = phone_of(COORDINATOR, size="desktop", ready=True).open(f"/wishes/{number}")
    title = desk.one("h1").inner_text()
    desk.tap("form[action$='/slip'] button").one(".paper-slip")
    address = desk.one(".paper-slip-address").inner_text()
    assert complaints(desk.page) == []

    paper = printed(playwright, desk)
    phone = phone_of(scripts=scripts).open(address.removeprefix(desk.town))
    phone.tap("form[action='/track'] button")

    expect(phone.page).to_have_url(re.compile(r"/track$"))
    assert phone.one("h1").inner_text() == title
    if scripts:  # what looks for complaints is a script itself
        assert complaints(phone.page) == []
    assert sizes(paper) == [A6]


def printed(playwright: Playwright, desk: Phone) -> bytes:
    """The page as a browser of its own prints it: one that has printed before may keep the paper of that time."""
    browser = launch(playwright)
    try:
        page = browser.new_page()
        page.goto(f"{desk.town}/track")
        page.set_content(desk.page.content(), wait_until="load")
        return page.pdf(prefer_css_page_size=True)
    finally:
        browser.close()


def sizes(paper: bytes) -> list[tuple[int, int]]:
    """Width and height of each sheet of a PDF, in points."""
    boxes = re.findall(rb"/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)", paper)
    return [(int(float(width)), int(float(height))) for width, height in boxes]
