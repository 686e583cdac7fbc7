"""Made-up wishes for `gridapp load`, with what hangs on them in proportion: claims, hours, journal, messages.

Of twenty wishes one is open, as in a town where most have come true. Every invariant of `gridapp audit` holds.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import select

from gridapp.accounts.models import Duty
from gridapp.areas.models import Committee
from gridapp.areas.queries import town_facts
from gridapp.core.features import Load
from gridapp.core.journal import MADE_UP, JournalEntry, MadeUpStep, made_up
from gridapp.core.outbox import Message
from gridapp.core.searching import initials_of, tokens_of
from gridapp.volunteers.models import HourEntry
from gridapp.wishes.models import Beneficiary, Category, Claim, ClaimState, Source, Wish, WishState

AT_ONCE = 10_000
STATES = {
    WishState.CONFIRMED: 76,
    WishState.OPEN: 5,
    WishState.FILLED: 4,
    WishState.DONE: 3,
    WishState.SUBMITTED: 1,
    WishState.ASKED_BACK: 1,
    WishState.WITHDRAWN: 5,
    WishState.EXPIRED: 3,
    WishState.DECLINED: 2,
}
# The days that a wish in this state has been there, at most; the rest lies within three years.
NEWER = {
    WishState.OPEN: 40,
    WishState.FILLED: 20,
    WishState.DONE: 14,
    WishState.SUBMITTED: 3,
    WishState.ASKED_BACK: 10,
}
CLAIMED = {
    WishState.FILLED: ClaimState.HELD,
    WishState.DONE: ClaimState.DONE,
    WishState.CONFIRMED: ClaimState.CONFIRMED,
}
ENDS = {
    WishState.WITHDRAWN: "withdrawn",
    WishState.EXPIRED: "expired",
    WishState.DECLINED: "declined",
    WishState.ASKED_BACK: "asked_back",
}
MADE_OF = tomllib.loads(Path(__file__).with_name("loading.toml").read_text(encoding="utf-8"))
SKILL_OF = {"repair": "repair", "lesson": "computer", "transport": "drive", "company": "chat"}
WISH = (
    "id",
    "title",
    "text",
    "category_code",
    "committee_code",
    "road",
    "skill_code",
    "places",
    "taken",
    "version",
    "deadline",
    "starts_at",
    "ends_at",
    "minutes",
    "source",
    "state",
    "state_note",
    "author_id",
    "submitted_at",
    "published_at",
    "words",
    "initials",
)
CLAIM = (
    "id",
    "wish_id",
    "person_id",
    "state",
    "since",
    "reported_at",
    "report",
    "minutes",
    "ended_at",
    "ended_late",
    "going",
)
DUTY = ("person_id", "thing", "thing_id", "title", "url", "starts_at", "ends_at")
HOURS = (
    "person_id",
    "thing",
    "thing_id",
    "minutes",
    "day",
    "service",
    "place",
    "organiser",
    "recorded_by_id",
    "confirmed_by_id",
    "confirmed_as",
    "at",
)
MESSAGE = ("key", "kind", "person_id", "thing", "thing_id", "parts", "at", "seen_at")


@dataclass
class Rows:
    """The rows of one portion, by table."""

    wishes: list[Any]
    beneficiaries: list[Any]
    claims: list[Any]
    duties: list[Any]
    hours: list[Any]
    journal: list[Any]
    messages: list[Any]


@dataclass(frozen=True)
class Town:
    """What rows of hours say of the town, in words."""

    organiser: str
    committees: Mapping[str, str]
    categories: Mapping[str, str]


def load(to: Load) -> None:
    """Write the wishes; their authors and helpers are `to.people` and `to.helpers`."""
    town = Town(
        town_facts(to.session).name,
        dict(to.session.execute(select(Committee.code, Committee.name)).all()),
        dict(to.session.execute(select(Category.code, Category.name)).all()),
    )
    for some in to.portions(to.wishes_wanted, AT_ONCE):
        rows = Rows([], [], [], [], [], [], [])
        for state in to.dice.choices(list(STATES), list(STATES.values()), k=some):
            _write(to, town, rows, state)
        to.bulk.put(Wish, WISH, rows.wishes)
        to.bulk.put(Beneficiary, ("wish_id", "name", "phone", "address"), rows.beneficiaries)
        to.bulk.put(Claim, CLAIM, rows.claims)
        to.bulk.put(Duty, DUTY, rows.duties)
        to.bulk.put(HourEntry, HOURS, rows.hours)
        to.bulk.put(JournalEntry, MADE_UP, rows.journal)
        to.bulk.put(Message, MESSAGE, rows.messages)


def _write(to: Load, town: Town, rows: Rows, state: WishState) -> None:
    """One wish, and what has come of it."""
    dice, number = to.dice, to.bulk.next_id(Wish)
    author, committee = dice.choice(to.people)
    since = to.at - timedelta(minutes=dice.randrange(60, NEWER.get(state, 1000) * 24 * 60))
    public = (
        None if state in (WishState.SUBMITTED, WishState.ASKED_BACK, WishState.DECLINED) else since + _HOUR
    )
    kind = dice.choice(list(MADE_OF["things"]))
    begin, *things = MADE_OF["things"][kind]
    title = begin + dice.choice(things) + dice.choice(MADE_OF["endings"])
    said = dice.choice(MADE_OF["texts"]) + dice.choice(MADE_OF["texts"])
    road = dice.choice(MADE_OF["roads"])
    minutes = dice.choice((15, 30, 40, 60, 90))
    helper = dice.choice(to.helpers) if state in CLAIMED else None
    if helper == author:
        helper = to.helpers[0] if to.helpers[0] != author else to.helpers[1]
    rows.wishes.append(
        (
            number,
            title,
            said,
            kind,
            committee,
            road,
            SKILL_OF.get(kind) if dice.random() < 0.3 else None,
            1,
            int(helper is not None),
            1,
            *_when(to, state, since),
            minutes,
            Source.SELF,
            state,
            None,
            author,
            since,
            public,
            f"{_tokens(title)} {_tokens(said)} {_tokens(road)}",
            f"{_initials(title)} {_initials(road)}",
        )
    )
    rows.beneficiaries.append((number, "某某（示例）", f"+86199{number % 10**8:08d}", f"{road}某弄某号"))
    rows.journal += made_up("wishes", number, _steps(state, since, author))
    told_at = public or since
    rows.messages.append(
        _message(
            "wish_published" if public else "wish_submitted",
            number,
            author,
            title,
            told_at,
            dice.random() < 0.95,
        )
    )
    if helper is not None:
        _claim(to, town, rows, rows.wishes[-1], helper)


def _claim(to: Load, town: Town, rows: Rows, wish: tuple[Any, ...], helper: int) -> None:
    """The claim that took the wish's place, what was told of it, and the hours that it earned."""
    of = dict(zip(WISH, wish, strict=True))
    number, state, minutes = to.bulk.next_id(Claim), CLAIMED[of["state"]], of["minutes"]
    taken, reported, ended = (of["published_at"] + n * _HOUR for n in (1, 20, 40))
    is_done, is_over = state != ClaimState.HELD, state == ClaimState.CONFIRMED
    rows.claims.append(
        (
            number,
            of["id"],
            helper,
            state,
            taken,
            reported if is_done else None,
            "送到了。" if is_done else None,
            minutes if is_done else None,
            ended if is_over else None,
            False,
            True,
        )
    )
    if not is_done and of["starts_at"] is not None:
        window = of["starts_at"], of["ends_at"]
        rows.duties.append((helper, "claims", number, of["title"], f"/wishes/{of['id']}", *window))
    steps: list[MadeUpStep] = [("held", ClaimState.HELD, helper, "volunteer", taken)]
    if is_done:
        steps.append(("done", ClaimState.DONE, helper, "volunteer", reported))
    if is_over:
        author, place = of["author_id"], town.committees[of["committee_code"]]
        steps.append(("confirmed", ClaimState.CONFIRMED, author, "author", ended))
        service = f"{town.categories[of['category_code']]}：{of['title']}"
        day = ended.astimezone(UTC).date()
        rows.hours.append(
            (
                helper,
                "claims",
                number,
                minutes,
                day,
                service,
                place,
                town.organiser,
                helper,
                author,
                "author",
                ended,
            )
        )
    rows.journal += made_up("claims", number, steps)
    kind = "claim_confirmed" if is_over else "claim_done" if is_done else "wish_claimed"
    to_whom = helper if is_over else of["author_id"]
    rows.messages.append(
        _message(kind, of["id"], to_whom, of["title"], taken, is_over or to.dice.random() < 0.5)
    )


def _steps(state: WishState, since: datetime, author: int) -> Iterator[MadeUpStep]:
    """How the wish came to its state."""
    yield "submitted", WishState.SUBMITTED, author, "author", since
    at = since + _HOUR
    if state in (WishState.OPEN, *CLAIMED, WishState.WITHDRAWN, WishState.EXPIRED):
        yield "published", WishState.OPEN, author, "coordinator", at
    way = {WishState.FILLED: 1, WishState.DONE: 2, WishState.CONFIRMED: 3}.get(state, 0)
    for step, hours in zip(
        (WishState.FILLED, WishState.DONE, WishState.CONFIRMED)[:way], (1, 20, 40), strict=False
    ):
        yield step.value, step, author, "system", at + hours * _HOUR
    if state in ENDS:
        yield ENDS[state], state, author, "coordinator", at + 2 * _HOUR


def _when(
    to: Load, state: WishState, since: datetime
) -> tuple[datetime | None, datetime | None, datetime | None]:
    """Deadline, begin and end: of five wishes two have no day, two a deadline and one a window."""
    how, ahead = to.dice.random(), timedelta(minutes=30 * to.dice.randrange(1, 48 * 30))
    begin = (to.at if state in NEWER else since).replace(minute=0, second=0, microsecond=0)
    if how < 0.4:
        return None, None, None
    if how < 0.8:
        return begin + ahead, None, None
    return None, begin + ahead, begin + ahead + _HOUR


def _message(kind: str, wish: int, person: int, title: str, at: datetime, is_seen: bool) -> tuple[Any, ...]:
    parts = {"title": title}
    return f"load:{kind}:{wish}:{person}", kind, person, "wishes", wish, parts, at, at if is_seen else None


_HOUR = timedelta(hours=1)
_tokens = lru_cache(maxsize=4096)(tokens_of)
_initials = lru_cache(maxsize=4096)(initials_of)
