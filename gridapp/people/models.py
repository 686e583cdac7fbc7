"""What is stored of people beyond the account: through whom they are reached, and codes for a new start."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from gridapp.accounts.models import RoleKind
from gridapp.core.database import Base, UtcDateTime


@dataclass(frozen=True)
class Grant:
    """A role as it is asked for; it counts from `starts_at` until before `ends_at`, in UTC (A2)."""

    kind: RoleKind
    area_id: int | None
    place: str | None
    post: str | None
    starts_at: datetime
    ends_at: datetime | None = None


class Intermediary(Base):
    """Through whom somebody without a phone of their own is reached, and who entered them (A6, C10)."""

    __tablename__ = "intermediaries"

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(40))
    phone: Mapped[str] = mapped_column(String(20), index=True)
    entered_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class CodeState(StrEnum):
    """Where a code stands; one that was not typed within a day is worth nothing, whatever its state."""

    LIVE = "live"
    USED = "used"
    REPLACED = "replaced"


class RecoveryCode(Base):
    """A code on paper for somebody whom staff has met: good once, for a day (A9). We keep its hash.

    `new_phone` is the number that the account gets with it; none: the number stays. A person has one live code.
    """

    __tablename__ = "recovery_codes"
    __table_args__ = (
        Index(
            "uq_recovery_codes_one_live",
            "person_id",
            unique=True,
            sqlite_where=text("state = 'live'"),
            postgresql_where=text("state = 'live'"),
        ),
    )
    TRANSITIONS: ClassVar = {
        CodeState.LIVE: {CodeState.USED, CodeState.REPLACED},
        CodeState.USED: set(),
        CodeState.REPLACED: set(),
    }

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    state: Mapped[CodeState] = mapped_column(String(12), default=CodeState.LIVE)
    code_hash: Mapped[str] = mapped_column(String(200))
    new_phone: Mapped[str | None] = mapped_column(String(20), index=True)
    made_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
