"""Looking for a wish as one types, in a browser (W15, P17, P18, P19)."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Request, expect

from tests.journeys.conftest import Phone

COMPOSE = """(box) => {
    const say = (kind, data) => box.dispatchEvent(new CompositionEvent(kind, {bubbles: true, data}));
    const put = (value, isComposing) => {
        box.value = value;
        box.dispatchEvent(new InputEvent("input", {bubbles: true, isComposing}));
    };
    box.focus();
    say("compositionstart", "");
    for (const typed of ["x", "xi", "xia", "xiang"]) put(typed, true);
    window.compose_end = () => { put("象棋", true); say("compositionend", "象棋"); };
}"""


def test_a_search_waits_until_pinyin_is_composed_and_asks_once(phone: Phone):  # P19
    phone.open("/wishes")
    asked = queries_of(phone)

    phone.one("#q").evaluate(COMPOSE)
    phone.page.wait_for_timeout(700)
    assert asked == []

    phone.page.evaluate("window.compose_end()")
    expect(phone.page.locator("#results [data-announce]")).to_have_attribute("data-announce", "1 个心愿")
    phone.page.wait_for_timeout(700)

    assert len(asked) == 1
    assert phone.page.locator("#live").text_content() == "1 个心愿"
    assert phone.page.evaluate("document.activeElement.id") == "q"


def test_quick_typing_asks_once_and_the_page_opens_again_in_full(phone: Phone):  # P19, P18
    phone.open("/wishes")
    asked = queries_of(phone)

    phone.page.locator("#q").press_sequentially("pxq", delay=60)
    expect(phone.page.locator("#results .slip-title").first).to_contain_text("象棋")
    assert len(asked) == 1

    phone.page.reload()
    assert phone.page.locator("#q").input_value() == "pxq"
    expect(phone.page.locator("#results .slip-title").first).to_contain_text("象棋")


def test_with_or_without_scripts_enter_finds_and_filters_keep_the_words(
    phone_of: Callable[..., Phone], scripts: bool
):  # P19, C9
    phone = phone_of(None, scripts=scripts, fresh=True).open("/wishes")

    phone.page.locator("#q").fill("象棋")
    phone.page.locator("#q").press("Enter")
    expect(phone.page.locator("#results .slip-title").first).to_contain_text("象棋")
    phone.tap(".facet:nth-of-type(1) > summary")
    phone.tap(".facet[open] .chips a:has-text('陪伴')")

    expect(phone.page.locator(".facet:nth-of-type(1) > summary")).to_contain_text("陪伴")
    expect(phone.page.locator("#results .slip-title").first).to_contain_text("象棋")
    assert "category=company" in phone.page.url


def queries_of(phone: Phone) -> list[str]:
    """The searches that the page sends from now on."""
    asked: list[str] = []

    def note(request: Request) -> None:
        if "/wishes?" in request.url:
            asked.append(request.url)

    phone.page.on("request", note)
    return asked
