"""Who sets the town up (A4, A7)."""

from __future__ import annotations

from gridapp.accounts.queries import Actor
from gridapp.core.refusals import FORBIDDEN, Refusal
from gridapp.core.words import N_

ADMIN_ONLY = Refusal(
    "admin_only",
    FORBIDDEN,
    N_("Only the town office changes how the town is set up."),
    N_("Tell them what should be different: the number is at the bottom of the page."),
)


def setting_up_refusals(actor: Actor | None) -> list[Refusal]:
    """Why the actor may not change the town's setup; empty for the town admin (A7)."""
    return [] if actor is not None and actor.is_town_admin else [ADMIN_ONLY]
