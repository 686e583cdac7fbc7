"""Wishes, the people they are for, and the claims on them (W1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, Text, event, false, func, text
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from gridapp.accounts.models import Person
from gridapp.areas.models import Committee
from gridapp.core.database import Base, UtcDateTime
from gridapp.core.searching import Tokens, initials_of, tokens_of
from gridapp.organisations.models import Organisation
from gridapp.photos.models import Photo
from gridapp.photos.queries import shown_of
from gridapp.volunteers.models import Skill, Volunteer


class WishState(StrEnum):
    """Where a wish stands."""

    SUBMITTED = "submitted"
    ASKED_BACK = "asked_back"
    OPEN = "open"
    FILLED = "filled"
    DONE = "done"
    CONFIRMED = "confirmed"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class ClaimState(StrEnum):
    """Where a claim stands."""

    OFFERED = "offered"
    HELD = "held"
    DONE = "done"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    LAPSED = "lapsed"
    WITHDRAWN = "withdrawn"
    CANNOT_COME = "cannot_come"
    RELEASED = "released"
    NO_SHOW = "no_show"
    RETURNED = "returned"


class Source(StrEnum):
    """Where a wish came from."""

    SELF = "self"
    OTHER = "other"
    VISIT = "visit"
    MATTER = "matter"


PUBLIC = (WishState.OPEN, WishState.FILLED, WishState.DONE, WishState.CONFIRMED)
PLACE_TAKEN = (ClaimState.OFFERED, ClaimState.HELD, ClaimState.DONE, ClaimState.CONFIRMED)
UNFINISHED = (ClaimState.OFFERED, ClaimState.HELD)
LIVE = (ClaimState.OFFERED, ClaimState.HELD, ClaimState.DONE)
LIVE_SQL = "state IN ('offered', 'held', 'done', 'confirmed')"
MAX_PLACES = 9_999


def _only_where(condition: str) -> Mapping[str, Any]:
    """What makes an index hold the rows for which the condition holds, and no others."""
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}


OPEN_ONES, RETIMED_ONES = _only_where("state = 'open'"), _only_where("retimed_at IS NOT NULL")
MOST_PHOTOS, MOST_DELIVERY_PHOTOS = 3, 1
ITEM = "item"  # the category of things, which are delivered


class Category(Base):
    """What kind of help a wish asks for; the town edits the list. `icon` is a name in the icon set."""

    __tablename__ = "categories"

    code: Mapped[str] = mapped_column(String(20), primary_key=True)
    name: Mapped[str] = mapped_column(String(20))
    name_en: Mapped[str] = mapped_column(String(40))
    icon: Mapped[str] = mapped_column(String(30))
    rank: Mapped[int]
    retired: Mapped[bool] = mapped_column(default=False, server_default=false())  # no longer offered (A7)


class Wish(Base):
    """Something small that one person needs and another can give (W1).

    `places` empty: as many as come. `taken` counts claims that are offered, held, done or
    confirmed; it is kept by guarded updates alone (C1). `starts_at`/`ends_at` are a window,
    half-open; `deadline` the last moment at which help is of use. What is private lies in
    `Beneficiary`. A wish for somebody else is not public before that person's consent is
    recorded: the database refuses it (Y2).

    `words` and `initials` are what the search keeps of title, text and road (`core.searching`); they follow by
    themselves. The database indexes them while the wish is open, and only then.
    """

    __tablename__ = "wishes"
    __table_args__ = (
        CheckConstraint(f"places IS NULL OR places BETWEEN 1 AND {MAX_PLACES}", name="places"),
        CheckConstraint("taken >= 0 AND (places IS NULL OR taken <= places)", name="not_over_held"),
        CheckConstraint(
            "source = 'self' OR consent_at IS NOT NULL OR state NOT IN ('open', 'filled', 'done', 'confirmed')",
            name="consent_before_public",
        ),
        CheckConstraint("starts_at IS NULL OR starts_at < ends_at", name="window"),
        CheckConstraint("state <> 'expired' OR taken = 0", name="nobody_helped_what_expired"),
        Index("ix_wishes_state", "state", "id"),
        Index("ix_wishes_committee", "committee_code", "state", "id"),
        Index("ix_wishes_author", "author_id", "id"),
        # The few whose helpers may have something else at the new time (C13).
        Index("ix_wishes_retimed", "committee_code", **RETIMED_ONES),
        Index("ix_wishes_alike", "committee_code", "category_code", "submitted_at"),
        # The list of open wishes (W15), of which there are few among all that ever were.
        Index("ix_wishes_open", "id", **OPEN_ONES),
        Index("ix_wishes_open_category", "category_code", "id", **OPEN_ONES),
        Index("ix_wishes_open_committee", "committee_code", "id", **OPEN_ONES),
        Index("ix_wishes_open_skill", "skill_code", "id", **OPEN_ONES),
        Index(
            "ix_wishes_words", "words", postgresql_using="gin", postgresql_where=text("state = 'open'")
        ).ddl_if(dialect="postgresql"),
        Index(
            "ix_wishes_initials", "initials", postgresql_using="gin", postgresql_where=text("state = 'open'")
        ).ddl_if(dialect="postgresql"),
    )
    TRANSITIONS: ClassVar = {
        WishState.SUBMITTED: {WishState.OPEN, WishState.ASKED_BACK, WishState.DECLINED, WishState.WITHDRAWN},
        WishState.ASKED_BACK: {WishState.SUBMITTED, WishState.WITHDRAWN},
        WishState.OPEN: {
            WishState.FILLED,
            WishState.DONE,
            WishState.CONFIRMED,
            WishState.WITHDRAWN,
            WishState.EXPIRED,
        },
        WishState.FILLED: {WishState.OPEN, WishState.DONE, WishState.CONFIRMED, WishState.WITHDRAWN},
        WishState.DONE: {WishState.OPEN, WishState.FILLED, WishState.CONFIRMED},
        WishState.CONFIRMED: set(),
        WishState.DECLINED: set(),
        WishState.WITHDRAWN: set(),
        WishState.EXPIRED: set(),
    }

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(40))
    text: Mapped[str] = mapped_column(Text)
    category_code: Mapped[str] = mapped_column(ForeignKey("categories.code"))
    committee_code: Mapped[str] = mapped_column(ForeignKey("committees.code"))
    road: Mapped[str] = mapped_column(String(40), default="")
    skill_code: Mapped[str | None] = mapped_column(ForeignKey("skills.code"))
    places: Mapped[int | None] = mapped_column(
        Integer().evaluates_none(), default=1
    )  # None is said, 1 is not
    taken: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=1)  # grows with every change of what the wish says
    deadline: Mapped[datetime | None] = mapped_column(UtcDateTime)
    starts_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    minutes: Mapped[int | None]
    value_yuan: Mapped[int | None]
    source: Mapped[Source] = mapped_column(String(10), default=Source.SELF)
    state: Mapped[WishState] = mapped_column(String(12), default=WishState.SUBMITTED)
    state_note: Mapped[str | None] = mapped_column(String(300))
    author_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    submitted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    kept_back_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # the coordinator has somebody in mind
    consent_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    consent_how: Mapped[str | None] = mapped_column(String(20))
    consent_for: Mapped[str | None] = mapped_column(String(60))
    consent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    retimed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # when its time last changed (C13)
    erased_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # when its personal text was erased (Y2)
    words: Mapped[str | None] = mapped_column(Tokens, deferred=True)
    initials: Mapped[str | None] = mapped_column(Tokens, deferred=True)

    author: Mapped[Person] = relationship(foreign_keys=[author_id])
    category: Mapped[Category] = relationship()
    committee: Mapped[Committee] = relationship()
    skill: Mapped[Skill | None] = relationship()
    slip: Mapped[WishSlip | None] = relationship(viewonly=True)
    photos: Mapped[list[Photo]] = relationship(
        primaryjoin=lambda: shown_of("wishes", Wish.id),
        foreign_keys=lambda: [Photo.thing_id],
        order_by=Photo.place,
        viewonly=True,
    )

    @property
    def url(self) -> str:
        """The wish's page."""
        return f"/wishes/{self.id}"

    @property
    def last_moment(self) -> datetime | None:
        """After this (UTC) nobody can take the wish up; None: no such moment."""
        return self.ends_at or self.deadline

    def following(self, changes: Mapping[str, Any]) -> dict[str, Any]:
        """What changes along when `changes` are made: the search keeps what the wish says now."""
        if all(
            changes.get(name, getattr(self, name)) == getattr(self, name)
            for name in ("title", "text", "road")
        ):
            return {}
        title, text_, road = (changes.get(name, getattr(self, name)) for name in ("title", "text", "road"))
        return searchable(title, text_, road or "")


# The end of the window, or the deadline: wishes in the order in which their time runs out.
runs_out = func.coalesce(Wish.ends_at, Wish.deadline)
Index("ix_wishes_open_last_moment", runs_out, Wish.id, **OPEN_ONES)


def searchable(title: str, text: str, road: str) -> dict[str, Any]:
    """The columns of `Wish` by which it is found. Initials of the text would find too much."""
    return {"words": tokens_of(title, text, road), "initials": initials_of(title, road)}


@event.listens_for(Wish, "before_insert")
def _is_searchable(_mapper: object, _connection: object, wish: Wish) -> None:
    for name, tokens in searchable(wish.title, wish.text, wish.road or "").items():
        setattr(wish, name, tokens)


class Beneficiary(Base):
    """For whom a wish is: the private part of it, in a row that can be erased (W7, C2).

    `through` says whose number it is, where the person has none of their own (C10).
    """

    __tablename__ = "beneficiaries"
    __table_args__ = (Index("ix_beneficiaries_phone", "phone", "wish_id"),)

    wish_id: Mapped[int] = mapped_column(ForeignKey("wishes.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(40))
    phone: Mapped[str] = mapped_column(String(20))
    through: Mapped[str | None] = mapped_column(String(40))
    address: Mapped[str] = mapped_column(String(120))


@dataclass(frozen=True)
class Contact:
    """The beneficiary as typed: name, phone in E.164, exact address; `through` whom the phone reaches, if not them."""

    name: str
    phone: str
    address: str
    through: str = ""


class WishSlip(Base):
    """The printed slip of a wish: with its number and this code anybody who holds it sees how things stand (C10, W13).

    We keep the code's hash. `number` grows with each new slip, whose code ends the one before.
    """

    __tablename__ = "wish_slips"

    wish_id: Mapped[int] = mapped_column(ForeignKey("wishes.id"), primary_key=True)
    code_hash: Mapped[str] = mapped_column(String(200))
    number: Mapped[int]
    issued_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    issued_at: Mapped[datetime] = mapped_column(UtcDateTime)
    opened_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # when it was last opened with the code


class Claim(Base):
    """A promise to fulfil a wish, or a share of it; one claim takes one place.

    `person_id` goes, sees the address and earns the hours. A claim of an organisation (W20) is the organisation's:
    who goes for it may change, and while the one who was named cannot (`going` is false) nobody sees the address.
    `word` is what whoever goes says at the door (W19).
    """

    __tablename__ = "claims"
    __table_args__ = (
        Index(
            "uq_claims_one_live", "wish_id", "person_id", unique=True, **_only_where(f"going AND {LIVE_SQL}")
        ),
        Index(
            "uq_claims_one_of_an_organisation",
            "wish_id",
            "organisation_id",
            unique=True,
            **_only_where(f"organisation_id IS NOT NULL AND {LIVE_SQL}"),
        ),
        Index("ix_claims_organisation", "organisation_id", "state", "id"),
        CheckConstraint("going OR organisation_id IS NOT NULL", name="somebody_goes"),
        Index("ix_claims_wish", "wish_id", "state"),
        Index("ix_claims_person", "person_id", "state", "id"),
        Index("ix_claims_state", "state", "reported_at"),
        CheckConstraint("minutes IS NULL OR minutes BETWEEN 1 AND 1440", name="minutes"),
    )
    TRANSITIONS: ClassVar = {
        ClaimState.OFFERED: {ClaimState.HELD, ClaimState.REFUSED, ClaimState.LAPSED},
        ClaimState.HELD: {
            ClaimState.DONE,
            ClaimState.WITHDRAWN,
            ClaimState.CANNOT_COME,
            ClaimState.RELEASED,
            ClaimState.NO_SHOW,
        },
        ClaimState.DONE: {ClaimState.CONFIRMED, ClaimState.RETURNED},
        ClaimState.CONFIRMED: set(),
        ClaimState.REFUSED: set(),
        ClaimState.LAPSED: set(),
        ClaimState.WITHDRAWN: set(),
        ClaimState.CANNOT_COME: set(),
        ClaimState.RELEASED: set(),
        ClaimState.NO_SHOW: set(),
        ClaimState.RETURNED: set(),
    }

    id: Mapped[int] = mapped_column(primary_key=True)
    wish_id: Mapped[int] = mapped_column(ForeignKey("wishes.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    going: Mapped[bool] = mapped_column(default=True)
    word: Mapped[str | None] = mapped_column(String(10))
    state: Mapped[ClaimState] = mapped_column(String(12), default=ClaimState.HELD)
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    reported_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    report: Mapped[str | None] = mapped_column(String(300))
    minutes: Mapped[int | None]
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_late: Mapped[bool] = mapped_column(default=False)
    answer: Mapped[str | None] = mapped_column(String(300))

    wish: Mapped[Wish] = relationship()
    person: Mapped[Person] = relationship()
    volunteer: Mapped[Volunteer | None] = relationship(
        primaryjoin=lambda: foreign(Claim.person_id) == Volunteer.person_id, viewonly=True, uselist=False
    )
    photos: Mapped[list[Photo]] = relationship(
        primaryjoin=lambda: shown_of("claims", Claim.id),
        foreign_keys=lambda: [Photo.thing_id],
        order_by=Photo.place,
        viewonly=True,
    )
    organisation: Mapped[Organisation | None] = relationship()
