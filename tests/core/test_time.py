"""UTC inside, one clock, half-open stretches (C12, C16, C17)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import StatementError

from gridapp.accounts.models import Duty
from gridapp.accounts.queries import takes_time_of
from gridapp.accounts.workflow import free_time, take_time
from gridapp.core import clock
from gridapp.core.database import writing
from tests.factories import MONDAY_9, make_person

HOUR = timedelta(hours=1)


def duties(session, person, start, end):
    """What takes the person's time then."""
    return list(session.scalars(select(Duty).where(takes_time_of(person.id, start, end))))


def test_a_moment_without_a_zone_is_not_stored(session):  # C12
    her = make_person()

    with pytest.raises((ValueError, StatementError), match="time zone"), writing(session):
        her.disabled_at = datetime(2026, 11, 23, 9, 0)  # noqa: DTZ001 (what must not be)

    assert her.disabled_at is None


@pytest.mark.parametrize(
    "zone",
    [UTC, ZoneInfo("Asia/Shanghai"), timezone(timedelta(hours=-11)), ZoneInfo("America/New_York")],
    ids=str,
)
def test_a_moment_comes_back_as_the_same_moment_in_utc(session, zone):  # C12
    her = make_person()
    moment = MONDAY_9.replace(microsecond=123456)

    with writing(session):
        her.disabled_at = moment.astimezone(zone)

    assert her.disabled_at == moment
    assert her.disabled_at.utcoffset() == timedelta(0)
    assert str(session.scalar(text("SELECT disabled_at FROM people"))).startswith(
        "2026-11-23 01:00:00.123456"
    )


def test_the_clock_stands_where_it_is_told_and_goes_on_afterwards(app):  # C17
    assert clock.now() == MONDAY_9

    with clock.standing_at(datetime(2026, 12, 31, 23, 0, tzinfo=ZoneInfo("Asia/Shanghai"))):
        assert clock.now() == datetime(2026, 12, 31, 15, 0, tzinfo=UTC)
        assert clock.now().tzinfo is UTC

    assert clock.now() == MONDAY_9


@pytest.mark.parametrize(
    ("starts", "ends", "clashes"),
    [
        (-2, 0, False),
        (-2, 0.01, True),
        (0, 2, True),
        (0.5, 1, True),
        (-1, 3, True),
        (1.99, 3, True),
        (2, 3, False),
    ],
)
def test_stretches_that_only_touch_do_not_clash(session, starts, ends, clashes):  # C16
    her = make_person()
    with writing(session):
        take_time(
            session,
            her,
            person_id=her.id,
            title="夜班",
            url="/",
            starts_at=MONDAY_9,
            ends_at=MONDAY_9 + 2 * HOUR,
        )

    found = duties(session, her, MONDAY_9 + starts * HOUR, MONDAY_9 + ends * HOUR)

    assert bool(found) is clashes


def test_what_was_cancelled_takes_no_time_and_nobody_elses_does(session):  # C16
    her, him = make_person(), make_person()
    with writing(session):
        for person in (her, him):
            take_time(
                session,
                person,
                person_id=person.id,
                title="夜班",
                url="/",
                starts_at=MONDAY_9,
                ends_at=MONDAY_9 + HOUR,
            )
        free_time(session, her, at=MONDAY_9)

    assert duties(session, her, MONDAY_9, MONDAY_9 + HOUR) == []
    assert len(duties(session, him, MONDAY_9, MONDAY_9 + HOUR)) == 1
    assert duties(session, him, None, None) == []
