"""Whatever people do in whatever order, the counts, the states, the hours and the journal agree (C1, C2, W5, V3).

A machine of Hypothesis plays a town against a few lines that say what must come of it; a step that the rules
refuse has to leave everything as it was. On SQLite alone: the order of things is the same on either engine.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import func, select

from gridapp.accounts.models import Person, RoleKind
from gridapp.accounts.queries import Actor
from gridapp.core.database import db, writing
from gridapp.core.journal import JournalEntry, broken_chains, untold_states
from gridapp.core.refusals import Refused
from gridapp.volunteers.models import HourEntry
from gridapp.wishes.feature import lost_hours, miscounted_places
from gridapp.wishes.models import PLACE_TAKEN, UNFINISHED, Claim, Wish
from gridapp.wishes.workflow import checking, claiming, entering, finishing
from tests import factories
from tests.conftest import empty

MOST = 3
PEOPLE = ("author", "coordinator", "helping coordinator", "甲", "乙", "丙")
VOLUNTEERS = ("helping coordinator", "甲", "乙", "丙")
WHO = st.sampled_from(PEOPLE)
IN_CHARGE = ("coordinator", "helping coordinator")
JUDGES = ("author", *IN_CHARGE)
PLACES = st.sampled_from([1, 1, 2, 3, None])
CHANCE = st.integers(0, 599)


class Expected:
    """What must be true of one wish: how it stands, how many places, and the state of each claim in order."""

    def __init__(self, places: int | None):
        self.phase, self.places = "submitted", places
        self.claims: list[list[str]] = []  # [who, state]

    @property
    def taken(self) -> int:
        return sum(state in PLACE_TAKEN for _who, state in self.claims)

    @property
    def state(self) -> str:
        if self.phase != "public":
            return self.phase
        if self.places is None or self.taken < self.places:
            return "open"
        held = {state for _who, state in self.claims if state in PLACE_TAKEN}
        return "filled" if "held" in held else "done" if "done" in held else "confirmed"


class Town(RuleBasedStateMachine):
    """Six people and a handful of wishes."""

    def __init__(self) -> None:
        super().__init__()
        session = db.session()
        empty(session)
        factories.make_town(session)
        self.people: dict[str, Person] = {}
        for who in PEOPLE:
            volunteer = who in VOLUNTEERS
            self.people[who] = (
                factories.make_volunteer(who, max_live=MOST) if volunteer else factories.make_person(who)
            )
            if who in IN_CHARGE:
                factories.give_role(self.people[who], RoleKind.COORDINATOR, "block-5")
        self.at: datetime = factories.MONDAY_9
        self.expected: dict[int, Expected] = {}
        self.minutes: dict[str, int] = dict.fromkeys(PEOPLE, 0)

    # -- what people do: mostly what they may, every sixth time anything at all

    @initialize(all_places=st.lists(PLACES, min_size=2, max_size=3))
    def begin(self, all_places: list[int | None]) -> None:
        for places in all_places:
            self.submit(places)
            self.publish(1, "coordinator")

    @rule(places=PLACES)
    def submit(self, places: int | None) -> None:
        wish = factories.make_wish(
            author=self.people["author"], state=factories.WishState.SUBMITTED, places=places, at=self._tick()
        )
        self.expected[wish.id] = Expected(places)

    @rule(chance=CHANCE, who=st.sampled_from(IN_CHARGE * 3 + PEOPLE))
    def publish(self, chance: int, who: str) -> None:
        wish, expected = self._some_wish(chance, "submitted")
        allowed = who in IN_CHARGE and expected.phase == "submitted"
        if self._does(allowed, who, lambda by: checking.publish_wish(db.session(), wish, by=by, at=self.at)):
            expected.phase = "public"

    @precondition(lambda self: len(self.expected) > 3)
    @rule(chance=CHANCE, who=st.sampled_from(IN_CHARGE + PEOPLE))
    def decline(self, chance: int, who: str) -> None:
        wish, expected = self._some_wish(chance, "submitted")
        allowed = who in IN_CHARGE and expected.phase == "submitted"
        if self._does(
            allowed,
            who,
            lambda by: checking.decline_wish(db.session(), wish, by=by, reason="太大了", at=self.at),
        ):
            expected.phase = "declined"

    @rule(chance=CHANCE, who=st.sampled_from(VOLUNTEERS * 3 + PEOPLE))
    def claim(self, chance: int, who: str) -> None:
        self._claim(chance, who)

    @rule(chance=CHANCE, who=st.sampled_from(VOLUNTEERS))
    def claim_too(self, chance: int, who: str) -> None:
        self._claim(chance, who)

    def _claim(self, chance: int, who: str) -> None:
        wish, expected = self._some_wish(chance, "open")
        holds = any(claimer == who and state in PLACE_TAKEN for claimer, state in expected.claims)
        busy = sum(claim == [who, "held"] for one in self.expected.values() for claim in one.claims)
        allowed = who in VOLUNTEERS and not holds and busy < MOST and expected.state == "open"
        if self._does(
            allowed,
            who,
            lambda by: claiming.claim_wish(db.session(), wish, by=by, at=self.at, today=self.at.date()),
        ):
            expected.claims.append([who, "held"])

    @precondition(lambda self: self._claims_in())
    @rule(chance=CHANCE, who=WHO)
    def give_back(self, chance: int, who: str) -> None:
        claim, record = self._some_claim(chance, "held")
        who = record[0] if chance % 6 else who
        allowed = who == record[0] and record[1] == "held"
        if self._does(
            allowed, who, lambda by: claiming.give_back(db.session(), claim, by=by, reason="没空", at=self.at)
        ):
            record[1] = "withdrawn"

    @precondition(lambda self: self._claims_in("held"))
    @rule(chance=CHANCE, minutes=st.integers(1, 240))
    def report(self, chance: int, minutes: int) -> None:
        self._report(chance, "author", minutes)

    @precondition(lambda self: self._claims_in())
    @rule(chance=CHANCE, who=WHO, minutes=st.integers(1, 240))
    def report_anything(self, chance: int, who: str, minutes: int) -> None:
        self._report(chance, who, minutes)

    def _report(self, chance: int, who: str, minutes: int) -> None:
        claim, record = self._some_claim(chance, "held")
        who = record[0] if chance % 6 else who
        allowed = who == record[0] and record[1] == "held"
        if self._does(
            allowed,
            who,
            lambda by: finishing.report_done(
                db.session(), claim, by=by, sentence="好了", minutes=minutes, at=self.at
            ),
        ):
            record[1] = "done"

    @precondition(lambda self: self._claims_in("done"))
    @rule(chance=CHANCE, who=st.sampled_from(JUDGES * 2 + PEOPLE))
    def confirm(self, chance: int, who: str) -> None:
        claim, record = self._some_claim(chance, "done")
        minutes = claim.minutes or 0
        if self._does(
            self._judges(who, record),
            who,
            lambda by: finishing.confirm(
                db.session(), claim, by=by, thanks="谢谢", at=self.at, day=date(2026, 11, 23)
            ),
        ):
            record[1] = "confirmed"
            self.minutes[record[0]] += minutes

    @precondition(lambda self: self._claims_in("done"))
    @rule(chance=CHANCE, who=st.sampled_from(JUDGES * 2 + PEOPLE))
    def send_back(self, chance: int, who: str) -> None:
        claim, record = self._some_claim(chance, "done")
        if self._does(
            self._judges(who, record),
            who,
            lambda by: finishing.send_back(db.session(), claim, by=by, reason="灯不亮", at=self.at),
        ):
            record[1] = "returned"

    @precondition(lambda self: len(self._claims_in()) > 1)
    @rule(chance=CHANCE, who=st.sampled_from(IN_CHARGE + PEOPLE))
    def close(self, chance: int, who: str) -> None:
        wish, expected = self._some_wish(chance, "open")
        allowed = who in IN_CHARGE and expected.state == "open"
        if self._does(allowed, who, lambda by: checking.close_wish(db.session(), wish, by=by, at=self.at)):
            expected.phase = "public" if expected.taken else "expired"
            expected.places = expected.taken or expected.places

    @precondition(lambda self: len(self._claims_in()) > 3)
    @rule(chance=CHANCE, who=st.sampled_from(JUDGES + PEOPLE))
    def withdraw(self, chance: int, who: str) -> None:
        wish, expected = self._some_wish(chance, "filled")
        allowed = who in JUDGES and expected.state in ("submitted", "open", "filled")
        if self._does(
            allowed,
            who,
            lambda by: entering.withdraw_wish(db.session(), wish, by=by, reason="好了", at=self.at),
        ):
            expected.phase = "withdrawn"
            for record in expected.claims:
                record[1] = "released" if record[1] in UNFINISHED else record[1]

    # -- what must be true after each of their steps

    @invariant()
    def counts_and_states_are_right(self) -> None:
        for wish_id, expected in self.expected.items():
            wish = self._wish(wish_id)
            assert (wish.state, wish.taken, wish.places) == (expected.state, expected.taken, expected.places)
            assert wish.places is None or wish.taken <= wish.places
            assert [claim.state for claim in self._claims(wish_id)] == [
                state for _who, state in expected.claims
            ]
        assert list(miscounted_places(db.session())) == []

    @invariant()
    def hours_are_those_of_confirmed_claims(self) -> None:
        rows = db.session().execute(
            select(HourEntry.person_id, func.sum(HourEntry.minutes)).group_by(HourEntry.person_id)
        )
        earned = {row[0]: row[1] for row in rows}
        assert earned == {self.people[who].id: minutes for who, minutes in self.minutes.items() if minutes}
        assert list(lost_hours(db.session())) == []

    @invariant()
    def the_journal_is_whole_and_tells_each_last_state(self) -> None:
        session = db.session()
        assert [*broken_chains(session), *untold_states(session)] == []
        for table in (Wish, Claim):
            rows = session.execute(
                select(table.id, table.state, JournalEntry.to_state)
                .join(
                    JournalEntry,
                    (JournalEntry.thing == table.__tablename__) & (JournalEntry.thing_id == table.id),
                )
                .order_by(JournalEntry.number)
            )
            last = {row[0]: (row[1], row[2]) for row in rows}
            assert all(state == told for state, told in last.values())

    # -- how it works

    def _tick(self) -> datetime:
        self.at += timedelta(minutes=1)
        return self.at

    def _does(self, allowed: bool, who: str, step) -> bool:
        """`who` takes the step; whether it is refused must be as expected, and a refusal must change nothing."""
        session = db.session()
        self._tick()
        entries = session.scalar(select(func.count()).select_from(JournalEntry))
        try:
            with writing(session):
                charge = frozenset({factories.HOME}) if who in IN_CHARGE else frozenset()
                step(Actor(self.people[who], (), charge))
            done = True
        except Refused:
            done = False
            assert session.scalar(select(func.count()).select_from(JournalEntry)) == entries
        assert done is allowed
        return done

    def _wish(self, wish_id: int) -> Wish:
        return db.session().get_one(Wish, wish_id)

    def _claims(self, wish_id: int) -> list[Claim]:
        return list(db.session().scalars(select(Claim).where(Claim.wish_id == wish_id).order_by(Claim.id)))

    def _some_wish(self, chance: int, state: str) -> tuple[Wish, Expected]:
        fitting = [one for one in self.expected.items() if one[1].state == state and chance % 6]
        wish_id, expected = _one_of(fitting or list(self.expected.items()), chance)
        return self._wish(wish_id), expected

    def _some_claim(self, chance: int, state: str) -> tuple[Claim, list[str]]:
        fitting = self._claims_in(state) if chance % 6 else []
        wish_id, number = _one_of(fitting or self._claims_in(), chance)
        return self._claims(wish_id)[number], self.expected[wish_id].claims[number]

    def _claims_in(self, state: str | None = None) -> list[tuple[int, int]]:
        """Wish and number of each claim in the state, or of all."""
        return [
            (wish_id, number)
            for wish_id, expected in self.expected.items()
            for number, record in enumerate(expected.claims)
            if state in (None, record[1])
        ]

    @staticmethod
    def _judges(who: str, record: list[str]) -> bool:
        return who in JUDGES and who != record[0] and record[1] == "done"


def _one_of(things, chance):
    return things[chance // 6 % len(things)]


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_whatever_people_do_in_whatever_order_everything_agrees(app: Flask) -> None:  # C1, C2, W5, W11, V3
    run_state_machine_as_test(
        Town,
        settings=settings(
            max_examples=15,
            stateful_step_count=40,
            report_multiple_bugs=False,
            deadline=None,
            database=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
