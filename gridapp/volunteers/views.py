"""Addresses of volunteers: one's profile and hours, and what coordinators do."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import segno
from flask import Blueprint, abort, current_app, render_template, request
from flask_babel import gettext as _
from flask_login import current_user
from markupsafe import Markup
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from gridapp.accounts.acting import Outcome, attempt
from gridapp.accounts.queries import Actor
from gridapp.areas.queries import areas
from gridapp.core.clock import now
from gridapp.core.database import db
from gridapp.core.paging import counts_of
from gridapp.core.refusals import INVALID, Refusal, Refused
from gridapp.core.words import N_
from gridapp.volunteers import policies, queries, words, workflow
from gridapp.volunteers.forms import LANGUAGES, CorrectionForm, PauseForm, ProfileForm, ReasonForm
from gridapp.volunteers.models import Volunteer, VolunteerState
from gridapp.volunteers.queries import QUEUE_LENGTH
from gridapp.web import access, answers
from gridapp.web.forms import choices
from gridapp.web.languages import chosen
from gridapp.web.words import full_day, length, listed, today

bp = Blueprint("volunteers", __name__)
NOBODY_TICKED = Refusal(
    "nobody_ticked", INVALID, N_("Nobody is ticked."), N_("Tick the people whom you have met, then approve.")
)


@bp.app_context_processor
def _words() -> dict[str, Any]:
    return {"volunteer_words": words.STATES, "confirmers": words.CONFIRMERS}


@bp.app_template_filter("languages_said")
def _languages_said(codes: str) -> str:
    return listed(name for code, name in LANGUAGES if code in codes.split())


# -- one's own -------------------------------------------------------------------------------------


@bp.get("/me/profile")
@access.signed_in
def profile() -> Response:
    """What one can do (V1), and one's break."""
    return _show_profile()


@bp.post("/me/profile")
@access.signed_in
def save_profile() -> Response:
    """Save; who was no volunteer yet applies."""
    form = _with_choices(ProfileForm())
    if not form.validate():
        return _show_profile(form=form, status=422)
    was = queries.volunteer_of(db.session(), current_user.id)
    applied = was is None or was.state == VolunteerState.DECLINED
    outcome = attempt(
        lambda by, at: workflow.save_profile(
            db.session(),
            by.person,
            skill_codes=form.skills.data or [],
            area_ids=form.areas.data or [],
            languages=" ".join(form.languages.data or []),
            cannot_do=form.cannot_do.data or "",
            max_live=form.max_live.data or 3,
            at=at,
        )
    )
    if outcome.refused:
        return _show_profile(form=form, refused=outcome.refused)
    if applied:
        return answers.go("/me", _("You have applied as a volunteer. Your coordinator will meet you."))
    return answers.go("/me/profile", _("Saved."))


@bp.post("/me/pause")
@access.signed_in
def pause() -> Response:
    """Take a break."""
    form = PauseForm()
    if not form.validate():
        return _show_profile(pause_form=form, status=422)
    volunteer, until = _own(), form.until.data
    assert until is not None
    outcome = attempt(
        lambda by, at: workflow.pause(db.session(), volunteer, until=until, at=at, today=today())
    )
    return _answer_profile(outcome, _("Enjoy your break. What you have taken on stays yours."))


@bp.post("/me/return")
@access.signed_in
def resume() -> Response:
    """End one's break."""
    volunteer = _own()
    outcome = attempt(lambda by, at: workflow.resume(db.session(), volunteer, at=at))
    return _answer_profile(outcome, _("Welcome back."))


@bp.get("/me/hours")
@access.signed_in
def hours() -> str:
    """One's ledger of hours (V3)."""
    entries = queries.ledger(db.session(), current_user.id)
    return render_template(
        "volunteers/hours.html", entries=entries, total=sum(e.minutes for e in entries), refusals=[]
    )


@bp.post("/me/hours")
@access.signed_in
def make_statement() -> Response:
    """Make a statement to print."""
    outcome = attempt(
        lambda by, at: workflow.make_statement(db.session(), by.person, at=at),
        address=lambda statement: f"/me/hours/{statement.ref}",
    )
    if outcome.refused:
        page = render_template("volunteers/hours.html", entries=[], total=0, refusals=outcome.refusals)
        return Response(page, outcome.status, mimetype="text/html")
    return answers.go(outcome.address or "/me/hours", _("Your statement is ready to print."))


@bp.get("/me/hours/<ref>")
@access.signed_in
def statement(ref: str) -> str:
    """One's statement, to print on A4."""
    found = queries.statement_by_ref(db.session(), ref)
    if found is None or found.person_id != current_user.id:
        abort(404)
    entries = queries.ledger(db.session(), found.person_id, up_to=found.last_entry_id)
    address = _public_address(f"/hours/{found.ref}")
    return render_template(
        "volunteers/statement.html",
        statement=found,
        entries=entries,
        name=current_user.name,
        address=address,
        qr=Markup(segno.make(address, error="m").svg_inline(scale=3, border=2)),  # noqa: S704 (drawn by segno)
    )


@bp.get("/hours/<ref>")
@access.public
def verify(ref: str) -> Response:
    """Anybody holding the paper checks it here, without signing in (V3). The name is masked (C4)."""
    found = queries.statement_by_ref(db.session(), ref)
    if found is None:
        return Response(
            render_template("volunteers/unknown_statement.html", ref=ref[:20]), 404, mimetype="text/html"
        )
    entries = queries.ledger(db.session(), found.person_id, up_to=found.last_entry_id)
    person = queries.person_of(db.session(), found.person_id)
    counted_now = queries.counted_now(db.session(), found)
    page = render_template(
        "volunteers/verify.html", statement=found, entries=entries, name=person.name, counted_now=counted_now
    )
    return Response(page, mimetype="text/html")


# -- for coordinators ------------------------------------------------------------------------------


@bp.get("/volunteers")
@access.coordinator
def index() -> str:
    """Volunteers of one's area."""
    state = request.args.get("state")
    after = request.args.get("after", type=int)
    page = queries.page_in_world(db.session(), current_user.actor, state=state, after=after)
    return render_template("volunteers/volunteers.html", page=page, state=state, states=list(VolunteerState))


@bp.get("/volunteers/<id:volunteer_id>")
@access.coordinator
def volunteer(volunteer_id: int) -> Response:
    """One volunteer."""
    return show(load_volunteer(volunteer_id))


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
    outcome = attempt(lambda by, at: workflow.reveal_phone(db.session(), volunteer, by=by, at=at))
    if outcome.refused:
        return show(volunteer, refused=outcome.refused)
    return answers.no_store(show(volunteer, phone=volunteer.person.phone))


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


@bp.get("/desk/volunteers")
@access.coordinator
def desk() -> Response:
    """New volunteers alone."""
    return _show_queue()


@bp.post("/volunteers/approvals")
@access.coordinator
def approve_several() -> Response:
    """Approve everybody ticked; all or nothing (V2)."""
    ids = [int(text) for text in request.form.getlist("volunteer") if text.isdecimal() and len(text) < 10]
    chosen_ones = [load_volunteer(volunteer_id) for volunteer_id in ids[:QUEUE_LENGTH]]
    if not chosen_ones:
        return _show_queue(refused=Refused([NOBODY_TICKED]))

    def approve_all(by: Actor, at: datetime) -> None:
        for volunteer in sorted(chosen_ones, key=lambda one: one.person_id):
            workflow.approve(db.session(), volunteer, by=by, at=at)

    outcome = attempt(approve_all)
    if outcome.refused:
        return _show_queue(refused=outcome.refused, ticked=ids)
    answers.tell(_("%(number)s volunteers approved and told.", number=len(chosen_ones)))
    return _after_queue()


def load_volunteer(volunteer_id: int) -> Volunteer:
    """The volunteer, or 404 outside one's world (A5)."""
    found = queries.volunteer_by_id(db.session(), volunteer_id)
    if found is None:
        abort(404)
    actor = current_user.actor
    if queries.is_in_world(db.session(), actor, found):
        return found
    if not current_app.extensions["gridapp"].sees_person(db.session(), actor, found.person_id, now()):
        abort(404)
    return found


def show(
    volunteer: Volunteer,
    *,
    refused: Refused | None = None,
    status: int = 200,
    phone: str | None = None,
    reason: ReasonForm | None = None,
    correction: CorrectionForm | None = None,
) -> Response:
    """The volunteer's page, or its article for htmx."""
    fresh = queries.volunteer_by_id(db.session(), volunteer.id)
    assert fresh is not None
    entries = queries.ledger(db.session(), fresh.person_id)
    return answers.page_or_fragment(
        "volunteers/volunteer.html",
        "volunteers/_volunteer.html",
        status=refused.status if refused else status,
        volunteer=fresh,
        may_decide=not policies.deciding_refusals(db.session(), current_user.actor, fresh),
        entries=entries,
        refusals=refused.refusals if refused else [],
        phone=phone,
        reason=reason or ReasonForm.empty(),
        correction=correction or _with_entries(CorrectionForm.empty(), entries),
    )


def queue(session: Session, actor: Actor, at: datetime) -> dict[str, Any]:
    """What the desk shows of new volunteers."""
    return {"rows": queries.applied_rows(session, actor)}


def _show_queue(*, refused: Refused | None = None, ticked: Sequence[int] = ()) -> Response:
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


def _after_queue() -> Response:
    return _show_queue() if answers.wants_fragment("queue-volunteers") else answers.go("/desk")


def _answer(volunteer: Volunteer, outcome: Outcome, message: str) -> Response:
    if outcome.refused and request.form.get("back") == "/desk":
        return _show_queue(refused=outcome.refused)
    if outcome.refused:
        return show(volunteer, refused=outcome.refused)
    answers.tell(message)
    if request.form.get("back") == "/desk":
        return _after_queue()
    return show(volunteer) if answers.wants_fragment() else answers.go(f"/volunteers/{volunteer.id}")


def _with_reason(volunteer_id: int, step: Any, message: str) -> Response:
    volunteer, form = load_volunteer(volunteer_id), ReasonForm()
    if not form.validate():
        return show(volunteer, reason=form, status=422)
    outcome = attempt(lambda by, at: step(db.session(), volunteer, by=by, reason=form.reason.data, at=at))
    return _answer(volunteer, outcome, message)


def _show_profile(
    *,
    form: ProfileForm | None = None,
    pause_form: PauseForm | None = None,
    status: int = 200,
    refused: Refused | None = None,
) -> Response:
    own = queries.volunteer_of(db.session(), current_user.id)
    if form is None:
        form = _with_choices(ProfileForm.empty())
        if own is not None:
            form.skills.data = [skill.code for skill in own.skills]
            form.areas.data = [area.id for area in own.areas]
            form.languages.data = own.languages.split()
            form.max_live.data, form.cannot_do.data = own.max_live, own.cannot_do
    return answers.page_or_fragment(
        "volunteers/profile.html",
        "volunteers/_profile.html",
        status=refused.status if refused else status,
        volunteer=own,
        away=own is not None and policies.is_away(own, today()),
        form=form,
        pause_form=pause_form or PauseForm.empty(),
        refusals=refused.refusals if refused else [],
    )


def _answer_profile(outcome: Outcome, message: str) -> Response:
    if outcome.refused:
        return _show_profile(refused=outcome.refused)
    return answers.go("/me/profile", message)


def _own() -> Volunteer:
    own = queries.volunteer_of(db.session(), current_user.id)
    if own is None:
        abort(404)
    return own


def _name(volunteer: Volunteer) -> str:
    return volunteer.person.name


def _with_choices(form: ProfileForm) -> ProfileForm:
    form.lives_outside = current_user.committee_code is None
    names = "name" if chosen() == "zh" else "name_en"
    form.skills.choices = choices(
        (skill.code, getattr(skill, names)) for skill in queries.skills(db.session())
    )
    form.areas.choices = choices((area.id, area.name) for area in areas(db.session()) if area.kind != "town")
    return form


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


def _public_address(path: str) -> str:
    base = current_app.config["SETTINGS"].public_url or request.host_url.rstrip("/")
    return f"{base}{path}"
