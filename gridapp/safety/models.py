"""Incidents, and people who are kept apart."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from gridapp.accounts.models import Person
from gridapp.areas.models import Committee
from gridapp.core.database import Base, UtcDateTime


class IncidentState(StrEnum):
    """Where an incident stands."""

    REPORTED = "reported"
    HANDLED = "handled"


class PartingState(StrEnum):
    """Whether two people are kept apart."""

    KEPT = "kept"
    LIFTED = "lifted"


class Incident(Base):
    """Something that must not happen. `thing`, `title` and `url` say what it is about; `about_id` whom, if one person.

    The text is private: for whoever reported it, the coordinator in charge and the town admin.
    """

    __tablename__ = "incidents"
    __table_args__ = (
        Index("ix_incidents_waiting", "state", "committee_code", "id"),
        Index("ix_incidents_thing", "thing", "thing_id"),
        CheckConstraint("state <> 'handled' OR handled_by_id IS NOT NULL", name="handled_by_somebody"),
    )
    TRANSITIONS: ClassVar = {IncidentState.REPORTED: {IncidentState.HANDLED}, IncidentState.HANDLED: set()}

    id: Mapped[int] = mapped_column(primary_key=True)
    thing: Mapped[str] = mapped_column(String(40))
    thing_id: Mapped[int]
    title: Mapped[str] = mapped_column(String(80))
    url: Mapped[str] = mapped_column(String(120))
    committee_code: Mapped[str] = mapped_column(ForeignKey("committees.code"))
    state: Mapped[IncidentState] = mapped_column(String(12), default=IncidentState.REPORTED)
    reported_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    reported_as: Mapped[str] = mapped_column(String(20))
    reported_at: Mapped[datetime] = mapped_column(UtcDateTime)
    about_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    text: Mapped[str] = mapped_column(String(1000), default="")
    handled_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    handled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    handled_note: Mapped[str | None] = mapped_column(String(1000))

    committee: Mapped[Committee] = relationship()
    reported_by: Mapped[Person | None] = relationship(foreign_keys=[reported_by_id])
    about: Mapped[Person | None] = relationship(foreign_keys=[about_id])
    handled_by: Mapped[Person | None] = relationship(foreign_keys=[handled_by_id])


class Parting(Base):
    """ "Not this person again": the person is not sent to whoever has this phone number, or to this author's own wishes."""

    __tablename__ = "partings"
    __table_args__ = (
        Index(
            "uq_partings_kept_once",
            "person_id",
            "phone",
            unique=True,
            sqlite_where=text("state = 'kept'"),
            postgresql_where=text("state = 'kept'"),
        ),
        Index("ix_partings_person", "person_id", "state"),
        Index("ix_partings_committee", "committee_code", "state", "id"),
    )
    TRANSITIONS: ClassVar = {PartingState.KEPT: {PartingState.LIFTED}, PartingState.LIFTED: set()}

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    phone: Mapped[str] = mapped_column(String(20))
    author_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    committee_code: Mapped[str] = mapped_column(ForeignKey("committees.code"))
    state: Mapped[PartingState] = mapped_column(String(12), default=PartingState.KEPT)
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    asked_as: Mapped[str] = mapped_column(String(20))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
