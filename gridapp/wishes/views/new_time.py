"""What a wish's page shows after its time has changed: to its helpers, and to whoever decides on it (C13)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from gridapp.accounts.queries import Actor
from gridapp.core.database import db
from gridapp.web.words import listed, period
from gridapp.wishes.models import Claim, Wish, WishState
from gridapp.wishes.policies import decides_on
from gridapp.wishes.policies.changing import may_know_duty
from gridapp.wishes.policies.lateness import free_until, is_urgent
from gridapp.wishes.queries.arranging import Clash, clashes_now


def new_time(
    actor: Actor | None,
    wish: Wish,
    held: Claim | None,
    story: Sequence[Mapping[str, Any]],
    clashes: Sequence[Clash] | None,
    *,
    at: datetime,
) -> dict[str, Any]:
    """What those concerned read of a new time; `clashes` are those that came with the claims, if they were asked for.

    `retimed`: to whoever held the wish before, what its time was and is, until when they give it back freely, and
    what else they have then. `clashes`: to the coordinator, claim id → what its helper has then, as far as they may know.
    `urgent`: it is short before the visit; `asks_for_another_time`: the coordinator alone changes it now."""
    decides = actor is not None and decides_on(actor, wish)
    concerns = held is not None and wish.retimed_at is not None and held.since <= wish.retimed_at
    if clashes is None:
        clashes = clashes_now(db.session(), wish) if concerns else []
    return {
        "clashes": said_by_claim(actor, clashes) if decides else {},
        "retimed": _to_holder(wish, held, story, clashes, at) if held is not None and concerns else None,
        "asks_for_another_time": not decides and wish.state in (WishState.OPEN, WishState.FILLED),
        "urgent": is_urgent(db.session(), wish, at=at),
    }


def said_by_claim(actor: Actor | None, clashes: Iterable[Clash]) -> dict[int, str]:
    """Claim id → what its helper has then: title and time, or only that there is something (A5, C4)."""
    found: dict[int, list[str]] = {}
    for clash in clashes:
        known = actor is not None and may_know_duty(actor, clash)
        said = what_else(clash) if known else _("something else")
        found.setdefault(clash.claim_id, [])
        if said not in found[clash.claim_id]:
            found[clash.claim_id].append(said)
    return {claim_id: listed(things) for claim_id, things in found.items()}


def what_else(clash: Clash) -> str:
    """Title and time of what somebody has then."""
    when = period(clash.duty.starts_at, clash.duty.ends_at)
    return _("“%(title)s” (%(when)s)", title=clash.duty.title, when=when)


def _to_holder(
    wish: Wish, held: Claim, story: Sequence[Mapping[str, Any]], clashes: Sequence[Clash], at: datetime
) -> dict[str, Any]:
    until = free_until(db.session(), wish, since=held.since)
    return {
        "text": next((one["text"] for one in reversed(story) if one["step"] == "retimed"), ""),
        "until": until if until is not None and until > at else None,
        "else": [clash.duty for clash in clashes if clash.claim_id == held.id],
    }
