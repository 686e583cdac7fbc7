"""Hours of the past from a list: entries of the ledger with organiser and who confirmed them (V3, C8)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from gridapp.accounts.importers import NAME, NUMBER, PHONE, people_by_phone
from gridapp.accounts.models import Person
from gridapp.core import journal
from gridapp.core.features import Importer
from gridapp.core.masking import masked_name
from gridapp.core.tables.cells import Cells, doubled
from gridapp.core.tables.headings import Column, Sheet
from gridapp.core.tables.importing import Found, read_rows, remember
from gridapp.core.tables.reports import ImportReport, RowError
from gridapp.core.words import N_, Words
from gridapp.volunteers.models import HourEntry, Volunteer
from gridapp.web.forms import in_town

COLUMNS = (
    NUMBER,
    replace(NAME, needed=False),
    PHONE,
    Column("day", "日期", needed=True),
    Column("minutes", "分钟"),
    Column("hours", "小时"),
    Column("service", "服务内容", needed=True),
    Column("place", "地点"),
    Column("organiser", "组织单位", needed=True),
    Column("confirmed_by", "确认人", needed=True, mask=masked_name),
    Column("since", "登记时间", only_written=True),
)
KEYED_BY = ("phone", "day", "minutes", "hours", "service", "place", "organiser")
LONGEST_TEXT, LONGEST_NAME = 80, 40
A_DAY = 1440
EARLIEST = date(1990, 1, 1)
RECORDS = "records"  # confirmed as: by whoever the earlier records name

Key = tuple[str, date, int, str]


@dataclass(frozen=True)
class Entry:
    """One row that is right."""

    phone: str
    day: date
    minutes: int
    service: str
    place: str
    organiser: str
    confirmed_by: str

    @property
    def key(self) -> Key:
        """What tells two services apart, where the list has no numbers."""
        return (self.phone, self.day, self.minutes, self.service)


def read(session: Session, sheet: Sheet, *, by: Any, at: datetime) -> ImportReport:
    """Write the hours of all rows into the ledger at `at` (UTC), or nothing when any has an error (C8).

    `by` records them; the names of those who confirmed stay as they are written. Hours that the ledger has
    already count as the same.
    """
    if by is None:
        words = Words(N_("There is no town admin who could record the hours."))
        return ImportReport(
            0, 0, [RowError(1, "–", words, Words(N_("Please make one first: gridapp admin PHONE.")))]
        )
    lines: dict[Any, int] = {}
    rows: dict[str, Cells] = {}
    today = in_town(at).date()
    reading = read_rows(
        session,
        "hours",
        sheet,
        lambda cells: _entry(cells, today, lines, rows),
        choices={},
        keyed_by=KEYED_BY,
    )
    helpers = _helpers(session, rows)
    reading.errors += [
        error for phone, cells in rows.items() if phone not in helpers for error in _unknown(cells)
    ]
    if reading.errors:
        reading.errors.sort(key=lambda error: error.line)
        return reading.refused()
    there = _there(session, [helper.person_id for helper in helpers.values()])
    new = [
        found
        for found in reading.found
        if (helpers[found.entry.phone].person_id, *found.entry.key[1:]) not in there
    ]
    for found in sheet.watch(new, "hours written"):
        _write(session, found, helpers[found.entry.phone], by_id=by.id, at=at)
    session.flush()
    return reading.report(len(new))


def _entry(cells: Cells, today: date, lines: dict[Any, int], rows: dict[str, Cells]) -> Entry | None:
    """What a row says, or None when something in it is wrong."""
    cells.line_of_text("name", LONGEST_NAME)
    phone = cells.phone("phone", mobile=True)
    day = cells.day("day", required=True)
    minutes = _minutes(cells)
    service = cells.line_of_text("service", LONGEST_TEXT, required=True)
    place = cells.line_of_text("place", LONGEST_TEXT) or ""
    organiser = cells.line_of_text("organiser", LONGEST_TEXT, required=True)
    confirmed_by = cells.line_of_text("confirmed_by", LONGEST_NAME, required=True)
    if day and not EARLIEST <= day <= today:
        cells.wrong(
            "day",
            Words(N_("Hours are of a day that is over.")),
            Words(N_("Please check the year.")),
        )
    if phone:
        rows.setdefault(phone, cells)
    if not (phone and day and minutes and service and organiser and confirmed_by):
        return None
    entry = Entry(phone, day, minutes, service, place, organiser, confirmed_by)
    if not cells.sheet.mapping.id:
        doubled(cells, "service", (*entry.key, place, organiser), lines)
    return entry


def _minutes(cells: Cells) -> int | None:
    """Minutes, or hours such as 1.5; one of the two."""
    minutes = cells.number("minutes", 1, A_DAY)
    if cells.values.get("minutes"):
        return minutes
    hours = cells.number("hours", 1, A_DAY, times=60)
    if not cells.values.get("hours"):
        column = (
            "hours" if "hours" in cells.sheet.places and "minutes" not in cells.sheet.places else "minutes"
        )
        cells.wrong(
            column,
            Words(N_("It is not said how long it took.")),
            Words(N_("Write the minutes, such as 90, or the hours, such as 1.5.")),
        )
    return hours


def _helpers(session: Session, phones: Collection[str]) -> dict[str, Volunteer]:
    people = people_by_phone(session, phones)
    helpers: dict[int, Volunteer] = {}
    ids = sorted({person.id for person in people.values()})
    for first in range(0, len(ids), 500):
        part = select(Volunteer).where(Volunteer.person_id.in_(ids[first : first + 500]))
        helpers.update({helper.person_id: helper for helper in session.scalars(part)})
    return {phone: helpers[person.id] for phone, person in people.items() if person.id in helpers}


def _unknown(cells: Cells) -> list[RowError]:
    before = len(cells.errors)
    cells.wrong(
        "phone",
        Words(N_("No volunteer has this number.")),
        Words(N_("Bring in the list of volunteers first, or correct the number.")),
    )
    return cells.errors[before:]


def _there(session: Session, person_ids: list[int]) -> set[tuple[int, date, int, str]]:
    """The services that the ledger has of these people: who, which day, how long as it counts now, what."""
    entries: dict[int, HourEntry] = {}
    minutes: dict[int, int] = {}
    people: dict[int, int] = {}
    for first in range(0, len(person_ids), 500):
        whose = func.coalesce(Person.merged_into_id, Person.id)
        part = (
            select(HourEntry, whose)
            .join(Person, Person.id == HourEntry.person_id)
            .where(_is_of(person_ids[first : first + 500]))
        )
        for entry, person_id in session.execute(part):
            origin = entry.corrects_id or entry.id
            minutes[origin] = minutes.get(origin, 0) + entry.minutes
            if entry.corrects_id is None:
                entries[entry.id], people[entry.id] = entry, person_id
    return {(people[id_], e.day, minutes[id_], e.service) for id_, e in entries.items()}


def _is_of(person_ids: list[int]) -> ColumnElement[bool]:
    """A condition on Person: one of these, or an account that was merged into one (V5)."""
    return or_(Person.id.in_(person_ids), Person.merged_into_id.in_(person_ids))


def _write(session: Session, found: Found[Entry], helper: Volunteer, *, by_id: int, at: datetime) -> None:
    entry = found.entry
    row = remember(session, "hours", found, at)
    assert row is not None
    session.flush()
    session.add(
        HourEntry(
            person_id=helper.person_id,
            thing=row.__tablename__,
            thing_id=row.id,
            minutes=entry.minutes,
            day=entry.day,
            service=entry.service,
            place=entry.place,
            organiser=entry.organiser,
            recorded_by_id=by_id,
            confirmed_by_id=by_id,
            confirmed_as=RECORDS,
            confirmed_by_name=entry.confirmed_by,
            at=at,
        )
    )
    journal.record(
        session, helper, "hours_imported", at=at, by_id=by_id, by_role="town_admin", reason="import"
    )


HOURS = Importer(N_("Hours"), COLUMNS, lambda _session: {}, read)
