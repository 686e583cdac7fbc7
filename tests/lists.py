"""Lists for tests: made as workbooks or as CSV, brought in as the command line does, and read back."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import current_app
from openpyxl import Workbook
from sqlalchemy.orm import Session

from gridapp.core.database import begin_writing
from gridapp.core.features import Importer
from gridapp.core.tables.headings import arrange
from gridapp.core.tables.reading import read_table
from gridapp.core.tables.reports import ImportReport
from gridapp.core.tables.writing import CHUNKS
from gridapp.sheets.workflow import first_town_admin, mapping_of
from gridapp.web.words import town_zone
from tests.factories import MONDAY_9


def import_list(
    session: Session,
    importer: Importer,
    content: bytes,
    *,
    at: datetime = MONDAY_9,
    mapping: str | None = None,
) -> ImportReport:
    """Bring a list in for the first town admin; nothing stays when there is an error."""
    session.rollback()
    said = mapping_of(session, importer, mapping)
    sheet = arrange(read_table(content, sheet=said.sheet), importer.columns, said)
    begin_writing(session)
    report = importer.read(session, sheet, by=first_town_admin(session, at), at=at)
    session.rollback() if report.errors else session.commit()
    return report


def export_list(session: Session, kind: str, file_format: str, actor: Any = None) -> bytes:
    """A list as it goes out with personal data."""
    exporter = current_app.extensions["gridapp"].exporters[kind]
    headings = [column.heading for column in exporter.columns]
    return b"".join(CHUNKS[file_format](headings, exporter.rows(session, actor), town_zone()))


def workbook(*rows: Sequence[Any], title: str = "Sheet") -> bytes:
    """A workbook of one sheet, with typed cells."""
    book = Workbook()
    book.active.title = title
    for row in rows:
        book.active.append(list(row))
    return saved(book)


def saved(book: Workbook) -> bytes:
    """The bytes of a workbook."""
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()
