"""People, their consents, roles, sessions, duties, and what was tried."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from gridapp.areas.models import Area, Committee
from gridapp.core.database import Base, UtcDateTime


class RoleKind(StrEnum):
    """What a role lets a person do; always at a place, with a start and an end (A2)."""

    COORDINATOR = "coordinator"
    TOWN_ADMIN = "town_admin"
    TRAINER = "trainer"
    OFFICER = "officer"
    STAFF = "staff"
    STATION_MASTER = "station_master"
    REPRESENTATIVE = "representative"
    TEACHER = "teacher"


class Person(Base):
    """Somebody with an account. No committee: lives outside the town and names areas to help in (A1).

    `phone` is E.164; it is proven by a coordinator who has met the person (A9). Without one, the person was
    entered by staff and is reached through somebody else (A6). An account that was put together with another of the
    same person (`merged_into_id`, never one that was itself merged) is history: nobody signs in with it (V5).
    """

    __tablename__ = "people"
    __table_args__ = (
        Index("ix_people_name", "name", "id", postgresql_ops={"name": "text_pattern_ops"}),
        Index("ix_people_merged_into", "merged_into_id"),
        CheckConstraint("(merged_into_id IS NULL) = (merged_at IS NULL)", name="merged_at_some_time"),
        CheckConstraint("merged_into_id <> id", name="merged_into_another"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    phone: Mapped[str | None] = mapped_column(String(20), unique=True)
    phone_proven_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    password_hash: Mapped[str | None] = mapped_column(String(200))
    name: Mapped[str] = mapped_column(String(40))
    committee_code: Mapped[str | None] = mapped_column(ForeignKey("committees.code"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    disabled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    is_demo: Mapped[bool] = mapped_column(default=False)
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    merged_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    committee: Mapped[Committee | None] = relationship()

    @property
    def is_closed(self) -> bool:
        """Whether nobody signs in with this account any more: it is disabled, or part of another (V5)."""
        return self.disabled_at is not None or self.merged_into_id is not None


class Consent(Base):
    """What a person agreed to: version of the text, purposes, when and how (Y1)."""

    __tablename__ = "consents"
    __table_args__ = (Index("ix_consents_person", "person_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    version: Mapped[str] = mapped_column(String(20))
    purposes: Mapped[str] = mapped_column(String(200))
    given_at: Mapped[datetime] = mapped_column(UtcDateTime)
    how: Mapped[str] = mapped_column(String(20))
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Role(Base):
    """A person's role at a place, counting from its first to its last moment (A2).

    The place is an area, or `place` in words; where a feature has a table of such places (organisations),
    `place_id` is the id there.
    """

    __tablename__ = "roles"
    __table_args__ = (
        Index("ix_roles_person", "person_id"),
        Index("ix_roles_area", "area_id", "kind"),
        Index("ix_roles_place", "place_id", "kind"),
        CheckConstraint("kind NOT IN ('coordinator', 'town_admin') OR area_id IS NOT NULL", name="has_place"),
        CheckConstraint("kind <> 'representative' OR place_id IS NOT NULL", name="represents_somebody"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    kind: Mapped[RoleKind] = mapped_column(String(20))
    area_id: Mapped[int | None] = mapped_column(ForeignKey("areas.id"))
    place: Mapped[str | None] = mapped_column(String(60))
    place_id: Mapped[int | None]
    post: Mapped[str | None] = mapped_column(String(60))
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    person: Mapped[Person] = relationship()
    area: Mapped[Area | None] = relationship()


class SignIn(Base):
    """A device that is signed in. Ends at once when ended; the browser holds the token, we its hash (D4)."""

    __tablename__ = "sign_ins"
    __table_args__ = (Index("ix_sign_ins_person", "person_id", "ended_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    device: Mapped[str] = mapped_column(String(200))
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Duty(Base):
    """Something that takes a person's time; written by every feature, read for overlap (C16).

    The stretch is half-open: `starts_at` belongs to it, `ends_at` does not.
    """

    __tablename__ = "duties"
    __table_args__ = (
        UniqueConstraint("thing", "thing_id"),
        Index("ix_duties_person", "person_id", "ends_at"),
        CheckConstraint("starts_at < ends_at", name="has_length"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    thing: Mapped[str] = mapped_column(String(40))
    thing_id: Mapped[int]
    title: Mapped[str] = mapped_column(String(80))
    url: Mapped[str] = mapped_column(String(120))
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    cancelled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Try(Base):
    """Something that was tried at a moment, such as a password for a number; limits count these (D5)."""

    __tablename__ = "tries"
    __table_args__ = (Index("ix_tries_key", "key", "at"), Index("ix_tries_at", "at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(100))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
