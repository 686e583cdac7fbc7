"""Reads of people: who acts, who is in charge, what takes somebody's time."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Integer, and_, cast, false, func, null, or_, select, union_all
from sqlalchemy.orm import Session

from gridapp.accounts.models import Duty, Person, Role, RoleKind, SignIn
from gridapp.areas.models import Area, AreaCover, Committee
from gridapp.core import outbox

IDLE = timedelta(days=14)
ABSOLUTE = timedelta(days=60)


@dataclass(frozen=True)
class Actor:
    """Who acts: the person, the roles in force, and the codes of the committees they are in charge of.

    `unled`, for a town admin, are the ids of the areas that nobody coordinates now.
    """

    person: Person
    roles: tuple[Role, ...] = ()
    charge: frozenset[str] = frozenset()
    unled: frozenset[int] = frozenset()

    @property
    def is_town_admin(self) -> bool:
        """Whether the actor looks after what nobody else does."""
        return any(role.kind == RoleKind.TOWN_ADMIN for role in self.roles)

    @property
    def id(self) -> int:
        """The person's id."""
        return self.person.id

    @property
    def represents(self) -> frozenset[int]:
        """Ids of the organisations for which the actor speaks."""
        return frozenset(
            role.place_id
            for role in self.roles
            if role.kind == RoleKind.REPRESENTATIVE and role.place_id is not None
        )

    def in_charge_of(self, committee_code: str | None) -> bool:
        """Whether the actor coordinates this committee now."""
        return committee_code in self.charge


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

    None when the token is unknown, ended, idle for 14 days, older than 60, or its person disabled (D4).
    """
    unseen = select(func.count()).select_from(outbox.unseen_of(Person.id).correlate(Person).subquery())
    rows = session.execute(
        select(SignIn, Person, Role, unseen.scalar_subquery())
        .join(Person, Person.id == SignIn.person_id)
        .outerjoin(Role, and_(Role.person_id == Person.id, role_in_force(at)))
        .where(
            SignIn.token_hash == token_hash(token),
            SignIn.ended_at.is_(None),
            SignIn.seen_at > at - IDLE,
            SignIn.started_at > at - ABSOLUTE,
            Person.disabled_at.is_(None),
        )
    ).all()
    if not rows:
        return None
    roles = tuple(row[2] for row in rows if row[2] is not None)
    return SignedIn(rows[0][0], rows[0][1], roles, rows[0][3])


def role_in_force(at: datetime) -> ColumnElement[bool]:
    """A condition: the role counts at `at`."""
    return and_(Role.starts_at <= at, or_(Role.ends_at.is_(None), Role.ends_at > at))


def actor_for(session: Session, person: Person, roles: Sequence[Role], *, at: datetime) -> Actor:
    """The actor, with the committees that the roles put in charge of (A1, A5).

    A town admin is in charge of what no coordinator covers, so that nothing waits unseen.
    """
    areas = [role.area_id for role in roles if role.kind == RoleKind.COORDINATOR]
    codes: set[str] = set()
    unled: frozenset[int] = frozenset()
    if areas:
        codes.update(session.scalars(select(AreaCover.committee_code).where(AreaCover.area_id.in_(areas))))
    if any(role.kind == RoleKind.TOWN_ADMIN for role in roles):
        nobodys, unled = _without_coordinator(session, at)
        codes.update(nobodys)
    return Actor(person, tuple(roles), frozenset(codes), unled)


def actor_of(session: Session, person: Person, *, at: datetime) -> Actor:
    """The actor for a person, for entry points that have no device: command line, import, tests."""
    roles = session.scalars(select(Role).where(Role.person_id == person.id, role_in_force(at))).all()
    return actor_for(session, person, roles, at=at)


def coordinators_of(session: Session, committee_code: str | None, *, at: datetime) -> Sequence[int]:
    """Ids of the people in charge of a committee; where nobody is, the town admins."""
    found = session.scalars(
        select(Role.person_id)
        .join(AreaCover, AreaCover.area_id == Role.area_id)
        .join(Person, Person.id == Role.person_id)
        .where(
            Role.kind == RoleKind.COORDINATOR,
            AreaCover.committee_code == committee_code,
            Person.disabled_at.is_(None),
            role_in_force(at),
        )
        .distinct()
    ).all()
    return found or town_admins(session, at)


def coordinators_of_areas(session: Session, area_ids: Sequence[int], *, at: datetime) -> Sequence[int]:
    """Ids of the coordinators of any of these areas; where there is none, the town admins."""
    found = session.scalars(
        select(Role.person_id)
        .join(Person, Person.id == Role.person_id)
        .where(
            Role.kind == RoleKind.COORDINATOR,
            Role.area_id.in_(area_ids),
            Person.disabled_at.is_(None),
            role_in_force(at),
        )
        .distinct()
    ).all()
    return found or town_admins(session, at)


def in_role_at(session: Session, kind: RoleKind, place_id: int, *, at: datetime) -> Sequence[Role]:
    """The roles of a kind at a feature's own place that are in force, oldest first."""
    return session.scalars(
        select(Role).where(Role.kind == kind, Role.place_id == place_id, role_in_force(at)).order_by(Role.id)
    ).all()


def town_admins(session: Session, at: datetime) -> Sequence[int]:
    """Ids of the people who look after what nobody else does."""
    return session.scalars(
        select(Role.person_id)
        .join(Person, Person.id == Role.person_id)
        .where(Role.kind == RoleKind.TOWN_ADMIN, Person.disabled_at.is_(None), role_in_force(at))
        .distinct()
    ).all()


def person_by_phone(session: Session, phone: str) -> Person | None:
    """The account of an E.164 number."""
    return session.scalars(select(Person).where(Person.phone == phone)).one_or_none()


def takes_time_of(person_id: int, start: datetime | None, end: datetime | None) -> ColumnElement[bool]:
    """A condition on Duty: it takes the person's time within the half-open stretch (C16); without one, nothing does."""
    if start is None or end is None:
        return false()
    return and_(
        Duty.person_id == person_id, Duty.cancelled_at.is_(None), Duty.starts_at < end, Duty.ends_at > start
    )


def _without_coordinator(session: Session, at: datetime) -> tuple[frozenset[str], frozenset[int]]:
    """Codes of the committees, and ids of the areas, that nobody coordinates; in one statement."""
    led = (
        select(Role.area_id)
        .join(Person, Person.id == Role.person_id)
        .where(
            Role.kind == RoleKind.COORDINATOR,
            Role.area_id.is_not(None),
            Person.disabled_at.is_(None),
            role_in_force(at),
        )
    )
    covered = select(AreaCover.committee_code).where(AreaCover.area_id.in_(led))
    rows: Sequence[Any] = session.execute(
        union_all(
            select(Committee.code.label("code"), cast(null(), Integer).label("area_id")).where(
                Committee.code.not_in(covered)
            ),
            select(null(), Area.id).where(Area.id.not_in(led)),
        )
    ).all()
    return frozenset(row.code for row in rows if row.code), frozenset(
        row.area_id for row in rows if row.area_id
    )
