"""A wish is entered, changed before it is public, and taken back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from gridapp.accounts.queries import Actor, coordinators_of, numbers_of
from gridapp.accounts.workflow import free_time, lock_person
from gridapp.core import journal, outbox
from gridapp.core.refusals import Refused, refuse_if
from gridapp.core.states import move, set_where
from gridapp.photos.models import NONE, Choice
from gridapp.photos.workflow import change_photos
from gridapp.wishes.models import MOST_PHOTOS, Beneficiary, ClaimState, Contact, Source, Wish, WishState
from gridapp.wishes.policies import ANSWERED_ALREADY, editing_refusals, withdrawing_wish_refusals
from gridapp.wishes.queries import beneficiary_of
from gridapp.wishes.workflow.claiming import free_place
from gridapp.wishes.workflow.locking import lock_holders, lock_wish


def submit_wish(
    session: Session,
    *,
    by: Actor,
    at: datetime,
    facts: Mapping[str, Any],
    contact: Contact,
    source: Source = Source.SELF,
    consent_how: str | None = None,
    photos: Choice = NONE,
) -> Wish:
    """Enter a wish; the coordinators in charge are told (W1, W2, C15). `facts` are columns of `Wish`.

    Somebody in charge who enters it for another does so as coordinator; both persons are kept (C10).
    """
    lock_person(session, by.id)
    if contact.phone in set(session.scalars(numbers_of(by.id))) and not contact.through:
        source = Source.SELF  # whatever it is called, it is the author's own (W2, W4)
    wish = Wish(**facts, source=source, author_id=by.id, submitted_at=at)
    session.add(wish)
    session.flush()
    session.add(Beneficiary(wish_id=wish.id, **_private_facts(contact)))
    _change_photos(session, wish, photos, by=by, at=at)
    journal.record(
        session,
        wish,
        "submitted",
        at=at,
        by_id=by.id,
        by_role="coordinator" if source != Source.SELF and by.in_charge_of(wish.committee_code) else "author",
        to_state=WishState.SUBMITTED,
        reason=source,
    )
    if source != Source.SELF and consent_how:
        record_consent(session, wish, by=by, how=consent_how, at=at)
    told = checkers_of(session, wish, at=at)
    outbox.notify(session, "wish_submitted", wish, to=told, at=at, parts={"title": wish.title})
    return wish


def _private_facts(contact: Contact) -> dict[str, str | None]:
    """The columns of `Beneficiary`."""
    return {
        "name": contact.name,
        "phone": contact.phone,
        "address": contact.address,
        "through": contact.through or None,
    }


def checkers_of(session: Session, wish: Wish, *, at: datetime) -> Sequence[int]:
    """Ids of the people who may check the wish; for the own wish of somebody in charge, the others (W2, C3)."""
    own = wish.author_id if wish.source == Source.SELF else None
    return coordinators_of(session, wish.committee_code, at=at, besides=own)


def record_consent(session: Session, wish: Wish, *, by: Actor, how: str, at: datetime) -> None:
    """Write down that the beneficiary agreed: who asked, how, for what (Y2)."""
    wish.consent_by_id, wish.consent_how, wish.consent_at = by.id, how, at
    wish.consent_for = "publish without name; contact to the helper"
    session.flush()
    role = "coordinator" if by.in_charge_of(wish.committee_code) else "author"
    journal.record(session, wish, "consent_recorded", at=at, by_id=by.id, by_role=role, reason=how)


def change_wish(
    session: Session,
    wish: Wish,
    *,
    by: Actor,
    at: datetime,
    facts: Mapping[str, Any],
    contact: Contact,
    consent_how: str | None = None,
    photos: Choice = NONE,
    reply: str | None = None,
) -> None:
    """Change what a wish says before it is public; answers a question that was asked, with a `reply` that the
    coordinator alone reads (W2)."""
    lock_wish(session, wish)
    refuse_if(editing_refusals(by, wish))
    if reply and wish.state != WishState.ASKED_BACK:
        raise Refused([ANSWERED_ALREADY])
    before, came_from = checkers_of(session, wish, at=at), wish.committee_code
    set_where(session, wish, Wish.state == wish.state, version=Wish.version + 1, **facts)
    _change_contact(session, wish, contact, by=by, at=at)
    _change_photos(session, wish, photos, by=by, at=at)
    if wish.source != Source.SELF and consent_how and wish.consent_at is None:
        record_consent(session, wish, by=by, how=consent_how, at=at)
    answers = wish.state == WishState.ASKED_BACK
    if answers:
        _answer_question(session, wish, reply, by=by, at=at)
    else:
        journal.record(session, wish, "changed", at=at, by_id=by.id, by_role="author")
    if wish.committee_code != came_from:
        _tell_of_move(session, wish, before, at=at)
    elif answers:
        parts = {"title": wish.title}
        outbox.notify(session, "wish_answered", wish, to=before, at=at, parts=parts)


def _change_photos(session: Session, wish: Wish, photos: Choice, *, by: Actor, at: datetime) -> None:
    change_photos(session, wish, photos, by_id=by.id, by_role="author", at=at, most=MOST_PHOTOS)


def _tell_of_move(session: Session, wish: Wish, before: Sequence[int], *, at: datetime) -> None:
    """Whoever checks it now is told, and whoever did that nothing is left to do; what nobody read yet is taken back (C13)."""
    now, parts = checkers_of(session, wish, at=at), {"title": wish.title}
    for kind in ("wish_submitted", "wish_answered"):
        outbox.revoke(session, kind, wish, at=at)
    outbox.notify(session, "wish_submitted", wish, to=now, at=at, parts=parts)
    outbox.notify(session, "wish_moved", wish, to=set(before) - set(now), at=at, parts=parts)


def _change_contact(session: Session, wish: Wish, contact: Contact, *, by: Actor, at: datetime) -> None:
    """Another name or number is another person, who has not agreed yet; who asked the first stays in the journal (Y2)."""
    beneficiary = beneficiary_of(session, wish)
    is_other = (beneficiary.name, beneficiary.phone) != (contact.name, contact.phone)
    for name, value in _private_facts(contact).items():
        setattr(beneficiary, name, value)
    if is_other and wish.consent_at is not None:
        reason = f"{wish.consent_how}, asked by {wish.consent_by_id}, {wish.consent_at:%Y-%m-%dT%H:%MZ}"
        wish.consent_by_id = wish.consent_how = wish.consent_for = wish.consent_at = None
        journal.record(session, wish, "consent_dropped", at=at, by_id=by.id, by_role="author", reason=reason)


def _answer_question(session: Session, wish: Wish, reply: str | None, *, by: Actor, at: datetime) -> None:
    move(
        session,
        wish,
        WishState.SUBMITTED,
        at=at,
        by_id=by.id,
        by_role="author",
        step="answered",
        note=reply,
        state_note=reply,
    )


def withdraw_wish(session: Session, wish: Wish, *, by: Actor, reason: str, at: datetime) -> None:
    """Take a wish back. Who holds it is released and told, nobody silently (C13)."""
    holders = lock_holders(session, wish)
    refuse_if(withdrawing_wish_refusals(by, wish))
    role = "author" if wish.author_id == by.id else "coordinator"
    move(session, wish, WishState.WITHDRAWN, at=at, by_id=by.id, by_role=role, note=reason, state_note=reason)
    for claim in holders:
        move(
            session,
            claim,
            ClaimState.RELEASED,
            at=at,
            by_id=by.id,
            by_role=role,
            reason="wish_withdrawn",
            ended_at=at,
        )
        free_place(session, wish)
        free_time(session, claim, at=at)
    told = {claim.person_id for claim in holders} | ({wish.author_id} if role == "coordinator" else set())
    outbox.notify(
        session, "wish_withdrawn", wish, to=told, at=at, parts={"title": wish.title, "reason": reason}
    )
