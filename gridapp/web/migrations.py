"""The database's tables are made and changed before a server starts, once, whoever else is starting."""

from __future__ import annotations

import fcntl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import alembic.command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask, current_app
from sqlalchemy import text

from gridapp.core.database import db

LOCK_NUMBER = 31010510  # any number, the same for every process: the town's division code


def config_for(app: Flask) -> Config:
    """Alembic's configuration, without a file."""
    config = Config()
    config.set_main_option("script_location", str(app.extensions["gridapp.migrations"]))
    return config


def upgrade(then: Callable[[], None] = lambda: None) -> None:
    """Bring the database to the newest revision and carry out `then`; of several processes one works, the others wait."""
    with _alone():
        alembic.command.upgrade(config_for(current_app), "head")
        then()


def is_migrated() -> bool:
    """Whether the database is at the newest revision."""
    head = ScriptDirectory.from_config(config_for(current_app)).get_current_head()
    with db.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() == head


@contextmanager
def _alone() -> Iterator[None]:
    if db.engine.dialect.name == "sqlite":
        with Path(f"{db.engine.url.database}.upgrade").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        return
    with db.engine.connect() as connection:
        connection.execute(text("SET lock_timeout = 0"))  # whoever is first may take long
        connection.execute(text("SELECT pg_advisory_lock(:number)"), {"number": LOCK_NUMBER})
        try:
            yield
        finally:
            connection.execute(text("SELECT pg_advisory_unlock(:number)"), {"number": LOCK_NUMBER})
            connection.rollback()
            connection.invalidate()  # it waits for ever: not one for the pool


def init(app: Flask, folder: Path) -> None:
    """Remember where the revisions are."""
    app.extensions["gridapp.migrations"] = folder
    app.extensions["gridapp.migrated"] = is_migrated
