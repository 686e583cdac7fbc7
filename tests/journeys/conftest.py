"""A served demo town and the phones of its people: real pages in a real browser, with and without scripts.

Whatever a page complains about while a test uses it (an error in the console, a breach of the content
security policy, a request that failed, an answer of 5xx) fails that test.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Locator, Page, Playwright

from tests.servers import gridapp, running

PASSWORD = "gridapp-demo"
ADMIN, COORDINATOR, VOLUNTEER, APPLICANT, RESIDENT = (
    "19900000001",
    "19900000002",
    "19900000011",
    "19900000036",
    "19900000050",
)
REPRESENTATIVE = "19900000009"
PATIENCE_MS = 8_000
LAUNCH = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
SIZES = {"phone": (360, 640), "small phone": (320, 568), "desktop": (1366, 768)}
# What a browser says of every answer of 4xx. The answer itself is what a test looks at.
REFUSED_IN_WORDS = re.compile(r"Failed to load resource: the server responded with a status of 4\d\d")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder drives a browser."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


# ---------------------------------------------------------------------------------- the town and the browser


@pytest.fixture(scope="session")
def demo_database(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """This process's copy of one database with the demo, which whoever comes first prepares."""
    mine = tmp_path_factory.mktemp("town") / "town.sqlite3"
    shared = (
        tmp_path_factory.getbasetemp() if worker_id == "master" else tmp_path_factory.getbasetemp().parent
    )
    prepared = shared / "demo.sqlite3"
    with (shared / "demo.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not prepared.exists():
            half = shared / "half.sqlite3"
            done = gridapp(["demo"], f"sqlite:///{half}")
            assert done.returncode == 0, done.stdout + done.stderr
            with closing(sqlite3.connect(half)) as connection:
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            half.rename(prepared)
    shutil.copy(prepared, mine)
    return mine


@pytest.fixture(scope="session")
def town(demo_database: Path) -> Iterator[str]:
    """The address of the served town."""
    with running(f"sqlite:///{demo_database}", workers=1) as address:
        yield address


@pytest.fixture(scope="session")
def ask(demo_database: Path) -> Callable[..., list[Any]]:
    """Read the town's database: rows of a SELECT, single values where it has one column."""

    def read(statement: str, *values: Any) -> list[Any]:
        with closing(sqlite3.connect(f"file:{demo_database}?mode=ro", uri=True)) as connection:
            rows = connection.execute(statement, values).fetchall()
        return [row[0] if len(row) == 1 else row for row in rows]

    return read


def launch(playwright: Playwright, **options: Any) -> Browser:
    """A browser: Playwright's own where it is installed, else the system's. Raises Error where there is none."""
    system = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    chinese = os.environ | {"LANGUAGE": "zh_CN"}  # the browser's own words, such as in a field for a day
    return playwright.chromium.launch(executable_path=system, args=LAUNCH, env=chinese, **options)


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """A browser; without one the tests are skipped, or fail where GRIDAPP_REQUIRE names it."""
    try:
        found = launch(playwright)
    except Error as error:
        first = str(error).strip().splitlines()[0]
        reason = (
            f"no browser starts here ({first}). Provide one with `sudo apt-get install chromium fonts-noto-cjk`, "
            "or with `.venv/bin/python -m playwright install --with-deps chromium`"
        )
        if "browser" in os.environ.get("GRIDAPP_REQUIRE", "").split(","):
            pytest.fail(reason)
        pytest.skip(reason)
    yield found
    found.close()


# ---------------------------------------------------------------------------------- somebody's phone


@dataclass
class Phone:
    """Somebody's browser. Counts taps; notes every fault of every page that it shows."""

    page: Page
    town: str
    taps: int = 0
    faults: list[str] = field(default_factory=list)
    forgiven: list[re.Pattern[str]] = field(default_factory=list)

    def open(self, path: str) -> Phone:
        """Go to an address, as from a bookmark."""
        self.page.goto(self.town + path)
        return self

    def tap(self, what: str | Locator) -> Phone:
        """Tap, and count it."""
        found = self.page.locator(what).locator("visible=true").first if isinstance(what, str) else what
        found.click() if not self.page.viewport_size or self.page.viewport_size[
            "width"
        ] > 800 else found.tap()
        self.taps += 1
        return self

    def type(self, **fields: Any) -> Phone:
        """Fill fields by the end of their name: text, a choice of a select."""
        for name, value in fields.items():
            found = (
                self.page.locator(f"main [name$='{name}']:not([type=hidden])").locator("visible=true").first
            )
            if found.evaluate("field => field.tagName") == "SELECT":
                found.select_option(value)
            else:
                found.fill(str(value))
        return self

    def sign_in(self, number: str, password: str = PASSWORD) -> Phone:
        """Sign in through the form."""
        self.open("/sign-in").type(phone=number, password=password)
        self.tap("main form button[type=submit]")
        self.page.wait_for_url(f"{self.town}/")
        self.taps = 0
        return self

    def one(self, selector: str) -> Locator:
        """The thing, which the page has to show."""
        found = self.page.locator(selector).locator("visible=true").first
        found.wait_for()
        return found

    def shows(self, selector: str) -> bool:
        """Whether the page shows such a thing now."""
        return self.page.locator(selector).locator("visible=true").count() > 0

    def reads(self, text: str) -> bool:
        """Whether the whole page has this text anywhere, shown or not."""
        return text in self.page.content()

    @property
    def path(self) -> str:
        """Where one is, without the host."""
        parts = urlsplit(self.page.url)
        return f"{parts.path}?{parts.query}" if parts.query else parts.path

    def forgive(self, pattern: str) -> Phone:
        """Faults like this are what the test is about."""
        self.forgiven.append(re.compile(pattern))
        return self

    def watch(self, context: BrowserContext) -> None:
        """Note every fault of every page of `context`."""
        context.on("weberror", lambda fault: self._note(f"uncaught: {fault.error}"))
        context.on("console", lambda said: said.type == "error" and self._note(f"console: {said.text}"))
        context.on(
            "response", lambda answer: answer.status >= 500 and self._note(f"{answer.status} {answer.url}")
        )
        context.on(
            "requestfailed",
            # Whoever leaves a page, or sends anew, stops what was still on its way: no failure.
            lambda request: (
                request.failure == "net::ERR_ABORTED"
                or self._note(f"failed: {request.method} {request.url} {request.failure}")
            ),
        )

    def _note(self, fault: str) -> None:
        if not REFUSED_IN_WORDS.search(fault):
            self.faults.append(fault)

    def told(self) -> list[str]:
        """The faults that nobody forgave."""
        return [fault for fault in self.faults if not any(pattern.search(fault) for pattern in self.forgiven)]


@dataclass
class Drawer:
    """What the tests of a process share: who is signed in, and the phones that lie ready."""

    cookies: dict[str, Any] = field(default_factory=dict)
    phones: dict[tuple[str | None, bool], Phone] = field(default_factory=dict)


@pytest.fixture(scope="session")
def drawer(browser: Browser) -> Iterator[Drawer]:
    """The phones that lie ready; put away before the browser closes."""
    yield (drawer := Drawer())
    for phone in drawer.phones.values():
        phone.page.context.close()


@pytest.fixture
def phone_of(browser: Browser, town: str, drawer: Drawer) -> Iterator[Callable[..., Phone]]:
    """Hand out phones, each in a browser of its own; all of them are searched for faults at the end.

    `number`: signed in as that demo person. `scripts`: whether JavaScript is on. `size`: a name in SIZES.
    Three degrees of new: with a fresh session, by the form (`fresh`); with the session that tests share;
    or a phone that others have used, with its cache (`ready`). `keeping`: it keeps the page for where there is no
    network, which comes between a test and its requests.
    """
    with ExitStack() as open_contexts:
        phones: list[Phone] = []

        def hand_out(
            number: str | None = None,
            *,
            scripts: bool = True,
            size: str = "phone",
            fresh: bool = False,
            ready: bool = False,
            keeping: bool = False,
        ) -> Phone:
            width, height = SIZES[size]
            if ready and (number, scripts) in drawer.phones:
                phones.append(phone := drawer.phones[number, scripts])
                phone.page.set_viewport_size({"width": width, "height": height})
                phone.taps = 0
                phone.faults.clear()
                return phone
            state = None if fresh or number is None else drawer.cookies.get(number)
            context = browser.new_context(
                viewport={"width": width, "height": height},
                is_mobile=width < 800,
                has_touch=width < 800,
                locale="zh-CN",
                timezone_id="Asia/Shanghai",
                reduced_motion="reduce",  # colours are measured, and not while they fade in
                java_script_enabled=scripts,
                storage_state=state,
                service_workers="allow" if keeping else "block",
            )
            context.set_default_timeout(PATIENCE_MS)
            phones.append(phone := Phone(context.new_page(), town))
            phone.watch(context)
            if number and not state:
                phone.sign_in(number)
                if not fresh:
                    drawer.cookies[number] = context.storage_state()
            if ready:
                drawer.phones[number, scripts] = phone
            else:
                open_contexts.callback(context.close)
            return phone

        yield hand_out
        faults = [fault for phone in phones for fault in phone.told()]
    assert not faults, "the pages complained:\n" + "\n".join(faults)


@pytest.fixture(params=[True, False], ids=["with scripts", "without scripts"])
def scripts(request: pytest.FixtureRequest) -> bool:
    """Whether JavaScript is on: every job works both ways (C9)."""
    return bool(request.param)


@pytest.fixture
def phone(phone_of: Callable[..., Phone]) -> Phone:
    """A visitor's phone, 360 by 640, in Chinese."""
    return phone_of()


@pytest.fixture
def phone_without_scripts(phone_of: Callable[..., Phone]) -> Phone:
    """The same with JavaScript off."""
    return phone_of(scripts=False)


@pytest.fixture
def desktop(phone_of: Callable[..., Phone]) -> Phone:
    """A visitor's computer."""
    return phone_of(size="desktop")
