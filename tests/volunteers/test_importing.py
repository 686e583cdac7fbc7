"""Volunteers from a file: all or nothing, told by line and column, and twice is once (C8)."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from gridapp.accounts.models import Consent, Person
from gridapp.core.journal import broken_chains
from gridapp.core.outbox import Message
from gridapp.core.refusals import Refused
from gridapp.core.tables.reports import ImportReport
from gridapp.volunteers.importers import VOLUNTEERS
from gridapp.volunteers.models import Volunteer, VolunteerState
from tests.factories import (
    MONDAY_9,
    claim,
    make_coordinator,
    make_person,
    make_volunteer,
    make_wish,
    volunteer_of,
)
from tests.lists import import_list

HEADINGS = "姓名,手机,居民区,技能,语言,状态\n"
TWO = HEADINGS + (
    "示例甲,199 0000 1001,刘家宅一居委会,陪伴聊天、做饭,普通话、上海话,已通过\n示例乙,19900001002,310105102005,,,\n"
)


def read(session: Session, text: str, encoding: str = "utf-8") -> ImportReport:
    """Import `text` as the command line does."""
    return import_list(session, VOLUNTEERS, text.encode(encoding), at=MONDAY_9)


def found(report: ImportReport) -> list[tuple[int, str, str]]:
    """Line, column and source text of each error."""
    return [(error.line, error.column, error.words.text) for error in report.errors]


def people(session: Session) -> int | None:
    """How many accounts there are."""
    return session.scalar(select(func.count(Person.id)))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_list_becomes_volunteers_whatever_its_encoding(session: Session, encoding: str) -> None:
    coordinator = make_coordinator()

    report = read(session, TWO, encoding)

    assert (report.new, report.same, report.errors) == (2, 0, ())
    first, second = session.scalars(select(Volunteer).order_by(Volunteer.id)).all()
    assert (first.state, [skill.code for skill in first.skills], first.languages) == (
        VolunteerState.APPROVED,
        ["chat", "cook"],
        "zh wuu",
    )
    assert (second.state, second.person.phone, second.person.committee_code) == (
        VolunteerState.APPLIED,
        "+8619900001002",
        "310105102005",
    )
    assert first.person.password_hash is None
    assert first.person.phone_proven_at == MONDAY_9
    assert second.person.phone_proven_at is None
    assert session.scalars(select(Consent.how)).all() == ["import", "import"]
    told = session.execute(select(Message.kind, Message.person_id).order_by(Message.id)).all()
    assert told == [("volunteer_approved", first.person_id), ("volunteer_applied", coordinator.id)]
    assert list(broken_chains(session)) == []


def test_who_was_imported_as_approved_can_take_a_wish_on_and_who_applied_cannot(session: Session) -> None:
    read(session, TWO)
    approved, applied = session.scalars(select(Person).order_by(Person.id)).all()
    wish = make_wish(places=2)

    assert claim(wish, approved)
    with pytest.raises(Refused, match="not_yet_approved"):
        claim(wish, applied)


def test_a_second_import_changes_nothing(session: Session) -> None:
    read(session, TWO)
    before = people(session), session.scalar(select(func.count(Message.id)))

    report = read(session, TWO)

    assert (report.new, report.same) == (0, 2)
    assert (people(session), session.scalar(select(func.count(Message.id)))) == before


def test_each_error_names_line_and_column_and_nothing_is_written(session: Session) -> None:
    wrong = HEADINGS + (
        '示例甲,19900001001,程桥居委会,"做饭\n、弹琴",,\n'
        "\n"
        ",12345,天上居委会,,火星话,\n"
        "示例丙\ud800,021-62345678,310105102001,,,批准\n".encode("utf-8", "replace")
        .decode()
        .replace("?", "\x07")
        + "示例甲,+86 19900001001,310105102001,,,\n"
    )

    report = read(session, wrong)

    assert (report.new, report.same) == (0, 0)
    assert [(line, column) for line, column, _text in found(report)] == [
        (2, "技能"),
        (5, "姓名"),
        (5, "手机"),
        (5, "居民区"),
        (5, "语言"),
        (6, "姓名"),
        (6, "手机"),
        (6, "状态"),
        (7, "手机"),
    ]
    assert people(session) == 0


def test_somebody_with_an_account_becomes_a_volunteer_if_the_name_is_the_same(session: Session) -> None:
    known, other = make_person("示例丁"), make_person("示例戊")
    row = "{},{},刘家宅一居委会,,,已通过\n"

    refused = read(session, HEADINGS + row.format("示例己", other.phone))
    report = read(session, HEADINGS + row.format("示例丁", known.phone))

    assert [(line, column) for line, column, _text in found(refused)] == [(2, "姓名")]
    assert report.new == 1
    assert volunteer_of(known).state == VolunteerState.APPROVED
    assert known.password_hash
    assert people(session) == 2


def test_who_is_a_volunteer_already_stays_as_they_are(session: Session) -> None:
    suspended = make_volunteer("示例庚", state=VolunteerState.SUSPENDED)

    report = read(session, f"{HEADINGS}示例辛,{suspended.phone},程桥居委会,做饭,,已通过\n")

    assert (report.new, report.same) == (0, 1)
    assert volunteer_of(suspended).state == VolunteerState.SUSPENDED
    assert suspended.name == "示例庚"


def test_english_headings_and_codes_do_too(session: Session) -> None:
    text = (
        "Name,phone,committee,skills,languages,state\n"
        "Example,19900001001,310105102001,cook;Driving,en wuu,approved\n"
    )

    assert [(line, column) for line, column, _text in found(read(session, text))] == [(2, "languages")]
    assert read(session, text.replace("en wuu", "en;wuu")).new == 1
