"""Reads around two accounts of one person (V5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    ScalarSelect,
    Select,
    String,
    and_,
    cast,
    exists,
    false,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Session, aliased, joinedload

from gridapp.accounts.models import Duty, Person, Role
from gridapp.accounts.queries import Actor
from gridapp.core.features import Merging, Told
from gridapp.people.models import Intermediary
from gridapp.people.queries import in_world

MOST_TWINS = 5
MOST_CLASHES = 20
STAYS_WITH_ROLE = "stays_with_role"


@dataclass(frozen=True)
class Clash:
    """Two things that take the person's time at once (C16): how they are called, which of them whoever asks may know
    (A5, C4), and when the first begins."""

    titles: tuple[str, str]
    known: tuple[bool, bool]
    at: datetime


def twin_of_person() -> ScalarSelect[int]:
    """An expression on Person: the first other account of the same name in the same committee. A hint, no more."""
    other = aliased(Person)
    return (
        select(func.min(other.id))
        .where(
            other.name == Person.name,
            other.committee_code == Person.committee_code,
            other.id != Person.id,
            other.merged_into_id.is_(None),
        )
        .correlate(Person)
        .scalar_subquery()
    )


def twins(session: Session, person: Person) -> Sequence[Any]:
    """id, name, phone and through_phone of other accounts of the same name in the same committee, the oldest first."""
    return _rows(
        session,
        Person.name == person.name,
        Person.committee_code == person.committee_code,
        Person.id != person.id,
    )


def with_number(session: Session, actor: Actor, phone: str, *, besides: int) -> Sequence[Any]:
    """The accounts of the actor's world that have the number, or are reached through it (A5)."""
    through = select(Intermediary.person_id).where(Intermediary.phone == phone)
    has_it = or_(Person.phone == phone, Person.id.in_(through))
    return _rows(session, has_it, Person.id != besides, in_world(session, actor))


def _rows(session: Session, *conditions: Any) -> Sequence[Any]:
    return session.execute(
        select(Person.id, Person.name, Person.phone, Intermediary.phone.label("through_phone"))
        .outerjoin(Intermediary, Intermediary.person_id == Person.id)
        .where(*conditions, Person.merged_into_id.is_(None))
        .order_by(Person.id)
        .limit(MOST_TWINS)
    ).all()


def pair(session: Session, person_id: int, other_id: int) -> list[Person]:
    """Both accounts with their committees, in this order; those that there are. Read anew."""
    rows = session.scalars(
        select(Person)
        .where(Person.id.in_([person_id, other_id]))
        .options(joinedload(Person.committee))
        .execution_options(populate_existing=True)
    ).all()
    return sorted(rows, key=lambda person: person.id != person_id)


def told_of(
    session: Session, actor: Actor, people: Sequence[Person], mergings: Sequence[Merging]
) -> list[tuple[Told, list[Any]]]:
    """What features tell the actor of each of these accounts; lines that are empty for all are left out."""
    asked = [one for merging in mergings for one in merging.told]
    values = [one.of(person.id).scalar_subquery() for one in asked for person in people]
    row = list(session.execute(select(*values)).one()) if values else []
    lines = [(one, row[n * len(people) : (n + 1) * len(people)]) for n, one in enumerate(asked)]
    read = [
        (one, [value if _may_read(session, actor, one, value, whose) else None for value, whose in found])
        for one, found in ((one, list(zip(values, people, strict=True))) for one, values in lines)
    ]
    return [(one, found) for one, found in read if any(found)]


def _may_read(session: Session, actor: Actor, told: Told, value: Any, person: Person) -> bool:
    return not value or told.may_read is None or told.may_read(session, actor, person.id)


def obstacles(
    session: Session, ways: Sequence[tuple[int, int]], *, at: datetime, mergings: Sequence[Merging]
) -> list[list[Any]]:
    """For each way (the ids of what goes and what stays) the rows of what features say is in it; in one statement."""
    asked = [
        select(literal(number).label("way"), part.c.code, part.c.id, part.c.title, part.c.committee)
        for number, (gone_id, stays_id) in enumerate(ways)
        for one in mergings
        if one.obstacles is not None
        for part in (statement.subquery() for statement in one.obstacles(gone_id, stays_id, at))
    ]
    found: list[list[Any]] = [[] for _way in ways]
    for row in session.execute(union_all(*asked)) if asked else ():
        found[row.way].append(row)
    return found


def in_a_role(gone_id: int, stays_id: int, at: datetime) -> Sequence[Select[str, int, str, str | None]]:
    """Roles that are in force or still to come: of the account that goes, and of the one that stays."""
    return [
        in_the_way(code, Person.id, Person.name)
        .where(
            Person.id == person_id,
            exists().where(Role.person_id == person_id, or_(Role.ends_at.is_(None), Role.ends_at > at)),
        )
        .limit(1)
        for code, person_id in (("has_roles", gone_id), (STAYS_WITH_ROLE, stays_id))
    ]


def in_the_way(code: str, id_: Any, title: Any, committee: Any = None) -> Select[str, int, str, str | None]:
    """A statement of what is in the way, as `Merging.obstacles` gives them; in which committee, where it is in one."""
    where = cast(null(), String(40)) if committee is None else committee
    return select(
        literal(code).label("code"), id_.label("id"), title.label("title"), where.label("committee")
    )


def clashes(
    session: Session,
    actor: Actor,
    first_id: int,
    second_id: int,
    *,
    at: datetime,
    mergings: Sequence[Merging],
) -> list[Clash]:
    """What takes the time of both accounts at once after `at` (UTC), and what of it the actor may know: C13, C16, A5."""
    one, other = aliased(Duty), aliased(Duty)
    within = [one_of.duties_within(actor.codes) for one_of in mergings if one_of.duties_within is not None]
    rows = session.execute(
        select(one.title, other.title, _is_in(one, within), _is_in(other, within), one.starts_at)
        .join(other, and_(other.starts_at < one.ends_at, other.ends_at > one.starts_at))
        .where(
            one.person_id == first_id,
            other.person_id == second_id,
            one.cancelled_at.is_(None),
            other.cancelled_at.is_(None),
            one.ends_at > at,
            other.ends_at > at,
        )
        .order_by(one.starts_at, one.id, other.id)
        .limit(MOST_CLASHES)
    )
    return [Clash((row[0], row[1]), (bool(row[2]), bool(row[3])), row[4]) for row in rows]


def _is_in(duty: Any, statements: Sequence[Select[int]]) -> ColumnElement[bool]:
    return or_(false(), *(duty.id.in_(statement) for statement in statements))
