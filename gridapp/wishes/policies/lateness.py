"""Until when a promise is given back without it counting as late (W8, C13)."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from gridapp.areas.queries import town_facts
from gridapp.wishes.models import Wish


def cut_off(session: Session, wish: Wish) -> datetime | None:
    """After this the coordinator is alerted when a helper cannot come (W8); None: no set time, no cut-off."""
    if wish.starts_at is None:
        return None
    return wish.starts_at - timedelta(hours=town_facts(session).cut_off_hours)


def free_until(session: Session, wish: Wish, *, since: datetime) -> datetime | None:
    """Until when whoever holds the wish since `since` gives it back without it counting as late; None: at any time.

    Nobody answers for a time that was changed after they had promised: some hours remain to think about it (C13).
    """
    until = cut_off(session, wish)
    if until is None or wish.retimed_at is None or since > wish.retimed_at:
        return until
    thought_over = wish.retimed_at + timedelta(hours=town_facts(session).rethink_hours)
    assert wish.starts_at is not None  # else there were no cut-off
    return max(until, min(thought_over, wish.starts_at))  # a visit that was missed was missed


def is_late(session: Session, wish: Wish, *, since: datetime, at: datetime) -> bool:
    """Whether giving back at `at` what is held since `since` counts as late."""
    until = free_until(session, wish, since=since)
    return until is not None and at > until


def is_urgent(session: Session, wish: Wish, *, at: datetime) -> bool:
    """Whether it is so short before the visit that the coordinator is alerted, whether it counts or not."""
    until = cut_off(session, wish)
    return until is not None and at > until
