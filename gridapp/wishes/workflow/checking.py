"""A coordinator checks a wish before it is public, and closes it (W2)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from gridapp.accounts.queries import Actor
from gridapp.core import outbox
from gridapp.core.refusals import Conflict, refuse_if
from gridapp.core.states import move
from gridapp.wishes.models import Wish, WishState
from gridapp.wishes.policies import checking_refusals, closing_refusals, needs_consent, publishing_refusals
from gridapp.wishes.workflow.claiming import settle
from gridapp.wishes.workflow.entering import record_consent
from gridapp.wishes.workflow.locking import lock_wish


def publish_wish(
    session: Session,
    wish: Wish,
    *,
    by: Actor,
    at: datetime,
    consent_how: str | None = None,
    version: int | None = None,
) -> None:
    """Make a wish public. Refused without the beneficiary's consent (Y2), which `consent_how` records.

    `version` is what the coordinator has read: changed by its author since, it is not published unread (W2).
    """
    lock_wish(session, wish)
    if version is not None and wish.version != version:
        raise Conflict
    refuse_if(publishing_refusals(by, wish, consent_how=consent_how, at=at))
    if needs_consent(wish) and consent_how:
        record_consent(session, wish, by=by, how=consent_how, at=at)
    move(
        session,
        wish,
        WishState.OPEN,
        at=at,
        by_id=by.id,
        by_role="coordinator",
        step="published",
        published_at=at,
        state_note=None,
    )
    outbox.notify(session, "wish_published", wish, to=[wish.author_id], at=at, parts={"title": wish.title})


def decline_wish(session: Session, wish: Wish, *, by: Actor, reason: str, at: datetime) -> None:
    """Decline a wish with a reason that the author reads."""
    lock_wish(session, wish)
    refuse_if(checking_refusals(by, wish))
    move(
        session,
        wish,
        WishState.DECLINED,
        at=at,
        by_id=by.id,
        by_role="coordinator",
        note=reason,
        state_note=reason,
    )
    outbox.notify(
        session,
        "wish_declined",
        wish,
        to=[wish.author_id],
        at=at,
        parts={"title": wish.title, "reason": reason},
    )


def ask_back(session: Session, wish: Wish, *, by: Actor, question: str, at: datetime) -> None:
    """Send a wish back to its author with a question."""
    lock_wish(session, wish)
    refuse_if(checking_refusals(by, wish))
    move(
        session,
        wish,
        WishState.ASKED_BACK,
        at=at,
        by_id=by.id,
        by_role="coordinator",
        note=question,
        state_note=question,
    )
    outbox.notify(
        session,
        "wish_asked_back",
        wish,
        to=[wish.author_id],
        at=at,
        parts={"title": wish.title, "question": question},
    )


def close_wish(session: Session, wish: Wish, *, by: Actor, at: datetime) -> None:
    """Take no more helpers: places becomes taken; with none taken the wish has expired."""
    lock_wish(session, wish)
    refuse_if(closing_refusals(by, wish))
    if wish.taken == 0:
        move(
            session,
            wish,
            WishState.EXPIRED,
            at=at,
            by_id=by.id,
            by_role="coordinator",
            reason="closed_without_helpers",
        )
        outbox.notify(session, "wish_expired", wish, to=[wish.author_id], at=at, parts={"title": wish.title})
        return
    move(
        session,
        wish,
        WishState.FILLED,
        at=at,
        by_id=by.id,
        by_role="coordinator",
        step="closed",
        places=Wish.taken,
    )
    settle(session, wish, at=at, by_id=by.id, by_role="coordinator")
