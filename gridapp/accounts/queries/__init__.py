"""Reads of people: who acts, who is in charge, what takes somebody's time.

What every page asks is put together once (`@cache`) and gets what it is about as parameters: to put a statement
together costs up to five times as much as to send it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    CompoundSelect,
    Select,
    and_,
    bindparam,
    exists,
    false,
    func,
    null,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import Session, aliased

from gridapp.accounts.models import Duty, Person, Role, RoleKind, SignIn
from gridapp.accounts.queries.actors import AT as AT
from gridapp.accounts.queries.actors import Actor as Actor
from gridapp.accounts.queries.actors import AnyActor as AnyActor
from gridapp.areas.models import AreaCover, Committee
from gridapp.core import outbox

IDLE = timedelta(days=14)
ABSOLUTE = timedelta(days=60)


@dataclass(frozen=True)
class SignedIn:
    """What a request knows of the device that sent it."""

    sign_in: SignIn
    person: Person
    roles: tuple[Role, ...]
    unseen: int


def token_hash(token: str) -> str:
    """What the database keeps of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def signed_in(session: Session, token: str, *, at: datetime) -> SignedIn | None:
    """The device, its person, the roles in force and the count of unseen messages, in one statement.

    None when the token is unknown, ended, idle for 14 days, older than 60, or its account closed (D4).
    """
    rows = session.execute(
        _signed_in(),
        {"token_hash": token_hash(token), "at": at, "not_idle": at - IDLE, "not_old": at - ABSOLUTE},
    ).all()
    if not rows:
        return None
    roles = tuple(row[2] for row in rows if row[2] is not None)
    return SignedIn(rows[0][0], rows[0][1], roles, rows[0][3])


@cache
def _signed_in() -> Select[SignIn, Person, Role | None, int]:
    unseen = select(func.count()).select_from(outbox.unseen_of(Person.id).correlate(Person).subquery())
    return (
        select(SignIn, Person, Role, unseen.scalar_subquery())
        .join(Person, Person.id == SignIn.person_id)
        .outerjoin(Role, and_(Role.person_id == Person.id, role_in_force(AT)))
        .where(
            SignIn.token_hash == bindparam("token_hash"),
            SignIn.ended_at.is_(None),
            SignIn.seen_at > bindparam("not_idle"),
            SignIn.started_at > bindparam("not_old"),
            Person.disabled_at.is_(None),
            Person.merged_into_id.is_(None),
        )
    )


def role_in_force(at: Any) -> ColumnElement[bool]:
    """A condition: the role has begun at `at`, a moment or a parameter of the statement, and has not ended."""
    return and_(Role.starts_at <= at, or_(Role.ends_at.is_(None), Role.ends_at > at))


def role_counts(at: Any) -> ColumnElement[bool]:
    """A condition: the role is in force at `at` and its person is not disabled. The one answer to "who decides?" (A2)."""
    is_there = exists().where(Person.id == Role.person_id, Person.disabled_at.is_(None)).correlate(Role)
    return and_(role_in_force(at), is_there)


def actor_for(session: Session, person: Person, roles: Sequence[Role], *, at: datetime) -> Actor:
    """The actor, with what the roles put in charge of (A1, A5); one statement, and none for who is no staff.

    A town admin is in charge of what no coordinator covers, so that nothing waits unseen.
    """
    areas = [role.area_id for role in roles if role.kind == RoleKind.COORDINATOR]
    is_admin = any(role.kind == RoleKind.TOWN_ADMIN for role in roles)
    rows: Sequence[Any] = []
    if areas or is_admin:
        rows = session.execute(_charges(bool(areas), is_admin), {"areas": areas, "at": at}).all()
    charge = frozenset(code for code, whose in rows if whose is None)
    cases = frozenset((whose, code) for code, whose in rows if whose not in (None, person.id))
    return Actor(person, tuple(roles), charge, cases, at)


@cache
def _charges(is_coordinator: bool, is_admin: bool) -> CompoundSelect[str, int | None]:
    charges: list[Select[str, int | None]] = []
    if is_coordinator:
        theirs: BindParameter[Sequence[int]] = bindparam("areas", expanding=True)
        covered = select(AreaCover.committee_code, null()).where(AreaCover.area_id.in_(theirs))
        charges += [covered, _cases_of_the_only_admin(AT)]
    if is_admin:
        uncovered = select(Committee.code, null()).where(Committee.code.not_in(_coordinated(AT)))
        charges += [uncovered, _cases_of_lone_coordinators(AT)]
    return union_all(*charges)


def _cases_of_lone_coordinators(at: Any) -> Select[str, int]:
    """Committee and person, where that person is the only one in charge: their own cases are the town admins'."""
    return (
        select(AreaCover.committee_code, func.min(Role.person_id))
        .join(Role, Role.area_id == AreaCover.area_id)
        .where(Role.kind == RoleKind.COORDINATOR, role_counts(at))
        .group_by(AreaCover.committee_code)
        .having(func.count(Role.person_id.distinct()) == 1)
    )


def _cases_of_the_only_admin(at: Any) -> Select[str, int]:
    """The same for a town's only admin, where no other coordinator is in charge: any coordinator of the town decides."""
    only = (
        select(func.min(Role.person_id).label("id"))
        .where(Role.kind == RoleKind.TOWN_ADMIN, role_counts(at))
        .having(func.count(Role.person_id.distinct()) == 1)
        .subquery()
    )
    others = _coordinated(at).where(Role.person_id != only.c.id).correlate(only)
    return select(Committee.code, only.c.id).join(only, true()).where(Committee.code.not_in(others))


def actor_of(session: Session, person: Person, *, at: datetime) -> Actor:
    """The actor for a person, for entry points that have no device: command line, import, tests."""
    roles = session.scalars(select(Role).where(Role.person_id == person.id, role_in_force(at))).all()
    return actor_for(session, person, roles, at=at)


def coordinators_of(
    session: Session, committee_code: str | None, *, at: datetime, besides: int | None = None
) -> Sequence[int]:
    """Ids of the people in charge of a committee; where nobody is, the town admins.

    `besides` is somebody whose own case it is: others decide, and where there is no other admin either, any
    coordinator of the town (as `Actor.cases` says).
    """
    found = _holders(
        session,
        at,
        Role.kind == RoleKind.COORDINATOR,
        Role.area_id.in_(select(AreaCover.area_id).where(AreaCover.committee_code == committee_code)),
        Role.person_id != besides if besides is not None else true(),
    )
    return found or _admins_or_anybody(session, at, besides)


def coordinators_of_areas(
    session: Session, area_ids: Sequence[int], *, at: datetime, besides: int | None = None
) -> Sequence[int]:
    """Ids of the coordinators of any of these areas; where there is none, as `coordinators_of`."""
    found = _holders(
        session,
        at,
        Role.kind == RoleKind.COORDINATOR,
        Role.area_id.in_(area_ids),
        Role.person_id != besides if besides is not None else true(),
    )
    return found or _admins_or_anybody(session, at, besides)


def in_role_at(session: Session, kind: RoleKind, place_id: int, *, at: datetime) -> Sequence[Role]:
    """The roles of a kind at a feature's own place that count, oldest first."""
    return session.scalars(
        select(Role).where(Role.kind == kind, Role.place_id == place_id, role_counts(at)).order_by(Role.id)
    ).all()


def town_admins(session: Session, at: datetime) -> Sequence[int]:
    """Ids of the town admins."""
    return _holders(session, at, Role.kind == RoleKind.TOWN_ADMIN)


def _admins_or_anybody(session: Session, at: datetime, besides: int | None) -> Sequence[int]:
    admins = town_admins(session, at)
    if list(admins) != [besides]:
        return [person_id for person_id in admins if person_id != besides]
    return [one for one in _holders(session, at, Role.kind == RoleKind.COORDINATOR) if one != besides]


def _holders(session: Session, at: datetime, *conditions: ColumnElement[bool]) -> Sequence[int]:
    return session.scalars(
        select(Role.person_id).where(*conditions, role_counts(at)).distinct().order_by(Role.person_id)
    ).all()


def account_of(session: Session, phone: str) -> Person | None:
    """The account of an E.164 number as it is, also one that nobody signs in with any more: for signing in and up."""
    return session.scalars(select(Person).where(Person.phone == phone)).one_or_none()


def person_by_phone(session: Session, phone: str) -> Person | None:
    """Whoever has an E.164 number: for the number of an account that was merged, the one that stayed (V5)."""
    account = aliased(Person)
    return session.scalars(
        select(Person)
        .join(account, Person.id == func.coalesce(account.merged_into_id, account.id))
        .where(account.phone == phone)
    ).one_or_none()


def same_person(person_id: int) -> Select[int]:
    """The ids of a person's account and of all that were merged into it: what stays where it was written is read
    by these (V5)."""
    return select(Person.id).where(or_(Person.id == person_id, Person.merged_into_id == person_id))


def numbers_of(person_id: Any) -> Select[Any]:
    """Every number by which the person is known, those of merged accounts too (V5)."""
    return select(Person.phone).where(
        or_(Person.id == person_id, Person.merged_into_id == person_id), Person.phone.is_not(None)
    )


def takes_time_of(person_id: Any, start: Any, end: Any) -> ColumnElement[bool]:
    """A condition on Duty: it takes the person's time within the half-open stretch (C16); without one, nothing does.

    Each may be a column of the statement.
    """
    if start is None or end is None:
        return false()
    return and_(
        Duty.person_id == person_id, Duty.cancelled_at.is_(None), Duty.starts_at < end, Duty.ends_at > start
    )


def _coordinated(at: Any) -> Select[str]:
    return (
        select(AreaCover.committee_code)
        .join(Role, Role.area_id == AreaCover.area_id)
        .where(Role.kind == RoleKind.COORDINATOR, role_counts(at))
    )
