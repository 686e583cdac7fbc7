"""A state changes in one guarded statement, or not at all (C1, C2)."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from gridapp.core.database import begin_writing, writing
from gridapp.core.journal import broken_chains
from gridapp.core.refusals import Conflict
from gridapp.core.states import move, set_where
from gridapp.wishes.models import Wish, WishState
from tests.factories import MONDAY_9, journal_of, make_person, make_wish, steps_of

BY = {"at": MONDAY_9, "by_role": "coordinator"}


def test_a_step_is_written_with_who_from_to_and_when(session):  # C2
    wish, her = make_wish(state=WishState.SUBMITTED), make_person()

    with writing(session):
        move(session, wish, WishState.DECLINED, by_id=her.id, note="太大了", reason="too_big", **BY)

    last = journal_of(wish)[-1]
    assert (last.from_state, last.to_state) == ("submitted", "declined")
    assert (last.by_id, last.by_role, last.at) == (her.id, "coordinator", MONDAY_9)
    assert (last.reason, last.note.text) == ("too_big", "太大了")


def test_a_step_that_is_not_in_the_table_is_a_conflict_and_leaves_no_trace(session):  # C1
    wish, her = make_wish(), make_person()

    with pytest.raises(Conflict) as refused, writing(session):
        move(session, wish, WishState.SUBMITTED, by_id=her.id, **BY)

    assert refused.value.status == 409
    assert (wish.state, steps_of(wish)) == (WishState.OPEN, ["submitted", "published"])


def test_of_two_who_read_the_same_state_the_second_is_refused(session):  # C1
    wish, her = make_wish(state=WishState.SUBMITTED), make_person()
    begin_writing(session)
    assert wish.state == WishState.SUBMITTED
    session.execute(text("UPDATE wishes SET state = 'declined'"))  # what the first one did meanwhile

    with pytest.raises(Conflict):
        move(session, wish, WishState.OPEN, by_id=her.id, **BY)

    session.rollback()
    assert steps_of(wish) == ["submitted"]


def test_without_the_guard_the_second_would_have_won(session):  # C1, the negative control
    wish = make_wish(state=WishState.SUBMITTED)
    begin_writing(session)
    session.execute(text("UPDATE wishes SET state = 'declined'"))

    set_where(session, wish, state=WishState.OPEN)

    assert session.scalar(text("SELECT state FROM wishes")) == "open"
    session.rollback()


def test_a_value_that_the_database_computes_is_read_back(session):  # C1
    wish = make_wish(places=3)

    with writing(session):
        set_where(session, wish, taken=Wish.taken + 2)
        assert wish.taken == 2

    assert list(broken_chains(session)) == []
