"""Volunteers, what they can do, and the ledger of their hours."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar

from sqlalchemy import JSON, CheckConstraint, Date, ForeignKey, Index, String, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from gridapp.accounts.models import Person
from gridapp.areas.models import Area
from gridapp.core.database import Base, UtcDateTime
from gridapp.photos.models import Photo
from gridapp.photos.queries import shown_of

DAY_PARTS = ("morning", "afternoon", "evening")
# A part of a week: its ISO weekday and the part of the day, such as "6-morning".
FREE_TIMES = tuple(f"{weekday}-{part}" for weekday in range(1, 8) for part in DAY_PARTS)


class VolunteerState(StrEnum):
    """Where a volunteer stands."""

    APPLIED = "applied"
    APPROVED = "approved"
    DECLINED = "declined"
    PAUSED = "paused"
    SUSPENDED = "suspended"
    MERGED = "merged"  # the account was put together with another of the same person (V5)


class Skill(Base):
    """Something that a wish may need; the town edits the list (V1)."""

    __tablename__ = "skills"

    code: Mapped[str] = mapped_column(String(30), primary_key=True)
    name: Mapped[str] = mapped_column(String(40))
    name_en: Mapped[str] = mapped_column(String(60))
    retired: Mapped[bool] = mapped_column(default=False, server_default=false())  # no longer offered (A7)


class Volunteer(Base):
    """A person's readiness to help (V1). One for each person; its id is in addresses.

    `languages` and `free_times` are codes with a space between; no `free_times`: nothing was said about when.
    """

    __tablename__ = "volunteers"
    __table_args__ = (
        Index("ix_volunteers_state", "state", "id"),
        CheckConstraint("max_live BETWEEN 1 AND 20", name="max_live"),
    )
    TRANSITIONS: ClassVar = {
        VolunteerState.APPLIED: {
            VolunteerState.APPROVED,
            VolunteerState.DECLINED,
            VolunteerState.MERGED,
        },
        VolunteerState.APPROVED: {
            VolunteerState.PAUSED,
            VolunteerState.SUSPENDED,
            VolunteerState.MERGED,
        },
        VolunteerState.PAUSED: {VolunteerState.APPROVED, VolunteerState.SUSPENDED, VolunteerState.MERGED},
        VolunteerState.SUSPENDED: {VolunteerState.APPROVED, VolunteerState.MERGED},
        VolunteerState.DECLINED: {VolunteerState.APPLIED, VolunteerState.MERGED},
        VolunteerState.MERGED: set(),
    }

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), unique=True)
    state: Mapped[VolunteerState] = mapped_column(String(12), default=VolunteerState.APPLIED)
    state_note: Mapped[str | None] = mapped_column(String(300))
    paused_until: Mapped[date | None] = mapped_column(Date)
    applied_at: Mapped[datetime] = mapped_column(UtcDateTime)
    languages: Mapped[str] = mapped_column(String(60), default="")
    cannot_do: Mapped[str] = mapped_column(String(200), default="")
    free_times: Mapped[str] = mapped_column(String(240), default="", server_default="")
    max_live: Mapped[int] = mapped_column(default=3)

    person: Mapped[Person] = relationship()
    skills: Mapped[list[Skill]] = relationship(secondary="volunteer_skills", order_by="Skill.code")
    areas: Mapped[list[Area]] = relationship(secondary="volunteer_areas", order_by="Area.id")
    photos: Mapped[list[Photo]] = relationship(
        primaryjoin=lambda: shown_of("volunteers", Volunteer.id),
        foreign_keys=lambda: [Photo.thing_id],
        order_by=Photo.place,
        viewonly=True,
    )


class VolunteerSkill(Base):
    """A skill that a volunteer has."""

    __tablename__ = "volunteer_skills"

    volunteer_id: Mapped[int] = mapped_column(ForeignKey("volunteers.id"), primary_key=True)
    skill_code: Mapped[str] = mapped_column(ForeignKey("skills.code"), primary_key=True)


class VolunteerArea(Base):
    """An area, besides the own committee, in which a volunteer wants to help."""

    __tablename__ = "volunteer_areas"
    __table_args__ = (Index("ix_volunteer_areas_area", "area_id", "volunteer_id"),)

    volunteer_id: Mapped[int] = mapped_column(ForeignKey("volunteers.id"), primary_key=True)
    area_id: Mapped[int] = mapped_column(ForeignKey("areas.id"), primary_key=True)


class HourEntry(Base):
    """One line of the ledger of hours (V3): earned, or a correction of an earlier line; never edited."""

    __tablename__ = "hour_entries"
    __table_args__ = (
        UniqueConstraint("thing", "thing_id", "corrects_id"),
        Index(
            "uq_hour_entries_earned_once",
            "thing",
            "thing_id",
            unique=True,
            sqlite_where=text("corrects_id IS NULL"),
            postgresql_where=text("corrects_id IS NULL"),
        ),
        Index("ix_hour_entries_person", "person_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    thing: Mapped[str] = mapped_column(String(40))
    thing_id: Mapped[int]
    corrects_id: Mapped[int | None] = mapped_column(ForeignKey("hour_entries.id"))
    minutes: Mapped[int]
    day: Mapped[date] = mapped_column(Date)
    service: Mapped[str] = mapped_column(String(80))
    place: Mapped[str] = mapped_column(String(80))
    organiser: Mapped[str] = mapped_column(String(80))
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    confirmed_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    confirmed_as: Mapped[str] = mapped_column(String(20))
    confirmed_by_name: Mapped[str | None] = mapped_column(String(40))  # as earlier records name them
    reason: Mapped[str | None] = mapped_column(String(200))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class HoursStatement(Base):
    """A printed statement of hours: what it said when it was made, under a reference nobody can guess.

    `also_of` are the ids of the accounts that were part of the person's when it was made; what is merged later is not
    on it (V5).
    """

    __tablename__ = "hours_statements"
    __table_args__ = (Index("ix_hours_statements_person", "person_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(String(20), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_entry_id: Mapped[int] = mapped_column(ForeignKey("hour_entries.id"))
    minutes: Mapped[int]
    services: Mapped[int]
    also_of: Mapped[list[int] | None] = mapped_column(JSON)

    @property
    def accounts(self) -> list[int]:
        """The ids of the accounts whose hours are on it."""
        return [self.person_id, *(self.also_of or ())]
