"""Reads of wishes and claims. Lists select the columns that a slip shows, never an entity a row."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Row,
    Select,
    and_,
    bindparam,
    exists,
    func,
    or_,
    select,
)
from sqlalchemy.orm import Session, joinedload

from gridapp.accounts.models import Person
from gridapp.accounts.queries import Actor
from gridapp.areas.queries import for_a_while
from gridapp.core.access_log import Look
from gridapp.core.journal import JournalEntry
from gridapp.core.paging import Page, page_of
from gridapp.organisations.models import Organisation
from gridapp.photos.queries import first_photo_of
from gridapp.volunteers.models import Skill, Volunteer
from gridapp.wishes.models import (
    PUBLIC,
    UNFINISHED,
    Beneficiary,
    Category,
    Claim,
    ClaimState,
    Source,
    Wish,
    WishState,
)
from gridapp.wishes.queries.listing import select_slips
from gridapp.wishes.queries.standings import Standing as Standing
from gridapp.wishes.queries.standings import apart_from
from gridapp.wishes.queries.standings import standing as standing

AnyRow = Row[*tuple[Any, ...]]

QUEUE_LENGTH = 20
IN_WORLD_AFTER_END = timedelta(days=7)


def categories(session: Session) -> Sequence[AnyRow]:
    """code, name, name_en, icon of every category, in the town's order."""
    return for_a_while(
        "categories",
        lambda: session.execute(
            select(Category.code, Category.name, Category.name_en, Category.icon)
            .where(Category.retired.is_(False))
            .order_by(Category.rank, Category.code)
        ).all(),
    )


def wishes_of(session: Session, person_id: int, *, after: int | None = None) -> Page:
    """Slips of the wishes that a person entered, newest first, without those of `waiting_for`."""
    theirs = select_slips().where(Wish.author_id == person_id, ~_waits_for_author())
    return page_of(session, theirs, key=Wish.id, after=after)


def waiting_for(session: Session, person_id: int) -> Sequence[AnyRow]:
    """Slips of the wishes that wait for the person who entered them, longest first: a question, or a report to confirm."""
    return session.execute(
        select_slips().where(Wish.author_id == person_id, _waits_for_author()).order_by(Wish.id)
    ).all()


def _waits_for_author() -> ColumnElement[bool]:
    reported = exists().where(
        Claim.wish_id == Wish.id, Claim.state == ClaimState.DONE, Claim.person_id != Wish.author_id
    )
    return or_(Wish.state == WishState.ASKED_BACK, reported)


def wish_by_id(session: Session, wish_id: int) -> Wish | None:
    """The wish with category, committee, skill, slip and photos, in one statement."""
    return session.scalars(_wish_by_id(), {"wish": wish_id}).unique().one_or_none()


@cache
def _wish_by_id() -> Select[Wish]:
    return (
        select(Wish)
        .where(Wish.id == bindparam("wish"))
        .options(
            joinedload(Wish.photos),
            joinedload(Wish.category),
            joinedload(Wish.committee),
            joinedload(Wish.skill),
            joinedload(Wish.slip),
        )
        .execution_options(populate_existing=True)
    )


def beneficiary_of(session: Session, wish: Wish) -> Beneficiary:
    """The private part. Only after `revealing_refusals` or for the author's own form (W7)."""
    return session.get_one(Beneficiary, wish.id)


def claims_on(session: Session, wish: Wish) -> Sequence[Any]:
    """Every claim ever made on the wish, oldest first, with its person's name and committee, volunteer id and own
    photo's id, its organisation's name, and whether the person is kept apart from whom the wish is for (W19)."""
    author_id = wish.author_id if wish.source == Source.SELF else None
    statement = select_claims(is_for_author=author_id is not None)
    return session.execute(statement, {"wish": wish.id, "author": author_id}).unique().all()


@cache
def select_claims(*, is_for_author: bool) -> Select[*tuple[Any, ...]]:
    """The statement of `claims_on`; its parameters are the ids `wish` and `author`."""
    wish_id: BindParameter[int] = bindparam("wish")
    return (
        select(
            Claim,
            Person.name,
            Person.committee_code,
            Volunteer.id.label("volunteer_id"),
            first_photo_of("volunteers", Volunteer.id).label("portrait_id"),
            Organisation.name.label("organisation"),
            apart_from(
                func.coalesce(Person.merged_into_id, Person.id),
                wish_id,
                bindparam("author") if is_for_author else None,
            ).label("apart"),
        )
        .join(Person, Person.id == Claim.person_id)
        .outerjoin(Volunteer, Volunteer.person_id == Claim.person_id)
        .outerjoin(Organisation, Organisation.id == Claim.organisation_id)
        .where(Claim.wish_id == wish_id)
        .options(joinedload(Claim.photos))
        .order_by(Claim.id)
        .execution_options(populate_existing=True)
    )


def claims_of(session: Session, wish: Wish, person_id: int) -> Sequence[Claim]:
    """The claims that one person ever made on the wish, oldest first."""
    statement = (
        select(Claim)
        .where(Claim.wish_id == wish.id, Claim.person_id == person_id)
        .options(joinedload(Claim.volunteer), joinedload(Claim.photos))
        .order_by(Claim.id)
        .execution_options(populate_existing=True)
    )
    return session.scalars(statement).unique().all()


def claim_by_id(session: Session, claim_id: int) -> Claim | None:
    """The claim with its wish."""
    return session.scalars(
        select(Claim).where(Claim.id == claim_id).options(joinedload(Claim.wish))
    ).one_or_none()


def live_claims_of(session: Session, person_id: int) -> Sequence[AnyRow]:
    """The person's claims that are held or wait for confirmation, with their wish's slip, nearest first."""
    return session.execute(
        select_slips()
        .add_columns(Claim.id.label("claim_id"), Claim.state.label("claim_state"), Claim.since)
        .join(Claim, Claim.wish_id == Wish.id)
        .where(Claim.person_id == person_id, Claim.going, Claim.state.in_((*UNFINISHED, ClaimState.DONE)))
        .order_by(
            Claim.state == ClaimState.DONE,
            func.coalesce(Wish.starts_at, Wish.deadline, Claim.since),
            Claim.id,
        )
    ).all()


def had_claim(session: Session, wish: Wish, person_id: int) -> bool:
    """Whether the person ever had a claim on the wish."""
    found = session.scalar(
        select(Claim.id).where(Claim.wish_id == wish.id, Claim.person_id == person_id).limit(1)
    )
    return found is not None


def sees_person(session: Session, actor: Actor, person_id: int, at: datetime) -> bool:
    """Whether the person has a claim in the actor's committees, or had one until a week ago (A5)."""
    found = session.scalar(
        select(Claim.id)
        .join(Wish, Wish.id == Claim.wish_id)
        .where(
            Claim.person_id == person_id,
            Wish.committee_code.in_(sorted(actor.charge)),
            or_(Claim.ended_at.is_(None), Claim.ended_at > at - IN_WORLD_AFTER_END),
        )
        .limit(1)
    )
    return found is not None


def story(
    session: Session, wish: Wish, claim_ids: Collection[int]
) -> Sequence[Row[JournalEntry, int | None]]:
    """Each step of the wish and of its claims, oldest first, with what was written (W13), and whose it is: the account
    of that person that goes on (V5)."""
    return session.execute(_story(), {"wish": wish.id, "claims": claim_ids}).all()


@cache
def _story() -> Select[JournalEntry, int | None]:
    claim_ids: BindParameter[Any] = bindparam("claims", expanding=True)
    return (
        select(JournalEntry, func.coalesce(Person.merged_into_id, Person.id))
        .outerjoin(Person, Person.id == JournalEntry.by_id)
        .where(
            or_(
                and_(JournalEntry.thing == "wishes", JournalEntry.thing_id == bindparam("wish")),
                and_(JournalEntry.thing == "claims", JournalEntry.thing_id.in_(claim_ids)),
            )
        )
        .options(joinedload(JournalEntry.note))
        .order_by(JournalEntry.at, JournalEntry.id)
    )


def looks_at(session: Session, wish: Wish) -> Sequence[AnyRow]:
    """Who looked at the beneficiary's data, newest first (C4)."""
    return session.execute(
        select(Look.at, Look.by_role, Person.name)
        .join(Person, Person.id == Look.by_id)
        .where(Look.thing == "wishes", Look.thing_id == wish.id)
        .order_by(Look.id.desc())
        .limit(20)
    ).all()


def skill_choices(session: Session) -> Sequence[AnyRow]:
    """code, name, name_en of every skill."""
    return for_a_while(
        "skills",
        lambda: session.execute(
            select(Skill.code, Skill.name, Skill.name_en).where(Skill.retired.is_(False)).order_by(Skill.code)
        ).all(),
    )


def is_public(wish: Wish) -> bool:
    """Whether everybody may read the wish's page (W3)."""
    return wish.state in PUBLIC
