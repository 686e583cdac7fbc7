"""The town admin uploads a list, reads what would be done, and confirms (C8)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import abort, request
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from werkzeug.wrappers import Response

from gridapp.accounts.acting import attempt, rehearse
from gridapp.areas.queries import forget_kept
from gridapp.core.database import db
from gridapp.core.features import Importer
from gridapp.core.tables.headings import Sheet, arrange
from gridapp.core.tables.reading import read_table
from gridapp.core.tables.reports import REPORT_HEADINGS, BadFile, ImportReport
from gridapp.core.tables.writing import CHUNKS
from gridapp.sheets import workflow
from gridapp.sheets.forms import ImportForm
from gridapp.sheets.policies import importing_refusals
from gridapp.sheets.views.blueprint import a_file, bp, parts
from gridapp.sheets.views.carried import BROWSER, FIELD, Carried, seal, unseal
from gridapp.sheets.workflow import RowsRefused
from gridapp.web import access, answers
from gridapp.web.forms import choices
from gridapp.web.languages import chosen
from gridapp.web.words import joined, say, town_zone

SHOWN = 20  # on a phone each is a card


@dataclass(frozen=True)
class Checked:
    """What a list turned out to be, for the page."""

    carried: Carried
    report: ImportReport
    first: list[tuple[str, str]]
    sealed: str


@bp.get("/desk/import")
@access.coordinator
def upload() -> Response:
    """Choose a list."""
    _for_the_town_admin()
    return _page(_with_kinds(ImportForm.empty()))


@bp.post("/desk/import")
@access.coordinator
def check() -> Response:
    """Say what would be done, or what is wrong; nothing is written."""
    _for_the_town_admin()
    form = _with_kinds(ImportForm())
    if not form.validate():
        return _page(form, status=422)
    try:
        carried = _uploaded(form)
        checked = _checked(carried)
    except BadFile as bad:
        form.file.errors = [_both(bad)]
        return _page(form, status=422)
    return _page(form, checked, status=422 if checked.report.errors else 200)


@bp.post("/desk/import/confirmation")
@access.coordinator
def confirm() -> Response:
    """Bring the list in that was just checked; it is checked again."""
    _for_the_town_admin()
    carried = unseal(request.form.get(FIELD, ""), current_user.id)
    if carried is None:
        return _too_late()
    importer = parts().importers[carried.kind]
    outcome = attempt(
        lambda by, at: workflow.bring_in_all(db.session(), importer, _sheet(importer, carried), by=by, at=at),
        address=lambda _report: "/desk/import",
    )
    forget_kept()
    if isinstance(outcome.refused, RowsRefused):
        return _page(_chosen(carried), _with(carried, outcome.refused.report), status=422)
    if outcome.refused:
        raise outcome.refused
    return answers.go("/desk/import", _done(outcome.value) if outcome.value else _("It is in already."))


@bp.post("/desk/import/report")
@access.coordinator
def report() -> Response:
    """What is wrong, as a workbook: row, cell, what is there, what is wrong, what to do."""
    _for_the_town_admin()
    carried = unseal(request.form.get(FIELD, ""), current_user.id)
    if carried is None:
        return _too_late()
    rows = workflow.error_rows(_checked(carried).report, say)
    headings = [_(heading) for heading in REPORT_HEADINGS]
    return a_file("errors", "xlsx", CHUNKS["xlsx"](headings, rows, town_zone()))


def _for_the_town_admin() -> None:
    if importing_refusals(current_user.actor):
        abort(404)


def _with_kinds(form: ImportForm) -> ImportForm:
    form.kind.choices = choices(
        [("", _("Please choose")), *((kind, _(one.label)) for kind, one in parts().importers.items())]
    )
    return form


def _chosen(carried: Carried) -> ImportForm:
    form = _with_kinds(ImportForm.empty())
    form.kind.data = carried.kind
    return form


def _uploaded(form: ImportForm) -> Carried:
    """The list that was sent. Raises BadFile."""
    importer = parts().importers[form.kind.data]
    text = _text(form.mapping.data)
    said = workflow.mapping_of(db.session(), importer, text)
    table = read_table(form.file.data.read(), sheet=form.sheet.data or said.sheet, limits=BROWSER)
    return Carried(form.kind.data, str(form.file.data.filename)[:100], table, text)


def _text(mapping: Any) -> str | None:
    if not mapping:
        return None
    try:
        return str(mapping.read().decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise workflow.no_text() from None


def _sheet(importer: Importer, carried: Carried) -> Sheet:
    return arrange(
        carried.table, importer.columns, workflow.mapping_of(db.session(), importer, carried.mapping)
    )


def _checked(carried: Carried) -> Checked:
    """Bring the list in for a moment, and take it back. Raises BadFile."""
    importer = parts().importers[carried.kind]
    _sheet(importer, carried)  # what cannot be read at all need not wait for a turn to write
    found = rehearse(
        lambda by, at: workflow.bring_in(db.session(), importer, _sheet(importer, carried), by=by, at=at)
    )
    forget_kept()
    return _with(carried, found)


def _with(carried: Carried, found: ImportReport) -> Checked:
    sheet = _sheet(parts().importers[carried.kind], carried)
    first = next((values for _row, values, _number in sheet.values()), {})
    pairs = [(sheet.headings.get(column, column), text) for column, text in first.items() if text]
    return Checked(carried, found, pairs, seal(carried, current_user.id))


def _page(form: ImportForm, checked: Checked | None = None, *, status: int = 200) -> Response:
    errors = list(checked.report.errors) if checked else []
    return answers.no_store(
        answers.page_or_fragment(
            "sheets/import.html",
            "sheets/_import.html",
            status=status,
            form=form,
            checked=checked,
            errors=errors[:SHOWN],
            more=max(0, len(errors) - SHOWN),
            field_name=FIELD,
            headings=_headings(),
        )
    )


def _headings() -> list[tuple[str, list[str]]]:
    """Each kind of list, and the headings that it may have; those that it cannot do without bear a star."""
    return [
        (
            _(importer.label),
            [
                workflow.heading_of(column, chosen()) + ("*" if column.needed else "")
                for column in importer.columns
                if not column.only_written
            ],
        )
        for importer in parts().importers.values()
    ]


def _too_late() -> Response:
    form = _with_kinds(ImportForm.empty())
    form.file.errors = [_("The list was checked more than half an hour ago. Please choose the file again.")]
    return _page(form, status=422)


def _done(found: ImportReport) -> str:
    said = ngettext("%(num)s row came in.", "%(num)s rows came in.", found.new)
    if found.changed:
        said = joined(said, ngettext("%(num)s was changed.", "%(num)s were changed.", found.changed))
    return joined(said, ngettext("%(num)s was there already.", "%(num)s were there already.", found.same))


def _both(bad: BadFile) -> str:
    return joined(say(bad.words), say(bad.advice)) if bad.advice else str(say(bad.words))
