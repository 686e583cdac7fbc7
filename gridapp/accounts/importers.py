"""People from a list: accounts without a password, whose owners get one through a member of staff (A6, A9, C8)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from gridapp.accounts.models import Consent, Person
from gridapp.accounts.workflow import CONSENT_VERSION
from gridapp.areas.queries import committee_choices
from gridapp.core import journal
from gridapp.core.features import Importer
from gridapp.core.masking import masked_name, masked_phone
from gridapp.core.tables.cells import Cells, doubled
from gridapp.core.tables.headings import Column, Sheet
from gridapp.core.tables.importing import LEFT_OUT, LeftOut, read_rows, remember
from gridapp.core.tables.reports import ImportReport
from gridapp.core.words import N_, Words

PURPOSES = "account neighbourhood-help"
LONGEST_NAME = 40
OUTSIDE = "不住本镇"
IN_USE, DISABLED = "正常", "停用"
NUMBER = Column("number", "编号", only_written=True)
NAME = Column("name", "姓名", needed=True, mask=masked_name)
PHONE = Column("phone", "手机", needed=True, mask=masked_phone)
COMMITTEE = Column("committee", "居民区", needed=True)
COLUMNS = (
    NUMBER,
    NAME,
    PHONE,
    COMMITTEE,
    Column("state", "状态"),
    Column("since", "注册时间", only_written=True),
)
STATES = {IN_USE: True, DISABLED: False, "in use": True, "disabled": False}
ASKED_AT_ONCE = 500


@dataclass(frozen=True)
class Entry:
    """One row that is right; no committee: lives outside the town."""

    name: str
    phone: str
    committee_code: str | None


def by_import(by: Any) -> dict[str, Any]:
    """How the journal says who did it: whoever brings a list in, or the command line."""
    return {
        "by_id": by.id if by else None,
        "by_role": "town_admin" if by else "system",
        "reason": "import",
    }


def choices(session: Session) -> dict[str, dict[str, Any]]:
    """What may be written in a cell."""
    return {"committee": committee_choices(session) | {OUTSIDE: OUTSIDE}, "state": STATES}


def committee_of(cells: Cells) -> str | None:
    """The code of the committee; None for somebody from outside, or when the cell is wrong."""
    code: str | None = cells.choice("committee", required=True)
    return None if code == OUTSIDE else code


def people_by_phone(session: Session, phones: Collection[str]) -> dict[str, Person]:
    """Whoever has these numbers, those of accounts that were merged included (V5)."""
    numbers, found = sorted(phones), {}
    for first in range(0, len(numbers), ASKED_AT_ONCE):
        part = numbers[first : first + ASKED_AT_ONCE]
        account = aliased(Person)
        rows = session.execute(
            select(account.phone, Person)
            .join(account, Person.id == func.coalesce(account.merged_into_id, account.id))
            .where(account.phone.in_(part))
        )
        found.update({phone or "": person for phone, person in rows})
    return found


def read(session: Session, sheet: Sheet, *, by: Any, at: datetime) -> ImportReport:
    """Write an account for each new number, or nothing when any row has an error (C8)."""
    lines: dict[str, int] = {}
    reading = read_rows(
        session, "people", sheet, lambda cells: _entry(cells, lines), choices=choices(session)
    )
    known = people_by_phone(session, {found.entry.phone for found in reading.found})
    if reading.errors:
        return reading.refused()
    new = [found for found in reading.found if found.entry.phone not in known]
    for found in sheet.watch(new, "people written"):
        entry = found.entry
        new_person(session, entry.name, entry.phone, entry.committee_code, by=by, at=at)
        remember(session, "people", found, at)
    session.flush()
    return reading.report(len(new))


def new_person(
    session: Session, name: str, phone: str, committee_code: str | None, *, by: Any, at: datetime
) -> Person:
    """An account without a password; that the person agreed is the word of whoever brings the list in (Y1)."""
    person = Person(phone=phone, name=name, committee_code=committee_code, created_at=at)
    session.add(person)
    session.flush()
    session.add(
        Consent(person_id=person.id, version=CONSENT_VERSION, purposes=PURPOSES, given_at=at, how="import")
    )
    journal.record(session, person, "imported", at=at, on_behalf_of_id=person.id, **by_import(by))
    return person


def other_name(cells: Cells) -> None:
    """Note that the number belongs to somebody of another name."""
    cells.wrong(
        "name",
        Words(N_("This number has an account under another name.")),
        Words(N_("Please check number and name with the person.")),
    )


def _entry(cells: Cells, lines: dict[str, int]) -> Entry | LeftOut | None:
    if cells.says("state") is False:
        return LEFT_OUT
    name = cells.line_of_text("name", LONGEST_NAME, required=True)
    phone = cells.phone("phone", mobile=True)
    committee_code = committee_of(cells)
    cells.choice("state")
    if phone is not None:
        doubled(cells, "phone", phone, lines)
    if name is None or phone is None:
        return None
    return Entry(name, phone, committee_code)


PEOPLE = Importer(N_("People"), COLUMNS, choices, read)
