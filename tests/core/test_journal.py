"""Nothing is deleted, everything is journaled, and an altered row is detected (C2)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import delete, func, select, text, update
from sqlalchemy.exc import IntegrityError

from gridapp.core.database import writing
from gridapp.core.journal import JournalEntry, JournalNote, broken_chains, record, untold_states
from tests.factories import MONDAY_9, journal_of, make_person, make_wish


@pytest.fixture
def person(session):
    """Somebody with a story of three steps; the second was given a reason."""
    person = make_person()
    with writing(session):
        for number, note in enumerate((None, "搬到隔壁小区了", None)):
            at = MONDAY_9 + timedelta(hours=number)
            record(session, person, "changed", at=at, by_id=person.id, by_role="self", note=note)
    return person


def test_a_journal_that_nobody_touched_is_whole(session, person):  # C2, the negative control
    assert [entry.number for entry in journal_of(person)] == [1, 2, 3]
    assert list(broken_chains(session)) == []


@pytest.mark.parametrize("number", [1, 2, 3])
@pytest.mark.parametrize(
    "forged",
    [
        {"by_role": "coordinator"},
        {"by_id": None},
        {"step": "approved"},
        {"to_state": "open"},
        {"from_state": "open"},
        {"reason": "forged"},
        {"at": MONDAY_9 - timedelta(days=1)},
    ],
    ids=lambda forged: next(iter(forged)),
)
def test_whoever_rewrites_a_step_is_found_out(session, person, number, forged):  # C2
    with writing(session):
        session.execute(update(JournalEntry).where(JournalEntry.number == number).values(**forged))

    assert [line for line in list(broken_chains(session)) if f"people {person.id}" in line]


@pytest.mark.parametrize("number", [1, 2])
def test_whoever_removes_a_step_is_found_out(session, person, number):  # C2
    with writing(session):
        session.execute(delete(JournalEntry).where(JournalEntry.number == number))

    assert list(broken_chains(session)) != []


def test_whoever_renumbers_what_is_left_is_found_out_too(session, person):  # C2
    with writing(session):
        session.execute(text("DELETE FROM journal WHERE number = 1"))
        session.execute(text("UPDATE journal SET number = 1 WHERE number = 2"))
        session.execute(text("UPDATE journal SET number = 2 WHERE number = 3"))

    assert list(broken_chains(session)) != []


def test_whoever_rewrites_what_somebody_wrote_is_found_out(session, person):  # C2
    with writing(session):
        session.execute(update(JournalNote).values(text="没有理由"))

    assert len(list(broken_chains(session))) == 1


def test_whoever_cuts_off_the_last_steps_is_found_out(session):  # C2
    wish = make_wish()
    assert list(untold_states(session)) == []
    with writing(session):
        session.execute(text("DELETE FROM journal WHERE thing = 'wishes' AND number > 1"))

    assert list(broken_chains(session)) == []  # what is left is whole in itself
    assert list(untold_states(session)) == [f"wishes {wish.id}: it is open, but its journal led to submitted"]


def test_a_state_that_no_step_led_to_is_found_out(session):  # C2
    wish = make_wish()
    with writing(session):
        session.execute(text("UPDATE wishes SET state = 'confirmed'"))
        session.execute(text("DELETE FROM journal WHERE thing = 'wishes'"))

    assert list(untold_states(session)) == [
        f"wishes {wish.id}: it is confirmed, but its journal led to no state"
    ]


def test_what_somebody_wrote_can_be_erased_and_the_chain_stays_whole(session, person):  # C2, Y4
    with writing(session):
        session.execute(text("UPDATE journal SET note_id = NULL"))
        session.execute(text("DELETE FROM journal_notes"))

    assert list(broken_chains(session)) == []
    assert journal_of(person)[1].note is None


def test_each_thing_has_a_chain_of_its_own(session, person):  # C2
    other = make_person()
    with writing(session):
        record(session, other, "changed", at=MONDAY_9, by_id=None, by_role="system")

    assert journal_of(other)[0].number == 1
    assert list(broken_chains(session)) == []


def test_two_steps_cannot_have_the_same_number(session, person):  # C1, C2
    with pytest.raises(IntegrityError), writing(session):
        session.execute(text("UPDATE journal SET number = 2 WHERE number = 3"))


def test_the_journal_holds_ids_and_codes_and_no_word_that_somebody_wrote(session, person):  # C2
    columns = [column for column in JournalEntry.__table__.columns if column.type.python_type is str]
    held = session.execute(select(*columns)).all()

    assert not any("隔壁" in str(value) for row in held for value in row)
    assert session.scalar(select(func.count()).select_from(JournalNote)) == 1
