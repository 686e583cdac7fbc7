"""One incident, the first queue of the desk, and who is kept apart. They are reported where they happen."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Blueprint, abort, render_template
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from gridapp.accounts.acting import Outcome, attempt
from gridapp.accounts.queries import Actor
from gridapp.core.clock import now
from gridapp.core.database import db
from gridapp.core.paging import counts_of
from gridapp.core.refusals import Refused
from gridapp.safety import policies, queries, words, workflow
from gridapp.safety.forms import AccountForm, HandlingForm
from gridapp.safety.models import Incident
from gridapp.web import access, answers
from gridapp.web.pages import page_key

bp = Blueprint("safety", __name__)


@bp.app_context_processor
def _words() -> dict[str, Any]:
    return {"safety_words": words}


@bp.get("/desk/incidents")
@access.coordinator
def desk() -> str:
    """What happened and is not handled, alone."""
    session, actor = db.session(), current_user.actor
    counts = counts_of(session, {"count": queries.waiting(actor)})
    return render_template("safety/queue.html", queue={**queue(session, actor, now()), **counts})


@bp.get("/incidents/<id:incident_id>")
@access.signed_in
def incident(incident_id: int) -> Response:
    """One incident: for whoever reported it, the coordinator in charge and the town admin."""
    return _show(_load(incident_id))


@bp.post("/incidents/<id:incident_id>/account")
@access.signed_in
def describe(incident_id: int) -> Response:
    """Write what happened."""
    incident, form = _load(incident_id), AccountForm()
    if not form.validate():
        return _show(incident, account=form, status=422)
    outcome = attempt(lambda by, at: workflow.describe(db.session(), incident, form.text.data, by=by, at=at))
    return _answer(incident, outcome, _("Thank you. The coordinator reads it."))


@bp.post("/incidents/<id:incident_id>/phones")
@access.signed_in
def reveal_phones(incident_id: int) -> Response:
    """Show the numbers of both sides once; logged (C4)."""
    incident = _load(incident_id)
    outcome = attempt(lambda by, at: workflow.reveal_phones(db.session(), incident, by=by, at=at), once=False)
    return _show(_load(incident_id), refused=outcome.refused, phones=outcome.value)


@bp.post("/incidents/<id:incident_id>/handling")
@access.signed_in
def handle(incident_id: int) -> Response:
    """Say what was done."""
    incident, form = _load(incident_id), HandlingForm()
    if not form.validate():
        return _show(incident, handling=form, status=422)
    outcome = attempt(lambda by, at: workflow.handle(db.session(), incident, form.note.data, by=by, at=at))
    return _answer(incident, outcome, _("Handled. Whoever reported it has been told."))


@bp.get("/partings")
@access.coordinator
def partings() -> str:
    """Who is kept apart in one's area."""
    page = queries.partings_in_charge(db.session(), current_user.actor, after=page_key())
    return render_template("safety/partings.html", page=page, refusals=[])


@bp.post("/partings/<id:parting_id>/lifting")
@access.coordinator
def lift(parting_id: int) -> Response:
    """Let the two meet again."""
    session, found = db.session(), queries.parting_by_id(db.session(), parting_id)
    if found is None or not current_user.actor.in_charge_of(found.committee_code):
        abort(404)
    outcome = attempt(lambda by, at: workflow.lift(session, found, by=by, at=at))
    if outcome.refused:
        page = queries.partings_in_charge(session, current_user.actor, after=None)
        text = render_template("safety/partings.html", page=page, refusals=outcome.refusals)
        return Response(text, outcome.status, mimetype="text/html")
    return answers.go("/partings", _("Lifted. They can meet again."))


def queue(session: Session, actor: Actor, at: datetime) -> dict[str, Any]:
    """What the desk shows of incidents."""
    return {"rows": queries.waiting_rows(session, actor)}


def _load(incident_id: int) -> Incident:
    found = queries.incident_by_id(db.session(), incident_id)
    if found is None or not policies.may_see(current_user.actor, found):
        abort(404)
    return found


def _answer(incident: Incident, outcome: Outcome, message: str) -> Response:
    if outcome.refused:
        return _show(_load(incident.id), refused=outcome.refused)
    answers.tell(message)
    if answers.wants_fragment():
        return _show(_load(incident.id))
    return answers.go(f"/incidents/{incident.id}")


def _show(
    incident: Incident,
    *,
    refused: Refused | None = None,
    status: int = 200,
    account: AccountForm | None = None,
    handling: HandlingForm | None = None,
    phones: dict[int, str] | None = None,
) -> Response:
    actor = current_user.actor
    if account is None:
        account = AccountForm.empty()
        account.text.data = incident.text
    return answers.no_store(
        answers.page_or_fragment(
            "safety/incident.html",
            "safety/_incident.html",
            status=refused.status if refused else status,
            incident=incident,
            looks_after=policies.looks_after(actor, incident),
            may_describe=not policies.describing_refusals(actor, incident),
            may_handle=not policies.handling_refusals(actor, incident),
            account=account,
            handling=handling or HandlingForm.empty(),
            phones=phones,
            refusals=refused.refusals if refused else [],
        )
    )
