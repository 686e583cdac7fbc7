"""What a claim takes of somebody's time (C16)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from gridapp.accounts.workflow import free_time, take_time
from gridapp.wishes.models import Claim


def settle_time(session: Session, claim: Claim, *, at: datetime) -> None:
    """Let the claim take the time of whoever goes, as the wish says it now; without a window or anybody who goes, nobody's
    (C16). The caller holds whoever goes, and the wish."""
    wish = claim.wish
    if not claim.going or wish.starts_at is None or wish.ends_at is None:
        return free_time(session, claim, at=at)
    return take_time(
        session,
        claim,
        person_id=claim.person_id,
        title=wish.title,
        url=wish.url,
        starts_at=wish.starts_at,
        ends_at=wish.ends_at,
    )
