"""The engines and the writing transaction (C1); the only module that knows Flask-SQLAlchemy.

SQLite: WAL, synchronous=FULL, and writers that queue (`core.writers`) and begin with BEGIN IMMEDIATE.
PostgreSQL: no limits of time for the command line, whose work may take long; what serves people sets them
(`core.impatience`), so that a database that hangs gives a readable 503 instead of a full house of waiting threads.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flask_sqlalchemy import SQLAlchemy
from psycopg.errors import CheckViolation, UniqueViolation
from sqlalchemy import Connection, DateTime, Dialect, Engine, MetaData, delete, event, select, text
from sqlalchemy.engine import CursorResult, make_url
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeDecorator

from gridapp.core.clock import monotonic
from gridapp.core.writers import TooLong, WritersQueue

SQLITE_PATIENCE_S = 4.5  # for the writers' queue and the database's own lock together
SQLITE_LAST_TRY_S = 0.1
POSTGRES_CONNECT_S = 3
DELETED_AT_ONCE = 1000
# No limits, and said so: one that the database or the role sets must not cut a migration or an import off. Only
# for a lock a command waits no longer than any server may hold it (`core.impatience`), rather than for ever.
POSTGRES_PATIENT = (
    "-c timezone=UTC -c statement_timeout=0 -c lock_timeout=90s -c idle_in_transaction_session_timeout=0"
)


class Base(DeclarativeBase):
    """The base of every model. Names of constraints are fixed, so that migrations can name them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class _FlaskBase(DeclarativeBase):
    """Flask-SQLAlchemy wants a base to derive its Model from; we use its sessions and engines alone."""

    metadata = Base.metadata


db = SQLAlchemy(model_class=_FlaskBase)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment, kept in UTC on both engines (C12). Raises ValueError for a naive one."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """In UTC; without a zone for SQLite, which keeps none. Raises ValueError for a naive one."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone cannot be stored")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Aware, in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def engine_options(url: str) -> dict[str, Any]:
    """Options for `create_engine` that fit the engine of `url`."""
    if make_url(url).get_backend_name() == "sqlite":
        return {"hide_parameters": True, "connect_args": {"timeout": SQLITE_PATIENCE_S}}
    return {
        "hide_parameters": True,  # an error's text would carry what somebody wrote into the log (D2)
        "pool_pre_ping": True,
        "pool_size": 8,
        "max_overflow": 8,
        "pool_timeout": POSTGRES_CONNECT_S,
        "pool_recycle": 1800,
        "connect_args": {
            "connect_timeout": POSTGRES_CONNECT_S,
            "tcp_user_timeout": 5000,
            "keepalives_idle": 10,
            "options": POSTGRES_PATIENT,
        },
    }


def what_failed(error: DBAPIError) -> str:
    """The kind of an error and the constraint that it names, for the log: never a value, which PostgreSQL's text tells (D2)."""
    told = getattr(error.orig, "diag", None)
    what = (told.constraint_name or told.sqlstate) if told is not None else str(error.orig)[:200]
    return f"{type(error.orig).__name__}: {what}"


def prepare(engine: Engine) -> None:
    """Give a new engine the habits of this module; once for each engine."""
    if engine.dialect.name == "sqlite":
        queue = WritersQueue(f"{engine.url.database}.writers")
        event.listen(engine, "connect", _set_up_sqlite)
        event.listen(engine, "begin", lambda connection: _begin_sqlite(connection, queue))
        event.listen(engine, "checkin", lambda _connection, record: _leave_queue(record, queue))
        event.listen(engine, "invalidate", lambda _connection, record, _error: _leave_queue(record, queue))


def _set_up_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()


def _begin_sqlite(connection: Connection, queue: WritersQueue) -> None:
    """Begin; a writer in the queue first, then with what is left of the patience for other programs (R5)."""
    if not connection.get_execution_options().get("write"):
        connection.connection.cursor().execute("BEGIN")
        return
    until = monotonic() + SQLITE_PATIENCE_S
    try:
        if not connection.connection.info.get("writes"):  # a connection keeps its turn until it is given back
            queue.enter(SQLITE_PATIENCE_S)
    except TooLong as too_long:
        locked = sqlite3.OperationalError("database is locked: the queue of writers does not move")
        raise OperationalError("BEGIN IMMEDIATE", None, locked) from too_long
    connection.connection.info["writes"] = True
    left = max(SQLITE_LAST_TRY_S, until - monotonic())
    connection.exec_driver_sql(f"PRAGMA busy_timeout={int(left * 1000)}")
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _leave_queue(record: Any, queue: WritersQueue) -> None:
    if record.info.pop("writes", False):
        queue.leave()


def begin_writing(session: Session) -> None:
    """End the reading transaction and begin one that may write.

    Everything loaded before is loaded again at its next use, so that what is
    decided inside is decided on what is true inside (C1). Hash passwords and
    validate forms before this: others wait from here on.
    """
    session.rollback()
    session.connection(execution_options={"write": True})


@contextmanager
def writing(session: Session) -> Iterator[None]:
    """A writing transaction: committed at the end, rolled back when anything is raised."""
    try:
        begin_writing(session)
        yield
        session.commit()
    except BaseException:
        session.rollback()
        raise


def is_lost_race(error: IntegrityError, guards: Collection[str]) -> bool:
    """Whether the database refused because somebody else was first: a unique row is there, or one of `guards` (names
    of CHECKs that stand behind a race) holds. Everything else that a constraint refuses is a bug of ours."""
    original = error.orig
    if isinstance(original, sqlite3.IntegrityError):
        unique = {"SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY"}
        return original.sqlite_errorname in unique or any(
            str(original).endswith(f": {one}") for one in guards
        )
    if isinstance(original, UniqueViolation):
        return True
    return isinstance(original, CheckViolation) and original.diag.constraint_name in guards


def delete_some(session: Session, key: Any, *conditions: Any) -> int:
    """Delete rows of `key`'s table (its primary key's column) that meet the conditions; returns how many, 0: none left.

    A thousand at a time, each in a short transaction of the caller: others write between them.
    """
    some = select(key).where(*conditions).limit(DELETED_AT_ONCE)
    result: CursorResult[Any] = session.execute(  # type: ignore[assignment]
        delete(key.class_).where(key.in_(some)).execution_options(synchronize_session=False)
    )
    return result.rowcount


def make_folder(url: str) -> None:
    """Make the folder of a SQLite file, closed to other users of the machine."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite" and parsed.database:
        Path(parsed.database).parent.mkdir(mode=0o700, parents=True, exist_ok=True)


def is_reachable(session: Session) -> bool:
    """Whether the database answers."""
    session.execute(text("SELECT 1"))
    return True
