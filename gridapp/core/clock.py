"""The one clock (C17). Everything is UTC inside; nothing else asks the system for the time."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

_standing_at: datetime | None = None


def now() -> datetime:
    """The present moment, aware, in UTC; in a test, the moment at which the clock was made to stand."""
    return _standing_at or datetime.now(UTC)


def monotonic() -> float:
    """Seconds that only grow, for measuring how long something took."""
    return time.monotonic()


@contextmanager
def standing_at(moment: datetime) -> Iterator[None]:
    """Make the clock stand at `moment` (aware) within the block."""
    global _standing_at
    before, _standing_at = _standing_at, moment.astimezone(UTC)
    try:
        yield
    finally:
        _standing_at = before
