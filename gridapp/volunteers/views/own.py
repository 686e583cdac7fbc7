"""One's profile as a volunteer, and one's break (V1)."""

from __future__ import annotations

from datetime import datetime

from flask import abort
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from gridapp.accounts.acting import Outcome, attempt
from gridapp.accounts.queries import Actor
from gridapp.areas.queries import areas
from gridapp.core.database import db
from gridapp.core.refusals import Refused
from gridapp.photos import acting as photos
from gridapp.photos.forms import room_for
from gridapp.volunteers import policies, queries, workflow
from gridapp.volunteers.forms import PauseForm, ProfileForm
from gridapp.volunteers.models import Volunteer, VolunteerState
from gridapp.volunteers.views.blueprint import bp
from gridapp.web import access, answers
from gridapp.web.forms import choices
from gridapp.web.languages import chosen
from gridapp.web.uploads import takes_files
from gridapp.web.words import today


@bp.get("/me/profile")
@access.signed_in
def profile() -> Response:
    """What one can do (V1), and one's break."""
    return _show_profile()


@bp.post("/me/profile")
@takes_files(room_for(1))
@access.signed_in
def save_profile() -> Response:
    """Save; who was no volunteer yet applies."""
    form = _with_choices(ProfileForm())
    was = queries.volunteer_of(db.session(), current_user.id)
    form.photo.there = was.photos if was else ()
    if not form.validate():
        return _show_profile(form=form, status=422)
    applied = was is None or was.state == VolunteerState.DECLINED
    outcome = attempt(lambda by, at: _save(form, by, at))
    if outcome.refused:
        return _show_profile(form=form, refused=outcome.refused)
    if applied:
        return answers.go("/me", _("You have applied as a volunteer. Your coordinator will meet you."))
    return answers.go("/me/profile", _("Saved."))


def _save(form: ProfileForm, by: Actor, at: datetime) -> None:
    workflow.save_profile(
        db.session(),
        by.person,
        skill_codes=form.skills.data or [],
        area_ids=form.areas.data or [],
        languages=" ".join(form.languages.data or []),
        cannot_do=form.cannot_do.data or "",
        free_times=" ".join(form.free_times.data or []),
        max_live=form.max_live.data or 3,
        photos=form.photo.choice,
        at=at,
    )


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


def _show_profile(
    *,
    form: ProfileForm | None = None,
    pause_form: PauseForm | None = None,
    status: int = 200,
    refused: Refused | None = None,
) -> Response:
    if form is not None:
        photos.keep(form.photo)
    own = queries.volunteer_of(db.session(), current_user.id)
    if form is None:
        form = _with_choices(ProfileForm.empty())
        if own is not None:
            form.skills.data = [skill.code for skill in own.skills]
            form.areas.data = [area.id for area in own.areas]
            form.languages.data = own.languages.split()
            form.max_live.data, form.cannot_do.data = own.max_live, own.cannot_do
            form.free_times.data = own.free_times.split()
    form.photo.there = own.photos if own else ()
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


def _with_choices(form: ProfileForm) -> ProfileForm:
    form.lives_outside = current_user.committee_code is None
    names = "name" if chosen() == "zh" else "name_en"
    own = queries.volunteer_of(db.session(), current_user.id)
    kept = [skill for skill in (own.skills if own else ()) if skill.retired]  # what one has, one keeps (A7)
    offered = [*queries.skills(db.session()), *kept]
    form.skills.choices = choices((skill.code, getattr(skill, names)) for skill in offered)
    form.areas.choices = choices((area.id, area.name) for area in areas(db.session()) if area.kind != "town")
    return form
