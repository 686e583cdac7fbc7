"""How a person stands towards a wish: what decides whether they may take it on (W4, W19)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, Select, bindparam, exists, func, select
from sqlalchemy.orm import Session

from gridapp.accounts.models import Duty, Person
from gridapp.accounts.queries import numbers_of, takes_time_of
from gridapp.safety.queries import kept_apart
from gridapp.volunteers.models import Volunteer
from gridapp.wishes.models import UNFINISHED, Beneficiary, Claim, Source, Wish


@dataclass(frozen=True)
class Standing:
    """What decides whether a person may take a wish on: the volunteer, if they are one; how many claims they have
    promised and not yet done; what else takes their time then (C16); whether they are kept apart (W19), and whether
    the wish is for them (W4)."""

    volunteer: Volunteer | None
    live: int
    duties: Sequence[Duty]
    apart: bool
    own: bool


def standing(session: Session, person: Person, wish: Wish) -> Standing:
    """How the person stands towards the wish, in one statement."""
    author_id = wish.author_id if wish.source == Source.SELF else None
    facts = {
        "person": person.id,
        "wish": wish.id,
        "author": author_id,
        "starts_at": wish.starts_at,
        "ends_at": wish.ends_at,
    }
    statement = _standing(has_window=wish.starts_at is not None, is_for_author=author_id is not None)
    rows = session.execute(statement, facts).all()
    duties = [row[2] for row in rows if row[2] is not None]
    return Standing(rows[0][0], rows[0][1], duties, bool(rows[0][3]), bool(rows[0][4]))


@cache
def _standing(*, has_window: bool, is_for_author: bool) -> Select[*tuple[Any, ...]]:
    wish_id: BindParameter[int] = bindparam("wish")
    person_id: BindParameter[int] = bindparam("person")
    window: Sequence[Any] = (bindparam("starts_at"), bindparam("ends_at")) if has_window else (None, None)
    author_id: Any = bindparam("author") if is_for_author else None
    own = exists().where(Beneficiary.wish_id == wish_id, Beneficiary.phone.in_(numbers_of(person_id)))
    live = (
        select(func.count())
        .select_from(Claim)
        .where(Claim.person_id == person_id, Claim.going, Claim.state.in_(UNFINISHED))
        .scalar_subquery()
    )
    return (
        select(Volunteer, live, Duty, apart_from(person_id, wish_id, author_id), own)
        .select_from(Person)
        .outerjoin(Volunteer, Volunteer.person_id == Person.id)
        .outerjoin(Duty, takes_time_of(person_id, *window))
        .where(Person.id == person_id)
        .order_by(Duty.starts_at)
        .limit(3)
    )


def apart_from(person_id: Any, wish_id: Any, own_author_id: Any) -> Any:
    """A condition: the person is kept away from the beneficiary of the wish; `own_author_id` as in `kept_apart`."""
    phone = select(Beneficiary.phone).where(Beneficiary.wish_id == wish_id).scalar_subquery()
    return kept_apart(person_id, phone, own_author_id)
