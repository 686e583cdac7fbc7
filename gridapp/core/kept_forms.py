"""A form that could not be carried out because its session or token was over waits here for its owner (P11).

One row a person, for half an hour. The browser holds a random reference and we its hash; a row is found by the
reference and the person together, so whoever else signs in on that phone finds nothing.
"""

from __future__ import annotations

import hashlib
import json
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, Index, String, Text, delete, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from gridapp.core.database import Base, UtcDateTime

LASTING = timedelta(minutes=30)
MOST_CHARACTERS = 60_000


class KeptForm(Base):
    """What somebody had typed: `page` shows the form, `action` took it, `typed` is JSON of (name, value) pairs."""

    __tablename__ = "kept_forms"
    __table_args__ = (Index("ix_kept_forms_kept_at", "kept_at"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True, autoincrement=False)
    ref_hash: Mapped[str] = mapped_column(String(64))
    page: Mapped[str] = mapped_column(Text)
    action: Mapped[str] = mapped_column(Text)
    typed: Mapped[str] = mapped_column(Text)
    kept_at: Mapped[datetime] = mapped_column(UtcDateTime)

    @property
    def fields(self) -> list[tuple[str, str]]:
        """The names and values, in the order in which they were sent."""
        return [(name, value) for name, value in json.loads(self.typed)]


def keep(
    session: Session,
    ref: str,
    *,
    person_id: int,
    page: str,
    action: str,
    fields: list[tuple[str, str]],
    at: datetime,
) -> bool:
    """Keep a form under `ref`, in place of the person's last one; say whether it was small enough."""
    typed = json.dumps(fields, ensure_ascii=False)
    if len(typed) + len(page) + len(action) > MOST_CHARACTERS:
        return False
    session.execute(
        delete(KeptForm).where(or_(KeptForm.person_id == person_id, KeptForm.kept_at <= at - LASTING))
    )
    session.add(
        KeptForm(
            person_id=person_id, ref_hash=_hashed(ref), page=page, action=action, typed=typed, kept_at=at
        )
    )
    session.flush()
    return True


def find(session: Session, ref: str, *, person_id: int, at: datetime) -> KeptForm | None:
    """The person's form behind `ref`, when it is not older than half an hour."""
    return session.scalars(
        select(KeptForm).where(
            KeptForm.person_id == person_id,
            KeptForm.ref_hash == _hashed(ref),
            KeptForm.kept_at > at - LASTING,
        )
    ).one_or_none()


def erase(session: Session, *, person_id: int, action: str | None = None) -> bool:
    """Forget the person's form; with `action`, only one that was to go there. Say whether there was one."""
    condition = [KeptForm.person_id == person_id] + ([KeptForm.action == action] if action else [])
    gone = session.execute(delete(KeptForm).where(*condition).returning(KeptForm.person_id))
    return gone.first() is not None


def forget_old(session: Session, *, at: datetime) -> None:
    """Forget every form that is older than half an hour."""
    session.execute(delete(KeptForm).where(KeptForm.kept_at <= at - LASTING))


def _hashed(ref: str) -> str:
    return hashlib.sha256(ref.encode("utf-8", "surrogatepass")).hexdigest()
