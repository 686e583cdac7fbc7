"""Wishes from a list, such as that of a round of visits (C8, C10)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from gridapp.areas.queries import committee_choices
from gridapp.core.features import Importer
from gridapp.core.masking import masked_name, masked_phone, road_of
from gridapp.core.tables.cells import Cells, doubled
from gridapp.core.tables.headings import Column, Sheet
from gridapp.core.tables.importing import LEFT_OUT, LeftOut, read_rows, remember
from gridapp.core.tables.mapping import AS_MANY_AS_COME
from gridapp.core.tables.reports import ImportReport, RowError
from gridapp.core.words import N_, Words
from gridapp.volunteers.queries import skills
from gridapp.web.forms import in_town, in_utc
from gridapp.web.words import town_zone
from gridapp.wishes.forms.times import LAST_MINUTE
from gridapp.wishes.models import MAX_PLACES, Beneficiary, Contact, Source, Wish, WishState
from gridapp.wishes.queries import categories
from gridapp.wishes.workflow.entering import submit_wish

COLUMNS = (
    Column("number", "编号", only_written=True),
    Column("title", "标题", needed=True),
    Column("text", "说明", needed=True),
    Column("category", "类别", needed=True),
    Column("committee", "居民区", needed=True),
    Column("road", "路名"),
    Column("skill", "所需技能"),
    Column("places", "人数"),
    Column("deadline", "截止日期"),
    Column("starts", "开始时间"),
    Column("ends", "结束时间"),
    Column("minutes", "预计分钟"),
    Column("value", "价值（元）"),
    Column("beneficiary", "受益人", needed=True, mask=masked_name),
    Column("phone", "电话", needed=True, mask=masked_phone),
    Column("address", "地址", needed=True, mask=road_of),
    Column("consent", "同意方式"),
    Column("state", "状态"),
    Column("since", "提出时间", only_written=True),
)
CONSENT_WORDS = {"in_person": "当面", "by_phone": "电话", "in_writing": "书面"}
CONSENTS = {word: how for how, name in CONSENT_WORDS.items() for word in (name, how)}
STATE_WORDS = {
    WishState.SUBMITTED: "待审核",
    WishState.ASKED_BACK: "待补充",
    WishState.OPEN: "征集中",
    WishState.FILLED: "已认领",
    WishState.DONE: "待确认",
    WishState.CONFIRMED: "已实现",
    WishState.DECLINED: "未采纳",
    WishState.WITHDRAWN: "已撤回",
    WishState.EXPIRED: "已过期",
}
# What still waits for help comes in, to be checked (W2); what is over, or in somebody's hands, is left out.
WAITING = (WishState.SUBMITTED, WishState.ASKED_BACK, WishState.OPEN)
STATES = {
    word: state if state in WAITING else LEFT_OUT
    for state, name in STATE_WORDS.items()
    for word in (name, state.value)
} | {"不导入": LEFT_OUT}
ANY = "不限"
AS_MANY = (ANY, AS_MANY_AS_COME)
LONGEST = {"title": 40, "text": 4000, "road": 40, "beneficiary": 40, "address": 120}  # as in WishForm
LATEST_DAYS = 366
MOST_MINUTES, MOST_YUAN = 1440, 100_000
KEYED_BY = ("title", "committee", "phone", "address")

Key = tuple[str | None, str | None, str | None, str | None]


@dataclass(frozen=True)
class Entry:
    """One row that is right, as `submit_wish` takes it."""

    facts: Mapping[str, object]
    contact: Contact
    consent_how: str | None
    is_new: bool


@dataclass(frozen=True)
class Known:
    """Which wishes there are, where a row with the same was, and the day and the zone of the town."""

    entered: frozenset[Key]
    lines: dict[Key, int]
    today: date
    zone: tzinfo


def choices(session: Session) -> dict[str, dict[str, Any]]:
    """What may be written in a cell."""
    return {
        "committee": committee_choices(session),
        "category": _words_of(categories(session)),
        "skill": _words_of(skills(session)),
        "consent": CONSENTS,
        "state": STATES,
    }


def read(session: Session, sheet: Sheet, *, by: Any, at: datetime) -> ImportReport:
    """Enter the wishes of all rows at `at` (UTC), to be checked; or none when any row has an error (C8).

    `by` enters them. A wish of the same title, committee, phone and address counts as the same.
    """
    if by is None:
        words = Words(N_("There is no town admin who could enter the wishes."))
        return ImportReport(
            0, 0, [RowError(1, "–", words, Words(N_("Please make one first: gridapp admin PHONE.")))]
        )
    may_be = choices(session)
    known = Known(_entered(session, sheet, may_be["committee"]), {}, in_town(at).date(), town_zone())
    reading = read_rows(
        session, "wishes", sheet, lambda cells: _entry(cells, known), choices=may_be, keyed_by=KEYED_BY
    )
    if reading.errors:
        return reading.refused()
    new = [found for found in reading.found if found.entry.is_new]
    for found in sheet.watch(new, "wishes written"):
        _write(session, found.entry, by=by, at=at)
        remember(session, "wishes", found, at)
    session.flush()
    return reading.report(len(new))


def _write(session: Session, entry: Entry, *, by: Any, at: datetime) -> None:
    submit_wish(
        session,
        by=by,
        at=at,
        facts=entry.facts,
        contact=entry.contact,
        source=Source.OTHER,
        consent_how=entry.consent_how,
    )


def _entry(cells: Cells, known: Known) -> Entry | LeftOut | None:
    """What a row says, or None when something in it is wrong."""
    if cells.says("state") is LEFT_OUT:
        return LEFT_OUT
    facts = _facts(cells)
    contact = _contact(cells)
    consent_how = cells.choice("consent")
    cells.choice("state")
    if contact is None or not (facts["title"] and facts["text"] and facts["category_code"]):
        _when(cells, known, is_new=True)
        return None
    key = (facts["title"], facts["committee_code"], contact.phone, contact.address)
    is_new = key not in known.entered
    facts |= _when(cells, known, is_new=is_new)
    if not cells.sheet.mapping.id:
        doubled(cells, "title", key, known.lines)
    return None if cells.errors else Entry(facts, contact, consent_how, is_new)


def _facts(cells: Cells) -> dict[str, Any]:
    """What the wish says, as columns of `Wish`."""
    facts = {
        "title": cells.screened("title", cells.line_of_text("title", LONGEST["title"], required=True)),
        "text": cells.screened("text", cells.text("text", LONGEST["text"], required=True)),
        "category_code": cells.choice("category", required=True),
        "committee_code": cells.choice("committee", required=True),
        "road": cells.screened("road", cells.line_of_text("road", LONGEST["road"])) or "",
        "skill_code": cells.choice("skill"),
        "places": _places(cells),
        "minutes": cells.number("minutes", 1, MOST_MINUTES),
    }
    return facts | {"value_yuan": cells.number("value", 0, MOST_YUAN)}


def _contact(cells: Cells) -> Contact | None:
    """For whom it is: the private part."""
    name = cells.line_of_text("beneficiary", LONGEST["beneficiary"], required=True)
    phone = cells.phone("phone")
    address = cells.line_of_text("address", LONGEST["address"], required=True)
    return Contact(name, phone, address) if name and phone and address else None


def _when(cells: Cells, known: Known, *, is_new: bool) -> dict[str, datetime | None]:
    """A deadline, or a window from–to; the moments in UTC. What is new must lie ahead."""
    deadline = cells.day("deadline")
    starts, ends = cells.moment("starts", known.zone), cells.moment("ends", known.zone)
    for column, day in (("deadline", deadline), ("starts", starts and starts.date())):
        if is_new and day and not 0 <= (day - known.today).days <= LATEST_DAYS:
            cells.wrong(
                column,
                Words(N_("Please choose a day from today on, within a year.")),
                Words(N_("Leave the cell empty where there is no date.")),
            )
    if (starts is None) != (ends is None) or (starts and ends and starts >= ends):
        cells.wrong(
            "ends",
            Words(N_("A set time has a beginning and a later end.")),
            Words(N_("Fill in both, or leave both empty.")),
        )
    return {
        "deadline": in_utc(deadline, LAST_MINUTE).astimezone(UTC) if deadline else None,
        "starts_at": starts.astimezone(UTC) if starts else None,
        "ends_at": ends.astimezone(UTC) if ends else None,
    }


def _places(cells: Cells) -> int | None:
    """How many helpers: one when nothing is written, None for as many as come."""
    if cells.values.get("places") in AS_MANY:
        return None
    return cells.number("places", 1, MAX_PLACES) or 1


def _words_of(rows: Any) -> dict[str, str]:
    return {
        word: row.code
        for words in ("name", "code", "name_en")
        for row in rows
        for word in [getattr(row, words)]
    }


def _entered(session: Session, sheet: Sheet, committees: Mapping[str, str]) -> frozenset[Key]:
    """The wishes there are in the committees that the list names."""
    place = sheet.places.get("committee")
    cells = [row.cells for row in sheet.rows]
    written = {one[place].strip() for one in cells if place is not None and place < len(one)}
    meant = {sheet.mapping.meant("committee", word) for word in written}
    meant.add(sheet.mapping.defaults.get("committee", ""))
    codes = sorted({committees[word] for word in meant if word in committees})
    rows = session.execute(
        select(Wish.title, Wish.committee_code, Beneficiary.phone, Beneficiary.address)
        .join(Beneficiary, Beneficiary.wish_id == Wish.id)
        .where(Wish.committee_code.in_(codes))
    )
    return frozenset((row.title, row.committee_code, row.phone, row.address) for row in rows)


WISHES = Importer(N_("Wishes"), COLUMNS, choices, read)
