"""One organisation, the coordinator's list, and the new ones on the desk."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import abort, render_template, request
from flask_login import current_user
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from gridapp.accounts.acting import Outcome
from gridapp.accounts.queries import Actor
from gridapp.core.clock import now
from gridapp.core.database import db
from gridapp.core.paging import counts_of
from gridapp.core.refusals import Refused
from gridapp.organisations import policies, queries, workflow
from gridapp.organisations.forms import InvitationForm, ReasonForm
from gridapp.organisations.models import Organisation, OrganisationState
from gridapp.organisations.views.blueprint import bp
from gridapp.web import access, answers
from gridapp.web.pages import page_key


@bp.get("/organisations")
@access.coordinator
def index() -> str:
    """Organisations of one's area."""
    state = request.args.get("state")
    page = queries.page_in_charge(db.session(), current_user.actor, state=state, after=page_key())
    return render_template(
        "organisations/organisations.html", page=page, state=state, states=list(OrganisationState)
    )


@bp.get("/desk/organisations")
@access.coordinator
def desk() -> str:
    """New organisations alone."""
    session, actor = db.session(), current_user.actor
    counts = counts_of(session, {"count": queries.applied(actor)})
    return render_template("organisations/queue.html", queue={**queue(session, actor, now()), **counts})


@bp.get("/organisations/<id:organisation_id>")
@access.signed_in
def organisation(organisation_id: int) -> Response:
    """One organisation: for its people and its coordinator."""
    return render(load_organisation(organisation_id))


def queue(session: Session, actor: Actor, at: datetime) -> dict[str, Any]:
    """What the desk shows of new organisations."""
    return {"rows": queries.applied_rows(session, actor)}


def load_organisation(organisation_id: int) -> Organisation:
    """The organisation, or 404 outside one's world (C6)."""
    found = queries.organisation_by_id(db.session(), organisation_id)
    if found is None or not policies.may_see(db.session(), current_user.actor, found):
        abort(404)
    return found


def show(organisation: Organisation, **more: Any) -> Response:
    """The organisation as it is after an attempt to change it; `more` as for `render`."""
    fresh = queries.organisation_by_id(db.session(), organisation.id)
    assert fresh is not None
    return render(fresh, **more)


def answer(organisation: Organisation, outcome: Outcome, message: str) -> Response:
    """After an attempt: the page with the reasons, or the message and the organisation as it is now (C9)."""
    if outcome.refused:
        return show(organisation, refused=outcome.refused)
    answers.tell(message)
    return show(organisation) if answers.wants_fragment() else answers.go(organisation.url)


def render(
    organisation: Organisation,
    *,
    refused: Refused | None = None,
    status: int = 200,
    reason: ReasonForm | None = None,
    invitation: InvitationForm | None = None,
    phone: str | None = None,
) -> Response:
    """The organisation's page, or its piece for htmx; `organisation` has just been read."""
    session, actor = db.session(), current_user.actor
    people = queries.people_in(session, organisation.id)
    return answers.page_or_fragment(
        "organisations/organisation.html",
        "organisations/_organisation.html",
        status=refused.status if refused else status,
        organisation=organisation,
        people=people,
        speakers=workflow.speakers(session, organisation, at=now()),
        reader=actor.id,
        speaks=organisation.id in actor.represents,
        in_charge=actor.in_charge_of(organisation.committee_code),
        may_decide=not policies.deciding_refusals(actor, organisation),
        may_invite=not policies.inviting_refusals(actor, organisation, people),
        refusals=refused.refusals if refused else [],
        reason=reason or ReasonForm.empty(),
        invitation=invitation or InvitationForm.empty(),
        phone=phone,
    )
