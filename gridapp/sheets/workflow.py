"""A list is opened, brought in, and taken out. Knows no HTTP, never commits."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from gridapp.accounts.models import Person, Role, RoleKind
from gridapp.accounts.queries import Actor, actor_of, role_in_force
from gridapp.core.exports import Export, log_export
from gridapp.core.features import Exporter, Importer
from gridapp.core.refusals import INVALID, Refusal, Refused, refuse_if
from gridapp.core.tables.headings import Sheet
from gridapp.core.tables.mapping import NO_MAPPING, ListMapping, read_mapping
from gridapp.core.tables.reports import EMPTY, BadFile, ImportReport
from gridapp.core.tables.writing import Value
from gridapp.core.words import N_, Words
from gridapp.sheets.policies import importing_refusals


def mapping_of(session: Session, importer: Importer, text: str | None) -> ListMapping:
    """The mapping that `text` says, checked against what the importer takes. Raises BadFile."""
    if text is None:
        return NO_MAPPING
    columns = [column.name for column in importer.columns if not column.only_written]
    return read_mapping(text, columns, importer.choices(session))


def bring_in(session: Session, importer: Importer, sheet: Sheet, *, by: Actor, at: datetime) -> ImportReport:
    """Bring the rows in, for a town admin, as the importer's own rules say; all or none (C8)."""
    refuse_if(importing_refusals(by))
    return importer.read(session, sheet, by=by, at=at)


class RowsRefused(Refused):
    """Something in the list is wrong; `report` says what, and nothing stays of the attempt."""

    def __init__(self, report: ImportReport):
        super().__init__([Refusal("rows_wrong", INVALID, N_("Something in the list is wrong."))])
        self.report = report


def bring_in_all(
    session: Session, importer: Importer, sheet: Sheet, *, by: Actor, at: datetime
) -> ImportReport:
    """Bring the rows in, or raise RowsRefused."""
    report = bring_in(session, importer, sheet, by=by, at=at)
    if report.errors:
        raise RowsRefused(report)
    return report


def no_text() -> BadFile:
    """What is said of a mapping that is no text."""
    return BadFile(Words(N_("The mapping is not a text in UTF-8.")))


def take_out(
    session: Session, kind: str, exporter: Exporter, *, file_format: str, by: Actor, at: datetime
) -> Export:
    """Write down that `by` takes the masked list of the own area out (C4, A5)."""
    role = "town_admin" if by.is_town_admin else "coordinator"
    return log_export(
        session, kind, exporter, file_format=file_format, personal=False, by_id=by.id, by_role=role, at=at
    )


def first_town_admin(session: Session, at: datetime) -> Actor | None:
    """Whoever has been town admin for longest, for a command that names nobody."""
    person = session.scalars(
        select(Person)
        .join(Role, Role.person_id == Person.id)
        .where(Role.kind == RoleKind.TOWN_ADMIN, role_in_force(at), Person.disabled_at.is_(None))
        .order_by(Role.starts_at, Role.id)
        .limit(1)
    ).first()
    return actor_of(session, person, at=at) if person else None


def error_rows(report: ImportReport, say: Callable[[Words], str]) -> Iterator[Sequence[Value]]:
    """What is wrong, as the rows of a table."""
    for error in report.errors:
        advice = say(error.advice) if error.advice else ""
        yield (
            error.line,
            error.cell,
            error.column,
            error.quoted or say(Words(EMPTY)),
            say(error.words),
            advice,
        )


def heading_of(column: Any, lang: str) -> str:
    """How a column is called in a list that goes out; the importers take either."""
    return str(column.heading if lang == "zh" else column.name)
