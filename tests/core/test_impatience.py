"""Limits of time on PostgreSQL are for what serves people; maintenance may take as long as it needs (R5)."""

from __future__ import annotations

import pytest
from sqlalchemy import create_engine, text

from gridapp.core.database import engine_options
from gridapp.core.impatience import be_impatient
from tests.servers import fresh_database, need_postgres

LIMITS = ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")


@pytest.fixture(scope="module")
def url():
    """The address of a PostgreSQL database."""
    need_postgres()
    with fresh_database("postgres") as fresh:
        yield fresh.replace("postgresql://", "postgresql+psycopg://", 1)


def limits_of(engine) -> list[str]:
    """What a new connection of the engine is limited to, and the zone that it speaks in."""
    with engine.connect() as connection:
        said = [connection.scalar(text(f"SHOW {name}")) for name in (*LIMITS, "timezone")]
    engine.dispose()
    return said


@pytest.mark.postgres
def test_a_command_may_take_long_even_where_the_database_sets_limits(url):  # C8, R9
    engine = create_engine(url, **engine_options(url))
    with engine.connect() as connection:
        name = connection.scalar(text("SELECT current_database()"))
        connection.execute(text(f'ALTER DATABASE "{name}" SET statement_timeout = 5000'))
        connection.commit()
    engine.dispose()

    assert limits_of(engine) == ["0", "90s", "0", "UTC"]


@pytest.mark.postgres
def test_a_server_waits_for_nothing_longer_than_people_do(url):  # R5
    engine = create_engine(url, **engine_options(url))
    be_impatient(engine)

    assert limits_of(engine) == ["5s", "4s", "1min", "UTC"]
