"""The address of one's messages."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, render_template, request
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from gridapp.accounts.acting import attempt
from gridapp.core.database import db
from gridapp.core.words import Words
from gridapp.notices import queries, workflow
from gridapp.web import access, answers
from gridapp.web.pages import page_key
from gridapp.web.words import say

bp = Blueprint("notices", __name__)


@bp.get("/notices")
@access.signed_in
def index() -> str:
    """The inbox."""
    page = queries.inbox(db.session(), current_user.id, after=page_key())
    return render_template("notices/notices.html", page=page, notices=[_shown(row) for row in page.rows])


@bp.post("/notices/reading")
@access.signed_in
def mark_seen() -> Response:
    """Mark all up to the newest that the page showed as seen."""
    newest = request.form.get("up_to", type=int)
    up_to = newest if newest is not None and 0 <= newest <= access.LARGEST_ID else 0
    attempt(lambda by, at: workflow.mark_seen(db.session(), by.id, up_to=up_to, at=at))
    return answers.go("/notices", _("All marked as read."))


def _shown(row: Any) -> dict[str, Any]:
    text, address = current_app.extensions["gridapp"].messages[row.kind]
    return {
        "id": row.id,
        "text": say(Words(text, row.parts)),
        "url": address(row.thing_id),
        "at": row.at,
        "new": row.seen_at is None,
    }
