"""Reads of the town's setup, with what is no longer offered, and of how it was changed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from gridapp.accounts.models import Person
from gridapp.areas.models import Town
from gridapp.core.journal import JournalEntry
from gridapp.volunteers.models import Skill
from gridapp.wishes.models import Category

LATEST = 20


def town_of(session: Session) -> Town:
    """The town; before it is set up, one that is not stored yet."""
    return session.get(Town, 1) or Town(
        id=1,
        name="",
        help_phone="",
        help_hours="",
        cut_off_hours=12,
        rethink_hours=24,
        value_limit_yuan=300,
    )


def categories(session: Session) -> Sequence[Category]:
    """Every kind of wish, in the town's order."""
    return session.scalars(select(Category).order_by(Category.rank, Category.code)).all()


def skills(session: Session) -> Sequence[Skill]:
    """Every skill, by code."""
    return session.scalars(select(Skill).order_by(Skill.code)).all()


def changes(session: Session) -> Sequence[Any]:
    """The latest changes of the setup with who made them, newest first."""
    return session.execute(
        select(JournalEntry, Person.name)
        .outerjoin(Person, Person.id == JournalEntry.by_id)
        .options(joinedload(JournalEntry.note))
        .where(JournalEntry.thing == "towns", JournalEntry.thing_id == 1)
        .order_by(JournalEntry.number.desc())
        .limit(LATEST)
    ).all()
