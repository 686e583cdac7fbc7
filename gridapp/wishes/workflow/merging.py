"""What claims become when two accounts of one person become one (V5)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import not_, update
from sqlalchemy.orm import Session

from gridapp.accounts.queries import Actor
from gridapp.wishes.models import Claim
from gridapp.wishes.queries.merging import stays_behind


def settle(session: Session, _by: Actor, gone_id: int, stays_id: int, _at: datetime) -> None:
    """Claims go over, those that are over too: no-shows and late ones count for the person. Nobody has two places of
    one wish, so help that came true stays where the other has one (`stays_behind`)."""
    session.execute(
        update(Claim)
        .where(Claim.person_id == gone_id, not_(stays_behind(gone_id, stays_id)))
        .values(person_id=stays_id)
        .execution_options(synchronize_session=False)
    )
