"""Places are limited under a race, against real server processes on both engines (R1, R7; C1, C11, W4, W5)."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pytest
from flask import Flask
from sqlalchemy import text

from gridapp.core.database import db
from gridapp.wishes.policies import FULL
from tests.load.crowd import (
    Answer,
    Busyness,
    Request,
    Visitor,
    at_once,
    holders,
    inside,
    make_volunteers,
    make_wish,
    percentile,
)
from tests.servers import Server, fresh_database, serving

pytestmark = pytest.mark.load
CONNECTIONS = 64
P99_S = 2.0


@dataclass
class Place:
    """A server on a database, and the app on the same database, to prepare and to look."""

    app: Flask
    address: tuple[str, int]
    engine: str


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def engine(request: pytest.FixtureRequest) -> str:
    """Each test runs on both."""
    return str(request.param)


@pytest.fixture(scope="module")
def served(engine: str) -> Iterator[tuple[str, Server]]:
    """gridapp as it is: the database and its server."""
    with fresh_database(engine) as url, serving(url) as server:
        yield url, server


@pytest.fixture(scope="module")
def served_unguarded(engine: str) -> Iterator[tuple[str, Server]]:
    """gridapp with its guards taken away."""
    with fresh_database(engine) as url, serving(url, module="tests.load.unguarded") as server:
        yield url, server


@pytest.fixture
def place(engine: str, served: tuple[str, Server]) -> Iterator[Place]:
    """Where the tests of this module happen."""
    url, server = served
    with inside(url) as app:
        yield Place(app, server.address, engine)


@pytest.fixture
def unguarded(engine: str, served_unguarded: tuple[str, Server]) -> Iterator[Place]:
    """Where their negative control happens."""
    url, server = served_unguarded
    with inside(url) as app:
        yield Place(app, server.address, engine)


def test_twenty_five_volunteers_tap_twice_for_three_places_and_three_hold_the_wish(place: Place) -> None:
    """R1 in small, C1, C11, W5."""
    wish_id = make_wish(places=3)
    for _ in range(3):
        make_wish("想要另一盏台灯")

    pairs = _all_tap_twice(place, wish_id, make_volunteers(place.app, 25), connections=50)

    winners = [pair for pair in pairs if 303 in (pair[0].status, pair[1].status)]
    assert len(winners) == 3
    assert holders(wish_id) == (3, 3)
    for first, second in winners:
        assert (
            (first.status, first.location) == (second.status, second.location) == (303, f"/wishes/{wish_id}")
        )
    for answer in [answer for pair in pairs if pair not in winners for answer in pair]:
        assert answer.status == 409
        assert FULL.text in answer.text
        assert 'id="alternatives"' in answer.text


def test_a_thousand_people_claim_a_hundred_places_and_a_hundred_win(place: Place) -> None:
    """R1: every request sent twice over 64 connections, no answer of 5xx, nobody waits for long."""
    wish_id = make_wish(places=100)
    people = make_volunteers(place.app, 1000)

    others, began = Busyness(), time.perf_counter()
    pairs = _all_tap_twice(place, wish_id, people, connections=CONNECTIONS, htmx=True)
    took, busy = time.perf_counter() - began, others.share()

    answers = [answer for pair in pairs for answer in pair]
    print(
        f"\n{place.engine}: {len(answers)} claims in {took:.1f} s, {len(answers) / took:.0f} a second; "
        f"p50 {percentile(answers, 0.5):.2f} s, p95 {percentile(answers, 0.95):.2f} s, "
        f"p99 {percentile(answers, 0.99):.2f} s, max {max(a.seconds for a in answers):.2f} s; "
        f"{busy:.0%} of the machine's work was for others"
    )
    assert Counter((first.status, second.status) for first, second in pairs) == {
        (200, 200): 100,
        (409, 409): 900,
    }
    assert holders(wish_id) == (100, 100)
    assert percentile(answers, 0.99) <= P99_S / (1 - busy)


def test_a_second_tap_with_another_form_reads_that_the_wish_is_held_already(place: Place) -> None:
    """The negative control of C11: it is the form's key that gives the winner's answer again."""
    wish_id = make_wish(places=3)
    (visitor,) = make_volunteers(place.app, 1)
    path = f"/wishes/{wish_id}/claim"

    answers = at_once(
        place.address,
        [Request(path, visitor, visitor.form()), Request(path, visitor, visitor.form())],
        connections=2,
    )

    assert sorted(answer.status for answer in answers) == [303, 409]
    assert holders(wish_id) == (1, 1)


def test_without_the_guard_more_than_the_places_are_held_or_people_read_of_a_failure(
    unguarded: Place,
) -> None:
    """The negative control of C1: checked first and written later, the same taps break the limit."""
    wish_id = make_wish(places=3)
    _drop_the_constraint(unguarded)

    pairs = _all_tap_twice(unguarded, wish_id, make_volunteers(unguarded.app, 25), connections=50)

    held, _taken = holders(wish_id)
    failures = sum(answer.status >= 500 for pair in pairs for answer in pair)
    print(f"\n{unguarded.engine} without the guard: {held} hold 3 places, {failures} answers of 5xx")
    assert held > 3 or failures > 0


def _all_tap_twice(
    place: Place, wish_id: int, people: Sequence[Visitor], *, connections: int, htmx: bool = False
) -> list[tuple[Answer, Answer]]:
    """Each of `people` sends the same form twice, at the same time as some others do; their two answers each."""
    path = f"/wishes/{wish_id}/claim"
    taps = [Request(path, visitor, visitor.form(), htmx) for visitor in people]
    # In groups as large as half the connections, so that both taps of one and taps of many are under way at once.
    size = connections // 2
    groups = [taps[start : start + size] for start in range(0, len(taps), size)]
    answers = at_once(place.address, [tap for group in groups for tap in group * 2], connections=connections)
    assert len(answers) == 2 * len(taps)
    pairs, start = [], 0
    for group in groups:
        middle, end = start + len(group), start + 2 * len(group)
        pairs += zip(answers[start:middle], answers[middle:end], strict=True)
        start = end
    return pairs


def _drop_the_constraint(place: Place) -> None:
    if place.engine == "postgres":
        with db.engine.begin() as connection:
            connection.execute(text("ALTER TABLE wishes DROP CONSTRAINT ck_wishes_not_over_held"))
