"""Two people decide at once about one wish: whoever waits decides on what the other has left (C1).

On SQLite writers take turns as a whole; on PostgreSQL they meet at the row, so these tests run there.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from gridapp.accounts.models import Person
from gridapp.accounts.queries import actor_of
from gridapp.core.database import db, writing
from gridapp.core.refusals import Refused
from gridapp.wishes.feature import wrong_duties
from gridapp.wishes.models import Claim, ClaimState, Wish, WishState
from gridapp.wishes.queries.arranging import seal_of
from gridapp.wishes.queries.times import Arrangement, Times
from gridapp.wishes.workflow import arranging, checking, claiming, entering, finishing, locking
from tests.factories import MONDAY_9, claim, make_coordinator, make_person, make_volunteer, make_wish, report

pytestmark = pytest.mark.postgres
WEDNESDAY_14, THURSDAY_9 = MONDAY_9 + timedelta(days=2, hours=5), MONDAY_9 + timedelta(days=3)
WAITING = text("SELECT count(*) FROM pg_locks WHERE NOT granted")


@pytest.fixture
def meet(app, engine_name):
    """Let `second` start while `first` is done and not yet committed; returns what the second was refused with."""
    if engine_name != "postgres":
        pytest.skip("on SQLite writers take turns as a whole (tests/core/test_writers.py)")

    def meet(first: Callable[[Any], Any], second: Callable[[Any], Any]) -> list[str]:
        refused: list[str] = []

        def come_second() -> None:
            with app.app_context():
                try:
                    with writing(db.session()):
                        second(db.session())
                except Refused as no:
                    refused.extend(one.code for one in no.refusals)
                except IntegrityError as no:
                    refused.append(type(no.orig).__name__)
                finally:
                    db.session.remove()

        thread = threading.Thread(target=come_second)
        with writing(db.session()):
            first(db.session())
            thread.start()
            wait_until_it_waits()
        thread.join(10)
        assert not thread.is_alive(), "the two wait for each other"
        return refused

    return meet


def wait_until_it_waits() -> None:
    """Return when somebody waits for a lock that we hold."""
    for _try in range(100):
        with db.engine.connect() as look:
            if look.scalar(WAITING):
                return
        time.sleep(0.02)
    raise AssertionError("nobody waits")


def by(person_id: int, session: Any) -> Any:
    """Who acts, as the session knows them."""
    return actor_of(session, session.get_one(Person, person_id), at=MONDAY_9)


def taking_on(wish_id: int, person_id: int) -> Callable[[Any], Any]:
    return lambda session: claiming.claim_wish(
        session, session.get_one(Wish, wish_id), by=by(person_id, session), at=MONDAY_9, today=MONDAY_9.date()
    )


def closing(wish_id: int, person_id: int) -> Callable[[Any], Any]:
    return lambda session: checking.close_wish(
        session, session.get_one(Wish, wish_id), by=by(person_id, session), at=MONDAY_9
    )


def reporting(claim_id: int, person_id: int) -> Callable[[Any], Any]:
    return lambda session: finishing.report_done(
        session,
        session.get_one(Claim, claim_id),
        by=by(person_id, session),
        sentence="好了",
        minutes=5,
        at=MONDAY_9,
    )


def confirming(claim_id: int, person_id: int) -> Callable[[Any], Any]:
    return lambda session: finishing.confirm(
        session,
        session.get_one(Claim, claim_id),
        by=by(person_id, session),
        thanks="",
        at=MONDAY_9,
        day=MONDAY_9.date(),
    )


def giving_back(claim_id: int, person_id: int) -> Callable[[Any], Any]:
    return lambda session: claiming.give_back(
        session, session.get_one(Claim, claim_id), by=by(person_id, session), reason="", at=MONDAY_9
    )


def taking_back(wish_id: int, person_id: int) -> Callable[[Any], Any]:
    return lambda session: entering.withdraw_wish(
        session, session.get_one(Wish, wish_id), by=by(person_id, session), reason="不用了", at=MONDAY_9
    )


def rearranging(wish_id: int, person_id: int, seen: str = "") -> Callable[[Any], Any]:
    """The coordinator, who has read it as it was entered, moves the wish to Thursday."""
    times = Times(THURSDAY_9, THURSDAY_9 + timedelta(hours=2))
    new = Arrangement(times, "可乐路", "", 1)
    return lambda session: arranging.rearrange_wish(
        session,
        session.get_one(Wish, wish_id),
        new,
        version=1,
        seen=seen,
        by=by(person_id, session),
        at=MONDAY_9,
    )


def test_whoever_takes_on_what_is_being_moved_reads_the_new_time_first(meet, session):  # C13, C1
    wish, lan, her = a_visit(), make_volunteer("兰"), make_coordinator()

    assert meet(rearranging(wish.id, her.id), taking_on(wish.id, lan.id)) == ["changed_meanwhile"]

    assert (wish.starts_at, wish.taken) == (THURSDAY_9, 0)


def test_without_the_version_the_helper_would_have_the_old_time(
    meet, session, monkeypatch
):  # C13, the negative control
    def take_unread(session, wish):
        session.execute(text("UPDATE wishes SET taken = taken + 1 WHERE id = :id"), {"id": wish.id})
        session.refresh(wish, ["taken", "state", "places"])

    monkeypatch.setattr(claiming, "take_place", take_unread)
    wish, lan, her = a_visit(), make_volunteer("兰"), make_coordinator()

    assert meet(rearranging(wish.id, her.id), taking_on(wish.id, lan.id)) == []

    assert len(list(wrong_duties(session))) == 1


def test_moving_what_somebody_just_took_is_decided_again(meet, session):  # C13, C1
    wish, lan, her = a_visit(), make_volunteer("兰"), make_coordinator()

    assert meet(taking_on(wish.id, lan.id), rearranging(wish.id, her.id)) == ["changed_meanwhile"]

    assert (wish.starts_at, wish.taken) == (WEDNESDAY_14, 1)
    assert list(wrong_duties(session)) == []


def test_moving_and_giving_back_do_not_wait_for_each_other(meet, session):  # C1: person before thing, always
    wish, lan, her = a_visit(), make_volunteer("兰"), make_coordinator()
    hers = claim(wish, lan)

    moving = rearranging(wish.id, her.id, seen=seal_of([hers.id], []))
    assert meet(moving, giving_back(hers.id, lan.id)) == []

    assert (wish.starts_at, wish.taken, hers.state) == (THURSDAY_9, 0, ClaimState.WITHDRAWN)
    assert list(wrong_duties(session)) == []


def test_a_new_time_and_another_promise_at_that_time_meet(meet, session):  # C16, C13
    wish, lan, her = a_visit(), make_volunteer("兰"), make_coordinator()
    hers = claim(wish, lan)
    other = make_wish("送报纸", starts_at=THURSDAY_9, ends_at=THURSDAY_9 + timedelta(hours=1))

    moving = rearranging(wish.id, her.id, seen=seal_of([hers.id], []))
    assert meet(moving, taking_on(other.id, lan.id)) == ["clash"]


def a_visit() -> Wish:
    """A wish with a window on Wednesday, for one."""
    return make_wish("陪去医院", starts_at=WEDNESDAY_14, ends_at=WEDNESDAY_14 + timedelta(hours=2))


def test_closing_what_somebody_just_took_keeps_the_helper(meet):  # C1, W1
    wish, lan, coordinator = make_wish(places=3), make_volunteer("兰"), make_coordinator()

    assert meet(taking_on(wish.id, lan.id), closing(wish.id, coordinator.id)) == []

    assert (wish.state, wish.taken, wish.places) == (WishState.FILLED, 1, 1)


def test_without_the_lock_the_wish_would_be_over_with_a_helper(meet, monkeypatch):  # C1, the negative control
    monkeypatch.setattr(checking, "lock_wish", lambda session, wish: wish)
    wish, lan, coordinator = make_wish(places=3), make_volunteer("兰"), make_coordinator()

    refused = meet(taking_on(wish.id, lan.id), closing(wish.id, coordinator.id))

    assert refused == ["CheckViolation"]  # the database's own guard stands behind the lock
    assert (wish.state, wish.taken) == (WishState.OPEN, 1)


def test_the_last_helpers_report_and_the_closing_make_it_done(meet):  # C1, W1, W11
    wish, lan, jun, coordinator = make_wish(places=3), make_volunteer("兰"), make_volunteer("军"), None
    coordinator = make_coordinator()
    hers, his = claim(wish, lan), claim(wish, jun)
    report(his)

    assert meet(closing(wish.id, coordinator.id), reporting(hers.id, lan.id)) == []

    assert (wish.state, hers.state) == (WishState.DONE, ClaimState.DONE)


def test_without_the_lock_the_wish_would_stay_taken_on_for_ever(
    meet, monkeypatch
):  # C1, the negative control
    def lock_the_row_alone(session, claim):
        locking.lock_person(session, claim.person_id)
        wish = claim.wish
        session.execute(text("UPDATE wishes SET taken = taken WHERE id = :id"), {"id": wish.id})
        session.refresh(wish, ["taken"])
        return wish

    monkeypatch.setattr(finishing, "lock_claim", lock_the_row_alone)
    wish, lan, coordinator = make_wish(places=3), make_volunteer("兰"), make_coordinator()
    hers = claim(wish, lan)

    meet(closing(wish.id, coordinator.id), reporting(hers.id, lan.id))

    assert (wish.state, hers.state) == (WishState.FILLED, ClaimState.DONE)


def test_confirming_while_somebody_takes_the_last_place_is_no_conflict(meet):  # C1, W6
    lin, lan, jun = make_person("林"), make_volunteer("兰"), make_volunteer("军")
    wish = make_wish(places=2, author=lin)
    hers = claim(wish, lan)
    report(hers)

    assert meet(taking_on(wish.id, jun.id), confirming(hers.id, lin.id)) == []

    assert (wish.state, hers.state) == (WishState.FILLED, ClaimState.CONFIRMED)


def test_of_two_who_end_a_claim_the_second_reads_where_it_stands(meet):  # C1, W8
    lin, lan = make_person("林"), make_volunteer("兰")
    wish = make_wish(author=lin)
    hers = claim(wish, lan)

    assert meet(giving_back(hers.id, lan.id), reporting(hers.id, lan.id)) == ["wrong_state"]

    assert (wish.state, wish.taken, hers.state) == (WishState.OPEN, 0, ClaimState.WITHDRAWN)


def test_taking_back_what_somebody_just_took_is_decided_again(meet):  # C1, C13
    lin, lan = make_person("林"), make_volunteer("兰")
    wish = make_wish(places=2, author=lin)

    assert meet(taking_on(wish.id, lan.id), taking_back(wish.id, lin.id)) == ["changed_meanwhile"]

    assert (wish.state, wish.taken) == (WishState.OPEN, 1)


def test_taking_back_and_reporting_do_not_wait_for_each_other(meet):  # C1: person before thing, always
    lin, lan = make_person("林"), make_volunteer("兰")
    wish = make_wish(author=lin)
    hers = claim(wish, lan)

    assert meet(taking_back(wish.id, lin.id), reporting(hers.id, lan.id)) == ["wrong_state"]

    assert (wish.state, wish.taken, hers.state) == (WishState.WITHDRAWN, 0, ClaimState.RELEASED)
