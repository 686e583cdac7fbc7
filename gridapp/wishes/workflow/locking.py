"""What is held while it is decided on, always in one order: the person, then the wish, then nothing else (C1)."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from gridapp.accounts.workflow import lock_person
from gridapp.core.refusals import Conflict
from gridapp.wishes.models import UNFINISHED, Claim, Wish
from gridapp.wishes.queries import claims_on


def lock_wish(session: Session, wish: Wish) -> Wish:
    """Hold the wish's row until the transaction ends, and read it as it is now.

    `FOR NO KEY UPDATE`: what merely refers to the wish does not wait. Whoever waited here decides on what the one
    before has left, state and places alike; a person who is to be locked is locked before this.
    """
    return session.scalars(
        select(Wish)
        .where(Wish.id == wish.id)
        .with_for_update(key_share=True, of=Wish)
        .execution_options(populate_existing=True)
    ).one()


def lock_claim(session: Session, claim: Claim) -> Wish:
    """Hold whoever made the claim, then its wish, and read both claim and wish as they are now; returns the wish."""
    lock_person(session, claim.person_id)
    wish = lock_wish(session, claim.wish)
    session.refresh(claim)
    return wish


def lock_holders(session: Session, wish: Wish) -> list[Claim]:
    """Hold everybody who has promised to help, then the wish; returns their claims.

    Raises Conflict when somebody took the wish on meanwhile: locked after the wish, that person might wait for us
    while we wait for them; and whoever takes a wish back should see who helps.
    """
    before = {claim.person_id for claim in _promised(session, wish)}
    for person_id in sorted(before):
        lock_person(session, person_id)
    lock_wish(session, wish)
    promised = _promised(session, wish)
    if {claim.person_id for claim in promised} - before:
        raise Conflict
    return promised


def _promised(session: Session, wish: Wish) -> list[Claim]:
    return [row[0] for row in claims_on(session, wish) if row[0].state in UNFINISHED]
