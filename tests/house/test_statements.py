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
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, insert
from sqlalchemy.engine import make_url

from gridapp.areas.queries import forget_kept
from gridapp.core import clock
from gridapp.core.database import Base, db, writing
from gridapp.volunteers.models import VolunteerState
from gridapp.wishes.models import Beneficiary, Claim, ClaimState, Wish, WishState
from tests.conftest import MONDAY_9
from tests.factories import ELSEWHERE, HOME, NEXT_DOOR, NOBODYS
from tests.house.conftest import Town, new_app, safe_doors
from tests.house.doors import ACTORS, DOORS, Door
from tests.servers import fresh_database

MOST, MOST_ON_THE_DESK = 6, 10
SMALL_TABLE = 500
MOST_STEPS = 20_000
WISHES, PEOPLE = 20_000, 5_000
NOT_COUNTED = ("BEGIN", "PRAGMA", "SAVEPOINT", "RELEASE")
SEED = 31010510
Statement = tuple[str, Any]


# -- how many ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("door", safe_doors())
def test_a_page_takes_few_statements(town: Town, door: Door):
    town.change(add_thirty_wishes)
    most = MOST_ON_THE_DESK if door.address.startswith("/desk") else MOST

    cold, warm = {}, {}
    for by in (by for by in ACTORS if door.verdicts[by] == "ok"):
        forget_kept()
        cold[by] = len(statements(town, door, by))
        warm[by] = len(statements(town, door, by))

    print(f"\nF2 {door}: {max(warm.values())} warm, {max(cold.values())} cold; {warm}")
    assert {by: count for by, count in warm.items() if count > most} == {}


def test_statements_are_counted(town: Town):  # negative control
    desk = next(door for door in DOORS if door.address == "/desk")

    assert len(statements(town, desk, "chief")) >= 4
    assert all(sql.lstrip().startswith(("SELECT", "WITH")) for sql, _ in statements(town, desk, "chief"))


# -- how much they read -----------------------------------------------------------------------------------


@pytest.mark.parametrize("door", safe_doors())
def test_no_statement_of_a_page_reads_through_a_table(large: Large, door: Door):
    wrong = []
    for by in (by for by in ACTORS if door.verdicts[by] == "ok"):
        for sql, values in statements(large.town, door, by, app=large.app):
            steps, scans = large.cost(sql, values)
            large.highest[str(door)] = max(large.highest.get(str(door), 0), steps)
            if scans or steps > MOST_STEPS:
                wrong.append(f"{door} by {by}: {steps} steps, {scans or 'no scan'}:\n{sql}\n{values}")

    print(f"\nF2 {door}: at most {large.highest.get(str(door), 0)} steps in a statement")
    assert not wrong, "\n\n".join(wrong)


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
    assert large.cost("SELECT title FROM wishes WHERE state = 'confirmed' ORDER BY title LIMIT 3", ())[0] > MOST_STEPS


# -- a town that has grown --------------------------------------------------------------------------------


@dataclass
class Large:
    """The town of the other tests with many more people and wishes in it, on SQLite."""

    town: Town
    app: Flask
    raw: sqlite3.Connection
    sizes: dict[str, int]
    highest: dict[str, int]

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
def large(built_town: Town) -> Iterator[Large]:
    """Built once; only read. Its moment is the Monday of the other tests."""
    if built_town.engine != "sqlite":
        pytest.skip("plans are read on SQLite; PostgreSQL chooses its own by statistics (make bench measures it)")
    with fresh_database("sqlite") as url, clock.standing_at(MONDAY_9):
        app = new_app(url)
        with app.app_context(), writing(db.session()):
            for table in Base.metadata.sorted_tables:
                db.session().execute(table.delete())
                if built_town.first[table.name]:
                    db.session().execute(insert(table), built_town.first[table.name])
        raw = sqlite3.connect(make_url(url).database or "", isolation_level=None)
        began = time.process_time()
        grow(raw, built_town)
        print(f"\nF2: {WISHES} wishes and {PEOPLE} people made in {time.process_time() - began:.1f} s of CPU")
        tables = Base.metadata.tables
        sizes = {name: raw.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in tables}
        yield Large(built_town, app, raw, sizes, {})
        raw.close()
        with app.app_context():
            db.engine.dispose()


@contextmanager
def recording(app: Flask) -> Iterator[list[Statement]]:
    """The statements that the app sends within the block, as SQLite or PostgreSQL gets them."""
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


def statements(town: Town, door: Door, by: str, *, app: Flask | None = None) -> list[Statement]:
    """What one page of `by` sends to the database."""
    with recording(app or town.app) as sent:
        response = town.ask(door, by, app=app)
    assert response.status_code == 200
    return sent


def add_thirty_wishes(session: Any) -> None:
    """Twenty open wishes, and ten that wait for a check; three of the open ones are in the holder's hands."""
    author, holder = session.get_one(Wish, 1).author_id, session.get_one(Claim, 1).person_id
    for number in range(30):
        state = WishState.OPEN if number < 20 else WishState.SUBMITTED
        wish = Wish(
            title=f"愿望{number}",
            text="请来帮忙。",
            category_code="errand",
            committee_code=(HOME, NEXT_DOOR)[number % 2],
            state=state,
            author_id=author,
            submitted_at=MONDAY_9,
            places=2,
            taken=1 if number < 3 else 0,
        )
        session.add(wish)
        session.flush()
        session.add(Beneficiary(wish_id=wish.id, name="某人", phone="+8619900001111", address="可乐路"))
        if number < 3:
            session.add(Claim(wish_id=wish.id, person_id=holder, state=ClaimState.HELD, since=MONDAY_9))


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
    committees = [HOME, NEXT_DOOR, ELSEWHERE, NOBODYS, *(f"3101059{number:05d}" for number in range(29))]
    people = range(FIRST, FIRST + PEOPLE)
    helpers = [*people[: PEOPLE // 2], *[town.people["holder"]] * 20]
    authors = [*people, *[town.people["author"]] * 20, *[town.people["resident"]] * 5]
    raw.execute("PRAGMA synchronous=OFF")
    raw.execute("BEGIN")
    put(raw, "committees", ({"code": code, "name": f"居委会{code[-3:]}"} for code in committees[4:]))
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
    raw.executemany(f"INSERT INTO {name} ({columns}) VALUES ({marks})", values)  # noqa: S608 (our own names)


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
