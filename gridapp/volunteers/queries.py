"""Reads of volunteers and of the ledger of hours."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, or_, select, tuple_, union
from sqlalchemy.orm import Session, aliased, joinedload

from gridapp.accounts.models import Person, Role, RoleKind
from gridapp.accounts.queries import Actor, AnyActor, role_counts, same_person
from gridapp.areas.models import Committee
from gridapp.core.paging import Page, page_of
from gridapp.people.queries.merging import in_the_way, twin_of_person
from gridapp.volunteers.models import (
    HourEntry,
    HoursStatement,
    Skill,
    Volunteer,
    VolunteerArea,
    VolunteerState,
)

QUEUE_LENGTH = 20
WIDE_WORLD = 10  # committees


def volunteer_of(session: Session, person_id: int) -> Volunteer | None:
    """The person's readiness to help with their photo, or None."""
    statement = select(Volunteer).where(Volunteer.person_id == person_id)
    return session.scalars(statement.options(joinedload(Volunteer.photos))).unique().one_or_none()


def volunteer_by_id(session: Session, volunteer_id: int) -> Volunteer | None:
    """The volunteer with person, committee, skills and areas."""
    return (
        session.scalars(
            select(Volunteer)
            .where(Volunteer.id == volunteer_id)
            .options(
                joinedload(Volunteer.person).joinedload(Person.committee),
                joinedload(Volunteer.skills),
                joinedload(Volunteer.areas),
                joinedload(Volunteer.photos),
            )
            .execution_options(populate_existing=True)
        )
        .unique()
        .one_or_none()
    )


def skills(session: Session) -> Sequence[Skill]:
    """Every skill that is offered, by code."""
    return session.scalars(select(Skill).where(Skill.retired.is_(False)).order_by(Skill.code)).all()


def in_world_of(actor: Actor | AnyActor) -> ColumnElement[bool]:
    """A condition on Volunteer ⋈ Person: lives in the actor's committees, named one of the areas (A5), or theirs to decide."""
    named = exists().where(VolunteerArea.volunteer_id == Volunteer.id, VolunteerArea.area_id.in_(actor.areas))
    return or_(decided_by(actor), named)


def decided_by(actor: Actor | AnyActor) -> ColumnElement[bool]:
    """A condition: the actor decides on this volunteer (V2); a town admin, where no (other) coordinator does."""
    named = exists().where(VolunteerArea.volunteer_id == Volunteer.id, VolunteerArea.area_id.in_(actor.areas))
    outside = and_(
        Person.committee_code.is_(None),
        or_(named, _nobody_decides(actor.at) if actor.is_town_admin else false()),
    )
    return or_(Person.committee_code.in_(actor.codes), _falls_to(actor), outside)


def _falls_to(actor: Actor | AnyActor) -> ColumnElement[bool]:
    """The person is alone in charge of the committee they live in, and does not decide on themselves."""
    if not actor.has_cases:
        return false()
    return and_(
        Person.id.in_(actor.case_people), tuple_(Person.id, Person.committee_code).in_(actor.case_pairs)
    )


def _nobody_decides(at: Any) -> ColumnElement[bool]:
    """No area that the volunteer named has a coordinator at `at` besides the volunteer."""
    return ~exists().where(
        VolunteerArea.volunteer_id == Volunteer.id,
        VolunteerArea.area_id == Role.area_id,
        Role.kind == RoleKind.COORDINATOR,
        Role.person_id != Volunteer.person_id,
        role_counts(at),
    )


def standing_towards(session: Session, actor: Actor, volunteer: Volunteer) -> tuple[bool, bool]:
    """Whether the volunteer is in the actor's world (A5), and whether the actor decides on them (V2)."""
    row = session.execute(
        select(in_world_of(actor), decided_by(actor))
        .select_from(Volunteer)
        .join(Person, Person.id == Volunteer.person_id)
        .where(Volunteer.id == volunteer.id)
    ).one()
    return bool(row[0]), bool(row[1])


def applied(actor: Actor | AnyActor) -> Select[int]:
    """The ids of new volunteers whom the actor decides on."""
    return (
        select(Volunteer.id)
        .join(Person, Person.id == Volunteer.person_id)
        .where(Volunteer.state == VolunteerState.APPLIED, decided_by(actor), Volunteer.person_id != actor.id)
    )


def applied_names(actor: Actor) -> Select[str]:
    """Their names, in the order in which they applied."""
    return applied(actor).with_only_columns(Person.name.label("title")).order_by(Volunteer.id)


def applied_rows(session: Session, actor: Actor) -> Sequence[Any]:
    """The first of them, oldest first, with what their row shows."""
    return session.execute(_applied_rows(actor.kind), actor.facts).all()


@cache
def _applied_rows(actor: AnyActor) -> Select[*tuple[Any, ...]]:
    return (
        applied(actor)
        .add_columns(
            Volunteer.applied_at,
            Volunteer.person_id,
            Person.name,
            Person.phone,
            Committee.name.label("committee"),
            twin_of_person().label("twin_id"),
        )
        .outerjoin(Committee, Committee.code == Person.committee_code)
        .order_by(Volunteer.id)
        .limit(QUEUE_LENGTH)
    )


def page_in_world(session: Session, actor: Actor, *, state: str | None, after: int | None) -> Page:
    """Volunteers of the actor's world, newest first.

    A small world is gathered by its indexes; in a wide one almost everybody belongs, so the newest are looked
    through until the page is full.
    """
    living_here = (
        select(Volunteer.id)
        .join(Person, Person.id == Volunteer.person_id)
        .where(Person.committee_code.in_(sorted(actor.charge)))
    )
    naming_it = select(VolunteerArea.volunteer_id).where(VolunteerArea.area_id.in_(actor.areas))
    theirs = (
        select(Volunteer.id)
        .join(Person, Person.id == Volunteer.person_id)
        .where(
            Volunteer.person_id.in_({person_id for person_id, _committee in actor.cases}), _falls_to(actor)
        )
    )
    homeless = (
        select(Volunteer.id)
        .join(Person, Person.id == Volunteer.person_id)
        .where(Person.committee_code.is_(None), _nobody_decides(actor.at))
    )
    wide = len(actor.charge) > WIDE_WORLD
    gathered = [living_here, naming_it]
    gathered += [theirs] if actor.cases else []
    gathered += [homeless] if actor.is_town_admin else []
    statement = (
        select(
            Volunteer.id,
            Volunteer.state,
            Volunteer.paused_until,
            Person.name,
            Person.phone,
            Committee.name.label("committee"),
        )
        .join(Person, Person.id == Volunteer.person_id)
        .outerjoin(Committee, Committee.code == Person.committee_code)
        .where(in_world_of(actor) if wide else Volunteer.id.in_(union(*gathered)))
        .where(Volunteer.state != VolunteerState.MERGED)
    )
    if state in set(VolunteerState):
        statement = statement.where(Volunteer.state == state)
    return page_of(session, statement, key=Volunteer.id, after=after)


def ledger(session: Session, person_id: int) -> Sequence[HourEntry]:
    """Every entry of the person's hours, oldest first; earned with any of their accounts (V5)."""
    return session.scalars(
        select(HourEntry)
        .where(HourEntry.person_id.in_(same_person(person_id)))
        .order_by(HourEntry.day, HourEntry.id)
    ).all()


def entries_on(session: Session, statement: HoursStatement) -> Sequence[HourEntry]:
    """The entries that stand on a statement, oldest first."""
    return session.scalars(
        select(HourEntry)
        .where(HourEntry.person_id.in_(statement.accounts), HourEntry.id <= statement.last_entry_id)
        .order_by(HourEntry.day, HourEntry.id)
    ).all()


def merged_into(session: Session, person_id: int) -> Sequence[int]:
    """The ids of the accounts that are part of this one now (V5)."""
    return session.scalars(
        select(Person.id).where(Person.merged_into_id == person_id).order_by(Person.id)
    ).all()


def minutes_in_all(person_id: int) -> Select[int]:
    """A statement of the sum of the ledger, corrections included."""
    earned = select(func.coalesce(func.sum(HourEntry.minutes), 0))
    return earned.where(HourEntry.person_id.in_(same_person(person_id)))


def earned_minutes(session: Session, person_id: int) -> int:
    """What it is now."""
    return session.scalar(minutes_in_all(person_id)) or 0


def minutes_of_day(session: Session, person_id: int, day: date) -> int:
    """What the ledger counts for the person on one day (town time), corrections included."""
    counted = select(func.sum(HourEntry.minutes)).where(
        HourEntry.person_id.in_(same_person(person_id)), HourEntry.day == day
    )
    return session.scalar(counted) or 0


def statement_by_ref(session: Session, ref: str) -> HoursStatement | None:
    """The statement of hours under a reference, however its letters are typed."""
    return session.scalars(
        select(HoursStatement).where(HoursStatement.ref == ref.strip().upper())
    ).one_or_none()


def is_of(session: Session, statement: HoursStatement, person_id: int) -> bool:
    """Whether the person made the statement, with whichever of their accounts (V5)."""
    return statement.person_id == person_id or statement.person_id in merged_into(session, person_id)


def person_of(session: Session, person_id: int) -> Person:
    """The person with this id."""
    return session.get_one(Person, person_id)


def counted_now(session: Session, statement: HoursStatement) -> int:
    """What the lines of a statement count today, with corrections made since (V3)."""
    original = aliased(HourEntry)
    return (
        session.scalar(
            select(func.sum(HourEntry.minutes))
            .outerjoin(original, original.id == HourEntry.corrects_id)
            .where(
                HourEntry.person_id.in_(statement.accounts),
                func.coalesce(original.id, HourEntry.id) <= statement.last_entry_id,
            )
        )
        or 0
    )


def state_of(person_id: int) -> Select[Any]:
    """A statement of where somebody stands as a volunteer; of nothing where they are none."""
    return select(Volunteer.state).where(Volunteer.person_id == person_id)


def state_note_of(person_id: int) -> Select[Any]:
    """A statement of the reason that somebody read for it."""
    return select(Volunteer.state_note).where(Volunteer.person_id == person_id)


def is_read_by(session: Session, actor: Actor, person_id: int) -> bool:
    """Whether the actor reads the page of the person as a volunteer (A5)."""
    volunteer = volunteer_of(session, person_id)
    return volunteer is not None and standing_towards(session, actor, volunteer)[0]


def merging_obstacles(
    gone_id: int, stays_id: int, _at: datetime
) -> Sequence[Select[str, int, str, str | None]]:
    """Whether a suspension would end, or an approval, if one account became part of the other (V5)."""
    gone, stays = aliased(Volunteer), aliased(Volunteer)
    both = and_(gone.person_id == gone_id, stays.person_id == stays_id)
    suspended = VolunteerState.SUSPENDED
    helping = (VolunteerState.APPROVED, VolunteerState.PAUSED)
    not_approved = (VolunteerState.APPLIED, VolunteerState.DECLINED)
    return [
        in_the_way(code, gone.id, gone.state).join(stays, both).where(condition)
        for code, condition in (
            ("suspension_would_end", and_(gone.state == suspended, stays.state != suspended)),
            ("approval_would_end", and_(gone.state.in_(helping), stays.state.in_(not_approved))),
        )
    ]
