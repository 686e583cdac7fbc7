"""What coordinators see of a volunteer, and decide (V2)."""

from __future__ import annotations

from typing import Any

from flask import current_app, render_template, request
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from gridapp.accounts.acting import Outcome, attempt
from gridapp.core.database import db
from gridapp.core.refusals import Refused
from gridapp.volunteers import policies, queries, workflow
from gridapp.volunteers.forms import CorrectionForm, ReasonForm
from gridapp.volunteers.models import Volunteer, VolunteerState
from gridapp.volunteers.views.blueprint import bp
from gridapp.volunteers.views.desk import after_queue, show_queue
from gridapp.volunteers.views.loading import load_volunteer, load_with_decision
from gridapp.web import access, answers
from gridapp.web.forms import choices
from gridapp.web.pages import page_key
from gridapp.web.words import full_day, length


@bp.get("/volunteers")
@access.coordinator
def index() -> str:
    """Volunteers of one's area."""
    asked = request.args.get("state")
    state = asked if asked in policies.SHOWN else None  # what is no state is ignored
    page = queries.page_in_world(db.session(), current_user.actor, state=state, after=page_key())
    return render_template("volunteers/volunteers.html", page=page, state=state, states=policies.SHOWN)


@bp.get("/volunteers/<id:volunteer_id>")
@access.coordinator
def volunteer(volunteer_id: int) -> Response:
    """One volunteer."""
    found, may_decide = load_with_decision(volunteer_id)
    return render(found, may_decide)


@bp.post("/volunteers/<id:volunteer_id>/approval")
@access.coordinator
def approve(volunteer_id: int) -> Response:
    """Approve: the person was met."""
    volunteer = load_volunteer(volunteer_id)
    outcome = attempt(lambda by, at: workflow.approve(db.session(), volunteer, by=by, at=at))
    return _answer(
        volunteer, outcome, _("%(name)s can take wishes on now and has been told.", name=_name(volunteer))
    )


@bp.post("/volunteers/<id:volunteer_id>/rejection")
@access.coordinator
def decline(volunteer_id: int) -> Response:
    """Decline with a reason."""
    return _with_reason(volunteer_id, workflow.decline, _("Declined. The person reads your reason."))


@bp.post("/volunteers/<id:volunteer_id>/suspension")
@access.coordinator
def suspend(volunteer_id: int) -> Response:
    """Suspend with a reason."""
    return _with_reason(volunteer_id, workflow.suspend, _("Suspended. The person reads your reason."))


@bp.post("/volunteers/<id:volunteer_id>/phone")
@access.coordinator
def reveal_phone(volunteer_id: int) -> Response:
    """Show the number once; logged (C4)."""
    volunteer = load_volunteer(volunteer_id)
    outcome = attempt(lambda by, at: workflow.reveal_phone(db.session(), volunteer, by=by, at=at), once=False)
    return answers.no_store(show(volunteer, refused=outcome.refused, phone=outcome.value))


@bp.post("/volunteers/<id:volunteer_id>/correction")
@access.coordinator
def correct(volunteer_id: int) -> Response:
    """Correct an entry of the hours by another entry."""
    volunteer = load_volunteer(volunteer_id)
    if refusals := policies.deciding_refusals(db.session(), current_user.actor, volunteer):
        return show(volunteer, refused=Refused(refusals))
    form = _with_entries(CorrectionForm(), queries.ledger(db.session(), volunteer.person_id))
    if not form.validate():
        return show(volunteer, correction=form, status=422)
    outcome = attempt(
        lambda by, at: workflow.correct(
            db.session(),
            volunteer,
            int(form.entry.data),
            minutes=form.minutes.data or 0,
            reason=form.reason.data,
            by=by,
            at=at,
        )
    )
    return _answer(volunteer, outcome, _("Corrected by a further entry. The person has been told."))


def show(
    volunteer: Volunteer,
    *,
    refused: Refused | None = None,
    status: int = 200,
    phone: str | None = None,
    reason: ReasonForm | None = None,
    correction: CorrectionForm | None = None,
) -> Response:
    """The volunteer as they stand after an attempt to change something."""
    fresh, may_decide = load_with_decision(volunteer.id)
    return render(
        fresh, may_decide, refused=refused, status=status, phone=phone, reason=reason, correction=correction
    )


def render(
    volunteer: Volunteer,
    may_decide: bool,
    *,
    refused: Refused | None = None,
    status: int = 200,
    phone: str | None = None,
    reason: ReasonForm | None = None,
    correction: CorrectionForm | None = None,
) -> Response:
    """The volunteer's page, or its piece for htmx; `volunteer` has just been read."""
    entries = queries.ledger(db.session(), volunteer.person_id)
    is_suspended = may_decide and volunteer.state == VolunteerState.SUSPENDED
    features = current_app.extensions["gridapp"]
    return answers.page_or_fragment(
        "volunteers/volunteer.html",
        "volunteers/_volunteer.html",
        status=refused.status if refused else status,
        volunteer=volunteer,
        may_decide=may_decide,
        may_merge=may_decide and current_user.actor.in_charge_of(volunteer.person.committee_code),
        entries=entries,
        held=features.held_within(db.session(), current_user.actor, volunteer.person_id)
        if is_suspended
        else [],
        refusals=refused.refusals if refused else [],
        phone=phone,
        reason=reason or ReasonForm.empty(),
        correction=correction or _with_entries(CorrectionForm.empty(), entries),
    )


def _answer(volunteer: Volunteer, outcome: Outcome, message: str) -> Response:
    if outcome.refused and request.form.get("back") == "/desk":
        return show_queue(refused=outcome.refused)
    if outcome.refused:
        return show(volunteer, refused=outcome.refused)
    answers.tell(message)
    if request.form.get("back") == "/desk":
        return after_queue()
    return show(volunteer) if answers.wants_fragment() else answers.go(f"/volunteers/{volunteer.id}")


def _with_reason(volunteer_id: int, step: Any, message: str) -> Response:
    volunteer, form = load_volunteer(volunteer_id), ReasonForm()
    if not form.validate():
        refusals = policies.deciding_refusals(db.session(), current_user.actor, volunteer)
        refused = Refused(refusals) if refusals else None
        return show(volunteer, refused=refused, reason=form, status=422)
    outcome = attempt(lambda by, at: step(db.session(), volunteer, by=by, reason=form.reason.data, at=at))
    return _answer(volunteer, outcome, message)


def _name(volunteer: Volunteer) -> str:
    return volunteer.person.name


def _with_entries(form: CorrectionForm, entries: Any) -> CorrectionForm:
    """Offer the entries that can be corrected, by what a person recognises."""
    form.entry.choices = choices(
        [("", _("Please choose"))]
        + [
            (str(entry.id), f"{full_day(entry.day)} · {entry.service} · {length(entry.minutes)}")
            for entry in entries
            if entry.corrects_id is None
        ]
    )
    return form
