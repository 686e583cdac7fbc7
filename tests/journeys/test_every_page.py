"""What every page promises, on the smallest phones: readable, reachable, light, and honest when something fails.

`PAGES` names an address for every route that a browser can open; a route without one fails.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.base import AXE_FILE_PATH
from playwright.sync_api import Error, Page, Route, expect

from gridapp import create_app
from gridapp.settings import from_environment
from tests.journeys.conftest import ADMIN, COORDINATOR, REPRESENTATIVE, RESIDENT, SIZES, VOLUNTEER, Phone
from tests.servers import running

PhoneOf = Callable[..., Phone]
Ask = Callable[..., list[Any]]

AXE = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
FIRST_VISIT, LATER_PAGES = 60 * 1024, 12 * 1024
# Size of text, and whether in elder mode.
STANDARD, EXTRA, ELDER, ELDER_EXTRA = (
    ["standard", False],
    ["extra", False],
    ["standard", True],
    ["extra", True],
)
LONGEST_NAME = "新泾镇北新泾街区淞虹路万航渡路第三联合居民区居委会筹备组"
PICTURES = {"/photos/<id:photo_id>", "/photos/<id:photo_id>/thumbnail"}
MACHINES = {"/manifest", "/service-worker", "/healthz", "/readyz"} | PICTURES


@dataclass(frozen=True)
class Shown:
    """An address of a route for somebody. `fill` is SQL that gives what is to stand for {}, after the person if two."""

    rule: str
    who: str | None = None
    what: str = ""
    address: str = ""
    fill: str = ""
    press: str = ""

    def __str__(self) -> str:
        return " ".join(filter(None, (self.rule, self.what)))


HELD = "SELECT phone, wish_id FROM claims JOIN people ON people.id = person_id WHERE claims.state = 'held'"
AUTHOR = "SELECT phone, wishes.id FROM wishes JOIN people ON people.id = author_id WHERE wishes.state = '{}'"
IN_CHARGE = "SELECT id FROM wishes WHERE committee_code IN ('310105102001', '310105102002', '310105102005') AND state = '{}'"
# Two accounts that may be one person's, as the end of an address: somebody with hours, and somebody who has applied.
TWO = (
    "SELECT DISTINCT one.id || '/merger/' || other.id FROM people one JOIN hour_entries ON hour_entries.person_id = one.id "
    "JOIN volunteers ON volunteers.state = 'applied' JOIN people other ON other.id = volunteers.person_id "
    "WHERE one.phone LIKE '%11' AND other.committee_code = one.committee_code"
)
HELPER_AND_AUTHOR = (
    "SELECT claims.person_id || '/merger/' || author_id FROM claims JOIN wishes ON wishes.id = wish_id "
    "WHERE claims.state = 'held' AND author_id NOT IN (SELECT person_id FROM roles)"
)
PAGES = (
    Shown("/", what="of the town"),
    Shown("/", VOLUNTEER, "of a volunteer"),
    Shown("/", COORDINATOR, "of a coordinator"),
    Shown("/display"),
    Shown("/offline"),
    Shown("/sign-up"),
    Shown("/sign-up", what="refused", press="form[action='/sign-up'] button[type=submit]"),
    Shown("/sign-in"),
    Shown("/privacy"),
    Shown("/areas"),
    Shown("/areas/<code>", fill="SELECT code FROM areas WHERE kind = 'block'"),
    Shown("/wishes"),
    Shown(
        "/wishes",
        what="with nothing that fits",
        address="/wishes?area=grid-1&category=company&when=today&skill=haircut",
    ),
    Shown("/wishes/<id:wish_id>", what="to a visitor", fill="SELECT id FROM wishes WHERE state = 'open'"),
    Shown("/wishes/<id:wish_id>", VOLUNTEER, "to take on", fill="SELECT id FROM wishes WHERE state = 'open'"),
    Shown(
        "/wishes/<id:wish_id>", VOLUNTEER, "that is full", fill="SELECT id FROM wishes WHERE state = 'filled'"
    ),
    Shown("/wishes/<id:wish_id>", what="in hand", fill=HELD),
    Shown("/wishes/<id:wish_id>", what="to confirm", fill=AUTHOR.format("done")),
    Shown("/wishes/<id:wish_id>", COORDINATOR, "to check", fill=IN_CHARGE.format("submitted")),
    Shown("/wishes/<id:wish_id>/looks", COORDINATOR, fill=IN_CHARGE.format("done")),
    Shown("/wishes/<id:wish_id>/edit", what="asked back", fill=AUTHOR.format("asked_back")),
    Shown("/wishes/<id:wish_id>/arrangement", COORDINATOR, fill=IN_CHARGE.format("filled")),
    Shown("/wishes/new", RESIDENT),
    Shown("/wishes/new", RESIDENT, "refused", press="form[action='/wishes/new'] button[type=submit]"),
    Shown("/track"),
    Shown("/track", what="refused", press="form[action='/track'] button[type=submit]"),
    Shown("/track/<id:ref>/<code>", address="/track/7/4821097355"),
    Shown("/me", VOLUNTEER),
    Shown("/me/wishes", RESIDENT),
    Shown("/me/profile", VOLUNTEER),
    Shown("/me/password", RESIDENT),
    Shown("/me/hours", VOLUNTEER),
    Shown("/me/hours/<ref>", VOLUNTEER, fill="SELECT ref FROM hours_statements"),
    Shown("/town", ADMIN),
    Shown("/town/<noun>", ADMIN, "of kinds", address="/town/categories"),
    Shown("/town/<noun>", ADMIN, "of skills", address="/town/skills"),
    Shown("/me/data", VOLUNTEER),
    Shown(
        "/me/looks", what="looked at", fill="SELECT phone, 0 FROM looks JOIN people ON people.id = about_id"
    ),
    Shown("/me/devices", VOLUNTEER),
    Shown("/hours/<ref>", fill="SELECT ref FROM hours_statements"),
    Shown("/hours/<ref>", what="unknown", address="/hours/no-such-paper"),
    Shown("/notices", COORDINATOR),
    Shown("/desk", COORDINATOR),
    Shown("/desk/export", COORDINATOR),
    Shown("/desk/import", ADMIN),
    Shown("/desk/import", ADMIN, "refused", press="form[action='/desk/import'] button[type=submit]"),
    Shown("/desk/wishes", COORDINATOR),
    Shown("/desk/volunteers", COORDINATOR),
    Shown("/volunteers", COORDINATOR),
    Shown(
        "/volunteers/<id:volunteer_id>",
        COORDINATOR,
        "new",
        fill="SELECT id FROM volunteers WHERE state = 'applied'",
    ),
    Shown("/volunteers/<id:volunteer_id>", COORDINATOR, fill="SELECT person_id FROM hour_entries"),
    Shown("/me/organisation", VOLUNTEER),
    Shown("/me/organisation", "19900000057", "invited"),
    Shown(
        "/me/organisation", VOLUNTEER, "refused", press="form[action='/me/organisation'] button[type=submit]"
    ),
    Shown("/organisations", COORDINATOR),
    Shown("/desk/organisations", COORDINATOR),
    Shown(
        "/organisations/<id:organisation_id>",
        COORDINATOR,
        "new",
        fill="SELECT id FROM organisations WHERE state = 'applied'",
    ),
    Shown(
        "/organisations/<id:organisation_id>",
        REPRESENTATIVE,
        "of its representative",
        fill="SELECT id FROM organisations WHERE state = 'approved'",
    ),
    Shown(
        "/organisations/<id:organisation_id>",
        "19900000058",
        "of a member",
        fill="SELECT id FROM organisations WHERE state = 'approved'",
    ),
    Shown("/recovery"),
    Shown("/recovery", what="refused", press="form[action='/recovery'] button[type=submit]"),
    Shown("/people/new", COORDINATOR),
    Shown("/people/new", COORDINATOR, "refused", press="form[action='/people/new'] button[type=submit]"),
    Shown("/people", COORDINATOR),
    Shown("/people", ADMIN, "with a role", address="/people?roles=now"),
    Shown("/people/<id:person_id>", COORDINATOR, fill="SELECT id FROM people WHERE phone LIKE '%50'"),
    Shown(
        "/people/<id:person_id>", ADMIN, "with a role", fill="SELECT id FROM people WHERE phone LIKE '%02'"
    ),
    Shown(
        "/people/<id:person_id>",
        ADMIN,
        "refused",
        fill="SELECT id FROM people WHERE phone LIKE '%50'",
        press="form[action$='/roles'] button[type=submit]",
    ),
    Shown("/people/<id:person_id>/merger/<id:other_id>", COORDINATOR, fill=TWO),
    Shown(
        "/people/<id:person_id>/merger/<id:other_id>",
        ADMIN,
        "not possible",
        fill=HELPER_AND_AUTHOR,
    ),
    Shown(
        "/people/<id:person_id>/merger/<id:other_id>",
        COORDINATOR,
        "refused",
        fill=TWO,
        press="#merger form button[type=submit]",
    ),
    Shown(
        "/desk/roles/<id:role_id>/handover",
        ADMIN,
        fill="SELECT roles.id FROM roles JOIN people ON people.id = person_id WHERE phone LIKE '%02'",
    ),
    Shown(
        "/organisations/<id:organisation_id>/claims",
        REPRESENTATIVE,
        fill="SELECT organisation_id FROM claims WHERE organisation_id IS NOT NULL",
        address="/organisations/<id>/claims",
    ),
    Shown(
        "/wishes/<id:wish_id>",
        REPRESENTATIVE,
        "to take on together",
        fill="SELECT id FROM wishes WHERE state = 'open'",
    ),
    Shown(
        "/wishes/<id:wish_id>",
        REPRESENTATIVE,
        "in hand of an organisation",
        fill="SELECT wish_id FROM claims WHERE organisation_id IS NOT NULL",
    ),
    Shown(
        "/wishes/<id:wish_id>",
        "19900000058",
        "of a member who goes",
        fill="SELECT wish_id FROM claims WHERE organisation_id IS NOT NULL",
    ),
    Shown("/desk/incidents", COORDINATOR),
    Shown("/incidents/<id:incident_id>", COORDINATOR, "to handle", fill="SELECT id FROM incidents"),
    Shown(
        "/incidents/<id:incident_id>", "19900000053", "of who reported it", fill="SELECT id FROM incidents"
    ),
    Shown("/partings", COORDINATOR),
    Shown("", what="no such page", address="/nothing-here"),
)
PUBLIC = tuple(
    shown for shown in PAGES if shown.who is None and not shown.press and "phone" not in shown.fill
)


@pytest.fixture(scope="session")
def rules(demo_database: Path) -> set[str]:
    """Every route that a browser can open."""
    settings = {"GRIDAPP_DATABASE_URL": f"sqlite:///{demo_database}", "GRIDAPP_SECRET_KEY": "for tests alone"}
    app = create_app(from_environment(settings))
    return {rule.rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}


@pytest.fixture
def arrive(phone_of: PhoneOf, ask: Ask) -> Callable[..., Phone]:
    """Bring the fitting person to a page."""

    def go(shown: Shown) -> Phone:
        if "hours_statements" in shown.fill and not ask(shown.fill):
            phone_of(VOLUNTEER, ready=True).open("/me/hours").tap("form[action='/me/hours'] button").one(
                ".statement"
            )
        who, address = located(shown, ask)
        phone = phone_of(who, ready=True).open(address)
        if shown.press:
            phone.tap(shown.press).one(".error-summary")
        return phone

    return go


def located(shown: Shown, ask: Ask) -> tuple[str | None, str]:
    """The person and the address, with what the database fills in."""
    if not shown.fill:
        return shown.who, shown.address or shown.rule
    found = ask(f"{shown.fill} LIMIT 1")[0]
    who, value = found if isinstance(found, tuple) else (shown.who, found)
    return who, re.sub("<.*>", str(value), shown.address or shown.rule)


def test_every_route_has_an_example(rules: set[str]) -> None:
    assert rules - MACHINES - {"/design"} == {shown.rule for shown in PAGES if shown.rule}


@pytest.mark.parametrize("shown", PAGES, ids=str)
def test_a_page_fits_small_phones_and_everybody_can_use_it(
    shown: Shown, arrive: Callable[..., Phone], ask: Ask
) -> None:  # P1-P5
    all_is_well(arrive(shown).page, ask("SELECT name FROM committees"))


def test_every_component_in_every_state_does_so_too(phone_of: PhoneOf, demo_database: Path, ask: Ask) -> None:
    phone = phone_of()
    assert phone.page.request.get(f"{phone.town}/design").status == 404
    with running(f"sqlite:///{demo_database}", workers=1, environ={"GRIDAPP_DEBUG": "1"}) as phone.town:
        all_is_well(phone.open("/design").page, ask("SELECT name FROM committees"), contrast_in_both=True)


def all_is_well(page: Page, committees: list[str], *, contrast_in_both: bool = False) -> None:
    """Every measure of a page that is shown at 360 px; loaded once, its looks differ by attributes alone.

    Contrast, axe's dearest rule, does not depend on the size: in elder mode it is measured on all components at once.
    """
    assert page.locator("h1").count() == 1
    assert page.evaluate(LOST) == []
    page.evaluate(UNFOLD)
    for look in (STANDARD, ELDER):
        page.evaluate(SHOW, look)
        resize(page, "phone")
        for measure in (TOO_WIDE, CUT_OFF, HIDDEN_FOCUS):
            assert page.evaluate(measure) == [], f"{look} at 360 px"
        assert complaints(page, contrast=look == STANDARD or contrast_in_both) == [], look
        resize(page, "small phone")
        for measure in (TOO_WIDE, TOO_SMALL):
            assert page.evaluate(measure) == [], f"{look} at 320 px"

    page.emulate_media(media="print")
    assert page.evaluate(ON_PAPER) == []
    page.emulate_media(media="screen")
    page.evaluate(LENGTHEN, [committees, LONGEST_NAME])
    for look in (STANDARD, ELDER, EXTRA, ELDER_EXTRA):
        page.evaluate(SHOW, look)
        assert page.evaluate(TOO_WIDE) == [], f"{look} at 320 px with the longest name"
    page.evaluate(LARGE_TEXT)
    assert page.evaluate(TOO_WIDE) == [], "at 320 px with text of 200 %"


@pytest.mark.parametrize("who", sorted({shown.who or "" for shown in PAGES if "phone" not in shown.fill}))
def test_a_page_fits_small_phones_in_english_too(
    who: str, phone_of: PhoneOf, ask: Ask
) -> None:  # what differs is the length of the words
    phone = phone_of(who or None, size="small phone")
    phone.page.context.add_cookies([{"name": "lang", "value": "en", "url": phone.town}])
    for shown in PAGES:
        if (shown.who or "") != who or shown.press or "phone" in shown.fill or "statements" in shown.fill:
            continue
        page = phone.open(located(shown, ask)[1]).page
        assert page.locator("html").get_attribute("lang") == "en"
        page.evaluate(UNFOLD)
        for look in (STANDARD, ELDER, ELDER_EXTRA):
            page.evaluate(SHOW, look)
            for measure in (TOO_WIDE, TOO_SMALL, CUT_OFF):
                assert page.evaluate(measure) == [], f"{shown} in English, {look}"


def resize(page: Page, name: str) -> None:
    """Another screen, by its name in SIZES."""
    width, height = SIZES[name]
    page.set_viewport_size({"width": width, "height": height})


def test_every_page_has_a_title_of_its_own(phone_of: PhoneOf, ask: Ask, arrive: Callable[..., Phone]) -> None:
    arrive(next(shown for shown in PAGES if "hours_statements" in shown.fill))
    first: dict[str, Shown] = {}
    for shown in PAGES:
        first.setdefault(shown.rule, shown)
    titles: Counter[str] = Counter()
    for shown in first.values():
        who, address = located(shown, ask)
        phone = phone_of(who, ready=True)
        body = phone.page.request.get(phone.town + address).text()
        titles[body.partition("<title>")[2].partition("</title>")[0]] += 1

    assert [title for title, times in titles.items() if times > 1] == []


# -------------------------------------------------------------------------------------------------- weight


def test_a_first_visit_weighs_60_kb_and_a_later_page_12(
    arrive: Callable[..., Phone], ask: Ask
) -> None:  # F5, P22
    arrive(next(shown for shown in PAGES if "hours_statements" in shown.fill))
    first, later = {}, {}
    for shown in PUBLIC:
        visitor = arrive(Shown("", address="/healthz"))
        address = visitor.town + located(shown, ask)[1]
        weigh = scales(visitor.page)
        first[str(shown)] = weigh(address, newcomer=True)
        weigh(visitor.town + "/")
        later[str(shown)] = weigh(address)

    print("bytes over the wire, first visit and later:")
    for name in first:
        print(f"  {name:60} {first[name]:>7} {later[name]:>7}")
    assert {name: size for name, size in first.items() if size > FIRST_VISIT} == {}
    assert {name: size for name, size in later.items() if size > LATER_PAGES} == {}


def scales(page: Page) -> Callable[..., int]:
    """A function that opens an address and says how many bytes came over the wire, the icon included."""
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    arrived: list[int] = []
    network.on("Network.loadingFinished", lambda event: arrived.append(int(event["encodedDataLength"])))

    def weigh(address: str, *, newcomer: bool = False) -> int:
        if newcomer:
            network.send("Network.clearBrowserCache")
        arrived.clear()
        page.goto(address, wait_until="load")
        page.evaluate("fetch(document.querySelector('link[rel=icon]').href).then(answer => answer.text())")
        return sum(arrived)

    return weigh


# --------------------------------------------------------------------------------- when something goes wrong


@pytest.fixture
def writing(phone_of: PhoneOf) -> Phone:
    """A resident who has typed half a wish."""
    return phone_of(RESIDENT).open("/wishes/new").type(title="修一把椅子", text="椅子腿松了。")


def test_an_answer_of_500_shows_and_keeps_what_was_typed(writing: Phone) -> None:  # P16
    writing.forgive("status of 500|^500 |console: (htmx:|Response Status)")
    writing.page.route("**/wishes/new", lambda route: route.fulfill(status=500, body="<h1>broken</h1>"))
    sent_and_failed(writing)

    writing.page.unroute("**/wishes/new")
    tried_again(writing)


def test_without_a_network_the_banner_says_so_and_keeps_what_was_typed(writing: Phone) -> None:  # P16
    writing.forgive("ERR_INTERNET_DISCONNECTED|console: htmx:|Failed to load resource")
    writing.page.context.set_offline(True)
    sent_and_failed(writing)

    writing.page.context.set_offline(False)
    if writing.shows("#failure [data-retry]"):
        tried_again(writing)
    else:  # the network is back: the banner goes by itself
        writing.tap("form[action='/wishes/new'] button[type=submit]").one(".error-summary")


def test_an_answer_that_takes_too_long_is_said_and_keeps_what_was_typed(writing: Phone) -> None:  # P16
    writing.forgive("console: htmx:")
    assert writing.page.evaluate("htmx.config.timeout") == 15_000
    patience = (
        "document.querySelector(`form[action='/wishes/new']`).setAttribute('hx-request', '{\"timeout\": %s}')"
    )
    writing.page.evaluate(patience % 300)  # a form that takes photos has a patience of its own
    unanswered: list[Route] = []
    writing.page.route("**/wishes/new", lambda route: unanswered.append(route))  # noqa: PLW0108
    sent_and_failed(writing)

    writing.page.unroute("**/wishes/new")
    for route in unanswered:
        with suppress(Error):  # the browser has given up on it already
            route.abort()
    writing.page.evaluate(patience % 15_000)
    tried_again(writing)


def sent_and_failed(phone: Phone) -> None:
    """Send the half wish, which fails: the banner says so, nothing typed is lost."""
    phone.tap("form[action='/wishes/new'] button[type=submit]")
    banner = phone.one("#failure .flash")
    assert banner.locator("[data-say]").inner_text()
    assert banner.locator("a[href^='tel:']").count() == 1
    kept(phone)
    expect(phone.page.locator("form[action='/wishes/new'] button[type=submit]")).not_to_have_attribute(
        "aria-disabled", "true"
    )


def tried_again(phone: Phone) -> None:
    """Try again: the form arrives, and is refused in words because it is half."""
    phone.tap("#failure [data-retry]").one(".error-summary")
    expect(phone.page.locator("#failure .flash")).to_have_count(0)
    kept(phone)


def kept(phone: Phone) -> None:
    assert phone.page.locator("#title").input_value() == "修一把椅子"
    assert phone.page.locator("#text").input_value() == "椅子腿松了。"


def test_after_a_swap_the_focus_is_on_what_is_new_and_the_count_is_announced(
    phone: Phone,
) -> None:  # P17, P18
    phone.open("/wishes")
    live = phone.one("body").locator("#live")
    assert live.inner_text() == ""

    phone.tap("#results summary")
    phone.tap("#results a[href*='category=repair']")

    expect(live).to_have_text(re.compile(r"\d"))
    assert phone.page.evaluate(
        "document.activeElement !== document.body && results.contains(document.activeElement)"
    )
    assert phone.path.startswith("/wishes?category=repair")
    phone.page.reload()
    assert phone.shows("h1")
    assert phone.page.locator(
        "#results summary strong"
    ).first.is_visible()  # what is chosen, without unfolding


def test_show_more_leads_on_and_puts_the_focus_on_the_first_new_slip(phone: Phone) -> None:  # P17, P20
    phone.open("/wishes")
    before = phone.page.locator("#results .slip").count()

    phone.tap("#more a")

    expect(phone.page.locator("#results .slip")).not_to_have_count(before)
    expect(phone.page.locator("#results .slip").nth(before).locator("a:focus")).to_have_count(1)


# --------------------------------------------------------------------------------------------- the measures


def complaints(page: Page, *, contrast: bool = True) -> list[str]:
    """What axe finds wrong."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_FILE_PATH.read_text(encoding="utf-8"))
    options = AXE if contrast else AXE | {"rules": {"color-contrast": {"enabled": False}}}
    found = page.evaluate("options => axe.run(document, options)", options)["violations"]
    return [
        f"{one['id']}: {node['html'][:160]} {node['failureSummary']}"
        for one in found
        for node in one["nodes"]
    ]


_SCRIPT = Path(__file__).with_name("measures.js").read_text(encoding="utf-8")
CUT_OFF, HIDDEN_FOCUS, LARGE_TEXT, LENGTHEN, LOST, ON_PAPER, SHOW, TOO_SMALL, TOO_WIDE, UNFOLD = (
    f"(given) => {{ {_SCRIPT}; return {name}(given); }}"
    for name in (
        "cutOff",
        "hiddenFocus",
        "largeText",
        "lengthen",
        "lost",
        "onPaper",
        "show",
        "tooSmall",
        "tooWide",
        "unfold",
    )
)
