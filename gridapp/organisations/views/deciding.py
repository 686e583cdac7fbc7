"""What the coordinator of its committee decides on an organisation."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from werkzeug.wrappers import Response

from gridapp.accounts.acting import attempt
from gridapp.core.database import db
from gridapp.organisations import workflow
from gridapp.organisations.forms import ReasonForm
from gridapp.organisations.views.blueprint import bp
from gridapp.organisations.views.showing import answer, load_organisation, show
from gridapp.web import access, answers


@bp.post("/organisations/<id:organisation_id>/approval")
@access.signed_in
def approve(organisation_id: int) -> Response:
    """Approve: the representative was met."""
    organisation = load_organisation(organisation_id)
    outcome = attempt(lambda by, at: workflow.approve(db.session(), organisation, by=by, at=at))
    said = _("%(name)s can take wishes on now and has been told.", name=organisation.name)
    return answer(organisation, outcome, said)


@bp.post("/organisations/<id:organisation_id>/phone")
@access.signed_in
def reveal_phone(organisation_id: int) -> Response:
    """Show the number of whoever entered it once; logged (C4)."""
    organisation = load_organisation(organisation_id)
    outcome = attempt(
        lambda by, at: workflow.reveal_phone(db.session(), organisation, by=by, at=at), once=False
    )
    return answers.no_store(show(organisation, refused=outcome.refused, phone=outcome.value))


@bp.post("/organisations/<id:organisation_id>/rejection")
@access.signed_in
def decline(organisation_id: int) -> Response:
    """Decline with a reason."""
    return _with_reason(
        organisation_id, workflow.decline, _("Declined. Whoever entered it reads your reason.")
    )


@bp.post("/organisations/<id:organisation_id>/suspension")
@access.signed_in
def suspend(organisation_id: int) -> Response:
    """Suspend with a reason."""
    return _with_reason(
        organisation_id, workflow.suspend, _("Suspended. The representative reads your reason.")
    )


def _with_reason(organisation_id: int, step: Any, said: str) -> Response:
    organisation, form = load_organisation(organisation_id), ReasonForm()
    if not form.validate():
        return show(organisation, reason=form, status=422)
    outcome = attempt(lambda by, at: step(db.session(), organisation, by=by, reason=form.reason.data, at=at))
    return answer(organisation, outcome, said)
