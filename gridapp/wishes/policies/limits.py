"""How much one person takes on: so many promises at a time, and one thing at one time (W4, C16)."""

from __future__ import annotations

from collections.abc import Sequence

from gridapp.accounts.models import Duty
from gridapp.core.refusals import CONFLICT, Refusal
from gridapp.core.words import N_


def limit_reached(live: int, most: int) -> list[Refusal]:
    """Why nobody with `live` promises takes on one more than the `most` that they wanted; empty when they may."""
    if live < most:
        return []
    return [
        Refusal(
            "limit",
            CONFLICT,
            N_("You have %(live)s wishes in hand; you wanted at most %(most)s at a time."),
            N_("Report one done or give one back first."),
            parts={"live": live, "most": most},
            link=("/me", N_("My wishes")),
        )
    ]


def clashes(duties: Sequence[Duty]) -> list[Refusal]:
    """A refusal for each duty that takes the person's time then, naming it (C16)."""
    return [
        Refusal(
            "clash",
            CONFLICT,
            N_("At that time you have something else: %(title)s, %(when)s."),
            N_("Give the other back first, or leave this one to somebody else."),
            parts={"title": duty.title, "when": (duty.starts_at, duty.ends_at)},
            link=(duty.url, N_("See what it is")),
        )
        for duty in duties
    ]
