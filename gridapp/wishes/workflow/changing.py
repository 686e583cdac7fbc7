"""Title and text of a wish that is public already, and who is told (W14)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from gridapp.accounts.queries import Actor
from gridapp.accounts.workflow import rename_time
from gridapp.core import journal, outbox
from gridapp.core.refusals import refuse_if
from gridapp.core.states import set_where
from gridapp.wishes.models import UNFINISHED, Wish
from gridapp.wishes.policies.changing import changing_refusals
from gridapp.wishes.queries import claims_on


def reword_wish(
    session: Session, wish: Wish, *, title: str, text: str, version: int, by: Actor, at: datetime
) -> None:
    """Put title and text of a public wish in other words; whoever holds it, and its author, are told (W14).

    `version` is what the coordinator has read: changed since, nothing is overwritten. The beneficiary stays.
    """
    refuse_if(changing_refusals(by, wish))
    old = wish.title
    set_where(
        session,
        wish,
        Wish.version == version,
        Wish.state == wish.state,
        title=title,
        text=text,
        version=Wish.version + 1,
    )
    journal.record(session, wish, "reworded", at=at, by_id=by.id, by_role="coordinator")
    holders = [row[0] for row in claims_on(session, wish) if row[0].state in UNFINISHED]
    for claim in holders:
        rename_time(session, claim, title=title)
    told = {claim.person_id for claim in holders} | {wish.author_id}
    outbox.notify(session, "wish_reworded", wish, to=told - {by.id}, at=at, parts={"title": old})
