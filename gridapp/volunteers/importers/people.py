"""Volunteers from a list that a town kept before (C8)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from gridapp.accounts.importers import (
    COMMITTEE,
    LONGEST_NAME,
    NAME,
    NUMBER,
    PHONE,
    by_import,
    new_person,
    other_name,
    people_by_phone,
)
from gridapp.accounts.models import Person
from gridapp.areas.queries import committee_choices
from gridapp.core import journal, outbox
from gridapp.core.features import Importer
from gridapp.core.states import move
from gridapp.core.tables.cells import Cells, doubled
from gridapp.core.tables.headings import Column, Sheet
from gridapp.core.tables.importing import LEFT_OUT, Found, LeftOut, read_rows, remember
from gridapp.core.tables.reports import ImportReport
from gridapp.core.words import N_
from gridapp.volunteers.models import FREE_TIMES, Skill, Volunteer, VolunteerState
from gridapp.volunteers.queries import skills
from gridapp.volunteers.workflow import deciders

COLUMNS = (
    NUMBER,
    NAME,
    PHONE,
    COMMITTEE,
    Column("skills", "技能"),
    Column("languages", "语言"),
    Column("free_times", "有空时间"),
    Column("state", "状态"),
    Column("since", "申请时间", only_written=True),
)
LANGUAGES = {"普通话": "zh", "上海话": "wuu", "英语": "en", "zh": "zh", "wuu": "wuu", "en": "en"}
WEEK = dict(
    zip(
        FREE_TIMES,
        (f"周{day}{part}" for day in "一二三四五六日" for part in ("上午", "下午", "晚上")),
        strict=True,
    )
)
STATE_WORDS = {
    VolunteerState.APPLIED: "待审核",
    VolunteerState.APPROVED: "已通过",
    VolunteerState.DECLINED: "未通过",
    VolunteerState.PAUSED: "休息中",
    VolunteerState.SUSPENDED: "已暂停",
}
# Who is not ready to help is no volunteer elsewhere: the row is left out, and counted.
BROUGHT_IN = (VolunteerState.APPLIED, VolunteerState.APPROVED)
STATES = {
    word: state if state in BROUGHT_IN else LEFT_OUT
    for state, name in STATE_WORDS.items()
    for word in (name, state.value)
} | {"不导入": LEFT_OUT}


@dataclass(frozen=True)
class Entry:
    """One row that is right; `person` is whoever has the number already, `is_new` whether they apply by it."""

    name: str
    phone: str
    committee_code: str
    skills: Sequence[Skill]
    languages: str
    free_times: str
    state: VolunteerState
    person: Person | None = None
    is_new: bool = True


def choices(session: Session) -> dict[str, dict[str, Any]]:
    """What may be written in a cell."""
    return {
        "committee": committee_choices(session),
        "skills": _skill_choices(session),
        "languages": LANGUAGES,
        "free_times": {word: code for code, word in WEEK.items()} | {code: code for code in WEEK},
        "state": STATES,
    }


def read(session: Session, sheet: Sheet, *, by: Any, at: datetime) -> ImportReport:
    """Write the volunteers of all rows at `at` (UTC), or nothing when any has an error (C8).

    Who is a volunteer already stays as they are, and counts as the same.
    """
    rows: dict[str, Cells] = {}
    lines: dict[str, int] = {}
    reading = read_rows(
        session, "volunteers", sheet, lambda cells: _entry(cells, lines, rows), choices=choices(session)
    )
    reading.found = _with_people(session, reading.found, rows)
    reading.errors += [
        error for cells in rows.values() for error in cells.errors if error not in reading.errors
    ]
    if reading.errors:
        reading.errors.sort(key=lambda error: error.line)
        return reading.refused()
    new = [found for found in reading.found if found.entry.is_new]
    for found in sheet.watch(new, "volunteers written"):
        _write(session, found.entry, by=by, at=at)
        remember(session, "volunteers", found, at)
    session.flush()
    return reading.report(len(new))


def _entry(cells: Cells, lines: dict[str, int], rows: dict[str, Cells]) -> Entry | LeftOut | None:
    """What a row says, or None when something in it is wrong."""
    if cells.says("state") is LEFT_OUT:
        return LEFT_OUT
    name = cells.line_of_text("name", LONGEST_NAME, required=True)
    phone = cells.phone("phone", mobile=True)
    committee_code = cells.choice("committee", required=True)
    can = cells.choices("skills")
    languages = cells.choices("languages")
    free = sorted(cells.choices("free_times"), key=FREE_TIMES.index)
    state = cells.choice("state")
    if phone is None:
        return None
    doubled(cells, "phone", phone, lines)
    rows.setdefault(phone, cells)
    if name is None or committee_code is None:
        return None
    return Entry(
        name, phone, committee_code, can, " ".join(languages), " ".join(free), state or VolunteerState.APPLIED
    )


def _with_people(
    session: Session, found: Sequence[Found[Entry]], rows: dict[str, Cells]
) -> list[Found[Entry]]:
    """The entries with whoever has their number already; a number under another name is an error of its row."""
    known = people_by_phone(session, {one.entry.phone for one in found})
    ids = [person.id for person in known.values()]
    helping = (
        set(session.scalars(select(Volunteer.person_id).where(Volunteer.person_id.in_(ids))))
        if ids
        else set()
    )
    complete = []
    for one in found:
        person = known.get(one.entry.phone)
        is_new = person is None or person.id not in helping
        if person is not None:
            helping.add(person.id)  # two of their numbers, where two accounts became one (V5)
        if person is not None and is_new and person.name != one.entry.name:
            other_name(rows[one.entry.phone])
        complete.append(replace(one, entry=replace(one.entry, person=person, is_new=is_new)))
    return complete


def _write(session: Session, entry: Entry, *, by: Any, at: datetime) -> None:
    person = entry.person or new_person(session, entry.name, entry.phone, entry.committee_code, by=by, at=at)
    volunteer = Volunteer(
        person_id=person.id,
        applied_at=at,
        skills=list(entry.skills),
        languages=entry.languages,
        free_times=entry.free_times,
    )
    session.add(volunteer)
    session.flush()
    journal.record(
        session,
        volunteer,
        "applied",
        at=at,
        to_state=VolunteerState.APPLIED,
        on_behalf_of_id=person.id,
        **by_import(by),
    )
    if entry.state == VolunteerState.APPROVED:
        _approve(session, person, volunteer, by=by, at=at)
    else:
        outbox.notify(
            session, "volunteer_applied", volunteer, to=deciders(session, person, volunteer, at=at), at=at
        )


def _approve(session: Session, person: Person, volunteer: Volunteer, *, by: Any, at: datetime) -> None:
    """Who was approved before the import has been met before, which proves the number (V2, A9)."""
    move(
        session,
        volunteer,
        VolunteerState.APPROVED,
        at=at,
        step="approved",
        on_behalf_of_id=person.id,
        **by_import(by),
    )
    if person.phone_proven_at is None:
        person.phone_proven_at = at
        journal.record(session, person, "phone_proven", at=at, **by_import(by))
    outbox.notify(session, "volunteer_approved", volunteer, to=[person.id], at=at)


def _skill_choices(session: Session) -> dict[str, Skill]:
    known = skills(session)
    return {
        word: skill
        for words in ("name", "code", "name_en")
        for skill in known
        for word in [getattr(skill, words)]
    }


VOLUNTEERS = Importer(N_("Volunteers"), COLUMNS, choices, read)
