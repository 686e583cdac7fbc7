"""Reads of what is kept about a person: looks and devices."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from gridapp.accounts.models import Person, SignIn
from gridapp.accounts.queries import ABSOLUTE, IDLE, same_person
from gridapp.core.access_log import Look
from gridapp.core.paging import Page, page_of


def looks_page(session: Session, person_id: int, *, after: int | None = None) -> Page:
    """The looks at what is kept of the person, newest first, with who looked."""
    statement = (
        select(Look.id, Look.thing, Look.thing_id, Look.by_role, Look.at, Person.name)
        .join(Person, Person.id == Look.by_id)
        .where(Look.about_id.in_(same_person(person_id)))
    )
    return page_of(session, statement, key=Look.id, after=after)


def joined_accounts(session: Session, person_id: int) -> Sequence[Any]:
    """phone and merged_at of the accounts that were put together with the person's own (V5), the latest first."""
    return session.execute(
        select(Person.phone, Person.merged_at)
        .where(Person.merged_into_id == person_id)
        .order_by(Person.merged_at.desc(), Person.id)
    ).all()


def titles_of(session: Session, thing: str, ids: Collection[int]) -> dict[int, str]:
    """What things of a later feature are called, by their ids; `thing` is the name of their table, as in `Look`."""
    table = Look.metadata.tables[thing]
    if not ids:
        return {}
    rows = session.execute(select(table.c.id, table.c.title).where(table.c.id.in_(sorted(ids))))
    return {row.id: row.title for row in rows}


def devices(session: Session, person_id: int, *, at: datetime) -> Sequence[SignIn]:
    """The devices that are signed in at `at` (UTC), used last first (D4)."""
    return session.scalars(
        select(SignIn)
        .where(
            SignIn.person_id == person_id,
            SignIn.ended_at.is_(None),
            SignIn.seen_at > at - IDLE,
            SignIn.started_at > at - ABSOLUTE,
        )
        .order_by(SignIn.seen_at.desc())
        .limit(50)
    ).all()


def device_of(session: Session, person_id: int, sign_in_id: int) -> SignIn | None:
    """One of the person's devices."""
    return session.scalars(
        select(SignIn).where(SignIn.id == sign_in_id, SignIn.person_id == person_id)
    ).one_or_none()
