"""Two accounts become one while something else happens with them: whoever waits decides anew (C1, V5).

On SQLite writers take turns as a whole; on PostgreSQL they meet at the row, so these tests run there.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import current_app

from gridapp.accounts import workflow as accounts
from gridapp.accounts.models import Person, RoleKind
from gridapp.accounts.queries import actor_of
from gridapp.core import journal
from gridapp.core.database import db, writing
from gridapp.core.refusals import Conflict
from gridapp.people.workflow import merging
from gridapp.volunteers import workflow as volunteers
from gridapp.volunteers.models import HoursStatement
from gridapp.volunteers.queries import entries_on
from gridapp.wishes.models import Claim, Contact, Wish
from gridapp.wishes.workflow import claiming, entering
from tests.factories import (
    ADDRESS,
    HOME,
    MONDAY_9,
    earn,
    how_many,
    make_coordinator,
    make_person,
    make_volunteer,
    make_wish,
)
from tests.wishes.test_two_at_once import by, meet, taking_on

__all__ = ["meet"]  # the fixture
pytestmark = pytest.mark.postgres


def merging_of(gone: int, stays: int, coordinator: int) -> Callable[[Any], Any]:
    return lambda session: merging.merge(
        session,
        session.get_one(Person, gone),
        session.get_one(Person, stays),
        by=by(coordinator, session),
        reason="同一个人",
        at=MONDAY_9,
        mergings=current_app.extensions["gridapp"].mergings,
    )


def entering_of(person: int) -> Callable[[Any], Any]:
    facts = {"title": "想要一盏台灯", "text": "看书", "category_code": "errand", "committee_code": HOME}
    return lambda session: entering.submit_wish(
        session,
        by=by(person, session),
        at=MONDAY_9,
        facts=facts | {"road": "可乐路", "places": 1},
        contact=Contact("兰", "+8619912345678", ADDRESS),
    )


def stating(person: int) -> Callable[[Any], Any]:
    return lambda session: volunteers.make_statement(
        session, session.get_one(Person, person), at=MONDAY_9 + timedelta(minutes=1)
    )


def test_of_two_who_put_the_same_accounts_together_one_does(meet):  # C1, V5
    old, new, jun = make_volunteer("兰"), make_volunteer("兰"), make_coordinator()

    refused = meet(merging_of(old.id, new.id, jun.id), merging_of(new.id, old.id, jun.id))

    assert refused == ["changed_meanwhile"]
    assert (old.merged_into_id, new.merged_into_id) == (new.id, None)


def test_without_the_lock_each_would_be_part_of_the_other(meet, monkeypatch):  # C1, the negative control
    monkeypatch.setattr(merging, "lock_person", lambda session, person_id: None)
    monkeypatch.setattr(
        journal, "record", lambda *what, **more: None
    )  # whose chain would stop the second too
    old, new, jun = make_person("兰"), make_person("兰", proven=False), make_coordinator()

    refused = meet(merging_of(old.id, new.id, jun.id), merging_of(new.id, old.id, jun.id))

    assert refused == []
    db.session().expire_all()
    assert (old.merged_into_id, new.merged_into_id) == (new.id, old.id)


def test_the_account_that_goes_takes_nothing_on_meanwhile(meet):  # C1, V5
    old, new, jun = make_volunteer("兰"), make_volunteer("兰"), make_coordinator()
    wish = make_wish()

    assert meet(merging_of(old.id, new.id, jun.id), taking_on(wish.id, old.id)) == ["changed_meanwhile"]

    assert (wish.taken, how_many(Claim)) == (0, 0)


def test_without_the_lock_it_would_enter_a_wish_that_is_nobodys(
    meet, monkeypatch
):  # C1, the negative control
    old, new, jun = make_volunteer("兰"), make_volunteer("兰"), make_coordinator()
    assert meet(merging_of(old.id, new.id, jun.id), entering_of(old.id)) == ["changed_meanwhile"]
    assert how_many(Wish) == 0

    monkeypatch.setattr(entering, "lock_person", lambda session, person_id: None)
    other = make_volunteer("军")
    with writing(db.session()):
        merging_of(other.id, new.id, jun.id)(db.session())
        entering_of(other.id)(db.session())
    assert how_many(Wish, author_id=other.id) == 1


def test_what_it_took_on_a_moment_before_goes_over(meet):  # C1, V5
    old, new, jun = make_volunteer("兰"), make_volunteer("兰"), make_coordinator()
    wish = make_wish()

    assert meet(taking_on(wish.id, old.id), merging_of(old.id, new.id, jun.id)) == []

    assert db.session().query(Claim.person_id).all() == [(new.id,)]


def changing_password_of(person: int) -> Callable[[Any], Any]:
    return lambda session: accounts.change_password(
        session, session.get_one(Person, person), "$argon2id$new", at=MONDAY_9
    )


def test_a_new_password_at_that_moment_does_not_bring_the_account_back(meet):  # C1, D4, V5
    old, new, jun = make_volunteer("兰"), make_volunteer("兰"), make_coordinator()

    assert meet(merging_of(old.id, new.id, jun.id), changing_password_of(old.id)) == ["changed_meanwhile"]

    db.session().expire_all()
    assert old.password_hash is None
    for late in (
        lambda session: accounts.start_sign_in(session, old, device="", at=MONDAY_9),
        lambda session: accounts.give_role(session, old, RoleKind.TRAINER, at=MONDAY_9, by_id=None),
    ):
        with pytest.raises(Conflict), writing(db.session()):
            late(db.session())


def test_without_the_lock_it_would_have_a_password_again(meet, monkeypatch):  # C1, the negative control
    monkeypatch.setattr(accounts, "lock_person", lambda session, person_id: None)
    monkeypatch.setattr(journal, "record", lambda *what, **more: None)  # whose chain would stop it too
    old, new, jun = make_person("兰"), make_person("兰"), make_coordinator()

    assert meet(merging_of(old.id, new.id, jun.id), changing_password_of(old.id)) == []

    db.session().expire_all()
    assert (old.merged_into_id, old.password_hash) == (new.id, "$argon2id$new")


def test_a_statement_made_at_that_moment_verifies(meet):  # C1, V3, V5
    old, new, jun = make_volunteer("兰"), make_volunteer("兰"), make_coordinator()
    earn(old, 40)
    earn(new, 30)

    assert meet(stating(new.id), merging_of(old.id, new.id, jun.id)) == []
    assert meet(stating(new.id), lambda session: claiming.lock_person(session, new.id)) == []

    before, after = db.session().query(HoursStatement).order_by(HoursStatement.id)
    assert [
        (one.minutes, sum(e.minutes for e in entries_on(db.session(), one))) for one in (before, after)
    ] == [
        (30, 30),
        (70, 70),
    ]
    assert actor_of(db.session(), new, at=MONDAY_9).id == new.id
