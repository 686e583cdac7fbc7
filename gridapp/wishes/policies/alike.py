"""Which wishes may be the same, among those that a person may see (W2, A5)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from gridapp.accounts.queries import Actor
from gridapp.core.likeness import are_alike
from gridapp.core.refusals import CONFLICT, Refusal
from gridapp.core.words import N_
from gridapp.wishes.models import PUBLIC, Wish
from gridapp.wishes.queries.alike import candidates, phone_of

MOST_SHOWN = 5
MAY_BE_THERE = Refusal(
    "alike",
    CONFLICT,
    N_("This may be there already."),
    N_("Look at what stands below. If it is something else, enter it all the same."),
)


def like_new(session: Session, actor: Actor, *, says: dict[str, Any], phone: str, at: datetime) -> list[Any]:
    """Wishes like the one that the actor is about to enter; `says` are columns of `Wish`."""
    found = candidates(
        session,
        phone=phone,
        committee_code=says["committee_code"],
        category_code=says["category_code"],
        at=at,
    )
    return _alike(actor, found, (says["title"], says["text"]), phone)


def like_this(session: Session, actor: Actor, wish: Wish, *, at: datetime) -> list[Any]:
    """Wishes like one that the actor checks."""
    found = candidates(
        session,
        phone=phone_of(wish.id),
        committee_code=wish.committee_code,
        category_code=wish.category_code,
        at=at,
    )
    phone = next((row.phone for row in found if row.id == wish.id), None)
    others = [row for row in found if row.id != wish.id]
    return _alike(actor, others, (wish.title, wish.text), phone)


def _alike(actor: Actor, found: Any, says: tuple[str, str], phone: str | None) -> list[Any]:
    """Whose number a public wish carries is told by nothing here: the phone counts only where the actor knows it."""
    alike = []
    for row in found:
        knows = row.author_id == actor.id or actor.in_charge_of(row.committee_code)
        same_person = knows and phone is not None and row.phone == phone
        if (knows or row.state in PUBLIC) and are_alike(
            says, (row.title, row.text), of_one_person=same_person
        ):
            alike.append(row)
    return alike[:MOST_SHOWN]
