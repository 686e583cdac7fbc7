"""Twice is once, and a key is spent only by success (C11)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from gridapp.core.database import begin_writing, writing
from gridapp.core.idempotency import KEPT, AlreadyDone, SpentKey, forget_old, spend
from tests.factories import MONDAY_9, make_person


def test_the_second_time_a_key_gives_the_first_answer(session):  # C11
    her = make_person()
    with writing(session):
        spent = spend(session, "k1", scope="/wishes/new", person_id=her.id, at=MONDAY_9)
        spent.address = "/wishes/7"

    with pytest.raises(AlreadyDone) as again, writing(session):
        spend(session, "k1", scope="/wishes/new", person_id=her.id, at=MONDAY_9)

    assert again.value.address == "/wishes/7"


def test_a_key_means_nothing_to_another_person_or_form(session):  # C11
    her, him = make_person(), make_person()
    with writing(session):
        spend(session, "k1", scope="/wishes/new", person_id=her.id, at=MONDAY_9)

        assert spend(session, "k1", scope="/wishes/new", person_id=him.id, at=MONDAY_9) is not None
        assert spend(session, "k1", scope="/wishes/7/claim", person_id=her.id, at=MONDAY_9) is not None


def test_what_was_rolled_back_has_not_spent_the_key(session):  # C11
    her = make_person()
    begin_writing(session)
    spend(session, "k1", scope="/wishes/new", person_id=her.id, at=MONDAY_9)
    session.rollback()

    with writing(session):
        assert spend(session, "k1", scope="/wishes/new", person_id=her.id, at=MONDAY_9) is not None


def test_without_a_key_nothing_is_remembered(session):  # C11
    with writing(session):
        assert spend(session, "", scope="/wishes/new", person_id=None, at=MONDAY_9) is None

    assert session.scalar(select(func.count()).select_from(SpentKey)) == 0


@pytest.mark.parametrize(
    "key", ["\0", "a\0b", "x" * 100_000, "'; DROP TABLE people; --", "\ud800", "好" * 500]
)
def test_a_key_that_nobody_made_in_good_faith_is_a_key_like_any_other(session, key):  # C11, D7
    with writing(session):
        spend(session, key, scope="/wishes/new", person_id=None, at=MONDAY_9)

    with pytest.raises(AlreadyDone), writing(session):
        spend(session, key, scope="/wishes/new", person_id=None, at=MONDAY_9)


def test_long_keys_that_end_differently_are_two(session):  # C11
    with writing(session):
        spend(session, "x" * 500 + "1", scope="/wishes/new", person_id=None, at=MONDAY_9)

        assert spend(session, "x" * 500 + "2", scope="/wishes/new", person_id=None, at=MONDAY_9) is not None


def test_keys_are_forgotten_when_no_browser_will_send_them_again(session):  # C11
    with writing(session):
        spend(session, "old", scope="/", person_id=None, at=MONDAY_9 - KEPT - timedelta(seconds=1))
        spend(session, "edge", scope="/", person_id=None, at=MONDAY_9 - KEPT)

        assert forget_old(session, at=MONDAY_9) == 1
        assert forget_old(session, at=MONDAY_9) == 0


def test_what_is_old_goes_a_little_at_a_time_so_that_others_write_between(session, monkeypatch):  # C11
    monkeypatch.setattr("gridapp.core.database.DELETED_AT_ONCE", 2)
    with writing(session):
        for number in range(5):
            spend(session, f"old {number}", scope="/", person_id=None, at=MONDAY_9 - 2 * KEPT)

    done = []
    while not done or done[-1]:
        with writing(session):
            done.append(forget_old(session, at=MONDAY_9))

    assert done == [2, 2, 1, 0]
