"""`gridapp import` and `gridapp export`: what the command line does with lists (C8). Runs in a request context."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Any, TypeVar

import click
from flask import current_app
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from gridapp.accounts.queries import Actor, actor_of, person_by_phone
from gridapp.core.clock import now
from gridapp.core.database import begin_writing, db
from gridapp.core.exports import log_export, masked
from gridapp.core.features import Exporter
from gridapp.core.phones import BadPhone, normalised
from gridapp.core.tables.headings import arrange
from gridapp.core.tables.reading import COMMAND_LINE, read_table
from gridapp.core.tables.reports import REPORT_HEADINGS, BadFile, ImportReport
from gridapp.core.tables.writing import CHUNKS, Value
from gridapp.sheets.workflow import error_rows, first_town_admin, heading_of, mapping_of
from gridapp.web.languages import chosen
from gridapp.web.words import joined, say, town_zone

LONG = 200  # rows from which a progress bar is shown
SHOWN = 200  # errors; the report file has all
Kind = TypeVar("Kind")
Thing = TypeVar("Thing")


class CommandRefused(Exception):
    """Nothing was done; the text says why."""


def bring_in(
    kind: str,
    file: Path,
    *,
    mapping: Path | None,
    sheet: str | None,
    dry_run: bool,
    report: Path | None,
    as_phone: str | None,
) -> None:
    """Bring a list in, or say what is wrong with it. Raises CommandRefused."""
    importer = _of_kind(kind, current_app.extensions["gridapp"].importers)
    _check_report(report)
    session = db.session()
    try:
        if file.stat().st_size > COMMAND_LINE.bytes:
            raise CommandRefused(
                f"{file.name}: larger than {COMMAND_LINE.bytes // 2**20} MB. Please split it."
            )
        text = mapping.read_text("utf-8-sig") if mapping else None
        said = mapping_of(session, importer, text)
        table = read_table(file.read_bytes(), sheet=sheet or said.sheet)
        list_ = arrange(table, importer.columns, said)
    except UnicodeDecodeError:
        raise CommandRefused(f"{mapping}: not a text in UTF-8.") from None
    except BadFile as bad:
        raise CommandRefused(f"{file.name}: {_both(bad.words, bad.advice)}") from None
    list_.watch = _watched
    begin_writing(session)
    try:
        by = _admin(session, as_phone) if as_phone else first_town_admin(session, now())
        done = importer.read(session, list_, by=by, at=now())
        if done.errors:
            _tell_errors(file, done, report)
        if not dry_run:
            session.commit()
    finally:
        session.rollback()
    _tell_done(kind, done, dry_run=dry_run)


def take_out(kind: str, *, file_format: str, out: Path | None, personal: bool, as_phone: str | None) -> None:
    """Write a list of the whole town. Raises CommandRefused."""
    exporter: Exporter = _of_kind(kind, current_app.extensions["gridapp"].exporters)
    if personal and not as_phone:
        raise click.UsageError("--with-personal-data needs --as PHONE: that name stands in the access log.")
    if out is None and file_format == "xlsx":
        raise click.UsageError("A workbook needs --out FILE.")
    session = db.session()
    begin_writing(session)
    try:
        by = _admin(session, as_phone) if as_phone else None
        log_export(
            session,
            kind,
            exporter,
            file_format=file_format,
            personal=personal,
            by_id=by.id if by else None,
            by_role="town_admin" if by else "system",
            at=now(),
        )
        session.commit()
        count = _written(session, exporter, file_format, out, personal=personal)
    except BadFile as bad:
        raise CommandRefused(_both(bad.words, bad.advice)) from None
    finally:
        session.rollback()
    click.echo(f"{count} {kind} were written{f' to {out}' if out else ''}.", err=True)


def _written(
    session: Session, exporter: Exporter, file_format: str, out: Path | None, *, personal: bool
) -> int:
    """Stream the rows out; a file is there only when it is whole."""
    counted = _Counted(exporter.rows(session, None))
    rows = counted if personal else masked(exporter, counted)
    headings = [heading_of(column, chosen()) for column in exporter.columns]
    if out is None:
        _pour(CHUNKS[file_format](headings, rows, town_zone()), sys.stdout.buffer)
        return counted.count
    part = out.with_name(f"{out.name}.part")
    try:
        with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:  # noqa: PTH123 (its mode)
            _pour(CHUNKS[file_format](headings, rows, town_zone()), file)
        part.replace(out)
    finally:
        part.unlink(missing_ok=True)
    return counted.count


def _pour(chunks: Iterable[bytes], into: IO[bytes]) -> None:
    for chunk in chunks:
        into.write(chunk)
    into.flush()


class _Counted(Iterator[Sequence[Value]]):
    """The rows, counted as they pass."""

    def __init__(self, rows: Iterator[Sequence[Value]]):
        self.rows, self.count = rows, 0

    def __next__(self) -> Sequence[Value]:
        row = next(self.rows)
        self.count += 1
        return row


def _of_kind(kind: str, known: Mapping[str, Kind]) -> Kind:
    if kind not in known:
        raise click.BadParameter(f"{kind!r} is not one of: {', '.join(sorted(known))}", param_hint="KIND")
    return known[kind]


def _admin(session: Session, phone: str) -> Actor:
    try:
        person = person_by_phone(session, normalised(phone, mobile=True))
    except BadPhone:
        raise click.BadParameter(f"{phone!r} is not a mobile number", param_hint="--as") from None
    actor = actor_of(session, person, at=now()) if person and not person.is_closed else None
    if actor is None or not actor.is_town_admin:
        raise CommandRefused(f"{phone} is not a town admin. Nothing was done.")
    return actor


def _check_report(report: Path | None) -> None:
    if report is not None and report.suffix.lower() not in (".csv", ".xlsx"):
        raise click.BadParameter("it ends on .csv or .xlsx", param_hint="--report")


def _tell_errors(file: Path, done: ImportReport, report: Path | None) -> None:
    """Name each error, in a file too where one is wanted, and refuse."""
    for error in done.errors[:SHOWN]:
        where = f"line {error.line}, {error.column}" + (f" ({error.cell})" if error.cell else "")
        click.echo(f"{file.name}, {where}: {_both(error.words, error.advice)}", err=True)
    if report is not None:
        chunks = CHUNKS[report.suffix.lower().removeprefix(".")]
        with report.open("wb") as out:
            _pour(
                chunks([_(heading) for heading in REPORT_HEADINGS], error_rows(done, say), town_zone()), out
            )
        click.echo(f"All of it is in {report}.", err=True)
    count = f"{len(done.errors)} errors" if len(done.errors) != 1 else "1 error"
    raise CommandRefused(f"{count}. Nothing was imported; please correct the file and import it again.")


def _tell_done(kind: str, done: ImportReport, *, dry_run: bool) -> None:
    would = "would be" if dry_run else "were"
    more = f" {done.changed} {would} changed;" if done.changed else ""
    click.echo(f"{done.new} {kind} {would} imported;{more} {done.same} were there already.")
    if done.differs:
        click.echo(
            f"{done.differs} of those say something else than at their first import; they stay as they are."
        )
    if done.left_out:
        click.echo(f"{done.left_out} {would} left out, by what stands in the column of states.")


def _watched(things: Sequence[Thing], label: str) -> Iterator[Thing]:
    """The things with a progress bar, when they are many."""
    if len(things) < LONG:
        yield from things
        return
    with click.progressbar(things, label=label, file=sys.stderr) as bar:
        yield from bar


def _both(words: Any, advice: Any) -> str:
    return joined(say(words), say(advice)) if advice else str(say(words))
