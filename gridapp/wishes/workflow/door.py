"""At the door: incidents, "not this person again", and wishes that a coordinator keeps back (W19)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from gridapp.accounts.queries import Actor
from gridapp.core import journal
from gridapp.core.refusals import refuse_if
from gridapp.core.states import set_where
from gridapp.safety import workflow as safety
from gridapp.safety.models import Incident, Parting
from gridapp.wishes.models import PLACE_TAKEN, Claim, Source, Wish, WishState
from gridapp.wishes.policies.door import (
    keeping_back_refusals,
    parting_refusals,
    reporting_by_slip_refusals,
    reporting_refusals,
)
from gridapp.wishes.policies.slips import SlipHolder
from gridapp.wishes.queries import beneficiary_of, claims_on
from gridapp.wishes.workflow.locking import lock_wish


def report_incident(session: Session, wish: Wish, *, by: Actor, at: datetime) -> Incident:
    """Report with one tap that something happened; what it was is written afterwards."""
    claims = [row[0] for row in claims_on(session, wish)]
    refuse_if(reporting_refusals(by, wish, claims, at=at))
    helps = "coordinator" if by.in_charge_of(wish.committee_code) else "volunteer"
    role = "author" if wish.author_id == by.id else helps
    return report_about(session, wish, claims, by_id=by.id, by_role=role, at=at)


def report_by_slip(session: Session, wish: Wish, *, by: SlipHolder, text: str, at: datetime) -> Incident:
    """Report for whoever holds the slip, who can write with the same tap what it was."""
    lock_wish(session, wish)
    claims = [row[0] for row in claims_on(session, wish)]
    refuse_if(reporting_by_slip_refusals(by, wish, claims))
    return report_about(session, wish, claims, by_id=None, by_role="beneficiary", text=text, at=at)


def report_about(
    session: Session,
    wish: Wish,
    claims: list[Claim],
    *,
    by_id: int | None,
    by_role: str,
    at: datetime,
    text: str = "",
) -> Incident:
    """Report for somebody who may: a beneficiary with a slip, say (`by_id` None, `by_role` "beneficiary").

    Where exactly one person went, it is noted who, so that they do not handle it themselves.
    """
    went = {claim.person_id for claim in claims if claim.state in PLACE_TAKEN and claim.going} - {by_id}
    return safety.report(
        session,
        wish,
        title=wish.title,
        url=wish.url,
        committee_code=wish.committee_code,
        by_id=by_id,
        by_role=by_role,
        about_id=went.pop() if len(went) == 1 and by_role != "volunteer" else None,
        text=text,
        at=at,
    )


def keep_apart(session: Session, claim: Claim, *, by: Actor, at: datetime) -> Parting:
    """ "Not this person again": who went for the claim is not sent to this beneficiary any more, and is not told."""
    refuse_if(parting_refusals(by, claim))
    wish = claim.wish
    return safety.keep_apart(
        session,
        person_id=claim.person_id,
        phone=beneficiary_of(session, wish).phone,
        author_id=wish.author_id if wish.source == Source.SELF else None,
        committee_code=wish.committee_code,
        by_id=by.id,
        by_role="author" if wish.author_id == by.id else "coordinator",
        at=at,
    )


def keep_back(session: Session, wish: Wish, *, by: Actor, at: datetime) -> None:
    """The coordinator has somebody in mind: nobody takes the wish on by themselves for now."""
    refuse_if(keeping_back_refusals(by, wish, kept=True))
    set_where(session, wish, Wish.state == WishState.OPEN, Wish.kept_back_at.is_(None), kept_back_at=at)
    journal.record(session, wish, "kept_back", at=at, by_id=by.id, by_role="coordinator")


def offer_again(session: Session, wish: Wish, *, by: Actor, at: datetime) -> None:
    """Everybody may take the wish on again."""
    refuse_if(keeping_back_refusals(by, wish, kept=False))
    set_where(session, wish, Wish.state == WishState.OPEN, Wish.kept_back_at.is_not(None), kept_back_at=None)
    journal.record(session, wish, "offered_again", at=at, by_id=by.id, by_role="coordinator")
