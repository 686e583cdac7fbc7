"""New volunteers on the desk: one page, one piece, and approving several at once (V2)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from gridapp.accounts.acting import attempt
from gridapp.accounts.queries import Actor
from gridapp.core.clock import now
from gridapp.core.database import db
from gridapp.core.paging import counts_of
from gridapp.core.refusals import INVALID, Refusal, Refused
from gridapp.core.words import N_
from gridapp.volunteers import queries, workflow
from gridapp.volunteers.queries import QUEUE_LENGTH
from gridapp.volunteers.views.blueprint import bp
from gridapp.volunteers.views.loading import load_volunteer
from gridapp.web import access, answers

NOBODY_TICKED = Refusal(
    "nobody_ticked", INVALID, N_("Nobody is ticked."), N_("Tick the people whom you have met, then approve.")
)


@bp.get("/desk/volunteers")
@access.coordinator
def desk() -> Response:
    """New volunteers alone."""
    return show_queue()


@bp.post("/volunteers/approvals")
@access.coordinator
def approve_several() -> Response:
    """Approve everybody ticked; all or nothing (V2)."""
    ids = [int(text) for text in request.form.getlist("volunteer") if text.isdecimal() and len(text) < 10]
    chosen_ones = [load_volunteer(volunteer_id) for volunteer_id in ids[:QUEUE_LENGTH]]
    if not chosen_ones:
        return show_queue(refused=Refused([NOBODY_TICKED]))

    def approve_all(by: Actor, at: datetime) -> None:
        for volunteer in sorted(chosen_ones, key=lambda one: one.person_id):
            workflow.approve(db.session(), volunteer, by=by, at=at)

    outcome = attempt(approve_all)
    if outcome.refused:
        return show_queue(refused=outcome.refused, ticked=ids)
    answers.tell(_("%(number)s volunteers approved and told.", number=len(chosen_ones)))
    return after_queue()


def queue(session: Session, actor: Actor, at: datetime) -> dict[str, Any]:
    """What the desk shows of new volunteers."""
    return {"rows": queries.applied_rows(session, actor)}


def show_queue(*, refused: Refused | None = None, ticked: Sequence[int] = ()) -> Response:
    """The queue of new volunteers: the piece that the desk includes, or a page of its own."""
    session, actor = db.session(), current_user.actor
    return answers.page_or_fragment(
        "volunteers/queue.html",
        "volunteers/_queue.html",
        status=refused.status if refused else 200,
        queue={**queue(session, actor, now()), **counts_of(session, {"count": queries.applied(actor)})},
        refusals=refused.refusals if refused else [],
        ticked=list(ticked),
    )


def after_queue() -> Response:
    """Back to where the decision was made: the queue for htmx, the desk for a plain form."""
    return show_queue() if answers.wants_fragment("queue-volunteers") else answers.go("/desk")
