"""Wishes as a list (C8)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from gridapp.areas.models import Committee
from gridapp.core.exports import pages
from gridapp.core.features import Exporter
from gridapp.core.phones import spoken
from gridapp.core.tables.writing import Value
from gridapp.core.words import N_
from gridapp.volunteers.models import Skill
from gridapp.web.forms import in_town
from gridapp.wishes.importers import ANY, COLUMNS, CONSENT_WORDS, STATE_WORDS
from gridapp.wishes.models import Beneficiary, Category, Wish, WishState


def rows(session: Session, actor: Any) -> Iterator[Sequence[Value]]:
    """The wishes of the committees that the actor is in charge of (A5); None: of the whole town."""
    statement = (
        select(
            Wish.id,
            Wish.title,
            Wish.text,
            Category.name.label("category"),
            Committee.name.label("committee"),
            Wish.road,
            Skill.name.label("skill"),
            Wish.places,
            Wish.deadline,
            Wish.starts_at,
            Wish.ends_at,
            Wish.minutes,
            Wish.value_yuan,
            Beneficiary.name,
            Beneficiary.phone,
            Beneficiary.address,
            Wish.consent_how,
            Wish.state,
            Wish.submitted_at,
        )
        .join(Category, Category.code == Wish.category_code)
        .join(Committee, Committee.code == Wish.committee_code)
        .outerjoin(Skill, Skill.code == Wish.skill_code)
        .outerjoin(Beneficiary, Beneficiary.wish_id == Wish.id)
    )
    if actor is not None:
        statement = statement.where(Wish.committee_code.in_(sorted(actor.charge)))
    for page in pages(session, statement, Wish.id):
        for row in page:
            yield _said(row)


def _said(row: Any) -> Sequence[Value]:
    """The values as they are written, in the order of the columns."""
    return (
        *row[:7],
        row.places if row.places is not None else ANY,
        in_town(row.deadline).date() if row.deadline else None,
        *row[9:14],
        spoken(row.phone),
        row.address,
        CONSENT_WORDS.get(row.consent_how or ""),
        STATE_WORDS[WishState(row.state)],
        row.submitted_at,
    )


def _ids() -> Any:
    return select(Beneficiary.wish_id, Wish.author_id).join(Wish, Wish.id == Beneficiary.wish_id)


WISHES = Exporter(N_("Wishes"), COLUMNS, rows, Wish.__tablename__, "name phone address (list)", _ids)
