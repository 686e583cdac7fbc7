"""Where there is no network a phone shows a page of ours and keeps nothing else (P23)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import expect

from tests.journeys.conftest import VOLUNTEER, Phone
from tests.servers import running

KEPT = """async () => {
  await navigator.serviceWorker.ready;
  const kept = [];
  for (const name of await caches.keys())
    for (const request of await (await caches.open(name)).keys())
      kept.push([new URL(request.url).pathname, await (await caches.match(request)).text()]);
  return kept;
}"""


def test_when_the_network_is_gone_a_page_of_ours_says_so_with_the_towns_number(
    phone_of: Callable[..., Phone], demo_database: Path
):
    phone = phone_of(keeping=True).forgive("failed: GET|console: Failed to load|ERR_CONNECTION")
    with running(f"sqlite:///{demo_database}", workers=1) as phone.town:
        phone.open("/")
        kept(phone)
    phone.open("/wishes")

    expect(phone.page.locator("h1")).to_have_text("现在没有网络")
    assert phone.page.locator("main a[href^='tel:']").inner_text() == "021-00001234"
    assert phone.page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(251, 248, 241)"


def test_nothing_of_anybody_is_kept_on_the_phone(phone_of: Callable[..., Phone], ask: Callable[..., Any]):
    name = ask("SELECT name FROM people WHERE phone = ?", f"+86{VOLUNTEER}")[0]
    phone = phone_of(VOLUNTEER, fresh=True, keeping=True)
    for page in ("/me", "/wishes", "/me/profile"):
        assert name in phone.open(page).page.content() or page == "/wishes"

    pages = kept(phone)

    assert sorted(pages) == ["/offline", "/static/css/app.css", "/static/icons/seal.svg"]
    assert "csrf" not in pages["/offline"]
    assert name not in "".join(pages.values())


def test_signing_out_clears_what_the_site_has_stored(phone_of: Callable[..., Phone]):
    phone = phone_of(VOLUNTEER, fresh=True, keeping=True).open("/me")
    phone.page.evaluate("localStorage.setItem('something', 'left')")

    phone.tap("form[action='/sign-out'] button")

    phone.page.wait_for_url(f"{phone.town}/")
    assert phone.page.evaluate("localStorage.getItem('something')") is None


def kept(phone: Phone) -> dict[str, str]:
    """What the phone keeps of the site: path and content."""
    return dict(phone.page.evaluate(KEPT))
