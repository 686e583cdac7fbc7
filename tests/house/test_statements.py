"""How many statements a page takes, and how many rows they touch in a town that has grown (F2).

A plan is a scan when it says SCAN of a table with more than 500 rows; reading on in the order of an index under
a LIMIT is not, as long as nothing is sorted. Because such a plan may still pass by many rows, and a SEARCH may
find many, every statement is also run with SQLite counting its steps: a row that is looked at costs 10 to 30.
"""

from __future__ import annotations

import random
import re
import sqlite3
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import unescape
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event
from sqlalchemy.engine import make_url

from gridapp.areas.queries import forget_kept
from gridapp.core import clock
from gridapp.core.database import Base, db
from gridapp.volunteers.models import VolunteerState
from gridapp.wishes.models import ClaimState, WishState
from tests.conftest import MONDAY_9
from tests.factories import ELSEWHERE, HOME, NEXT_DOOR, NOBODYS
from tests.house.conftest import Town, build, new_app, safe_doors
from tests.house.doors import ACTORS, DOORS, Door
from tests.servers import fresh_database

MOST, MOST_ON_THE_DESK = 6, 10
SMALL_TABLE = 500
MOST_STEPS = 20_000
MOST_ADDRESSES = 12
WISHES, PEOPLE = 20_000, 5_000
NOT_COUNTED = ("BEGIN", "PRAGMA", "SAVEPOINT", "RELEASE")
SEED = 31010510
Statement = tuple[str, Any]


@pytest.mark.parametrize("door", safe_doors())
def test_a_page_takes_few_statements_and_none_reads_through_a_table(large: Large, door: Door):
    most = MOST_ON_THE_DESK if door.address.startswith("/desk") else MOST
    counts, highest, wrong = {}, 0, []
    for by in (by for by in ACTORS if door.verdicts[by] == "ok"):
        for address, sent in pages(large, door, by):
            counts[by, address] = len(sent)
            for sql, values in sent:
                steps, scans = large.cost(sql, values)
                highest = max(highest, steps)
                if scans or steps > MOST_STEPS:
                    wrong.append(f"{address} by {by}: {steps} steps, {scans or 'no scan'}:\n{sql}\n{values}")
    by, address = max(counts, key=counts.__getitem__)
    forget_kept()
    cold = len(large.open(door, by, address)[0])

    print(f"\n| `{door}` | {counts[by, address]} | {cold} | {highest:,} |")
    assert {who: count for who, count in counts.items() if count > most} == {}
    assert not wrong, "\n\n".join(wrong)


def test_statements_are_counted(large: Large):  # negative control
    desk = next(door for door in DOORS if door.address == "/desk")

    assert len(large.open(desk, "chief", "/desk")[0]) >= 4


@pytest.mark.parametrize(
    ("sql", "is_scan"),
    [
        ("SELECT * FROM wishes WHERE title = 'x'", True),
        ("SELECT count(*) FROM claims", True),
        ("SELECT * FROM wishes w ORDER BY w.title LIMIT 20", True),
        ("SELECT * FROM wishes ORDER BY id DESC LIMIT 20", False),
        ("SELECT * FROM wishes WHERE id = 7", False),
        ("SELECT * FROM areas", False),
    ],
)
def test_a_scan_is_told_from_a_search(large: Large, sql: str, is_scan: bool):  # negative control
    assert bool(large.cost(sql, ())[1]) == is_scan


def test_a_search_that_finds_too_much_is_seen_by_its_steps(large: Large):  # negative control
    assert (
        large.cost("SELECT title FROM wishes WHERE state = 'confirmed' ORDER BY title LIMIT 3", ())[0]
        > MOST_STEPS
    )


@dataclass
class Large:
    """The town of the other tests with many more people and wishes in it, on SQLite; it is only read.

    PostgreSQL gets the same statements and chooses its plans by statistics, which `make bench` measures.
    """

    town: Town
    raw: sqlite3.Connection
    sizes: dict[str, int]

    def open(self, door: Door, by: str, address: str) -> tuple[list[Statement], str]:
        """What one page of `by` sends to the database, and the page."""
        with recording(self.town.app) as sent:
            response = self.town.ask(door, by, address=address)
        assert response.status_code == 200
        return sent, response.text if response.mimetype == "text/html" else ""

    def cost(self, sql: str, values: Any) -> tuple[int, list[str]]:
        """The steps that SQLite takes for a statement, and the scans in its plan."""
        steps = [0]

        def count() -> int:
            steps[0] += 10
            return 0

        self.raw.set_progress_handler(count, 10)
        self.raw.execute(sql, values).fetchall()
        self.raw.set_progress_handler(None, 0)
        plan = [row[3] for row in self.raw.execute(f"EXPLAIN QUERY PLAN {sql}", values)]
        in_order = "LIMIT" in sql and not any("TEMP B-TREE FOR ORDER BY" in step for step in plan)
        return steps[0], [step for step in plan if self._is_scan(step, sql, in_order)]

    def _is_scan(self, step: str, sql: str, in_order: bool) -> bool:
        found = re.match(r"SCAN (\w+)", step)
        if found is None:
            return False
        named = re.search(rf"\b(\w+) (?:AS )?{found[1]}\b", sql)
        table = found[1] if found[1] in self.sizes or named is None else named[1]
        return self.sizes.get(table, 0) > SMALL_TABLE and not in_order


@pytest.fixture(scope="module")
def large() -> Iterator[Large]:
    """Built once; its moment is the Monday of the other tests."""
    with fresh_database("sqlite") as url, clock.standing_at(MONDAY_9):
        town = build(new_app(url), "sqlite")
        raw = sqlite3.connect(make_url(url).database or "", isolation_level=None)
        began = time.process_time()
        grow(raw, town)
        print(f"\nF2: {WISHES:,} wishes and {PEOPLE:,} people in {time.process_time() - began:.1f} s of CPU")
        count = "SELECT count(*) FROM {}"
        sizes = {name: raw.execute(count.format(name)).fetchone()[0] for name in Base.metadata.tables}
        yield Large(town, raw, sizes)
        raw.close()
        with town.app.app_context():
            db.engine.dispose()
    forget_kept()


def pages(large: Large, door: Door, by: str) -> Iterator[tuple[str, list[Statement]]]:
    """The page's address and what it sends; then what its links make of it, filtered and further on.

    The links are followed for the first who may open it and for two coordinators, of a large and a small area.
    """
    plain = door.address.format(**large.town.things)
    large.open(door, by, plain)  # so that what is kept for a while is kept
    found = [plain]
    for address in found:
        sent, text = large.open(door, by, address)
        yield address, sent
        if by in {door.opens_for, "chief", "other"}:
            links = re.findall(rf'href="({re.escape(plain)}\?[^"]*)"', text)
            new = [
                one
                for one in dict.fromkeys(map(unescape, links))
                if one not in found and not re.search(r"[?&](lang|text|elder)=", one)  # how it looks
            ]
            found += new[: MOST_ADDRESSES - len(found)]


@contextmanager
def recording(app: Flask) -> Iterator[list[Statement]]:
    """The statements that the app sends within the block."""
    sent: list[Statement] = []

    def note(_connection: Any, _cursor: Any, sql: str, values: Any, *_rest: Any) -> None:
        if not sql.lstrip().upper().startswith(NOT_COUNTED):
            sent.append((sql, values))

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)


# A wish in twenty is open, most have come true; the rest is on its way or came to nothing.
STATES = {
    WishState.CONFIRMED: 76,
    WishState.OPEN: 5,
    WishState.FILLED: 4,
    WishState.DONE: 3,
    WishState.SUBMITTED: 1,
    WishState.ASKED_BACK: 1,
    WishState.WITHDRAWN: 5,
    WishState.EXPIRED: 3,
    WishState.DECLINED: 2,
}
CLAIM_OF = {
    WishState.CONFIRMED: ClaimState.CONFIRMED,
    WishState.FILLED: ClaimState.HELD,
    WishState.DONE: ClaimState.DONE,
}
KINDS = ("item", "errand", "repair", "company", "lesson", "transport", "other")
FIRST = 1_000_000  # ids of what is added begin here


def grow(raw: sqlite3.Connection, town: Town) -> None:
    """Add people and wishes, with what hangs on them, in shares as a town would have them."""
    dice = random.Random(SEED)
    others = [f"3101059{number:05d}" for number in range(29)]
    committees = [HOME, NEXT_DOOR, NOBODYS, *others] * 10 + [ELSEWHERE]  # where hardly anybody lives
    people = range(FIRST, FIRST + PEOPLE)
    helpers = [*people[: PEOPLE // 2], *[town.people["holder"]] * 20]
    authors = [*people, *[town.people["author"]] * 20, *[town.people["resident"]] * 5]
    raw.execute("PRAGMA synchronous=OFF")
    raw.execute("BEGIN")
    put(raw, "committees", ({"code": code, "name": f"居委会{code[-3:]}"} for code in others))
    put(raw, "people", (person(id_, dice.choice(committees)) for id_ in people))
    put(raw, "volunteers", (volunteer(id_, dice) for id_ in people[: PEOPLE // 2]))
    states = dice.choices(list(STATES), list(STATES.values()), k=WISHES)
    wishes = [
        wish(FIRST + number, state, dice.choice(committees), dice.choice(authors), dice)
        for number, state in enumerate(states)
    ]
    put(raw, "wishes", wishes)
    put(raw, "beneficiaries", (beneficiary(one["id"]) for one in wishes))
    claims = [claim(one, dice.choice(helpers)) for one in wishes if one["taken"]]
    put(raw, "claims", claims)
    put(raw, "hour_entries", (hours(one, n) for n, one in enumerate(claims) if one["state"] == "confirmed"))
    put(raw, "messages", (message(one, n) for n, one in enumerate(wishes)))
    put(raw, "photos", (photo(FIRST + number, one) for number, one in enumerate(wishes[::3])))
    put(raw, "journal", (entry(one, n, step) for n, one in enumerate(wishes) for step in (1, 2, 3)))
    raw.execute("COMMIT")


def put(raw: sqlite3.Connection, name: str, rows: Iterable[dict[str, Any]]) -> None:
    """Insert rows of the same columns; the rest is as the models have it by default; moments become text."""
    defaults = {
        column.name: column.default.arg
        for column in Base.metadata.tables[name].columns
        if column.default is not None and column.default.is_scalar
    }
    full = [defaults | row for row in rows]
    columns, marks = ", ".join(f'"{column}"' for column in full[0]), ", ".join("?" * len(full[0]))
    values = ([_as_text(value) for value in row.values()] for row in full)
    raw.executemany(f"INSERT INTO {name} ({columns}) VALUES ({marks})", values)


def _as_text(value: Any) -> Any:
    return f"{value:%Y-%m-%d %H:%M:%S.%f}" if isinstance(value, datetime) else value


def person(id_: int, committee: str) -> dict[str, Any]:
    """A neighbour."""
    return {
        "id": id_,
        "phone": f"+86188{id_:08d}",
        "phone_proven_at": MONDAY_9,
        "name": "居民",
        "committee_code": committee,
        "created_at": MONDAY_9,
        "is_demo": False,
    }


def volunteer(person_id: int, dice: random.Random) -> dict[str, Any]:
    """Most are approved; one in fifty has just applied."""
    state = VolunteerState.APPLIED if dice.random() < 0.02 else VolunteerState.APPROVED
    return {
        "id": person_id,
        "person_id": person_id,
        "state": state.value,
        "applied_at": MONDAY_9,
        "languages": "zh",
        "cannot_do": "",
        "free_times": "",
        "max_live": 3,
    }


def wish(id_: int, state: WishState, committee: str, author: int, dice: random.Random) -> dict[str, Any]:
    """A wish of the last year; of the open ones half have a day, a tenth of those is over."""
    dated = dice.random() < 0.5
    return {
        "id": id_,
        "title": "想要一盏台灯",
        "text": "晚上看书用。",
        "category_code": dice.choice(KINDS),
        "committee_code": committee,
        "road": "可乐路",
        "places": 1,
        "taken": int(state in CLAIM_OF),
        "deadline": MONDAY_9 + timedelta(days=dice.randint(-3, 27)) if dated else None,
        "source": "self",
        "state": state.value,
        "author_id": author,
        "submitted_at": MONDAY_9 - timedelta(hours=dice.randint(1, 8000)),
    }


def beneficiary(wish_id: int) -> dict[str, Any]:
    """For whom it is."""
    return {"wish_id": wish_id, "name": "某人", "phone": "+8619900001111", "address": "可乐路1弄"}


def photo(id_: int, of: dict[str, Any]) -> dict[str, Any]:
    """A wish in three has a photo; of these the bytes are few."""
    return {
        "id": id_,
        "thing": "wishes",
        "thing_id": of["id"],
        "place": 1,
        "state": "shown",
        "width": 640,
        "height": 480,
        "sha256": "0" * 64,
        "by_id": of["author_id"],
        "at": of["submitted_at"],
        "thumbnail": b"x" * 400,
        "jpeg": b"x" * 2_000,
    }


def claim(of: dict[str, Any], helper: int) -> dict[str, Any]:
    """The one claim that took the wish's place."""
    state = CLAIM_OF[WishState(of["state"])]
    return {
        "id": of["id"],
        "wish_id": of["id"],
        "person_id": helper,
        "state": state.value,
        "since": of["submitted_at"],
        "reported_at": of["submitted_at"] if state != ClaimState.HELD else None,
        "report": "送到了。",
        "minutes": 40,
        "ended_at": of["submitted_at"] if state == ClaimState.CONFIRMED else None,
        "ended_late": False,
    }


def hours(of: dict[str, Any], number: int) -> dict[str, Any]:
    """What a confirmed claim earned."""
    return {
        "id": FIRST + number,
        "person_id": of["person_id"],
        "thing": "claims",
        "thing_id": of["id"],
        "minutes": 40,
        "day": f"{of['since']:%Y-%m-%d}",
        "service": "物品：想要一盏台灯",
        "place": "居委会",
        "organiser": "新泾镇",
        "recorded_by_id": of["person_id"],
        "confirmed_by_id": of["person_id"],
        "confirmed_as": "author",
        "at": of["since"],
    }


def message(of: dict[str, Any], number: int) -> dict[str, Any]:
    """What the author was told; one in ten is not read yet."""
    return {
        "id": FIRST + number,
        "key": f"large:{number}",
        "kind": "wish_published",
        "person_id": of["author_id"],
        "thing": "wishes",
        "thing_id": of["id"],
        "parts": '{"title": "想要一盏台灯"}',
        "at": of["submitted_at"],
        "seen_at": None if number % 10 == 0 else of["submitted_at"],
    }


def entry(of: dict[str, Any], number: int, step: int) -> dict[str, Any]:
    """One step of the wish; the chain is not true here, nobody audits this town."""
    return {
        "id": FIRST + 3 * number + step,
        "thing": "wishes",
        "thing_id": of["id"],
        "number": step,
        "step": ("submitted", "published", "reopened")[step - 1],
        "by_id": of["author_id"],
        "by_role": "author",
        "at": of["submitted_at"],
        "hash": "0" * 64,
    }
