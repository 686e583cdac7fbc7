"""Volunteers from a CSV file, such as the list that a town kept before (C8)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from gridapp.accounts.models import Consent, Person
from gridapp.accounts.queries import person_by_phone
from gridapp.accounts.workflow import CONSENT_VERSION
from gridapp.areas.importing import Cells, Row, committee_choices, doubled
from gridapp.core import journal, outbox
from gridapp.core.features import Importer, ImportReport, RowError
from gridapp.core.states import move
from gridapp.core.words import N_, Words
from gridapp.volunteers.models import Skill, Volunteer, VolunteerState
from gridapp.volunteers.queries import skills, volunteer_of
from gridapp.volunteers.workflow import deciders

COLUMNS = {
    "姓名": "name",
    "name": "name",
    "手机": "phone",
    "phone": "phone",
    "居民区": "committee",
    "committee": "committee",
    "技能": "skills",
    "skills": "skills",
    "语言": "languages",
    "languages": "languages",
    "状态": "state",
    "state": "state",
}
LANGUAGES = {"普通话": "zh", "上海话": "wuu", "英语": "en", "zh": "zh", "wuu": "wuu", "en": "en"}
STATES = {
    "待审核": VolunteerState.APPLIED,
    "已通过": VolunteerState.APPROVED,
    "applied": VolunteerState.APPLIED,
    "approved": VolunteerState.APPROVED,
}
PURPOSES = "account neighbourhood-help"
BY_IMPORT: dict[str, Any] = {"by_id": None, "by_role": "system", "reason": "import"}
LONGEST_NAME = 40


@dataclass(frozen=True)
class Known:
    """What may be written in a cell: for a committee, and for a skill."""

    committees: Mapping[str, str]
    skills: Mapping[str, Skill]


@dataclass(frozen=True)
class Entry:
    """One row that is right; `person` is whoever has the number already."""

    name: str
    phone: str
    committee_code: str
    skills: Sequence[Skill]
    languages: str
    state: VolunteerState
    person: Person | None


def read(session: Session, rows: Sequence[Row], at: datetime) -> ImportReport:
    """Write the volunteers of all rows at `at` (UTC), or nothing when any has an error (C8).

    Who is a volunteer already stays as they are, and counts as the same.
    """
    known = Known(committee_choices(session), _skill_choices(session))
    entries: list[Entry] = []
    errors: list[RowError] = []
    lines: dict[str, int] = {}
    for line, row in rows:
        cells = Cells(line, row, COLUMNS)
        entry = _entry(session, cells, known, lines)
        errors += cells.errors
        if entry is not None:
            entries.append(entry)
    if errors:
        return ImportReport(0, 0, errors)
    new = [
        entry for entry in entries if entry.person is None or volunteer_of(session, entry.person.id) is None
    ]
    for entry in new:
        _write(session, entry, at)
    session.flush()
    return ImportReport(len(new), len(entries) - len(new))


def _entry(session: Session, cells: Cells, known: Known, lines: dict[str, int]) -> Entry | None:
    """What a row says, or None when something in it is wrong."""
    name = cells.line_of_text("name", LONGEST_NAME, required=True)
    phone = cells.phone("phone", mobile=True)
    committee_code = cells.choice("committee", known.committees, required=True)
    can = cells.choices("skills", known.skills)
    languages = cells.choices("languages", LANGUAGES)
    state = cells.choice("state", STATES) or VolunteerState.APPLIED
    if phone is None:
        return None
    doubled(cells, "phone", phone, lines)
    person = person_by_phone(session, phone)
    if (
        person is not None
        and name is not None
        and person.name != name
        and volunteer_of(session, person.id) is None
    ):
        cells.wrong("name", Words(N_("This number has an account under another name. Please check both.")))
    if cells.errors or name is None or committee_code is None:
        return None
    return Entry(name, phone, committee_code, can, " ".join(languages), state, person)


def _write(session: Session, entry: Entry, at: datetime) -> None:
    person = entry.person or _new_person(session, entry, at)
    volunteer = Volunteer(
        person_id=person.id, applied_at=at, skills=list(entry.skills), languages=entry.languages
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
        **BY_IMPORT,
    )
    if entry.state == VolunteerState.APPROVED:
        _approve(session, person, volunteer, at)
    else:
        outbox.notify(
            session, "volunteer_applied", volunteer, to=deciders(session, person, volunteer, at=at), at=at
        )


def _new_person(session: Session, entry: Entry, at: datetime) -> Person:
    """An account without a password: its owner gets one through a member of staff (A6, A9)."""
    person = Person(phone=entry.phone, name=entry.name, committee_code=entry.committee_code, created_at=at)
    session.add(person)
    session.flush()
    session.add(
        Consent(person_id=person.id, version=CONSENT_VERSION, purposes=PURPOSES, given_at=at, how="import")
    )
    journal.record(session, person, "imported", at=at, on_behalf_of_id=person.id, **BY_IMPORT)
    return person


def _approve(session: Session, person: Person, volunteer: Volunteer, at: datetime) -> None:
    """Who was approved before the import has been met before, which proves the number (V2, A9)."""
    move(
        session,
        volunteer,
        VolunteerState.APPROVED,
        at=at,
        step="approved",
        on_behalf_of_id=person.id,
        **BY_IMPORT,
    )
    if person.phone_proven_at is None:
        person.phone_proven_at = at
        journal.record(session, person, "phone_proven", at=at, **BY_IMPORT)
    outbox.notify(session, "volunteer_approved", volunteer, to=[person.id], at=at)


def _skill_choices(session: Session) -> dict[str, Skill]:
    known = skills(session)
    return {
        word: skill
        for words in ("name", "code", "name_en")
        for skill in known
        for word in [getattr(skill, words)]
    }


VOLUNTEERS = Importer(COLUMNS, read)
