"""Lists that were taken out, and the rows of a list page by page (C8, C4)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, insert, literal, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from gridapp.core import journal
from gridapp.core.access_log import Look
from gridapp.core.database import Base, UtcDateTime
from gridapp.core.features import Exporter
from gridapp.core.tables.writing import Value

PAGE = 500


class Export(Base):
    """A list that somebody took out: which, in which form, masked or not. Kept, never edited."""

    __tablename__ = "exports"
    __table_args__ = (Index("ix_exports_by", "by_id", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    format: Mapped[str] = mapped_column(String(10))
    personal: Mapped[bool]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


def log_export(
    session: Session,
    kind: str,
    exporter: Exporter,
    *,
    file_format: str,
    personal: bool,
    by_id: int | None,
    by_role: str,
    at: datetime,
) -> Export:
    """Write down that a list is taken out, before it is; with personal data, in each row's access log too (C4)."""
    row = Export(kind=kind, format=file_format, personal=personal, by_id=by_id, at=at)
    session.add(row)
    session.flush()
    step = "exported_personal" if personal else "exported"
    journal.record(session, row, step, at=at, by_id=by_id, by_role=by_role, reason=kind)
    if personal and exporter.ids is not None:
        ids = exporter.ids().subquery()
        rest = {
            "thing": exporter.thing,
            "fields": exporter.fields,
            "by_id": by_id,
            "by_role": by_role,
            "at": at,
        }
        same = [literal(value, Look.__table__.c[name].type) for name, value in rest.items()]
        columns = ["thing_id", "about_id", *rest]
        session.execute(insert(Look).from_select(columns, select(ids.c[0], ids.c[1], *same)))
    return row


def masked(exporter: Exporter, rows: Iterator[Sequence[Value]]) -> Iterator[Sequence[Value]]:
    """The rows with their personal columns masked (C4)."""
    masks = [column.mask for column in exporter.columns]
    for row in rows:
        yield [
            mask(value) if mask is not None and isinstance(value, str) else value
            for mask, value in zip(masks, row, strict=True)
        ]


def pages(session: Session, statement: Any, key: Any) -> Iterator[Sequence[Any]]:
    """The rows of `statement` by `key`, a page at a time, so that no list is ever held as a whole.

    Each page is a short statement of its own: a town of a million rows goes out within the database's time limits.
    The key is the first column of the statement.
    """
    after = None
    while True:
        page = session.execute(
            (statement if after is None else statement.where(key > after)).order_by(key).limit(PAGE)
        ).all()
        if page:
            yield page
        if len(page) < PAGE:
            return
        after = page[-1][0]
