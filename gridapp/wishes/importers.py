"""Wishes from a CSV file, such as the list of a round of visits (C8, C10)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from gridapp.accounts.models import Person, Role, RoleKind
from gridapp.accounts.queries import Actor, actor_of, role_in_force
from gridapp.areas.importing import Cells, Row, committee_choices, doubled
from gridapp.core.features import Importer, ImportReport, RowError
from gridapp.core.words import N_, Words
from gridapp.web.forms import in_town, in_utc
from gridapp.wishes.forms import LAST_MINUTE
from gridapp.wishes.models import MAX_PLACES, Beneficiary, Contact, Source, Wish
from gridapp.wishes.queries import categories
from gridapp.wishes.workflow.entering import submit_wish

COLUMNS = {
    "标题": "title",
    "title": "title",
    "说明": "text",
    "text": "text",
    "类别": "category",
    "category": "category",
    "居民区": "committee",
    "committee": "committee",
    "路名": "road",
    "road": "road",
    "人数": "places",
    "places": "places",
    "截止日期": "deadline",
    "deadline": "deadline",
    "受益人": "beneficiary",
    "beneficiary": "beneficiary",
    "电话": "phone",
    "phone": "phone",
    "地址": "address",
    "address": "address",
    "同意方式": "consent",
    "consent": "consent",
}
CONSENTS = {
    "当面": "in_person",
    "电话": "by_phone",
    "书面": "in_writing",
    "in_person": "in_person",
    "by_phone": "by_phone",
    "in_writing": "in_writing",
}
AS_MANY_AS_COME = ("不限", "any")
LONGEST = {"title": 40, "text": 4000, "road": 40, "beneficiary": 40, "address": 120}  # as in WishForm
LATEST_DAYS = 366

Key = tuple[str, str, str, str]


@dataclass(frozen=True)
class Entry:
    """One row that is right, as `submit_wish` takes it."""

    facts: Mapping[str, object]
    contact: Contact
    consent_how: str | None
    is_new: bool


@dataclass(frozen=True)
class Known:
    """What may be written in a cell, which wishes the author has entered before, and the day in the town."""

    committees: Mapping[str, str]
    categories: Mapping[str, str]
    entered: frozenset[Key]
    today: date


def read(session: Session, rows: Sequence[Row], at: datetime) -> ImportReport:
    """Enter the wishes of all rows at `at` (UTC), to be checked; or none when any row has an error (C8).

    They are entered by the first town admin. A wish of the same title, committee, phone and address
    that the same author entered before counts as the same.
    """
    author = _town_admin(session, at)
    if author is None:
        words = Words(N_("There is no town admin who could enter the wishes. Please make one first."))
        return ImportReport(0, 0, [RowError(1, "–", words)])
    known = Known(
        committee_choices(session), _category_choices(session), _entered(session, author), in_town(at).date()
    )
    entries: list[Entry] = []
    errors: list[RowError] = []
    lines: dict[Key, int] = {}
    for line, row in rows:
        cells = Cells(line, row, COLUMNS)
        entry = _entry(cells, known, lines)
        errors += cells.errors
        if entry is not None:
            entries.append(entry)
    if errors:
        return ImportReport(0, 0, errors)
    new = [entry for entry in entries if entry.is_new]
    for entry in new:
        submit_wish(
            session,
            by=author,
            at=at,
            facts=entry.facts,
            contact=entry.contact,
            source=Source.OTHER,
            consent_how=entry.consent_how,
        )
    session.flush()
    return ImportReport(len(new), len(entries) - len(new))


def _entry(cells: Cells, known: Known, lines: dict[Key, int]) -> Entry | None:
    """What a row says, or None when something in it is wrong."""
    title = cells.screened("title", cells.line_of_text("title", LONGEST["title"], required=True))
    text = cells.screened("text", cells.text("text", LONGEST["text"], required=True))
    category_code = cells.choice("category", known.categories, required=True)
    committee_code = cells.choice("committee", known.committees, required=True)
    road = cells.screened("road", cells.line_of_text("road", LONGEST["road"])) or ""
    places = _places(cells)
    deadline = cells.day("deadline")
    name = cells.line_of_text("beneficiary", LONGEST["beneficiary"], required=True)
    phone = cells.phone("phone")
    address = cells.line_of_text("address", LONGEST["address"], required=True)
    consent_how = cells.choice("consent", CONSENTS)
    is_new = (title, committee_code, phone, address) not in known.entered
    if is_new and deadline and not 0 <= (deadline - known.today).days <= LATEST_DAYS:
        cells.wrong("deadline", Words(N_("Please choose a day from today on, within a year.")))
    if not (title and text and category_code and committee_code and name and phone and address):
        return None
    doubled(cells, "title", (title, committee_code, phone, address), lines)
    if cells.errors:
        return None
    facts = {
        "title": title,
        "text": text,
        "category_code": category_code,
        "committee_code": committee_code,
        "road": road,
        "places": places,
        "deadline": in_utc(deadline, LAST_MINUTE).astimezone(UTC) if deadline else None,
    }
    return Entry(facts, Contact(name, phone, address), consent_how, is_new)


def _places(cells: Cells) -> int | None:
    """How many helpers: one when nothing is written, None for as many as come."""
    if cells.text("places", 40) in AS_MANY_AS_COME:
        return None
    return cells.number("places", 1, MAX_PLACES) or 1


def _town_admin(session: Session, at: datetime) -> Actor | None:
    person = session.scalars(
        select(Person)
        .join(Role, Role.person_id == Person.id)
        .where(Role.kind == RoleKind.TOWN_ADMIN, role_in_force(at))
        .order_by(Role.starts_at, Role.id)
        .limit(1)
    ).first()
    return actor_of(session, person, at=at) if person else None


def _category_choices(session: Session) -> dict[str, str]:
    known = categories(session)
    return {
        word: row.code
        for words in ("name", "code", "name_en")
        for row in known
        for word in [getattr(row, words)]
    }


def _entered(session: Session, author: Actor) -> frozenset[Key]:
    rows = session.execute(
        select(Wish.title, Wish.committee_code, Beneficiary.phone, Beneficiary.address)
        .join(Beneficiary, Beneficiary.wish_id == Wish.id)
        .where(Wish.author_id == author.id)
    )
    return frozenset((row.title, row.committee_code, row.phone, row.address) for row in rows)


WISHES = Importer(COLUMNS, read)
