"""The ground of every test: an app on each engine, a clock that stands on a Monday, a town, and browsers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any
from zlib import crc32

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from gridapp import create_app
from gridapp.areas.queries import forget_kept
from gridapp.core import clock
from gridapp.core.database import Base, db, writing
from gridapp.settings import from_environment
from tests import factories
from tests.browsing import Browser
from tests.servers import fresh_database, need_postgres, postgres_answers

MONDAY_9 = factories.MONDAY_9


def pytest_addoption(parser: pytest.Parser) -> None:
    """Take `--thorough`."""
    parser.addoption(
        "--thorough",
        action="store_true",
        help="no samples: both ways of asking (htmx, plain) on both engines, and every naughty value everywhere",
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Of a test that asks in both ways keep each way on one engine: which of the two its name draws.

    Other layers answer htmx than talk to the database, so the suite as a whole still meets every pair, in half the
    time. Without PostgreSQL both ways stay on SQLite.
    """
    if config.getoption("--thorough") or not postgres_answers():
        return
    left_out = [item for item in items if is_other_pair(item)]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if not is_other_pair(item)]


def is_other_pair(item: pytest.Item) -> bool:
    """Whether this way of asking is drawn for the other engine."""
    given = item.callspec.params if isinstance(item, pytest.Function) and hasattr(item, "callspec") else {}
    if "engine_name" not in given or "browse_both" not in given:
        return False
    first = drawn(item.nodeid.partition("[")[0]) == 0
    return (given["engine_name"] == "sqlite") != ((given["browse_both"] == "htmx") == first)


def drawn(name: str) -> int:
    """0 or 1, the same for a name each time."""
    return crc32(name.encode()) % 2


@pytest.fixture
def sampled(request: pytest.FixtureRequest) -> Callable[[Sequence[Any]], Sequence[Any]]:
    """Every other one of the values that it is given; the test tries the rest on the other engine, if there is one."""
    if request.config.getoption("--thorough") or not postgres_answers():
        return lambda values: values
    name = request.node.nodeid.replace("[postgres", "[sqlite")
    start = (drawn(name) + (name != request.node.nodeid)) % 2
    return lambda values: values[start::2]


@pytest.fixture(scope="session", params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def engine_name(request: pytest.FixtureRequest) -> str:
    """Every test that touches the database runs on both engines."""
    if request.param == "postgres":
        need_postgres()
    return str(request.param)


@pytest.fixture(scope="session")
def app_of_engine(engine_name: str) -> Iterator[Flask]:
    """One app and one migrated database for each engine and test process."""
    with fresh_database(engine_name, in_memory=True) as url:
        app = create_app(
            from_environment({"GRIDAPP_DATABASE_URL": url, "GRIDAPP_SECRET_KEY": "for tests alone"}),
            testing=True,
        )
        yield app
        with app.app_context():
            db.engine.dispose()


@pytest.fixture
def app(app_of_engine: Flask) -> Iterator[Flask]:
    """The app, with an empty town and the clock standing at Monday 9:00 in Shanghai."""
    with app_of_engine.app_context(), clock.standing_at(MONDAY_9):
        empty(db.session())
        factories.make_town(db.session())
        yield app_of_engine
        db.session.remove()


@pytest.fixture
def session(app: Flask) -> Session:
    """The session of the test, as workflows and queries take it."""
    return db.session()


@pytest.fixture(params=["htmx", "plain"])
def browse_both(app: Flask, request: pytest.FixtureRequest) -> Callable[..., Browser]:
    """Make browsers; the test runs once with htmx and once without JavaScript (C9)."""
    return lambda by=None: Browser(app, by=by, htmx=request.param == "htmx")


@pytest.fixture
def browse(app: Flask) -> Callable[..., Browser]:
    """Make browsers without JavaScript, where the way of asking makes no difference."""
    return lambda by=None, htmx=False: Browser(app, by=by, htmx=htmx)


def empty(session: Session) -> None:
    """Forget everything that a test before has written, except categories and skills."""
    forget_kept()
    session.rollback()
    kept = {"categories", "skills", "alembic_version"}
    tables = [table.name for table in reversed(Base.metadata.sorted_tables) if table.name not in kept]
    with writing(session):
        for table in tables:  # quicker than TRUNCATE, which takes 0.3 s on PostgreSQL
            session.execute(text(f"DELETE FROM {table}"))
