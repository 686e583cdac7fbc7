"""Who may bring lists in, and take them out (C3, A5)."""

from __future__ import annotations

from gridapp.accounts.queries import Actor
from gridapp.core.refusals import FORBIDDEN, Refusal
from gridapp.core.words import N_


def importing_refusals(by: Actor) -> list[Refusal]:
    """Why `by` may not bring a list into the town; empty when they may: a list may concern every committee."""
    if by.is_town_admin:
        return []
    return [
        Refusal(
            "town_admin_only",
            FORBIDDEN,
            N_("Only the town office brings lists in."),
            N_("Please send the list to the town office."),
        )
    ]
