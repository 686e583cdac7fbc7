"""The wishes of the demo: demo.toml, played through the workflow, step by step, up to now."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from gridapp.accounts.demo import committee_of, person_of
from gridapp.accounts.models import Person
from gridapp.accounts.queries import Actor, actor_of, coordinators_of
from gridapp.accounts.workflow import hash_password
from gridapp.core.outbox import Message
from gridapp.core.phones import normalised
from gridapp.organisations.models import Membership, MembershipState
from gridapp.organisations.workflow import speakers
from gridapp.photos.demo import photos
from gridapp.safety.workflow import describe
from gridapp.wishes.models import Claim, Contact, Source, Wish
from gridapp.wishes.queries.arranging import clashes_at, seal_of
from gridapp.wishes.queries.times import Arrangement, Times
from gridapp.wishes.workflow.arranging import rearrange_wish
from gridapp.wishes.workflow.checking import ask_back, close_wish, decline_wish, publish_wish
from gridapp.wishes.workflow.claiming import claim_wish, give_back, reveal_beneficiary
from gridapp.wishes.workflow.door import report_incident
from gridapp.wishes.workflow.entering import submit_wish, withdraw_wish
from gridapp.wishes.workflow.finishing import confirm, report_done, send_back
from gridapp.wishes.workflow.sharing import take_share
from gridapp.wishes.workflow.slips import issue_slip

SCRIPT = Path(__file__).with_name("demo.toml")
SHANGHAI = ZoneInfo("Asia/Shanghai")
LAST_MINUTE = time(23, 59)
NEWS = timedelta(days=2)


class Cast:
    """The demo people as those who act. Their roles are older than any wish, so each is looked up once."""

    def __init__(self, session: Session, at: datetime):
        self.session, self.at = session, at
        self._known: dict[str, Actor] = {}

    def actor(self, digits: str) -> Actor:
        """Whose phone number ends on `digits`."""
        if digits not in self._known:
            self._known[digits] = actor_of(self.session, person_of(self.session, digits), at=self.at)
        return self._known[digits]

    def coordinator(self, committee_code: str) -> Actor:
        """Who is in charge of the committee."""
        if committee_code not in self._known:
            person_id = coordinators_of(self.session, committee_code, at=self.at)[0]
            person = self.session.get_one(Person, person_id)
            self._known[committee_code] = actor_of(self.session, person, at=self.at)
        return self._known[committee_code]


@dataclass
class Play:
    """One wish of the script on its way: what is written of it, and what has come of it so far."""

    session: Session
    cast: Cast
    script: Mapping[str, Any]
    now: datetime
    wish: Wish = field(init=False)
    claims: dict[str, Claim] = field(default_factory=dict)

    def step(self, at: datetime, verb: str, *words: Any) -> None:
        """Take a step of the script at the moment `at` (UTC)."""
        STEPS[verb](self, at, *words)

    def retime(self, at: datetime, day: int, start: str, end: str) -> None:
        """The coordinator moves it, having seen whom that concerns."""
        new = Times(*(moment(self.now, day, time.fromisoformat(clock)) for clock in (start, end)))
        wish, held = self.wish, [claim.id for claim in self.claims.values()]
        rearrange_wish(
            self.session,
            wish,
            Arrangement(new, wish.road, "", wish.places),
            version=wish.version,
            seen=seal_of(held, clashes_at(self.session, wish, new)),
            by=self.coordinator,
            at=at,
        )

    def submit(self, at: datetime) -> None:
        """Enter the wish."""
        author, beneficiary = self.author, self.script.get("beneficiary")
        name, phone = beneficiary or (author.person.name, author.person.phone or "")
        self.wish = submit_wish(
            self.session,
            by=author,
            at=at,
            facts=self.facts(),
            contact=Contact(name, normalised(phone), self.script["address"]),
            source=Source(self.script.get("source", Source.OTHER if beneficiary else Source.SELF)),
            consent_how=self.script.get("consent"),
            photos=photos(*self.script.get("photos", ())),
        )

    def publish(self, at: datetime) -> None:
        """The coordinator publishes it."""
        publish_wish(self.session, self.wish, by=self.coordinator, at=at)

    def ask(self, at: datetime, question: str) -> None:
        """The coordinator asks back."""
        ask_back(self.session, self.wish, by=self.coordinator, question=question, at=at)

    def decline(self, at: datetime, reason: str) -> None:
        """The coordinator declines it."""
        decline_wish(self.session, self.wish, by=self.coordinator, reason=reason, at=at)

    def close(self, at: datetime) -> None:
        """The coordinator takes no more helpers."""
        close_wish(self.session, self.wish, by=self.coordinator, at=at)

    def withdraw(self, at: datetime, reason: str) -> None:
        """The author takes it back."""
        withdraw_wish(self.session, self.wish, by=self.author, reason=reason, at=at)

    def claim(self, at: datetime, who: str) -> None:
        """A volunteer takes it on."""
        today = at.astimezone(SHANGHAI).date()
        self.claims[who] = claim_wish(self.session, self.wish, by=self.cast.actor(who), at=at, today=today)

    def share(self, at: datetime, who: str) -> None:
        """The representative of somebody's organisation takes a share on; somebody goes."""
        session, person = self.session, self.cast.actor(who).person
        belongs = select(Membership).where(
            Membership.person_id == person.id, Membership.state == MembershipState.JOINED
        )
        member = session.scalars(belongs).one()
        speaker = session.get_one(Person, speakers(session, member.organisation, at=at)[0])
        by, today = actor_of(session, speaker, at=at), at.astimezone(SHANGHAI).date()
        self.claims[who] = take_share(session, self.wish, member, by=by, at=at, today=today)

    def incident(self, at: datetime, by: str, text: str) -> None:
        """Somebody reports that something was not right, and writes what."""
        reporter = self.judge(by) if by in ("author", "coordinator") else self.cast.actor(by)
        incident = report_incident(self.session, self.wish, by=reporter, at=at)
        describe(self.session, incident, text, by=reporter, at=at + timedelta(minutes=3))

    def look(self, at: datetime, who: str) -> None:
        """The volunteer looks up name and address."""
        reveal_beneficiary(self.session, self.wish, by=self.cast.actor(who), at=at)

    def give_back(self, at: datetime, who: str, reason: str) -> None:
        """The volunteer gives it back."""
        give_back(self.session, self.claims[who], by=self.cast.actor(who), reason=reason, at=at)

    def done(self, at: datetime, who: str, minutes: int, sentence: str, *shown: str) -> None:
        """The volunteer reports it done, with a photo where something was delivered."""
        report_done(
            self.session,
            self.claims[who],
            by=self.cast.actor(who),
            sentence=sentence,
            minutes=minutes,
            at=at,
            photos=photos(*shown),
        )

    def confirm(self, at: datetime, by: str, who: str, thanks: str) -> None:
        """The author or the coordinator is satisfied."""
        claim = self.claims[who]
        day = (self.wish.starts_at or claim.reported_at or at).astimezone(SHANGHAI).date()
        confirm(self.session, claim, by=self.judge(by), thanks=thanks, at=at, day=day)

    def print_slip(self, at: datetime, code: str) -> None:
        """The coordinator prints the slip, whose code the README tells."""
        issue_slip(self.session, self.wish, code_hash=hash_password(code), by=self.coordinator, at=at)

    def send_back(self, at: datetime, by: str, who: str, reason: str) -> None:
        """The author or the coordinator is not satisfied yet."""
        send_back(self.session, self.claims[who], by=self.judge(by), reason=reason, at=at)

    @property
    def author(self) -> Actor:
        """Who enters the wish."""
        return self.cast.actor(self.script["author"])

    @property
    def coordinator(self) -> Actor:
        """Who is in charge of the wish's committee."""
        return self.cast.coordinator(committee_of(self.script["committee"]))

    def judge(self, by: str) -> Actor:
        """The author or the coordinator, whoever `by` says."""
        return self.coordinator if by == "coordinator" else self.author

    def facts(self) -> dict[str, Any]:
        """The columns of `Wish`; moments in UTC."""
        script, days = self.script, self.script.get("deadline")
        day, *clocks = script.get("window", [0])
        window: list[datetime] | list[None] = [
            moment(self.now, day, time.fromisoformat(clock)) for clock in clocks
        ] or [None, None]
        return {
            "title": script["title"],
            "text": script["text"],
            "category_code": script["category"],
            "committee_code": committee_of(script["committee"]),
            "road": script["road"],
            "skill_code": script.get("skill"),
            "places": script.get("places", 1) or None,
            "minutes": script.get("minutes"),
            "value_yuan": script.get("value"),
            "starts_at": window[0],
            "ends_at": window[1],
            "deadline": None if days is None else moment(self.now, days, LAST_MINUTE),
        }


STEPS: dict[str, Callable[..., None]] = {
    "submit": Play.submit,
    "publish": Play.publish,
    "ask": Play.ask,
    "decline": Play.decline,
    "close": Play.close,
    "withdraw": Play.withdraw,
    "claim": Play.claim,
    "share": Play.share,
    "retime": Play.retime,
    "incident": Play.incident,
    "look": Play.look,
    "give_back": Play.give_back,
    "done": Play.done,
    "confirm": Play.confirm,
    "return": Play.send_back,
    "slip": Play.print_slip,
}


def load(session: Session, at: datetime) -> None:
    """Play all wishes at once, in the order in which things happened before `at` (UTC); old news is seen."""
    steps, cast = [], Cast(session, at)
    for script in tomllib.loads(SCRIPT.read_text(encoding="utf-8"))["wish"]:
        play = Play(session, cast, script, at)
        steps += [(_ago(at, ago), play, words) for ago, *words in script["steps"]]
    for then, play, words in sorted(steps, key=lambda step: step[0]):
        play.step(then, *words)
    session.flush()
    session.execute(
        update(Message).where(Message.at < at - NEWS, Message.seen_at.is_(None)).values(seen_at=at - NEWS)
    )


def moment(now: datetime, days: int, clock: time) -> datetime:
    """The moment (UTC) at which the town's clock shows `clock`, so many days from `now`."""
    day = now.astimezone(SHANGHAI).date() + timedelta(days=days)
    return datetime.combine(day, clock, tzinfo=SHANGHAI).astimezone(UTC)


def _ago(now: datetime, text: str) -> datetime:
    """Read "3 14:20": three days before `now` on the town's clock; "40m": forty minutes before."""
    if text.endswith("m"):
        return now - timedelta(minutes=int(text[:-1]))
    days, clock = text.split()
    return moment(now, -int(days), time.fromisoformat(clock))
