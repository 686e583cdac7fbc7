"""Who may change a wish that is public already (W14)."""

from __future__ import annotations

from gridapp.accounts.queries import Actor
from gridapp.core.refusals import Refusal
from gridapp.wishes.models import Wish, WishState
from gridapp.wishes.policies import MOVED_ON, NOT_IN_CHARGE, decides_on


def rewording_refusals(actor: Actor, wish: Wish) -> list[Refusal]:
    """Why the actor may not change title and text: the coordinator alone may, while helpers are wanted or at work."""
    if not decides_on(actor, wish):
        return [NOT_IN_CHARGE]
    return [] if wish.state in (WishState.OPEN, WishState.FILLED) else [MOVED_ON]
