"""What waits of wishes for a coordinator (W18)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import render_template
from flask_login import current_user

from gridapp.accounts.queries import Actor
from gridapp.core.clock import now
from gridapp.core.database import db
from gridapp.core.paging import counts_of
from gridapp.web import access
from gridapp.wishes.queries import deciding
from gridapp.wishes.queries.arranging import clashing, rows_clashing
from gridapp.wishes.views.reading import ASK_BY_PHONE_AFTER, bp


@bp.get("/desk/wishes")
@access.coordinator
def desk() -> str:
    """What waits of wishes alone."""
    session, actor, at = db.session(), current_user.actor, now()
    waiting = {
        "clash": clashing(actor),
        "check": deciding.to_check(actor),
        "confirm": deciding.to_confirm(actor),
    }
    counts = counts_of(session, waiting)
    return render_template(
        "wishes/queues.html",
        clash={**queue_clashing(session, actor, at), "count": counts["clash"]},
        check={**queue_to_check(session, actor, at), "count": counts["check"]},
        confirm={**queue_to_confirm(session, actor, at), "count": counts["confirm"]},
    )


def queue_clashing(session: Any, actor: Actor, at: datetime) -> dict[str, Any]:
    """Helpers who have something else at a new time (C13)."""
    return {"rows": rows_clashing(session, actor)}


def queue_to_check(session: Any, actor: Actor, at: datetime) -> dict[str, Any]:
    """Wishes that wait for a check."""
    return {"rows": deciding.rows_to_check(session, actor)}


def queue_to_confirm(session: Any, actor: Actor, at: datetime) -> dict[str, Any]:
    """Claims that wait for a confirmation; those of over seven days are to be asked by phone (W11)."""
    return {"rows": deciding.rows_to_confirm(session, actor), "overdue_before": at - ASK_BY_PHONE_AFTER}
