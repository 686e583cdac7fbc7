"""People as a list (C8)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from gridapp.accounts.importers import COLUMNS, DISABLED, IN_USE, OUTSIDE
from gridapp.accounts.models import Person
from gridapp.areas.models import Committee
from gridapp.core.exports import pages
from gridapp.core.features import Exporter
from gridapp.core.phones import spoken
from gridapp.core.tables.writing import Value
from gridapp.core.words import N_


def rows(session: Session, actor: Any) -> Iterator[Sequence[Value]]:
    """Everybody with an account who lives in the committees that the actor is in charge of (A5); None: everybody."""
    statement = select(
        Person.id,
        Person.name,
        Person.phone,
        Committee.name.label("committee"),
        Person.disabled_at,
        Person.created_at,
    ).outerjoin(Committee, Committee.code == Person.committee_code)
    statement = statement.where(Person.merged_into_id.is_(None))
    if actor is not None:
        statement = statement.where(Person.committee_code.in_(sorted(actor.charge)))
    for page in pages(session, statement, Person.id):
        for row in page:
            state = DISABLED if row.disabled_at else IN_USE
            yield row.id, row.name, spoken(row.phone), row.committee or OUTSIDE, state, row.created_at


def _ids() -> Any:
    return select(Person.id, Person.id.label("about")).where(Person.merged_into_id.is_(None))


PEOPLE = Exporter(N_("People"), COLUMNS, rows, Person.__tablename__, "name phone (list)", _ids)
