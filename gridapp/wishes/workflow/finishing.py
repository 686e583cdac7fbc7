"""Reported done, and confirmed or not (W11); confirmed minutes go into the ledger (V3)."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session

from gridapp.accounts.queries import Actor, coordinators_of
from gridapp.accounts.workflow import free_time
from gridapp.areas.queries import town_facts
from gridapp.core import outbox
from gridapp.core.refusals import refuse_if
from gridapp.core.states import move
from gridapp.photos.models import NONE, Choice
from gridapp.photos.workflow import change_photos
from gridapp.volunteers.workflow import earn
from gridapp.wishes.models import MOST_DELIVERY_PHOTOS, Claim, ClaimState, Wish
from gridapp.wishes.policies import completing_refusals, confirming_refusals
from gridapp.wishes.policies.photos import delivery_refusals
from gridapp.wishes.policies.slips import SlipHolder
from gridapp.wishes.workflow.claiming import free_place, settle
from gridapp.wishes.workflow.locking import lock_claim


def report_done(
    session: Session,
    claim: Claim,
    *,
    by: Actor,
    sentence: str,
    minutes: int,
    at: datetime,
    photos: Choice = NONE,
) -> None:
    """The holder says what was done, how long it took, and shows it; the author and the coordinators are asked."""
    wish = lock_claim(session, claim)
    refuse_if(completing_refusals(by, claim, at=at, minutes=minutes) or delivery_refusals(wish, photos.adds))
    move(
        session,
        claim,
        ClaimState.DONE,
        at=at,
        by_id=by.id,
        by_role="volunteer",
        note=sentence,
        report=sentence,
        minutes=minutes,
        reported_at=at,
    )
    change_photos(session, claim, photos, by_id=by.id, by_role="volunteer", at=at, most=MOST_DELIVERY_PHOTOS)
    free_time(session, claim, at=at)
    settle(session, wish, at=at, by_id=by.id, by_role="volunteer")
    told = {wish.author_id, *coordinators_of(session, wish.committee_code, at=at)} - {by.id}
    outbox.notify(session, "claim_done", wish, to=told, at=at, parts={"title": wish.title}, event=claim)


def confirm(
    session: Session, claim: Claim, *, by: Actor | SlipHolder, thanks: str, at: datetime, day: date
) -> None:
    """Author, coordinator or slip holder is satisfied: the minutes are earned for `day`, when the help was (V3).

    For a slip's holder, who has no account, whoever gave the slip out answers in the ledger.
    """
    wish = lock_claim(session, claim)
    refuse_if(confirming_refusals(by, claim))
    role = _role_of(by, wish)
    move(
        session,
        claim,
        ClaimState.CONFIRMED,
        at=at,
        by_id=by.id,
        by_role=role,
        note=thanks or None,
        answer=thanks or None,
        ended_at=at,
    )
    earn(
        session,
        claim,
        person_id=claim.person_id,
        minutes=claim.minutes or 0,
        day=day,
        service=f"{wish.category.name}：{wish.title}",
        place=wish.committee.name,
        organiser=town_facts(session).name,
        confirmed_by=by.issued_by_id if isinstance(by, SlipHolder) else by.id,
        confirmed_as=role,
        at=at,
    )
    settle(session, wish, at=at, by_id=by.id, by_role=role)
    told = {claim.person_id, wish.author_id} - {by.id}
    parts = {"title": wish.title}
    outbox.notify(session, "claim_confirmed", wish, to=told, at=at, parts=parts, event=claim)


def send_back(session: Session, claim: Claim, *, by: Actor | SlipHolder, reason: str, at: datetime) -> None:
    """Not satisfied: the claim is returned with the reason, and the wish is open again."""
    wish = lock_claim(session, claim)
    refuse_if(confirming_refusals(by, claim))
    role = _role_of(by, wish)
    free_place(session, wish)
    move(
        session,
        claim,
        ClaimState.RETURNED,
        at=at,
        by_id=by.id,
        by_role=role,
        note=reason,
        answer=reason,
        ended_at=at,
    )
    settle(session, wish, at=at, by_id=by.id, by_role=role)
    told = {claim.person_id, wish.author_id, *coordinators_of(session, wish.committee_code, at=at)} - {by.id}
    parts = {"title": wish.title, "reason": reason}
    outbox.notify(session, "claim_returned", wish, to=told, at=at, parts=parts, event=claim)


def _role_of(by: Actor | SlipHolder, wish: Wish) -> str:
    if isinstance(by, SlipHolder):
        return "beneficiary"
    return "author" if wish.author_id == by.id else "coordinator"
