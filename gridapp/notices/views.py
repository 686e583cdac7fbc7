"""The address of one's messages."""

from __future__ import annotations

import re
from typing import Any

from flask import Blueprint, current_app, render_template, request
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from gridapp.accounts.acting import attempt
from gridapp.core.database import db
from gridapp.core.paging import PER_PAGE
from gridapp.core.words import Words, unpacked
from gridapp.notices import queries, workflow
from gridapp.web import access, answers
from gridapp.web.pages import page_key
from gridapp.web.words import say

bp = Blueprint("notices", __name__)
ID = re.compile(r"[0-9]{1,10}")


@bp.get("/notices")
@access.signed_in
def index() -> str:
    """The inbox."""
    page = queries.inbox(db.session(), current_user.id, after=page_key())
    return render_template("notices/notices.html", page=page, notices=[_shown(row) for row in page.rows])


@bp.post("/notices/reading")
@access.signed_in
def mark_seen() -> Response:
    """Mark what the page showed as seen."""
    shown = [int(one) for one in request.form.get("shown", "").split() if ID.fullmatch(one)]
    ids = [one for one in shown[:PER_PAGE] if one <= access.LARGEST_ID]
    attempt(lambda by, at: workflow.mark_seen(db.session(), by.id, ids, at=at))
    return answers.go("/notices", _("All marked as read."))


def _shown(row: Any) -> dict[str, Any]:
    text, address = current_app.extensions["gridapp"].messages[row.kind]
    return {
        "id": row.id,
        "text": say(Words(text, {name: unpacked(part) for name, part in row.parts.items()})),
        "url": address(row.thing_id),
        "at": row.at,
        "new": row.seen_at is None,
        "urgent": text.startswith("Urgent:"),
    }
