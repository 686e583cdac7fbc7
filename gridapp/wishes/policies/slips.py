"""Who may print a slip, and what its holder may say (C10, W11, W13)."""

from __future__ import annotations

from dataclasses import dataclass

from gridapp.accounts.queries import Actor
from gridapp.core.refusals import CONFLICT, FORBIDDEN, Refusal
from gridapp.core.words import N_
from gridapp.wishes.models import Source, Wish, WishState

OVER_AND_DONE = (WishState.DECLINED, WishState.WITHDRAWN, WishState.EXPIRED)


@dataclass(frozen=True)
class SlipHolder:
    """Whoever holds a wish's slip and typed its code: for us, the person whom the wish is for (W11).

    Has no account, hence no `id`; `issued_by_id` gave the slip out, `signed_in_id` is signed in on the same device.
    """

    wish_id: int
    issued_by_id: int
    signed_in_id: int | None = None
    id: None = None


SLIP_ENDED = Refusal(
    "slip_ended",
    FORBIDDEN,
    N_("This slip is not good any more: there is a newer one, or it was open for too long."),
    N_("Please type number and code once more, or call us."),
    link=("/track", N_("Type number and code")),
)
NEWER_SLIP = Refusal(
    "newer_slip",
    CONFLICT,
    N_("A newer slip was printed since, so this one is not shown again."),
    N_("Print a new one if you need it; its code ends the one before."),
)


def slip_refusals(actor: Actor, wish: Wish) -> list[Refusal]:
    """Why the actor may not print a slip: whoever entered the wish or the coordinator may, while it lives. C10."""
    if wish.author_id != actor.id and not actor.in_charge_of(wish.committee_code):
        return [
            Refusal(
                "slip_not_yours",
                FORBIDDEN,
                N_("Only whoever entered the wish, or the coordinator, prints its slip."),
                N_("If you have lost yours, please call us."),
            )
        ]
    if wish.state in OVER_AND_DONE:
        return [
            Refusal(
                "no_slip_any_more",
                CONFLICT,
                N_("This wish is closed, so there is nothing to look up with a slip."),
            )
        ]
    return []


def slip_is_of_use(actor: Actor, wish: Wish) -> bool:
    """Whether the actor is offered a slip: not where one reads all of it in an account of one's own, nor when nothing
    more is to come. Who asks for one all the same gets it."""
    is_own = wish.source == Source.SELF and wish.author_id == actor.id
    return not is_own and wish.state != WishState.CONFIRMED
