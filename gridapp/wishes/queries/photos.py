"""What decides who sees the photo of a volunteer (W19)."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from gridapp.volunteers.models import Volunteer
from gridapp.wishes.models import Claim, ClaimState, Wish


def comes_to(session: Session, person_id: int, volunteer_id: int) -> bool:
    """Whether the volunteer has taken on a wish that the person entered, and still has it in hand (W19)."""
    found = session.scalar(
        select(Claim.id)
        .join(Wish, Wish.id == Claim.wish_id)
        .join(Volunteer, Volunteer.person_id == Claim.person_id)
        .where(Volunteer.id == volunteer_id, Wish.author_id == person_id, Claim.state == ClaimState.HELD)
        .limit(1)
    )
    return found is not None
