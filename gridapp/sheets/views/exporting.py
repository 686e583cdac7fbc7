"""A coordinator takes out the lists of the own area (A5): masked (C4), by a POST that is logged."""

from __future__ import annotations

from flask import abort, render_template, request
from flask_login import current_user
from werkzeug.wrappers import Response

from gridapp.accounts.acting import attempt
from gridapp.core.database import db
from gridapp.core.exports import masked
from gridapp.core.tables.reports import BadFile
from gridapp.core.tables.writing import CHUNKS
from gridapp.sheets import workflow
from gridapp.sheets.views.blueprint import a_file, bp, parts
from gridapp.web import access, answers
from gridapp.web.errors import error_page
from gridapp.web.languages import chosen
from gridapp.web.words import say, town_zone


@bp.get("/desk/export")
@access.coordinator
def lists() -> str:
    """The lists that one may take out."""
    return render_template(
        "sheets/lists.html", exporters=parts().exporters, may_import=current_user.actor.is_town_admin
    )


@bp.post("/desk/export/<kind>")
@access.coordinator
def take_out(kind: str) -> Response:
    """One of them, as CSV or as a workbook."""
    exporter = parts().exporters.get(kind) or abort(404)
    file_format = request.form.get("format", "csv")
    if file_format not in CHUNKS:
        abort(400)
    outcome = attempt(
        lambda by, at: workflow.take_out(db.session(), kind, exporter, file_format=file_format, by=by, at=at),
        address=lambda _export: "/desk/export",
    )
    if outcome.refused:
        return answers.go("/desk/export")
    headings = [workflow.heading_of(column, chosen()) for column in exporter.columns]
    rows = masked(exporter, exporter.rows(db.session(), current_user.actor))
    try:
        return a_file(kind, file_format, CHUNKS[file_format](headings, rows, town_zone()))
    except BadFile as bad:
        return error_page(409, say(bad.words), say(bad.advice or bad.words))
