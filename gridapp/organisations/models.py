"""Organisations that help, and who belongs to them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from gridapp.accounts.models import Person
from gridapp.areas.models import Committee
from gridapp.core.database import Base, UtcDateTime


class OrganisationKind(StrEnum):
    """What kind of organisation it is."""

    COMPANY = "company"
    COLLECTIVE = "collective"
    PARTNER = "partner"


class OrganisationState(StrEnum):
    """Where an organisation stands."""

    APPLIED = "applied"
    APPROVED = "approved"
    DECLINED = "declined"
    SUSPENDED = "suspended"


class MembershipState(StrEnum):
    """Where somebody stands towards an organisation."""

    INVITED = "invited"
    JOINED = "joined"
    REFUSED = "refused"
    REVOKED = "revoked"
    LAPSED = "lapsed"
    LEFT = "left"
    REMOVED = "removed"


class Organisation(Base):
    """An organisation that wants to help. Who speaks for it is a role (A2); `max_live` is its own limit of claims."""

    __tablename__ = "organisations"
    __table_args__ = (
        Index("ix_organisations_committee", "committee_code", "state", "id"),
        Index("ix_organisations_applied_by", "applied_by_id"),
        CheckConstraint("max_live BETWEEN 1 AND 50", name="max_live"),
    )
    TRANSITIONS: ClassVar = {
        OrganisationState.APPLIED: {OrganisationState.APPROVED, OrganisationState.DECLINED},
        OrganisationState.APPROVED: {OrganisationState.SUSPENDED},
        OrganisationState.SUSPENDED: {OrganisationState.APPROVED},
        OrganisationState.DECLINED: {OrganisationState.APPLIED},
    }

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(60))
    kind: Mapped[OrganisationKind] = mapped_column(String(12))
    committee_code: Mapped[str] = mapped_column(ForeignKey("committees.code"))
    state: Mapped[OrganisationState] = mapped_column(String(12), default=OrganisationState.APPLIED)
    state_note: Mapped[str | None] = mapped_column(String(300))
    max_live: Mapped[int] = mapped_column(default=5)
    applied_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    applied_at: Mapped[datetime] = mapped_column(UtcDateTime)

    committee: Mapped[Committee] = relationship()
    applied_by: Mapped[Person] = relationship()

    @property
    def url(self) -> str:
        """The organisation's page."""
        return f"/organisations/{self.id}"


class Membership(Base):
    """Somebody who was invited into an organisation, and their answer.

    While it waits it knows the number that was typed and no person, whether or not the number has an account;
    once it is answered it knows the person, and the number is forgotten.
    """

    __tablename__ = "memberships"
    __table_args__ = (
        Index(
            "uq_memberships_one_invitation",
            "organisation_id",
            "phone",
            unique=True,
            sqlite_where=text("state = 'invited'"),
            postgresql_where=text("state = 'invited'"),
        ),
        Index(
            "uq_memberships_one_membership",
            "organisation_id",
            "person_id",
            unique=True,
            sqlite_where=text("state = 'joined'"),
            postgresql_where=text("state = 'joined'"),
        ),
        Index("ix_memberships_phone", "phone"),
        Index("ix_memberships_person", "person_id", "state"),
        Index("ix_memberships_organisation", "organisation_id", "state"),
        CheckConstraint("(state = 'invited') = (phone IS NOT NULL)", name="number_while_it_waits"),
        CheckConstraint("state <> 'joined' OR person_id IS NOT NULL", name="joined_is_somebody"),
    )
    TRANSITIONS: ClassVar = {
        MembershipState.INVITED: {
            MembershipState.JOINED,
            MembershipState.REFUSED,
            MembershipState.REVOKED,
            MembershipState.LAPSED,
        },
        MembershipState.JOINED: {MembershipState.LEFT, MembershipState.REMOVED},
        MembershipState.REFUSED: set(),
        MembershipState.REVOKED: set(),
        MembershipState.LAPSED: set(),
        MembershipState.LEFT: set(),
        MembershipState.REMOVED: set(),
    }

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    phone: Mapped[str | None] = mapped_column(String(20))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    state: Mapped[MembershipState] = mapped_column(String(12), default=MembershipState.INVITED)
    since: Mapped[datetime] = mapped_column(UtcDateTime)

    organisation: Mapped[Organisation] = relationship()
    person: Mapped[Person | None] = relationship()
