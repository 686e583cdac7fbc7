"""Pictures of every page, for people who want to see before they read: `python -m tests.screenshots [folder [words]]`.

With words, only of the shots that have one of them in their names.

Serves three towns: the demo, the same with the longest names and titles that the forms let through,
and the same before anybody wished for anything. Writes phone-*.png (360 by 640, the full page),
elder-*.png (the same in elder mode), english-*.png (the phone in English), desktop-*.png (1366 by 768), and the
statement of hours as a PDF of A4 with a picture of each sheet.
"""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Error, expect, sync_playwright

from tests.journeys.conftest import ADMIN, APPLICANT, COORDINATOR, RESIDENT, SIZES, VOLUNTEER, Phone, launch
from tests.journeys.test_every_page import HELD, HELPER_AND_AUTHOR, IN_CHARGE, PAGES, TWO, Shown, located
from tests.servers import ROOT, gridapp, running

FOLDER = ROOT / "build" / "screenshots"
LONG_TITLE = "想请一位耐心细致又会说上海话的志愿者每周三下午陪我去卫生服务中心取药再聊聊天说说话"[:40]
LONG_NAME = "阿卜杜热合曼·买买提依明·托合提尼亚孜·古丽巴哈尔·阿依努尔·艾合买提江（示例）"[:40]
LONG_COMMITTEE = "新泾镇北新泾街区淞虹路万航渡路第三联合居民区居委会筹备组"
LONG_WORD = "Donaudampfschifffahrtsgesellschaftskapitaen"[:40]

LONG = (
    (
        "UPDATE wishes SET title = ?, road = ? WHERE id % 2 = 0",
        LONG_TITLE,
        "可乐路与新泾路交叉口东北角往里走到底",
    ),
    ("UPDATE wishes SET title = ? WHERE id % 7 = 0", LONG_WORD),
    ("UPDATE committees SET name = ? WHERE code IN ('310105102001', '310105102005')", LONG_COMMITTEE),
    ("UPDATE people SET name = ? WHERE phone NOT LIKE '%02'", LONG_NAME),
    ("UPDATE beneficiaries SET name = ?, address = ?", LONG_NAME, LONG_TITLE * 3),
    ("UPDATE hour_entries SET service = ?", LONG_TITLE),
    ("UPDATE organisations SET name = ?", LONG_TITLE),
)
EMPTY = (
    ("DELETE FROM hours_statements",),
    ("DELETE FROM hour_entries",),
    ("DELETE FROM messages",),
    ("DELETE FROM duties",),
    ("DELETE FROM photos",),
    ("DELETE FROM wish_slips",),
    ("DELETE FROM claims",),
    ("DELETE FROM incidents",),
    ("DELETE FROM beneficiaries",),
    ("DELETE FROM looks",),
    ("DELETE FROM wishes",),
    ("UPDATE volunteers SET state = 'approved' WHERE state = 'applied'",),
)
# Somebody has promised a wish at the very time of another one.
LAST_DUTY = "FROM duties ORDER BY id DESC"
BUSY = (
    (
        f"UPDATE wishes SET starts_at = (SELECT starts_at {LAST_DUTY}), ends_at = (SELECT ends_at {LAST_DUTY}), "  # noqa: ISC003
        + "deadline = NULL, minutes = 90 WHERE id = (SELECT max(id) FROM wishes WHERE state = 'open')",
    ),
)


# A page on which htmx is still asking, swapping, or letting what is new appear.
UNSETTLED = "[aria-busy=true], .htmx-request, .htmx-swapping, .htmx-added, .htmx-settling"


@dataclass(frozen=True)
class Shot:
    """A picture: what is shown, in which town, after which taps and words."""

    name: str
    shown: Shown
    town: str = "demo"
    then: tuple[Any, ...] = ()


def wish(state: str, who: str | None = None, fill: str = "") -> Shown:
    """The page of some wish in a state."""
    found = f"SELECT id FROM wishes WHERE state = '{state}' ORDER BY id DESC"
    return Shown("/wishes/<id:wish_id>", who, fill=fill or found)


def refused(name: str, shown: Shown, action: str, **typed: str) -> Shot:
    """A form that is sent empty, or with what is typed, and comes back."""
    form = f"form[action$='{action}']"
    return Shot(
        f"refused-{name}",
        shown,
        then=(f"details:has({form}) > summary", typed, f"{form} button[type=submit]"),
    )


OF_A_RESIDENT = (
    "SELECT phone, wishes.id FROM wishes JOIN people ON people.id = author_id WHERE wishes.state = '{}' "
    "AND people.id NOT IN (SELECT person_id FROM roles)"
)
IN_HAND = "FROM claims JOIN people ON people.id = person_id JOIN wishes ON wishes.id = wish_id WHERE claims.state = 'held'"
CLASH = (
    "SELECT phone, (SELECT max(id) FROM wishes WHERE state = 'open') FROM duties JOIN people ON people.id = person_id "
    "ORDER BY duties.id DESC"
)
# A wish that was given a new time, and the last of those who had promised to come before.
MOVED_WISH = "SELECT id FROM wishes WHERE retimed_at IS NOT NULL"
MOVES_IT = (
    "#when-1",
    {"starts": "10:00", "ends": "11:30", "address": "新泾路示例弄8号", "places": "4"},
    "form[action$='/arrangement'] button[type=submit]",
)
MOVED_TO = f"SELECT phone, wish_id {IN_HAND} AND retimed_at IS NOT NULL ORDER BY claims.id DESC"
VIEWS = (
    Shot("wish-of-a-visitor", wish("open")),
    Shot("wish-of-a-volunteer", wish("open", VOLUNTEER)),
    Shot("wish-of-its-holder", Shown("/wishes/<id:wish_id>", fill=HELD)),
    Shot(
        "wish-just-revealed",
        Shown("/wishes/<id:wish_id>", fill=HELD),
        then=("form[action$='/beneficiary'] button",),
    ),
    Shot(
        "wish-to-report",
        Shown("/wishes/<id:wish_id>", fill=HELD),
        then=("form[action$='/beneficiary'] button", "details > summary"),
    ),
    Shot(
        "wish-of-its-author",
        wish(
            "",
            fill="SELECT phone, wishes.id FROM wishes JOIN people ON people.id = author_id WHERE wishes.state = 'filled'",
        ),
    ),
    Shot(
        "wish-in-hand-to-its-author-a-resident",
        Shown("/wishes/<id:wish_id>", fill=OF_A_RESIDENT.format("filled")),
    ),
    Shot(
        "wish-being-checked-to-its-author",
        Shown("/wishes/<id:wish_id>", fill=OF_A_RESIDENT.format("submitted")),
    ),
    Shot(
        "wish-asked-back-to-its-author",
        Shown("/wishes/<id:wish_id>", fill=OF_A_RESIDENT.format("asked_back")),
    ),
    Shot("wish-to-check", wish("", COORDINATOR, IN_CHARGE.format("submitted")), then=("details > summary",)),
    Shot("wish-in-hand-to-its-coordinator", wish("", COORDINATOR, IN_CHARGE.format("filled"))),
    Shot("wish-to-confirm-to-its-coordinator", wish("", COORDINATOR, IN_CHARGE.format("done"))),
    Shot("wish-that-came-true", wish("", COORDINATOR, IN_CHARGE.format("confirmed"))),
    Shot("arrangement-of-a-wish", Shown("/wishes/<id:wish_id>/arrangement", COORDINATOR, fill=MOVED_WISH)),
    Shot(
        "arrangement-being-changed",
        Shown("/wishes/<id:wish_id>/arrangement", COORDINATOR, fill=MOVED_WISH),
        then=("#when-1",),
    ),
    refused(
        "arrangement",
        Shown("/wishes/<id:wish_id>/arrangement", COORDINATOR, fill=MOVED_WISH),
        "/arrangement",
        places="0",
        road="可乐路12弄3号",
    ),
    Shot(
        "arrangement-to-confirm",
        Shown("/wishes/<id:wish_id>/arrangement", COORDINATOR, fill=MOVED_WISH),
        then=MOVES_IT,
    ),
    Shot("wish-at-a-new-time-to-its-helper", Shown("/wishes/<id:wish_id>", fill=MOVED_TO)),
    Shot(
        "wish-at-a-new-time-to-its-coordinator", Shown("/wishes/<id:wish_id>", COORDINATOR, fill=MOVED_WISH)
    ),
    Shot("notices-of-a-new-time", Shown("/notices", fill=MOVED_TO)),
    Shot("refusal-full", wish("filled", VOLUNTEER)),
    Shot("refusal-not-approved", wish("open", APPLICANT)),
    Shot("refusal-no-volunteer", wish("open", "19900000007")),
    Shot("refusal-clash", Shown("/wishes/<id:wish_id>", fill=CLASH)),
    refused("sign-up", Shown("/sign-up"), "/sign-up"),
    refused("sign-in", Shown("/sign-in"), "/sign-in", phone="19900000011", password="wrong"),
    refused("wish", Shown("/wishes/new", RESIDENT), "/wishes/new"),
    refused("profile", Shown("/me/profile", VOLUNTEER), "/me/profile", max_live="999"),
    refused("password", Shown("/me/password", RESIDENT), "/me/password", old="wrong", password="short"),
    refused("break", Shown("/me/profile", VOLUNTEER), "/me/pause"),
    refused("report", Shown("/wishes/<id:wish_id>", fill=HELD), "/completion"),
    refused("question", wish("", COORDINATOR, IN_CHARGE.format("submitted")), "/question"),
    refused("rejection", wish("", COORDINATOR, IN_CHARGE.format("submitted")), "/rejection"),
    refused(
        "publication",
        wish("", COORDINATOR, f"{IN_CHARGE.format('submitted')} AND source <> 'self' AND consent_at IS NULL"),
        "/publication",
    ),
    refused(
        "correction",
        Shown(
            "/volunteers/<id:volunteer_id>",
            COORDINATOR,
            fill="SELECT id FROM volunteers WHERE person_id = (SELECT id FROM people WHERE phone LIKE '%11')",
        ),
        "/correction",
    ),
    Shot("wishes-being-chosen", Shown("", address="/wishes"), then=(".facet:nth-child(2) > summary",)),
    Shot(
        "wishes-chosen",
        Shown("", address="/wishes?category=company&area=block-5&when=week&sort=soonest&q=陪"),
        then=(".facet:nth-child(3) > summary",),
    ),
    Shot("wishes-not-found", Shown("", address="/wishes?q=恐龙")),
    Shot("volunteers-of-a-state", Shown("", COORDINATOR, address="/volunteers?state=applied")),
    Shot(
        "volunteer-phone-shown",
        Shown(
            "/volunteers/<id:volunteer_id>",
            COORDINATOR,
            fill="SELECT id FROM volunteers WHERE state = 'applied'",
        ),
        then=("form[action$='/phone'] button",),
    ),
    Shot("break", Shown("/me/profile", "19900000013"), then=("details > summary",)),
    refused(
        "merger",
        Shown("/people/<id:person_id>", COORDINATOR, fill="SELECT id FROM people WHERE phone LIKE '%11'"),
        "/merger",
        other="13800000000",
    ),
    Shot("applicant", Shown("/me", APPLICANT)),
    Shot("approved-in-one-tap", Shown("/desk", COORDINATOR), then=("form[action$='/approval'] button",)),
)
MERGER = Shown("/people/<id:person_id>/merger/<id:other_id>", COORDINATOR, fill=TWO)
LONG_ONES = (
    Shot(
        "arrangement-to-confirm",
        Shown("/wishes/<id:wish_id>/arrangement", COORDINATOR, fill=MOVED_WISH),
        "long",
        MOVES_IT,
    ),
    Shot("home", Shown("/", VOLUNTEER), "long"),
    Shot("wishes", Shown("/wishes"), "long"),
    Shot(
        "wish",
        wish("", fill=f"SELECT phone, wish_id {IN_HAND} AND wish_id % 2 = 0"),
        "long",
        ("form[action$='/beneficiary'] button",),
    ),
    Shot(
        "wish-of-one-word",
        wish("", fill="SELECT id FROM wishes WHERE id % 14 = 7 AND state IN ('open', 'filled')"),
        "long",
    ),
    Shot("desk", Shown("/desk", COORDINATOR), "long"),
    Shot("volunteers", Shown("/volunteers", COORDINATOR), "long"),
    Shot(
        "volunteer",
        Shown(
            "/volunteers/<id:volunteer_id>",
            COORDINATOR,
            fill="SELECT id FROM volunteers WHERE state = 'applied'",
        ),
        "long",
    ),
    Shot(
        "person",
        Shown("/people/<id:person_id>", COORDINATOR, fill="SELECT id FROM people WHERE phone LIKE '%11'"),
        "long",
    ),
    Shot("merger", MERGER, "long", ("#merger form button[type=submit]",)),
    Shot(
        "merger-not-possible",
        Shown("/people/<id:person_id>/merger/<id:other_id>", ADMIN, fill=HELPER_AND_AUTHOR),
        "long",
    ),
    Shot("me", Shown("/me", fill=f"SELECT phone, 0 {IN_HAND} AND wish_id % 2 = 0"), "long"),
    Shot("statement", Shown("/me/hours", VOLUNTEER), "long", ("form[action='/me/hours'] button",)),
    Shot("area", Shown("", address="/areas/block-5"), "long"),
    Shot("new-wish", Shown("/wishes/new", RESIDENT), "long"),
)
EMPTY_ONES = (
    *(
        Shot(address.strip("/").replace("/", "-") or "home", Shown(address, VOLUNTEER), "empty")
        for address in ("/", "/wishes", "/me", "/me/wishes", "/me/hours", "/notices")
    ),
    Shot("desk", Shown("/desk", COORDINATOR), "empty"),
    Shot("home-of-a-coordinator", Shown("/", COORDINATOR), "empty"),
    Shot("volunteers", Shown("", COORDINATOR, address="/volunteers?state=suspended"), "empty"),
)
EVERY_PAGE = tuple(
    Shot(
        "-".join(
            filter(None, (shown.rule.strip("/").replace("/", "-") or "home", shown.what.replace(" ", "-")))
        ).translate(str.maketrans("", "", "<>:")),
        shown,
        then=(shown.press,) if shown.press else (),
    )
    for shown in PAGES
)


def main(folder: Path = FOLDER, *words: str) -> None:
    """Take them all, or those named by `words`."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.p*"):
        old.unlink()
    with ExitStack() as open_things:
        rooms = Path(open_things.enter_context(tempfile.TemporaryDirectory(prefix="gridapp-pictures-")))
        databases = prepared(rooms)
        addresses = {
            name: open_things.enter_context(running(f"sqlite:///{file}", workers=1))
            for name, file in databases.items()
        }
        browser = launch(open_things.enter_context(sync_playwright()))
        for name, address in addresses.items():
            photographer = Photographer(browser, address, databases[name], folder)
            shots = [shot for shot in (*EVERY_PAGE, *VIEWS, *LONG_ONES, *EMPTY_ONES) if shot.town == name]
            photographer.all_of(
                [shot for shot in shots if not words or any(word in shot.name for word in words)]
            )
        Photographer(browser, addresses["demo"], databases["demo"], folder).paper()
        Photographer(browser, addresses["long"], databases["long"], folder).paper("long-")
        browser.close()
    print(f"{len(list(folder.glob('*.png')))} pictures in {folder}")


def prepared(rooms: Path) -> dict[str, Path]:
    """The databases of the three towns."""
    demo = rooms / "demo.sqlite3"
    done = gridapp(["demo"], f"sqlite:///{demo}")
    assert done.returncode == 0, done.stdout + done.stderr
    change(demo, BUSY)
    changes: dict[str, Iterable[tuple[str, ...]]] = {"demo": (), "long": LONG, "empty": EMPTY}
    databases = {name: rooms / f"{name}.sqlite3" for name in changes}
    for name, file in databases.items():
        if file != demo:
            shutil.copy(demo, file)
        change(file, changes[name])
    return databases


def change(file: Path, statements: Iterable[tuple[str, ...]]) -> None:
    """Carry out SQL statements with their values."""
    with closing(sqlite3.connect(file)) as connection:
        for statement, *values in statements:
            connection.execute(statement, values)
        connection.commit()
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


class Photographer:
    """Goes through a town with a phone and a computer."""

    def __init__(self, browser: Browser, town: str, database: Path, folder: Path):
        self.browser, self.town, self.database, self.folder = browser, town, database, folder
        self.cookies: dict[str, Any] = {}

    def ask(self, statement: str, *values: Any) -> list[Any]:
        """Read the town's database."""
        with closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)) as connection:
            rows = connection.execute(statement, values).fetchall()
        return [row[0] if len(row) == 1 else row for row in rows]

    def all_of(self, shots: list[Shot]) -> None:
        """Every shot in every size."""
        self.statement()
        for shot in shots:
            for size in ("phone", "elder", "english", "desktop"):
                prefix = f"{size}-" if shot.town == "demo" else f"{size}-{shot.town}-"
                try:
                    self.take(shot, size, f"{prefix}{shot.name}.png")
                except (Error, AssertionError, IndexError) as error:
                    print(f"{prefix}{shot.name}: {str(error).splitlines()[0]}", file=sys.stderr)

    def take(self, shot: Shot, size: str, name: str) -> None:
        """One picture."""
        who, address = located(shot.shown, self.ask)
        phone = self.phone(who, size).open(address)
        for step in shot.then:
            self.follow(phone, step)
        phone.page.evaluate("document.activeElement.blur()")
        width, height = SIZES.get(size, SIZES["phone"])
        tall = phone.page.evaluate("document.documentElement.scrollHeight")
        phone.page.set_viewport_size(
            {"width": width, "height": max(height, tall)}
        )  # the bar stands at the end
        phone.page.wait_for_timeout(100)
        phone.page.screenshot(path=self.folder / name, full_page=True)
        phone.page.context.close()

    def follow(self, phone: Phone, step: Any) -> None:
        """Tap what the step names, where the page shows it; type what it says; or call it."""
        if isinstance(step, dict):
            phone.type(**step)
        elif phone.shows(step):
            phone.tap(step)
            phone.page.wait_for_load_state("networkidle")
            expect(phone.page.locator(UNSETTLED)).to_have_count(0)

    def phone(self, who: str | None, size: str) -> Phone:
        """Somebody's browser; "elder" is a phone in elder mode, "english" one in English."""
        width, height = SIZES.get(size, SIZES["phone"])
        context = self.browser.new_context(
            viewport={"width": width, "height": height},
            is_mobile=width < 800,
            has_touch=width < 800,
            locale="en-GB" if size == "english" else "zh-CN",
            timezone_id="Asia/Shanghai",
            reduced_motion="reduce",  # what fades in would be half there
            storage_state=self.cookies.get(who or ""),
        )
        context.set_default_timeout(8_000)
        phone = Phone(context.new_page(), self.town)
        if who and who not in self.cookies:
            self.cookies[who] = phone.sign_in(who).page.context.storage_state()
        if size == "elder":
            context.add_cookies([{"name": "display", "value": "elder-standard", "url": self.town}])
        if size == "english":
            context.add_cookies([{"name": "lang", "value": "en", "url": self.town}])
        return phone

    def statement(self) -> Phone | None:
        """The volunteer's statement of hours, made if there is none yet."""
        if not self.ask("SELECT 1 FROM hour_entries"):
            return None
        phone = self.phone(VOLUNTEER, "desktop").open("/me/hours").tap("form[action='/me/hours'] button")
        phone.one(".statement")
        return phone

    def paper(self, prefix: str = "") -> None:
        """The statement as it comes out of a printer."""
        phone = self.statement()
        assert phone is not None
        file = self.folder / f"{prefix}statement-a4.pdf"
        phone.page.pdf(path=file, prefer_css_page_size=True)
        if shutil.which("pdftoppm"):
            subprocess.run(["pdftoppm", "-r", "80", "-png", file, file.with_suffix("")], check=True)
        phone.page.emulate_media(media="print")
        phone.page.screenshot(path=self.folder / f"{prefix}statement-print.png", full_page=True)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:2]), *sys.argv[2:])
