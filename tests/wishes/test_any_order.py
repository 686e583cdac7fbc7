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
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import func, select

from gridapp.accounts.models import Person, RoleKind
from gridapp.accounts.queries import Actor
from gridapp.core.database import db, writing
from gridapp.core.journal import JournalEntry, broken_chains
from gridapp.core.refusals import Refused
from gridapp.volunteers.models import HourEntry
from gridapp.wishes.feature import lost_hours, miscounted_places
from gridapp.wishes.models import PLACE_TAKEN, UNFINISHED, Claim, Wish
from gridapp.wishes.workflow import checking, claiming, entering, finishing
from tests import factories
from tests.conftest import empty

MOST = 2
PEOPLE = ("author", "coordinator", "helping coordinator", "甲", "乙", "丙")
VOLUNTEERS = ("helping coordinator", "甲", "乙", "丙")
WHO = st.sampled_from(PEOPLE)
IN_CHARGE = ("coordinator", "helping coordinator")


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

    wishes = Bundle("wishes")

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
        self.steps = 0

    # -- what people do

    @rule(target=wishes, places=st.sampled_from([1, 1, 2, 3, None]))
    def submit(self, places: int | None) -> int:
        wish = factories.make_wish(
            author=self.people["author"], state=factories.WishState.SUBMITTED, places=places, at=self._tick()
        )
        self.expected[wish.id] = Expected(places)
        return wish.id

    @rule(wish_id=wishes, who=WHO)
    def publish(self, wish_id: int, who: str) -> None:
        expected = self.expected[wish_id]
        allowed = who in IN_CHARGE and expected.phase == "submitted"
        if self._does(
            allowed,
            who,
            lambda by: checking.publish_wish(db.session(), self._wish(wish_id), by=by, at=self.at),
        ):
            expected.phase = "public"

    @rule(wish_id=wishes, who=WHO)
    def decline(self, wish_id: int, who: str) -> None:
        expected = self.expected[wish_id]
        allowed = who in IN_CHARGE and expected.phase == "submitted"
        if self._does(
            allowed,
            who,
            lambda by: checking.decline_wish(
                db.session(), self._wish(wish_id), by=by, reason="太大了", at=self.at
            ),
        ):
            expected.phase = "declined"

    @rule(wish_id=wishes, who=st.sampled_from(VOLUNTEERS * 2 + ("author", "coordinator")))
    def claim(self, wish_id: int, who: str) -> None:
        expected = self.expected[wish_id]
        holds = any(claimer == who and state in PLACE_TAKEN for claimer, state in expected.claims)
        busy = sum(claim == [who, "held"] for one in self.expected.values() for claim in one.claims)
        allowed = who in VOLUNTEERS and not holds and busy < MOST and expected.state == "open"
        if self._does(
            allowed,
            who,
            lambda by: claiming.claim_wish(
                db.session(), self._wish(wish_id), by=by, at=self.at, today=self.at.date()
            ),
        ):
            expected.claims.append([who, "held"])

    @rule(wish_id=wishes, number=st.integers(0, 3), who=WHO, own=st.booleans())
    def give_back(self, wish_id: int, number: int, who: str, own: bool) -> None:
        if (claim := self._claim(wish_id, number)) is None:
            return
        mine, record = claim
        who = record[0] if own else who
        allowed = who == record[0] and record[1] == "held"
        if self._does(
            allowed, who, lambda by: claiming.give_back(db.session(), mine, by=by, reason="没空", at=self.at)
        ):
            record[1] = "withdrawn"

    @rule(wish_id=wishes, number=st.integers(0, 3), who=WHO, own=st.booleans(), minutes=st.integers(1, 1440))
    def report(self, wish_id: int, number: int, who: str, own: bool, minutes: int) -> None:
        if (claim := self._claim(wish_id, number)) is None:
            return
        mine, record = claim
        who = record[0] if own else who
        allowed = who == record[0] and record[1] == "held"
        if self._does(
            allowed,
            who,
            lambda by: finishing.report_done(
                db.session(), mine, by=by, sentence="好了", minutes=minutes, at=self.at
            ),
        ):
            record[1] = "done"

    @rule(wish_id=wishes, number=st.integers(0, 3), who=st.sampled_from(("author", *PEOPLE)))
    def confirm(self, wish_id: int, number: int, who: str) -> None:
        if (claim := self._claim(wish_id, number)) is None:
            return
        theirs, record = claim
        minutes = theirs.minutes or 0
        if self._does(
            self._judges(who, record),
            who,
            lambda by: finishing.confirm(
                db.session(), theirs, by=by, thanks="谢谢", at=self.at, day=date(2026, 11, 23)
            ),
        ):
            record[1] = "confirmed"
            self.minutes[record[0]] += minutes

    @rule(wish_id=wishes, number=st.integers(0, 3), who=st.sampled_from(("author", *PEOPLE)))
    def send_back(self, wish_id: int, number: int, who: str) -> None:
        if (claim := self._claim(wish_id, number)) is None:
            return
        theirs, record = claim
        if self._does(
            self._judges(who, record),
            who,
            lambda by: finishing.send_back(db.session(), theirs, by=by, reason="灯不亮", at=self.at),
        ):
            record[1] = "returned"

    @rule(wish_id=wishes, who=WHO)
    def close(self, wish_id: int, who: str) -> None:
        expected = self.expected[wish_id]
        allowed = who in IN_CHARGE and expected.state == "open"
        if self._does(
            allowed, who, lambda by: checking.close_wish(db.session(), self._wish(wish_id), by=by, at=self.at)
        ):
            expected.phase = "public" if expected.taken else "expired"
            expected.places = expected.taken or expected.places

    @rule(wish_id=wishes, who=WHO)
    def withdraw(self, wish_id: int, who: str) -> None:
        expected = self.expected[wish_id]
        allowed = who in ("author", *IN_CHARGE) and expected.state in ("submitted", "open", "filled")
        if self._does(
            allowed,
            who,
            lambda by: entering.withdraw_wish(
                db.session(), self._wish(wish_id), by=by, reason="好了", at=self.at
            ),
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
        assert list(broken_chains(session)) == []
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

    def _claim(self, wish_id: int, number: int) -> tuple[Claim, list[str]] | None:
        claims = self._claims(wish_id)
        if not claims:
            return None
        number %= len(claims)
        return claims[-1 - number], self.expected[wish_id].claims[-1 - number]

    @staticmethod
    def _judges(who: str, record: list[str]) -> bool:
        return who in ("author", *IN_CHARGE) and who != record[0] and record[1] == "done"


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_whatever_people_do_in_whatever_order_everything_agrees(app: Flask) -> None:  # C1, C2, W5, W11, V3
    run_state_machine_as_test(
        Town,
        settings=settings(
            max_examples=20,
            stateful_step_count=30,
            deadline=None,
            database=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
