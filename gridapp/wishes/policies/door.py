"""Who may say what of the one who stands at the door, and if not, why (W19, C3)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from gridapp.accounts.queries import Actor
from gridapp.core.refusals import CONFLICT, FORBIDDEN, Refusal
from gridapp.core.words import N_
from gridapp.wishes.models import Claim, Wish, WishState
from gridapp.wishes.policies import (
    MOVED_ON,
    NOT_IN_CHARGE,
    NOT_YOURS,
    SEEN_AFTER_CONFIRMED,
    is_concerned,
    opens_the_door,
)
from gridapp.wishes.policies.slips import SLIP_ENDED, SlipHolder

NOBODY_YET = Refusal(
    "nobody_yet",
    CONFLICT,
    N_("Nobody has taken this wish on yet."),
    N_("If something happened, please call us."),
)


def reporting_refusals(actor: Actor, wish: Wish, claims: Iterable[Claim], *, at: datetime) -> list[Refusal]:
    """Why the actor may not report an incident: author, coordinator, and who goes or went until a week ago."""
    claims = list(claims)
    own = [claim for claim in claims if claim.person_id == actor.id]
    went = any(opens_the_door(claim, at) or _ended_lately(claim, at) for claim in own)
    if went or (is_concerned(actor, wish) and claims):
        return []
    return [
        Refusal(
            "was_not_there",
            FORBIDDEN,
            N_("Only those who take part in this wish report here."),
            N_("If you have seen something, please call us."),
        )
    ]


def reporting_by_slip_refusals(holder: SlipHolder, wish: Wish, claims: Iterable[Claim]) -> list[Refusal]:
    """Why whoever holds the slip may not report an incident: nobody has taken the wish on yet, so nobody has come."""
    if holder.wish_id != wish.id:
        return [SLIP_ENDED]
    return [] if list(claims) else [NOBODY_YET]


def parting_refusals(actor: Actor, claim: Claim) -> list[Refusal]:
    """Why the actor may not say "not this person again": author or coordinator, never about oneself."""
    if not is_concerned(actor, claim.wish):
        return [NOT_YOURS]
    if claim.person_id == actor.id:
        return [
            Refusal("own_case", FORBIDDEN, N_("This is about yourself."), N_("Give the wish back instead."))
        ]
    if claim.person_id == claim.wish.author_id:
        return [Refusal("own_wish", CONFLICT, N_("Whoever entered the wish is not kept away from it."))]
    return []


def keeping_back_refusals(actor: Actor, wish: Wish, *, kept: bool) -> list[Refusal]:
    """Why the actor may not keep the wish back for somebody (`kept`), or offer it to everybody again."""
    if not actor.in_charge_of(wish.committee_code):
        return [NOT_IN_CHARGE]
    return [] if wish.state == WishState.OPEN and (wish.kept_back_at is None) == kept else [MOVED_ON]


def _ended_lately(claim: Claim, at: datetime) -> bool:
    return claim.ended_at is not None and claim.ended_at > at - SEEN_AFTER_CONFIRMED
