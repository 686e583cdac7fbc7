"""A volunteer takes a wish on and gives it back; places are counted by the database (W4-W8, C1)."""

from __future__ import annotations

import secrets
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import case, func, or_, select, update
from sqlalchemy.orm import Session

from gridapp.accounts.queries import Actor, coordinators_of
from gridapp.accounts.workflow import free_time, lock_person
from gridapp.core import access_log, journal, outbox
from gridapp.core.masking import first_name
from gridapp.core.refusals import Conflict, Refused, refuse_if
from gridapp.core.states import move
from gridapp.wishes.models import UNFINISHED, Beneficiary, Claim, ClaimState, Wish, WishState
from gridapp.wishes.policies import (
    FULL,
    claiming_refusals,
    decides_on,
    giving_back_refusals,
    releasing_refusals,
    revealing_refusals,
)
from gridapp.wishes.policies.lateness import is_late, is_urgent
from gridapp.wishes.queries import beneficiary_of, claims_of
from gridapp.wishes.workflow.duties import settle_time
from gridapp.wishes.workflow.locking import lock_claim, lock_wish

# Words for the door (W19): pleasant, easily said and heard, none like another. They are said aloud, so in Chinese; with
# each stands how it sounds and what it means, for whoever reads no characters.
WORDS = dict(
    line.split("\t")
    for line in Path(__file__).parents[1].joinpath("door_words.txt").read_text(encoding="utf-8").splitlines()
)


def claim_wish(
    session: Session, wish: Wish, *, by: Actor, at: datetime, today: date, version: int | None = None
) -> Claim:
    """Give `by` a place of `wish`. Raises Refused with the reasons (W4, W5).

    `version` is what they have read: changed since, they read it first; nobody promises a time unseen (C13).
    """
    lock_person(session, by.id)
    claims = claims_of(session, wish, by.id)
    refuse_if(claiming_refusals(session, by, wish, claims, at=at, today=today))
    if version not in (None, wish.version):
        raise Conflict
    take_place(session, wish)
    claim = hold(session, wish, person_id=by.id, by=by, by_role="volunteer", at=at)
    tell_who_comes(session, claim, by.person.name, but=by.id, at=at)
    return claim


def hold(
    session: Session,
    wish: Wish,
    *,
    person_id: int,
    by: Actor,
    by_role: str,
    at: datetime,
    organisation_id: int | None = None,
) -> Claim:
    """Write the claim down, for the place that was just taken: who goes, the word at the door (W19), their time (C16)."""
    claim = Claim(
        wish=wish,
        person_id=person_id,
        organisation_id=organisation_id,
        word=a_word(session, wish),
        state=ClaimState.HELD,
        since=at,
    )
    session.add(claim)
    session.flush()
    settle_time(session, claim, at=at)
    journal.record(session, claim, "held", at=at, by_id=by.id, by_role=by_role, to_state=ClaimState.HELD)
    settle(session, wish, at=at, by_id=by.id, by_role=by_role)
    _tell_coordinators(session, claim, but=by.id, at=at)
    return claim


def a_word(session: Session, wish: Wish) -> str:
    """A word for the door that nobody else says there; any, should all be taken (W19)."""
    taken = set(session.scalars(select(Claim.word).where(Claim.wish_id == wish.id, Claim.word.is_not(None))))
    return secrets.choice([word for word in WORDS if word not in taken] or list(WORDS))


def tell_who_comes(
    session: Session, claim: Claim, name: str, *, but: int, at: datetime, event: Any = None
) -> None:
    """Tell the author who comes and what they say at the door (W19); `but` is whose deed it was, `event` what it was."""
    wish = claim.wish
    parts = {"title": wish.title, "who": first_name(name), "word": claim.word}
    told = {wish.author_id} - {but}
    outbox.notify(session, "helper_comes", wish, to=told, at=at, parts=parts, event=event or claim)


def _tell_coordinators(session: Session, claim: Claim, *, but: int, at: datetime) -> None:
    wish = claim.wish
    told = set(coordinators_of(session, wish.committee_code, at=at)) - {but, wish.author_id}
    outbox.notify(session, "wish_claimed", wish, to=told, at=at, parts={"title": wish.title}, event=claim)


def take_place(session: Session, wish: Wish) -> None:
    """Take one place in one UPDATE that the database guards, or raise Refused: full (C1), or changed since it was read,
    such as the time, on which a clash was decided (C13, C16)."""
    taken = session.execute(
        update(Wish)
        .where(
            Wish.id == wish.id,
            Wish.state == WishState.OPEN,
            Wish.version == wish.version,
            or_(Wish.places.is_(None), Wish.taken < Wish.places),
        )
        .values(taken=Wish.taken + 1)
        .returning(Wish.id)
        .execution_options(synchronize_session=False)
    ).first()
    if taken is None:
        read = wish.version
        session.refresh(wish)
        raise Refused([FULL]) if wish.version == read else Conflict()
    session.refresh(wish, ["taken", "state", "places"])


def free_place(session: Session, wish: Wish) -> None:
    """Give one place back. The caller holds the wish (`lock_wish`) and settles it afterwards."""
    session.execute(
        update(Wish)
        .where(Wish.id == wish.id)
        .values(taken=Wish.taken - 1)
        .execution_options(synchronize_session=False)
    )
    session.refresh(wish, ["taken", "state", "places"])


def settle(session: Session, wish: Wish, *, at: datetime, by_id: int | None, by_role: str) -> None:
    """Bring the wish's state in line with its claims; the caller holds the wish and has read it since.

    Filled when every place is taken; done when none of those is still promised; confirmed when all are.
    """
    if wish.state not in (WishState.OPEN, WishState.FILLED, WishState.DONE):
        return
    session.flush()
    promised, done = session.execute(
        select(
            func.count(case((Claim.state.in_(UNFINISHED), 1))),
            func.count(case((Claim.state == ClaimState.DONE, 1))),
        ).where(Claim.wish_id == wish.id)
    ).one()
    if wish.places is None or wish.taken < wish.places:
        right = WishState.OPEN
    elif promised:
        right = WishState.FILLED
    else:
        right = WishState.DONE if done else WishState.CONFIRMED
    if right != wish.state:
        step = "reopened" if right == WishState.OPEN else right.value
        move(session, wish, right, at=at, by_id=by_id, by_role=by_role, step=step)


def give_back(session: Session, claim: Claim, *, by: Actor, reason: str, at: datetime) -> bool:
    """Give a claim back; its place is free at once. Returns whether it came after the cut-off (W8).

    In time it is `withdrawn`; later "I can't come", which alerts the coordinator and counts as late. Because of a time
    that is new it does not count, and alerts all the same where it is short before the visit.
    """
    wish = lock_claim(session, claim)
    refuse_if(giving_back_refusals(by, claim))
    late = is_late(session, wish, since=claim.since, at=at)
    to = ClaimState.CANNOT_COME if late else ClaimState.WITHDRAWN
    role = "volunteer" if claim.organisation_id is None else "representative"
    free_place(session, wish)
    move(
        session,
        claim,
        to,
        at=at,
        by_id=by.id,
        by_role=role,
        note=reason or None,
        ended_at=at,
        ended_late=late,
    )
    free_time(session, claim, at=at)
    settle(session, wish, at=at, by_id=by.id, by_role=role)
    told = {wish.author_id, *coordinators_of(session, wish.committee_code, at=at), claim.person_id} - {by.id}
    kind = "helper_cannot_come" if late or is_urgent(session, wish, at=at) else "claim_withdrawn"
    parts = {"title": wish.title, "reason": reason or "–"}
    outbox.notify(session, kind, wish, to=told, at=at, parts=parts, event=claim)
    return late


def release_claims_of(session: Session, by: Actor, person_id: int, at: datetime) -> None:
    """Whoever held them cannot come any more, their account was disabled: each place is free at once, and author and
    coordinators are told, so that nobody waits in vain (A3, C13). The caller holds the person's lock. What is an
    organisation's stays the organisation's (`sharing`)."""
    own = (Claim.person_id == person_id, Claim.organisation_id.is_(None), Claim.state.in_(UNFINISHED))
    held = session.scalars(select(Claim).where(*own).order_by(Claim.wish_id)).all()
    for claim in held:
        wish = lock_wish(session, claim.wish)
        free_place(session, wish)
        move(
            session,
            claim,
            ClaimState.RELEASED if claim.state == ClaimState.HELD else ClaimState.LAPSED,
            at=at,
            by_id=by.id,
            by_role="town_admin",
            reason="account_disabled",
            ended_at=at,
        )
        free_time(session, claim, at=at)
        settle(session, wish, at=at, by_id=by.id, by_role="town_admin")
        told = {wish.author_id, *coordinators_of(session, wish.committee_code, at=at)} - {person_id}
        outbox.notify(
            session, "claim_released", wish, to=told, at=at, parts={"title": wish.title}, event=claim
        )


def release_claim(session: Session, claim: Claim, *, by: Actor, reason: str, at: datetime) -> None:
    """The coordinator takes a claim from its holder, who reads the reason; the place is free at once (W10, W7)."""
    wish = lock_claim(session, claim)
    refuse_if(releasing_refusals(by, claim))
    free_place(session, wish)
    released = ClaimState.RELEASED
    move(
        session,
        claim,
        released,
        at=at,
        by_id=by.id,
        by_role="coordinator",
        note=reason,
        answer=reason,
        ended_at=at,
    )
    free_time(session, claim, at=at)
    settle(session, wish, at=at, by_id=by.id, by_role="coordinator")
    parts = {"title": wish.title, "reason": reason}
    told = {claim.person_id, wish.author_id} - {by.id}
    outbox.notify(session, "helper_released", wish, to=told, at=at, parts=parts, event=claim)


def reveal_beneficiary(session: Session, wish: Wish, *, by: Actor, at: datetime) -> Beneficiary:
    """The beneficiary, for those who may see it; logged before it is shown (W7, C4)."""
    refuse_if(revealing_refusals(by, wish, claims_of(session, wish, by.id), at=at))
    role = "coordinator" if decides_on(by, wish) else "volunteer"
    access_log.log_look(
        session, wish, "name phone address", about_id=wish.author_id, by_id=by.id, by_role=role, at=at
    )
    return beneficiary_of(session, wish)
