"""`gridapp load`: a town of any size, made up, to see how gridapp carries it. Each feature writes its share (C18)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from random import Random
from typing import Any

import click
from sqlalchemy import Select, select

from gridapp.accounts.models import Person
from gridapp.areas.models import Area, Committee
from gridapp.areas.queries import committees
from gridapp.core.bulk import Bulk
from gridapp.core.database import begin_writing, db
from gridapp.core.features import Contributions, Load


def fill(contributions: Contributions, *, people: int, wishes: int, seed: int, at: datetime) -> None:
    """Write so many people and wishes, as a town would have them at `at` (UTC); shows how far it is."""
    session = db.session()
    to = Load(
        session=session,
        bulk=Bulk(session),
        dice=Random(seed),  # noqa: S311 (made-up people need no secrets)
        at=at.replace(microsecond=0),
        people_wanted=people,
        wishes_wanted=wishes,
        committees=[code for code, _name in committees(session)],
        portions=_portions,
    )
    for feature in contributions.features:
        if feature.load:
            click.echo(f"{feature.name}:")
            begin_writing(session)
            feature.load(to)
            session.commit()
    begin_writing(session)
    to.bulk.finish()
    session.commit()


def _portions(many: int, at_once: int) -> Iterator[int]:
    """So many at a time; what was written of each is committed before the next."""
    with click.progressbar(length=many) as bar:
        for done in range(0, many, at_once):
            some = min(at_once, many - done)
            yield some
            db.session().commit()
            begin_writing(db.session())
            bar.update(some)


def is_empty() -> bool:
    """Whether nobody and no area is there: what was seeded does not count."""
    return not any(_holds(select(model)) for model in (Person, Committee, Area))


def has_demo() -> bool:
    """Whether made-up people are there."""
    return _holds(select(Person).where(Person.is_demo.is_(True)))


def is_made_up() -> bool:
    """Whether people are there, and all of them are made up."""
    return has_demo() and not _holds(select(Person).where(Person.is_demo.is_(False)))


def _holds(rows: Select[Any]) -> bool:
    found = db.session().scalar(select(rows.exists()))
    db.session().rollback()
    return bool(found)
