"""What erases itself: wishes for somebody else to which nobody has recorded that person's consent (Y2)."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from gridapp.core import outbox
from gridapp.core.journal import JournalEntry, JournalNote
from gridapp.core.outbox import Message
from gridapp.core.refusals import Conflict
from gridapp.core.states import move, set_where
from gridapp.wishes.models import Beneficiary, Source, Wish, WishSlip, WishState

WAITS_FOR_CONSENT = timedelta(days=7)
AT_ONCE = 50


def erase_unagreed(session: Session, at: datetime) -> bool:
    """Erase what is written about people whose consent was not recorded within seven days (Y2).

    The wish ends as withdrawn with title, kind and journal; text, road, beneficiary, notes and slip are gone, and its
    author is told. Twice is once. Returns whether there may be more.
    """
    found = session.scalars(
        select(Wish)
        .where(
            Wish.state.in_((WishState.SUBMITTED, WishState.ASKED_BACK)),
            Wish.source != Source.SELF,
            Wish.consent_at.is_(None),
            Wish.submitted_at <= at - WAITS_FOR_CONSENT,
        )
        .order_by(Wish.id)
        .limit(AT_ONCE)
    ).all()
    for wish in found:
        try:
            set_where(session, wish, Wish.consent_at.is_(None), version=Wish.version + 1)
            _erase(session, wish, at=at)
        except Conflict:  # agreed to, or withdrawn, a moment ago
            continue
    return len(found) == AT_ONCE


def _erase(session: Session, wish: Wish, *, at: datetime) -> None:
    move(
        session,
        wish,
        WishState.WITHDRAWN,
        at=at,
        by_id=None,
        by_role="system",
        step="erased",
        reason="no_consent",
        text="",
        road="",
        state_note=None,
        erased_at=at,
    )
    session.execute(delete(Beneficiary).where(Beneficiary.wish_id == wish.id))
    session.execute(delete(WishSlip).where(WishSlip.wish_id == wish.id))
    of_wish = (JournalEntry.thing == Wish.__tablename__, JournalEntry.thing_id == wish.id)
    notes = session.scalars(
        select(JournalEntry.note_id).where(*of_wish, JournalEntry.note_id.is_not(None))
    ).all()
    session.execute(update(JournalEntry).where(JournalEntry.note_id.in_(notes)).values(note_id=None))
    session.execute(delete(JournalNote).where(JournalNote.id.in_(notes)))
    _forget_what_messages_said(session, wish)
    outbox.notify(session, "wish_erased", wish, to=[wish.author_id], at=at, parts={"title": wish.title})


def _forget_what_messages_said(session: Session, wish: Wish) -> None:
    """Messages about the wish keep its title; questions and reasons in them are gone."""
    for message in session.scalars(
        select(Message).where(Message.thing == Wish.__tablename__, Message.thing_id == wish.id)
    ):
        message.parts = {name: value if name == "title" else "–" for name, value in message.parts.items()}
