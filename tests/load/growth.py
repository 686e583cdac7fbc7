"""What pages cost as the town grows: `make bench SCALE=100k` (F3, F4). `SCALE` is 1k, 100k or 1m wishes.

Two made-up towns, of 1,000 wishes and of `SCALE`, are opened in one process, in turns; what counts is CPU time of this
process, which on PostgreSQL leaves out the server's share: so there the wall time is given beside it. The towns are
kept under `build/bench` (SQLite) for the next run, since a million wishes take minutes to write.
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from urllib.parse import quote

from flask import Flask
from sqlalchemy import select

from gridapp.accounts.models import Person
from gridapp.core.database import db
from gridapp.wishes.models import Wish, WishState
from tests.house.conftest import new_app
from tests.load.bench import _call, _environ
from tests.load.crowd import Visitor, signed_in_before
from tests.servers import ROOT, empty_database, gridapp

SIZES = {"1k": 1_000, "100k": 100_000, "1m": 1_000_000}
ROUNDS, REQUESTS = 7, 5
TARGET_GROWTH, TARGET_SEARCH_MS = 1.3, 30
HOURS = 4 * 3600
PAGES = {
    "list": "/wishes",
    "soonest": "/wishes?sort=soonest",
    "filter kind": "/wishes?category=errand",
    "filter area": "/wishes?area=block-5",
    "filter all": "/wishes?category=errand&area=block-5&when=week&skill=drive",
    "search 1": f"/wishes?q={quote('棋')}",
    "search 2": f"/wishes?q={quote('医保')}",
    "search 3": f"/wishes?q={quote('医保卡')}",
    "initials": "/wishes?q=ybk",
    "common": f"/wishes?q={quote('的')}",
    "two words": f"/wishes?q={quote('医保 可乐路')}",
    "nothing": f"/wishes?q={quote('恐龙')}",
    "detail": "/wishes/{wish}",
    "desk": "/desk",
}


@dataclass
class Place:
    """A made-up town that is open."""

    app: Flask
    coordinator: Visitor
    wish: int

    def ask(self, page: str) -> tuple[float, float]:
        """CPU and wall milliseconds of a page."""
        environ = _environ(page.format(wish=self.wish), self.coordinator)
        cpu, wall = time.process_time(), time.perf_counter()
        for _ in range(REQUESTS):
            _call(self.app, environ)
        return (time.process_time() - cpu) * 1000 / REQUESTS, (time.perf_counter() - wall) * 1000 / REQUESTS


def main(engine: str, scale: str) -> None:
    """Print what each page costs in the small town and in the large one."""
    with ExitStack() as stack:
        small, large = (stack.enter_context(town(engine, size)) for size in ("1k", scale))
        print(
            f"{engine}, {SIZES[scale]:,} wishes beside 1,000: CPU (wall) milliseconds, medians of {ROUNDS} rounds"
        )
        for name, page in PAGES.items():
            print(compared(name, page, small, large))
        print(f"(F3 asks for at most {TARGET_GROWTH}; F4 for a search within {TARGET_SEARCH_MS} ms)")


def compared(name: str, page: str, small: Place, large: Place) -> str:
    """One line of the table."""
    for place in (small, large):
        place.ask(page)
    rounds = [(small.ask(page), large.ask(page)) for _ in range(ROUNDS)]
    (c1, w1), (c2, w2) = (
        [statistics.median(one) for one in zip(*side, strict=True)] for side in zip(*rounds, strict=True)
    )
    growth = statistics.median(large_[0] / small_[0] for small_, large_ in rounds)
    return f"{name:12}{c1:8.1f} ({w1:6.1f}){c2:8.1f} ({w2:6.1f})  x{growth:.2f}"


@contextmanager
def town(engine: str, scale: str) -> Iterator[Place]:
    """A town of so many wishes, made when it is not there."""
    with ExitStack() as stack:
        if engine == "sqlite":
            folder = ROOT / "build" / "bench"
            folder.mkdir(parents=True, exist_ok=True)
            file = folder / f"{scale}.sqlite3"
            url, is_there = f"sqlite:///{file}", file.exists()
        else:
            url, is_there = stack.enter_context(empty_database("postgres")), False
        if not is_there:
            wishes = SIZES[scale]
            done = gridapp(
                ["load", "--people", str(max(100, wishes // 10)), "--wishes", str(wishes)], url, seconds=HOURS
            )
            assert done.returncode == 0, done.stderr
        app = new_app(url)
        with app.app_context():
            place = _opened(app)
        yield place  # outside of the context: a page within it would keep its session, and cost a quarter less
        with app.app_context():
            db.engine.dispose()


def _opened(app: Flask) -> Place:
    session = db.session()
    chief = session.scalars(select(Person).where(Person.phone == "+8619900000002")).one()
    wish = session.scalars(
        select(Wish.id).where(Wish.state == WishState.OPEN).order_by(Wish.id.desc()).limit(1)
    ).one()
    return Place(app, signed_in_before(app, chief.id), wish)


if __name__ == "__main__":
    main(os.environ.get("ENGINE", "sqlite"), os.environ.get("SCALE", "1k"))
