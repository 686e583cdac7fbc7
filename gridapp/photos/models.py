"""Photos: bytes, whose they are, and where they stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, deferred, mapped_column

from gridapp.core.database import Base, UtcDateTime
from gridapp.core.photos import Picture

MOST_OF_A_THING = 3


class PhotoState(StrEnum):
    """Where a photo stands."""

    PENDING = "pending"
    SHOWN = "shown"
    REMOVED = "removed"


class Photo(Base):
    """A photo of a thing (C20). `thing` is the table of its owner, `place` its number among the owner's photos.

    `width` and `height` are pixels, `sha256` is the hash of `jpeg`. Removed, the bytes are gone and the row stays;
    pending, it belongs to nothing yet and may go without a trace.
    """

    __tablename__ = "photos"
    __table_args__ = (
        CheckConstraint("(state = 'pending') = (thing_id IS NULL)", name="belongs"),
        CheckConstraint(
            "(state = 'removed') = (jpeg IS NULL) AND (state = 'removed') = (thumbnail IS NULL)",
            name="erased_when_removed",
        ),
        CheckConstraint(f"place BETWEEN 1 AND {MOST_OF_A_THING}", name="place"),
        Index(
            "uq_photos_place",
            "thing",
            "thing_id",
            "place",
            unique=True,
            sqlite_where=text("state = 'shown'"),
            postgresql_where=text("state = 'shown'"),
        ),
        Index("ix_photos_by", "by_id", "at"),
        Index("ix_photos_state", "state", "at"),
    )
    TRANSITIONS: ClassVar = {
        PhotoState.PENDING: {PhotoState.SHOWN},
        PhotoState.SHOWN: {PhotoState.REMOVED},
        PhotoState.REMOVED: set(),
    }

    id: Mapped[int] = mapped_column(primary_key=True)
    thing: Mapped[str] = mapped_column(String(40))
    thing_id: Mapped[int | None]
    place: Mapped[int] = mapped_column(default=1)
    state: Mapped[PhotoState] = mapped_column(String(10))
    width: Mapped[int]
    height: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    # Last in the row, and read only when they are served: SQLite then passes them by.
    thumbnail: Mapped[bytes | None] = deferred(mapped_column(LargeBinary))
    jpeg: Mapped[bytes | None] = deferred(mapped_column(LargeBinary))

    @property
    def url(self) -> str:
        """The photo in full; its thumbnail lies below."""
        return f"/photos/{self.id}"


@dataclass(frozen=True)
class Choice:
    """What a form says about the photos of a thing: new ones, kept ones of a form that was refused, ones to go."""

    pictures: Sequence[Picture] = ()
    kept: Sequence[int] = ()
    removed: Sequence[int] = ()

    @property
    def adds(self) -> int:
        """How many photos it adds."""
        return len(self.pictures) + len(self.kept)


NONE = Choice()
