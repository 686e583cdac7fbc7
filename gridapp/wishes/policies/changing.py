"""Who may change a wish that is public already, and who may know what that does to others (W14, C13)."""

from __future__ import annotations

from collections.abc import Iterable

from gridapp.accounts.queries import Actor
from gridapp.core.refusals import CONFLICT, FORBIDDEN, Refusal
from gridapp.core.words import N_
from gridapp.wishes.models import Claim, Wish, WishState
from gridapp.wishes.policies import MOVED_ON, NOT_IN_CHARGE, decides_on, is_own_case
from gridapp.wishes.queries.arranging import Clash
from gridapp.wishes.queries.times import Arrangement

LOOK_FIRST = Refusal(
    "look_first",
    CONFLICT,
    N_("Somebody took the wish on, gave it back, or has other plans since you looked."),
    N_("Below you see whom it concerns now."),
)


def changing_refusals(actor: Actor, wish: Wish) -> list[Refusal]:
    """Why the actor may not change words, time, place or places: the coordinator alone may, while helpers are wanted or
    at work."""
    if not decides_on(actor, wish):
        return [NOT_IN_CHARGE]
    if is_own_case(actor, wish):
        return [
            Refusal(
                "own_case",
                FORBIDDEN,
                N_("Nobody changes a public wish of their own: what is public was checked by somebody else."),
                N_("Please ask another coordinator of your area, or the town office."),
            )
        ]
    return [] if wish.state in (WishState.OPEN, WishState.FILLED) else [MOVED_ON]


def own_promise_refusals(actor: Actor, holders: Iterable[Claim]) -> list[Refusal]:
    """Why somebody who has promised to come may not give the visit another time: it would free them of the promise (W8)."""
    if all(claim.person_id != actor.id for claim in holders):
        return []
    return [
        Refusal(
            "own_promise",
            FORBIDDEN,
            N_("You have taken this wish on yourself, so somebody else changes it."),
            N_("Please ask another coordinator of your area, or the town office."),
        )
    ]


def arranging_refusals(wish: Wish, new: Arrangement) -> list[Refusal]:
    """Why the wish cannot be arranged so: nobody loses a place that they have (C13)."""
    if new.places is None or new.places >= wish.taken:
        return []
    return [
        Refusal(
            "places_are_taken",
            CONFLICT,
            N_("%(taken)s places are taken already, so there cannot be fewer."),
            N_("Release a helper first, on the wish's page, or leave so many places."),
            parts={"taken": wish.taken},
        )
    ]


def may_know_duty(actor: Actor, clash: Clash) -> bool:
    """Whether the actor may read what else somebody does then: the own duties, and wishes of the own committees (A5, C4)."""
    return clash.person_id == actor.id or actor.in_charge_of(clash.committee_code)
