"""Reads of people, their roles, and what hangs on these."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, literal, or_, select, true, union, union_all
from sqlalchemy.orm import Session, joinedload

from gridapp.accounts.models import Person, Role, RoleKind
from gridapp.accounts.queries import Actor, actor_for, role_in_force
from gridapp.areas.models import AreaCover, Committee
from gridapp.areas.queries import areas
from gridapp.core.features import Responsibility
from gridapp.core.paging import Page, counts_of, page_of
from gridapp.people.models import CodeState, Intermediary, RecoveryCode

WIDE_WORLD = 10  # committees
TITLES = 10
MOST_SUCCESSORS = 30
LAST_SIGN = "\U0010ffff"


@dataclass(frozen=True)
class Sharer:
    """Somebody who has what a role is for as well: all of it, or some of its committees."""

    name: str
    codes: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Hanging:
    """One kind of open things that hang on a role: how many (stops at 201), and how the first are called."""

    name: str
    number: int
    titles: Sequence[str]


def page_of_people(
    session: Session,
    actor: Actor,
    *,
    at: datetime,
    phone: str | None = None,
    name: str | None = None,
    with_role: bool = False,
    after: int | None = None,
) -> Page:
    """People of the actor's world (A5), the latest first: all, one number's, or those whose name begins so."""
    statement = (
        select(
            Person.id,
            Person.name,
            Person.phone,
            Person.disabled_at,
            Committee.name.label("committee"),
            Intermediary.phone.label("through_phone"),
        )
        .outerjoin(Committee, Committee.code == Person.committee_code)
        .outerjoin(Intermediary, Intermediary.person_id == Person.id)
        .where(in_world(session, actor), Person.merged_into_id.is_(None))
    )
    if phone:
        through = select(Intermediary.person_id).where(Intermediary.phone == phone)
        account = select(func.coalesce(Person.merged_into_id, Person.id)).where(
            or_(Person.phone == phone, Person.id.in_(through))
        )
        statement = statement.where(Person.id.in_(account))
    elif name:
        statement = statement.where(_name_begins(session, name))
    if with_role:
        statement = statement.where(Person.id.in_(select(Role.person_id).where(role_in_force(at))))
    return page_of(session, statement, key=Person.id, after=after)


def posts_of(session: Session, ids: Collection[int], *, at: datetime) -> Mapping[int, list[Role]]:
    """The roles in force of each of these people, with their areas."""
    found: dict[int, list[Role]] = {}
    if not ids:
        return found
    rows = session.scalars(
        select(Role)
        .where(Role.person_id.in_(ids), role_in_force(at))
        .options(joinedload(Role.area))
        .order_by(Role.id)
    )
    for role in rows:
        found.setdefault(role.person_id, []).append(role)
    return found


def person_by_id(session: Session, person_id: int) -> tuple[Person, Intermediary | None] | None:
    """The person with the committee, and through whom they are reached; read anew."""
    row = session.execute(
        select(Person, Intermediary)
        .outerjoin(Intermediary, Intermediary.person_id == Person.id)
        .where(Person.id == person_id)
        .options(joinedload(Person.committee))
        .execution_options(populate_existing=True)
    ).first()
    return (row[0], row[1]) if row else None


def is_in_world(session: Session, actor: Actor, person: Person) -> bool:
    """Whether the person belongs to what the actor looks after: lives there, or has a role inside it (A5)."""
    if actor.is_town_admin or actor.in_charge_of(person.committee_code):
        return True
    inside = areas_inside(session, actor.charge)
    if not inside:
        return False
    found = session.scalar(
        select(Role.id).where(Role.person_id == person.id, Role.area_id.in_(inside)).limit(1)
    )
    return found is not None


def areas_inside(session: Session, codes: Collection[str]) -> list[int]:
    """Ids of the areas all of whose committees are among `codes`."""
    return [area.id for area in areas(session) if area.committees and area.committees <= set(codes)]


def cover_of(session: Session, area_id: int | None) -> frozenset[str]:
    """Codes of the committees that an area covers now, for deciding; none without an area."""
    if area_id is None:
        return frozenset()
    return frozenset(
        session.scalars(select(AreaCover.committee_code).where(AreaCover.area_id == area_id)).all()
    )


def known_cover(session: Session, area_id: int | None) -> frozenset[str]:
    """The same as it was within the last half a minute, for showing and telling."""
    return next((area.committees for area in areas(session) if area.id == area_id), frozenset())


def roles_of(session: Session, person_id: int) -> Sequence[Role]:
    """Every role that the person has or had, the latest first."""
    return session.scalars(
        select(Role)
        .where(Role.person_id == person_id)
        .options(joinedload(Role.area))
        .order_by(Role.id.desc())
        .execution_options(populate_existing=True)
    ).all()


def not_over(session: Session, person_id: int, *, at: datetime) -> list[Role]:
    """The roles of the person that are in force or still to come."""
    return [role for role in roles_of(session, person_id) if role.ends_at is None or role.ends_at > at]


def role_by_id(session: Session, role_id: int) -> Role | None:
    """The role with person and area; read anew."""
    return session.scalars(
        select(Role)
        .where(Role.id == role_id)
        .options(joinedload(Role.area), joinedload(Role.person))
        .execution_options(populate_existing=True)
    ).one_or_none()


def lasting_admins(session: Session, *, besides: int, at: datetime) -> Sequence[int]:
    """Ids of the people other than `besides` who are town admin without an end. In a writing transaction their
    roles stay locked, so that of two who end each other one is refused (C1)."""
    return session.scalars(
        select(Role.person_id)
        .join(Person, Person.id == Role.person_id)
        .where(
            Role.kind == RoleKind.TOWN_ADMIN,
            Role.ends_at.is_(None),
            Role.starts_at <= at,
            Role.person_id != besides,
            Person.disabled_at.is_(None),
        )
        .order_by(Role.id)
    ).all()


def hold_admins(session: Session) -> None:
    """Lock every role of a town admin that has no end, until the transaction ends (C1)."""
    session.execute(
        select(Role.id)
        .where(Role.kind == RoleKind.TOWN_ADMIN, Role.ends_at.is_(None))
        .order_by(Role.id)
        .with_for_update()
    )


def has_same_role(session: Session, person_id: int, role: Any, *, at: datetime) -> bool:
    """Whether the person has a role of this kind at this place that is not over when `role` begins."""
    found = session.scalar(
        select(Role.id)
        .where(
            Role.person_id == person_id,
            Role.kind == role.kind,
            Role.area_id.is_not_distinct_from(role.area_id),
            Role.place.is_not_distinct_from(role.place),
            or_(Role.ends_at.is_(None), Role.ends_at > max(at, role.starts_at)),
        )
        .limit(1)
    )
    return found is not None


def hanging_on(
    session: Session, role: Role, responsibilities: Sequence[Responsibility], *, at: datetime
) -> list[Hanging]:
    """The open things that hang on the role, asked as if its holder had no other (A3)."""
    if role.kind == RoleKind.COORDINATOR:
        holder = Actor(role.person, (role,), known_cover(session, role.area_id))
    else:
        holder = actor_for(session, role.person, [role], at=at)
    asked = {str(number): one for number, one in enumerate(responsibilities)}
    counts = counts_of(session, {key: one.waiting(holder) for key, one in asked.items()})
    titles: dict[str, list[str]] = {key: [] for key in asked}
    parts = [
        select(literal(key).label("key"), part.c.title)
        for key, one in asked.items()
        if counts[key]
        for part in [one.titles(holder).limit(TITLES).subquery()]
    ]
    for key, title in session.execute(union_all(*parts)) if parts else ():
        titles[key].append(asked[key].said(title))
    return [Hanging(one.name, counts[key], titles[key]) for key, one in asked.items() if counts[key]]


def sharing(session: Session, role: Role, *, at: datetime) -> Mapping[int, Sharer]:
    """Who else has in force what the role is for, by id: who coordinates some of its committees, or, for any
    other role, who has one of the same kind at the same place."""
    statement = (
        select(Role.person_id, Person.name, Role.area_id)
        .join(Person, and_(Person.id == Role.person_id, Person.disabled_at.is_(None)))
        .where(Role.kind == role.kind, Role.person_id != role.person_id, role_in_force(at))
        .order_by(Role.id)
    )
    cover = known_cover(session, role.area_id)
    if role.kind == RoleKind.COORDINATOR:
        touching = [area.id for area in areas(session) if area.committees & cover]
        statement = statement.where(Role.area_id.in_(touching))
    else:
        statement = statement.where(
            Role.area_id.is_not_distinct_from(role.area_id),
            Role.place.is_not_distinct_from(role.place),
            Role.place_id.is_not_distinct_from(role.place_id),
        )
    found: dict[int, Sharer] = {}
    for person_id, name, area_id in session.execute(statement):
        before = found.get(person_id, Sharer(name))
        found[person_id] = Sharer(name, before.codes | (known_cover(session, area_id) & cover))
    return found


def successors(session: Session, actor: Actor, role: Role, *, at: datetime) -> Mapping[int, Role]:
    """Roles, by person's id, of those of the actor's world who have one now, for a first choice; not the holder."""
    roles = session.scalars(
        select(Role)
        .join(Person, and_(Person.id == Role.person_id, Person.disabled_at.is_(None)))
        .where(
            role_in_force(at),
            Role.person_id.not_in([role.person_id, actor.id]),
            in_world(session, actor),
        )
        .options(joinedload(Role.person))
        .order_by(Role.id)
        .limit(MOST_SUCCESSORS)
    )
    return {one.person_id: one for one in roles}


def live_code(session: Session, phone: str, *, at: datetime) -> tuple[RecoveryCode, Person] | None:
    """The code that somebody with this number may type: for the account of the number, or the one that gets it."""
    row = session.execute(
        select(RecoveryCode, Person)
        .join(Person, Person.id == RecoveryCode.person_id)
        .where(
            RecoveryCode.state == CodeState.LIVE,
            RecoveryCode.expires_at > at,
            Person.disabled_at.is_(None),
            Person.merged_into_id.is_(None),
            or_(
                RecoveryCode.new_phone == phone,
                and_(RecoveryCode.new_phone.is_(None), Person.phone == phone),
            ),
        )
        .order_by(RecoveryCode.id.desc())
        .limit(1)
        .execution_options(populate_existing=True)
    ).first()
    return (row[0], row[1]) if row else None


def live_code_of(session: Session, person_id: int) -> RecoveryCode | None:
    """The person's live code, if any; it may be too old."""
    return session.scalars(
        select(RecoveryCode).where(RecoveryCode.person_id == person_id, RecoveryCode.state == CodeState.LIVE)
    ).one_or_none()


def number_is_free(session: Session, phone: str, person_id: int, *, at: datetime) -> bool:
    """Whether no other account has the number, and none is about to get it."""
    taken = select(Person.id).where(Person.phone == phone, Person.id != person_id)
    promised = select(RecoveryCode.id).where(
        RecoveryCode.new_phone == phone,
        RecoveryCode.state == CodeState.LIVE,
        RecoveryCode.expires_at > at,
        RecoveryCode.person_id != person_id,
    )
    return session.execute(union(taken, promised).limit(1)).first() is None


def in_world(session: Session, actor: Actor) -> ColumnElement[bool]:
    """A condition on Person, as `is_in_world` (A5): a small world is gathered by its indexes, a wide one is nearly all."""
    if actor.is_town_admin:
        return true()
    lives_here = Person.committee_code.in_(sorted(actor.charge))
    works_here = select(Role.person_id).where(Role.area_id.in_(areas_inside(session, actor.charge)))
    if len(actor.charge) > WIDE_WORLD:
        return or_(lives_here, Person.id.in_(works_here))
    return Person.id.in_(union(select(Person.id).where(lives_here), works_here))


def _name_begins(session: Session, text: str) -> ColumnElement[bool]:
    """A condition that each engine answers by its index on the name."""
    if session.get_bind().dialect.name == "postgresql":
        return Person.name.startswith(text, autoescape=True)
    return and_(Person.name >= text, Person.name < text + LAST_SIGN)
