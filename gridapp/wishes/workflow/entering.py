"""A wish is entered, changed before it is public, and taken back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from gridapp.accounts.queries import Actor, coordinators_of
from gridapp.accounts.workflow import free_time
from gridapp.core import journal, outbox
from gridapp.core.refusals import refuse_if
from gridapp.core.states import move, set_where
from gridapp.wishes.models import UNFINISHED, Beneficiary, ClaimState, Contact, Source, Wish, WishState
from gridapp.wishes.policies import editing_refusals, withdrawing_wish_refusals
from gridapp.wishes.queries import beneficiary_of, claims_on
from gridapp.wishes.workflow.claiming import free_place


def submit_wish(
    session: Session,
    *,
    by: Actor,
    at: datetime,
    facts: Mapping[str, Any],
    contact: Contact,
    source: Source = Source.SELF,
    consent_how: str | None = None,
) -> Wish:
    """Enter a wish; the coordinators in charge are told (W1, W2, C15). `facts` are columns of `Wish`.

    Somebody in charge who enters it for another does so as coordinator; both persons are kept (C10).
    """
    wish = Wish(**facts, source=source, author_id=by.id, submitted_at=at)
    session.add(wish)
    session.flush()
    session.add(Beneficiary(wish_id=wish.id, **_private_facts(contact)))
    if source != Source.SELF and consent_how:
        record_consent(session, wish, by=by, how=consent_how, at=at)
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
    outbox.notify(
        session,
        "wish_submitted",
        wish,
        to=coordinators_of(session, wish.committee_code, at=at),
        at=at,
        parts={"title": wish.title},
    )
    return wish


def _private_facts(contact: Contact) -> dict[str, str | None]:
    """The columns of `Beneficiary`."""
    return {
        "name": contact.name,
        "phone": contact.phone,
        "address": contact.address,
        "through": contact.through or None,
    }


def record_consent(session: Session, wish: Wish, *, by: Actor, how: str, at: datetime) -> None:
    """Write down that the beneficiary agreed: who asked, how, for what (Y2)."""
    wish.consent_by_id, wish.consent_how, wish.consent_at = by.id, how, at
    wish.consent_for = "publish without name; contact to the helper"
    session.flush()


def change_wish(
    session: Session,
    wish: Wish,
    *,
    by: Actor,
    at: datetime,
    facts: Mapping[str, Any],
    contact: Contact,
    consent_how: str | None = None,
) -> None:
    """Change what a wish says before it is public; answers a question that was asked (W2)."""
    refuse_if(editing_refusals(by, wish))
    set_where(session, wish, Wish.state == wish.state, version=Wish.version + 1, **facts)
    _change_contact(session, wish, contact)
    if wish.source != Source.SELF and consent_how and wish.consent_at is None:
        record_consent(session, wish, by=by, how=consent_how, at=at)
    if wish.state == WishState.ASKED_BACK:
        _answer_question(session, wish, by=by, at=at)
    else:
        journal.record(session, wish, "changed", at=at, by_id=by.id, by_role="author")


def _change_contact(session: Session, wish: Wish, contact: Contact) -> None:
    beneficiary = beneficiary_of(session, wish)
    if (beneficiary.name, beneficiary.phone) != (contact.name, contact.phone):
        # another person, who has not agreed yet (Y2)
        wish.consent_by_id = wish.consent_how = wish.consent_for = wish.consent_at = None
    for name, value in _private_facts(contact).items():
        setattr(beneficiary, name, value)


def _answer_question(session: Session, wish: Wish, *, by: Actor, at: datetime) -> None:
    move(
        session,
        wish,
        WishState.SUBMITTED,
        at=at,
        by_id=by.id,
        by_role="author",
        step="answered",
        state_note=None,
    )
    told = coordinators_of(session, wish.committee_code, at=at)
    outbox.notify(session, "wish_answered", wish, to=told, at=at, parts={"title": wish.title})


def withdraw_wish(session: Session, wish: Wish, *, by: Actor, reason: str, at: datetime) -> None:
    """Take a wish back. Who holds it is released and told, nobody silently (C13)."""
    refuse_if(withdrawing_wish_refusals(by, wish))
    role = "author" if wish.author_id == by.id else "coordinator"
    move(session, wish, WishState.WITHDRAWN, at=at, by_id=by.id, by_role=role, note=reason, state_note=reason)
    holders = [row[0] for row in claims_on(session, wish) if row[0].state in UNFINISHED]
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
