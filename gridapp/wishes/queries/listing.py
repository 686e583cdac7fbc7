"""The list of open wishes: filters, order and search, each on an index (W15).

The numbers of the wishes are found first, in the order of an index and no more than the page has; only then are names
joined to them. Asked for both at once, SQLite reads a table of names first and sorts a million.

Every condition is told to the database with what it knows itself (`state = 'open'` in the statement, not among
its parameters), so that the indexes of open wishes serve, however the statement was prepared.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import Any, TypeVarTuple

from sqlalchemy import (
    BindParameter,
    Select,
    and_,
    bindparam,
    column,
    func,
    literal_column,
    or_,
    select,
    table,
)
from sqlalchemy.orm import Session

from gridapp.accounts.queries import AT
from gridapp.areas.models import Committee
from gridapp.core.paging import COUNT_STOPS_AT, LARGEST_KEY, PER_PAGE, Page
from gridapp.core.searching import Term, for_fts5, found_by_tsquery
from gridapp.photos.queries import first_photo_of
from gridapp.wishes.models import Category, Wish, runs_out

Columns = TypeVarTuple("Columns")

OPEN = Wish.state == literal_column("'open'")
FTS5 = table("wish_search", column("rowid"), column("wish_search"))
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
KEY = re.compile(r"(?:([0-9]{1,17})\.)?([0-9]{1,10})", re.ASCII)

COMMITTEES: BindParameter[Any] = bindparam("committees", expanding=True)
CATEGORY: BindParameter[Any] = bindparam("category")
SKILL: BindParameter[Any] = bindparam("skill")
BEGIN: BindParameter[Any] = bindparam("begin")
END: BindParameter[Any] = bindparam("end")
BEFORE: BindParameter[Any] = bindparam("before")

SLIP = (
    Wish.id,
    Wish.title,
    Wish.state,
    Wish.road,
    Wish.places,
    Wish.taken,
    Wish.starts_at,
    Wish.ends_at,
    Wish.deadline,
    Wish.minutes,
    Category.name.label("category"),
    Category.name_en.label("category_en"),
    Category.icon,
    Committee.name.label("committee"),
    first_photo_of("wishes", Wish.id).label("photo_id"),
)


class Order(StrEnum):
    """In which order the list stands."""

    NEWEST = "newest"
    SOONEST = "soonest"


@dataclass(frozen=True, eq=False)
class Wanted:
    """Which open wishes somebody wants to see.

    `committees` None: anywhere. `between`: the stretch (UTC, half-open) in which help is wanted, by a window that
    reaches into it or a deadline within it; `undated`: those without any day. `terms` None: no search; empty: what
    was typed holds nothing to look for, so nothing is found.
    """

    committees: Collection[str] | BindParameter[Any] | None = None
    category: str | BindParameter[Any] | None = None
    skill: str | BindParameter[Any] | None = None
    between: tuple[Any, Any] | None = None
    undated: bool = False
    terms: Sequence[Term] | None = None
    order: Order = Order.NEWEST

    @property
    def kind(self) -> Wanted:
        """What a statement is put together for that serves everybody who asks in this way: all but the words, as
        parameters."""
        return _any_wanted(
            self.committees is not None,
            self.category is not None,
            self.skill is not None,
            self.between is not None,
            self.undated,
        )

    def facts(self, at: datetime) -> dict[str, Any]:
        """What the parameters in a statement for the `kind` mean here."""
        begin, end = self.between or (None, None)
        return {
            AT.key: at,
            COMMITTEES.key: sorted(self.committees or ()),
            CATEGORY.key: self.category,
            SKILL.key: self.skill,
            BEGIN.key: begin,
            END.key: end,
        }


@cache
def _any_wanted(committees: bool, category: bool, skill: bool, between: bool, undated: bool) -> Wanted:
    return Wanted(
        committees=COMMITTEES if committees else None,
        category=CATEGORY if category else None,
        skill=SKILL if skill else None,
        between=(BEGIN, END) if between else None,
        undated=undated,
    )


def select_slips() -> Select[*tuple[Any, ...]]:
    """The columns of a slip."""
    return (
        select(*SLIP)
        .join(Category, Category.code == Wish.category_code)
        .join(Committee, Committee.code == Wish.committee_code)
    )


def open_wishes(
    session: Session, wanted: Wanted, *, at: datetime, after: str | None = None, size: int = PER_PAGE
) -> Page:
    """Slips of the wishes that can be taken on at `at`, a page behind the key `after`; a strange key is no key."""
    if wanted.terms is not None and not wanted.terms:
        return Page((), None)
    moment, number = _read_key(after)
    if wanted.order is Order.NEWEST:
        return _newest(session, wanted, at, number if moment is None else None, size)
    if moment is None and number is not None:
        return _newest(session, replace(wanted, undated=True), at, number, size)
    return _soonest(session, wanted, at, moment, number or 0, size)


def how_many(session: Session, wanted: Wanted, *, at: datetime) -> int:
    """How many there are; stops at 201, which pages show as 200+."""
    if wanted.terms is not None and not wanted.terms:
        return 0
    if wanted.terms:
        return session.scalar(_count(_searched(session, wanted, at))) or 0
    return session.scalar(_count_open(wanted.kind), wanted.facts(at)) or 0


def _count(ids: Select[int]) -> Select[int]:
    return select(func.count()).select_from(ids.limit(COUNT_STOPS_AT + 1).subquery())


@cache
def _count_open(wanted: Wanted) -> Select[int]:
    return _count(found(select(Wish.id), wanted, AT))


def index_errors(session: Session) -> list[str]:
    """What is off with SQLite's index, whose rows are told by triggers; PostgreSQL's own needs no look."""
    if _is_postgres(session):
        return []
    indexed = session.scalar(select(func.count()).select_from(table("wish_search_docsize"))) or 0
    there = session.scalar(select(func.count()).select_from(Wish).where(OPEN)) or 0
    return [] if indexed == there else [f"search: {indexed} wishes are indexed, {there} are open"]


def _newest(session: Session, wanted: Wanted, at: datetime, before: int | None, size: int) -> Page:
    if wanted.terms:
        number = Wish.id if _is_postgres(session) else FTS5.c.rowid
        statement = _newest_of(_searched(session, wanted, at), number, before, size)
        rows = session.execute(statement).all()
    else:
        statement = _newest_open(wanted.kind, before is not None, size)
        rows = session.execute(statement, wanted.facts(at) | {BEFORE.key: before}).all()
    return Page(rows[:size], str(rows[size - 1].id) if len(rows) > size else None)


def _newest_of(ids: Select[int], number: Any, before: Any, size: int) -> Select[*tuple[Any, ...]]:
    if before is not None:
        ids = ids.where(number < before)
    few = ids.order_by(number.desc()).limit(size + 1)
    return select_slips().where(Wish.id.in_(few)).order_by(Wish.id.desc())


@cache
def _newest_open(wanted: Wanted, is_behind: bool, size: int) -> Select[*tuple[Any, ...]]:
    return _newest_of(found(select(Wish.id), wanted, AT), Wish.id, BEFORE if is_behind else None, size)


def _soonest(
    session: Session, wanted: Wanted, at: datetime, moment: datetime | None, number: int, size: int
) -> Page:
    """Those whose time runs out first; behind the last of them those that have no day, newest first."""
    if wanted.undated:
        return _newest(session, wanted, at, None, size)
    ids = _searched(session, wanted, at) if wanted.terms else found(select(Wish.id), wanted, at)
    ids = ids.where(runs_out > at)
    if moment is not None:
        ids = ids.where(
            runs_out >= moment, or_(runs_out > moment, and_(runs_out == moment, Wish.id > number))
        )
    few = ids.order_by(runs_out, Wish.id).limit(size + 1)
    rows = session.execute(select_slips().where(Wish.id.in_(few)).order_by(runs_out, Wish.id)).all()
    if len(rows) > size:
        return Page(rows[:size], _write_key(rows[size - 1]))
    if wanted.between is not None:
        return Page(rows, None)
    rest = _newest(session, replace(wanted, undated=True), at, None, max(1, size - len(rows)))
    if len(rows) == size:  # just full: the undated begin on the next page
        return Page(rows, str(LARGEST_KEY) if rest.rows else None)
    return Page([*rows, *rest.rows], rest.next_key)


def found(statement: Select[*Columns], wanted: Wanted, at: Any) -> Select[*Columns]:
    """Those of `statement` that can be taken on at `at` and are wanted, whatever words they hold."""
    statement = statement.where(
        OPEN, or_(Wish.deadline.is_(None), Wish.deadline > at), or_(Wish.ends_at.is_(None), Wish.ends_at > at)
    )
    if wanted.committees is not None:
        statement = statement.where(Wish.committee_code.in_(wanted.committees))
    if wanted.category is not None:
        statement = statement.where(Wish.category_code == wanted.category)
    if wanted.skill is not None:
        statement = statement.where(Wish.skill_code == wanted.skill)
    if wanted.undated:
        statement = statement.where(runs_out.is_(None))
    if wanted.between is not None:
        begin, end = wanted.between
        statement = statement.where(runs_out > begin, func.coalesce(Wish.starts_at, Wish.deadline) < end)
    return statement


def _searched(session: Session, wanted: Wanted, at: datetime) -> Select[int]:
    """The ids of those that hold the words too. PostgreSQL has the words in the statement itself: it is new each time."""
    ids, terms = found(select(Wish.id), wanted, at), wanted.terms or ()
    if _is_postgres(session):
        return ids.where(*found_by_tsquery(Wish.words, Wish.initials, terms))
    return ids.join(FTS5, FTS5.c.rowid == Wish.id).where(FTS5.c.wish_search.match(for_fts5(terms)))


def _is_postgres(session: Session) -> bool:
    return session.get_bind().dialect.name == "postgresql"


def _read_key(after: str | None) -> tuple[datetime | None, int | None]:
    """The moment (none: no day) and the number of the last wish of the page before."""
    found = KEY.fullmatch(after or "")
    if found is None or not 0 < int(found[2]) <= LARGEST_KEY:
        return None, None
    moment = EPOCH + int(found[1]) * MICROSECOND if found[1] else None
    return moment, int(found[2])


def _write_key(row: Any) -> str:
    return f"{((row.ends_at or row.deadline) - EPOCH) // MICROSECOND}.{row.id}"
