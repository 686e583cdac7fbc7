"""A role is given; it ends, and what hangs on it is handed over in the same step (A2, A3, A4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from gridapp.accounts.models import Person, Role, RoleKind
from gridapp.accounts.queries import Actor, town_admins
from gridapp.accounts.workflow import end_role, give_role, lock_person
from gridapp.core import outbox
from gridapp.core.features import Responsibility
from gridapp.core.refusals import refuse_if
from gridapp.people import queries
from gridapp.people.models import Grant
from gridapp.people.policies import SAME_PERSON, ending_refusals, giving_refusals

NOTHING = "–"


def give(session: Session, person: Person, grant: Grant, *, by: Actor, at: datetime) -> Role:
    """Give a role, no wider than the own one and never to oneself; the person is told. Raises Refused. A4, C13."""
    lock_person(session, person.id)
    refuse_if(giving_refusals(session, by, person, grant, at=at))
    role = _grant(session, person, grant, by=by, at=at)
    parts = {"place": place_of(session, role), "since": f"{role.starts_at:%Y-%m-%d}"}
    outbox.notify(session, f"role_given_{grant.kind}", role, to=[person.id], at=at, parts=parts)
    return role


def _grant(session: Session, person: Person, grant: Grant, *, by: Actor, at: datetime) -> Role:
    return give_role(
        session,
        person,
        grant.kind,
        at=at,
        by_id=by.id,
        by_role=role_of(by),
        area_id=grant.area_id,
        place=grant.place,
        post=grant.post,
        starts_at=grant.starts_at,
        ends_at=grant.ends_at,
    )


def end(
    session: Session,
    role: Role,
    *,
    by: Actor,
    at: datetime,
    note: str,
    responsibilities: Sequence[Responsibility],
    successor: Person | None = None,
) -> None:
    """End a role at once, and hand what hangs on it to `successor`, or to whoever is in charge then (A3).

    The successor gets the same role for as long as it would have lasted, under the rules of giving (A4), and is
    told with the list and the note; so are the others who share it, and the town office of what nobody else covers.
    """
    for person_id in sorted({role.person_id, *([successor.id] if successor else [])}):
        lock_person(session, person_id)
    if role.kind == RoleKind.TOWN_ADMIN:
        queries.hold_admins(session)
    if successor is not None:
        _take_over(session, role, successor, by=by, at=at)
    refuse_if(ending_refusals(session, by, role, at=at))
    _close(session, role, successor, by=by, at=at, note=note, responsibilities=responsibilities)


def end_with_account(
    session: Session,
    role: Role,
    *,
    by: Actor,
    at: datetime,
    note: str,
    responsibilities: Sequence[Responsibility],
) -> None:
    """End a role because its holder's account is disabled, whatever its kind. The caller has asked who may, and
    holds the person's lock."""
    _close(session, role, None, by=by, at=at, note=note, responsibilities=responsibilities)


def _close(
    session: Session,
    role: Role,
    successor: Person | None,
    *,
    by: Actor,
    at: datetime,
    note: str,
    responsibilities: Sequence[Responsibility],
) -> None:
    """End it, and tell everybody concerned with the list of what hung on it."""
    open_now = queries.hanging_on(session, role, responsibilities, at=at)
    end_role(session, role, at=at, by_id=by.id, by_role=role_of(by), note=note or None)
    parts = {
        "from": role.person.name,
        "place": place_of(session, role),
        "note": note or NOTHING,
        "number": sum(one.number for one in open_now),
        "things": " · ".join(title for one in open_now for title in one.titles) or NOTHING,
    }
    outbox.notify(session, "role_ended", role, to=[role.person_id], at=at, parts=parts)
    _tell_who_goes_on(session, role, successor, parts, at=at)


def _take_over(session: Session, role: Role, successor: Person, *, by: Actor, at: datetime) -> None:
    """Give the successor the role, unless they have it already."""
    refuse_if([SAME_PERSON] if successor.id == role.person_id else [])
    grant = Grant(role.kind, role.area_id, role.place, role.post, max(at, role.starts_at), role.ends_at)
    refusals = giving_refusals(session, by, successor, grant, at=at)
    if [refusal.code for refusal in refusals] == ["held_already"]:
        return
    refuse_if(refusals)
    _grant(session, successor, grant, by=by, at=at)


def _tell_who_goes_on(
    session: Session, role: Role, successor: Person | None, parts: dict[str, Any], *, at: datetime
) -> None:
    """The successor, whoever shares the role, and the town office where something is left without anybody."""
    others = queries.sharing(session, role, at=at)
    if successor is not None:
        outbox.notify(session, "role_handed_over", role, to=[successor.id], at=at, parts=parts)
    told = set(others) - {successor.id if successor else 0}
    outbox.notify(session, "role_left_to_you", role, to=told, at=at, parts=parts)
    if is_left_alone(session, role, others):
        admins = set(town_admins(session, at)) - {role.person_id}
        outbox.notify(session, "role_left_to_town", role, to=admins, at=at, parts=parts)


def is_left_alone(session: Session, role: Role, others: Mapping[int, queries.Sharer]) -> bool:
    """Whether something that the role was for is covered by none of the `others`: then the town office is in charge."""
    if role.kind != RoleKind.COORDINATOR:
        return not others
    covered = frozenset(code for other in others.values() for code in other.codes)
    return bool(queries.known_cover(session, role.area_id) - covered)


def role_of(actor: Actor) -> RoleKind:
    """As what somebody does this, for the journal."""
    return RoleKind.TOWN_ADMIN if actor.is_town_admin else RoleKind.COORDINATOR


def place_of(session: Session, role: Role) -> str:
    """How the place of a role is called."""
    return role.area.name if role.area is not None else role.place or NOTHING
