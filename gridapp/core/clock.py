"""The one clock (C17). Everything is UTC inside; nothing else asks the system for the time."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime


class _Standing:
    """Where a test has made the clock stand, for every thread; None: it runs."""

    moment: datetime | None = None


def now() -> datetime:
    """The present moment, aware, in UTC; in a test, the moment at which the clock was made to stand."""
    return _Standing.moment or datetime.now(UTC)


def monotonic() -> float:
    """Seconds that only grow, for measuring how long something took."""
    return time.monotonic()


@contextmanager
def standing_at(moment: datetime) -> Iterator[None]:
    """Make the clock stand at `moment` (aware) within the block."""
    before, _Standing.moment = _Standing.moment, moment.astimezone(UTC)
    try:
        yield
    finally:
        _Standing.moment = before
