"""Time, place and places of a wish that is public already: everybody whom it concerns is told (C13, W14)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from gridapp.accounts.models import RoleKind
from gridapp.accounts.queries import Actor, in_role_at
from gridapp.core import journal, outbox
from gridapp.core.journal import JournalEntry
from gridapp.core.refusals import Conflict, Refused, refuse_if
from gridapp.core.states import set_where
from gridapp.core.words import N_, Words
from gridapp.wishes.models import Claim, Wish
from gridapp.wishes.policies.changing import (
    LOOK_FIRST,
    arranging_refusals,
    changing_refusals,
    own_promise_refusals,
)
from gridapp.wishes.policies.lateness import free_until
from gridapp.wishes.queries import beneficiary_of
from gridapp.wishes.queries.arranging import Clash, clashes_at, seal_of
from gridapp.wishes.queries.times import Arrangement, Difference, was_and_now
from gridapp.wishes.workflow.claiming import settle
from gridapp.wishes.workflow.duties import settle_time
from gridapp.wishes.workflow.locking import lock_holders

SAID = {
    "retimed": N_("the time was %(was)s and is now %(now)s"),
    "resized": N_("helpers wanted: before %(was)s, now %(now)s"),
    "road": N_("the road was %(was)s and is now %(now)s"),
    "address": N_("the exact address is another one, which helpers see on the wish's page"),
}


@dataclass(frozen=True)
class Done:
    """What came of it: how many people were told, and how many of them have something else then."""

    told: int = 0
    clashing: int = 0
    changed: bool = False


def rearrange_wish(
    session: Session, wish: Wish, new: Arrangement, *, version: int, seen: str, by: Actor, at: datetime
) -> Done:
    """Change time, place and places of a public wish; nobody loses their place (C13).

    `version` is what the coordinator has read: changed since, nothing is overwritten. Where anybody holds the wish,
    `seen` is the seal of the check that showed whom it concerns; another one, or none, raises LOOK_FIRST.
    """
    holders = lock_holders(session, wish)
    refuse_if(changing_refusals(by, wish) or own_promise_refusals(by, holders))
    if wish.version != version:
        raise Conflict
    refuse_if(arranging_refusals(wish, new))
    beneficiary = beneficiary_of(session, wish)
    differences = list(new.differences(wish, beneficiary.address))
    if not differences:
        return Done()
    clashes = clashes_at(session, wish, new.times)
    if holders and seen != seal_of([claim.id for claim in holders], clashes):
        raise Refused([LOOK_FIRST])
    beneficiary.address = new.address or beneficiary.address
    event = _write(session, wish, new, differences, by=by, at=at)
    for claim in holders:
        settle_time(session, claim, at=at)
    settle(session, wish, at=at, by_id=by.id, by_role="coordinator")
    told = _tell(session, wish, holders, differences, by=by, at=at, event=event)
    if any(one.step == "retimed" for one in differences):
        _tell_of_clashes(session, wish, holders, clashes, by=by, at=at)
    return Done(len(told), len({one.claim_id for one in clashes}), changed=True)


def _write(
    session: Session,
    wish: Wish,
    new: Arrangement,
    differences: Sequence[Difference],
    *,
    by: Actor,
    at: datetime,
) -> JournalEntry:
    """Write it down; returns the first step of the journal, which is the event that messages tell of."""
    is_retimed = any(one.step == "retimed" for one in differences)
    set_where(
        session,
        wish,
        Wish.version == wish.version,
        Wish.state == wish.state,
        **new.facts,
        version=wish.version + 1,
        retimed_at=at if is_retimed else wish.retimed_at,
    )
    entries = [
        journal.record(session, wish, one.step, at=at, by_id=by.id, by_role="coordinator", reason=one.code)
        for one in differences
    ]
    session.flush()
    return entries[0]


def _tell(
    session: Session,
    wish: Wish,
    holders: Sequence[Claim],
    differences: Sequence[Difference],
    *,
    by: Actor,
    at: datetime,
    event: JournalEntry,
) -> set[int]:
    """Tell whoever goes, who speaks for the organisations that take part, and the author; returns who they are."""
    speakers = {
        role.person_id
        for claim in holders
        if claim.organisation_id is not None
        for role in in_role_at(session, RoleKind.REPRESENTATIVE, claim.organisation_id, at=at)
    }
    told = {claim.person_id for claim in holders if claim.going} | speakers | {wish.author_id}
    parts = {"title": wish.title, "changes": [said_of(one) for one in differences]}
    outbox.notify(session, "wish_changed", wish, to=told - {by.id}, at=at, parts=parts, event=event)
    return told - {by.id}


def said_of(one: Difference) -> Words:
    """The difference as a part of a sentence."""
    if one.step == "relocated":
        return Words(SAID[one.code], {"was": one.was or "–", "now": one.now or "–"})
    return Words(SAID[one.step], was_and_now(one.step, one.code))


def _tell_of_clashes(
    session: Session,
    wish: Wish,
    holders: Sequence[Claim],
    clashes: Sequence[Clash],
    *,
    by: Actor,
    at: datetime,
) -> None:
    """Tell each helper what else they have at the new time, and until when they give it back freely (W8)."""
    since = {claim.id: claim.since for claim in holders}
    for clash in clashes:
        parts: dict[str, Any] = {
            "title": wish.title,
            "when": (wish.starts_at, wish.ends_at),
            "other": clash.duty.title,
            "other_when": (clash.duty.starts_at, clash.duty.ends_at),
            "until": free_until(session, wish, since=since[clash.claim_id]),
        }
        told = {clash.person_id} - {by.id}
        outbox.notify(session, "wish_clashes", wish, to=told, at=at, parts=parts, event=clash.duty)
