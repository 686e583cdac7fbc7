"""Who has taken a wish on, as its reader may know them (A5)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from gridapp.accounts.queries import Actor
from gridapp.core.clock import now
from gridapp.core.database import db
from gridapp.core.masking import masked_name
from gridapp.wishes import queries
from gridapp.wishes.models import Claim, Wish


class Helper(NamedTuple):
    """Who has, or once had, a claim on the wish, as the reader may know them; `volunteer_id` leads to their page.

    `organisation` is for whom they go; `apart`, whether they are kept away from whom it is for (W19, W20).
    """

    claim: Claim
    name: str
    volunteer_id: int | None
    organisation: str | None
    apart: bool
    portrait_id: int | None = None


def helpers_on(wish: Wish, actor: Actor) -> list[Helper]:
    """Everybody who ever took the wish on, as `known_to` the actor."""
    return known_to(actor, queries.claims_on(db.session(), wish))


def known_to(actor: Actor, rows: Iterable[Any]) -> list[Helper]:
    """Rows of `claims_on` as the reader may know them; who left the reader's world again is masked (A5, C4)."""
    before = now() - queries.IN_WORLD_AFTER_END
    return [
        Helper(row[0], row.name, row.volunteer_id, row.organisation, row.apart, row.portrait_id)
        if row[0].ended_at is None or row[0].ended_at > before or actor.in_charge_of(row.committee_code)
        else Helper(row[0], masked_name(row.name), None, row.organisation, row.apart)
        for row in rows
    ]
