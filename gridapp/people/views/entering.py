"""Somebody without a phone of their own is entered (A6, C10)."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from gridapp.accounts.acting import attempt
from gridapp.areas.queries import committees
from gridapp.core.database import db
from gridapp.core.refusals import Refusal
from gridapp.people.forms import PersonForm, choices
from gridapp.people.views.blueprint import bp
from gridapp.people.workflow import entering
from gridapp.web import access, answers


@bp.get("/people/new")
@access.coordinator
def new() -> Response:
    """The form."""
    return _show(_with_choices(PersonForm.empty()))


@bp.post("/people/new")
@access.coordinator
def create() -> Response:
    """Enter the person."""
    form = _with_choices(PersonForm())
    if not form.validate():
        return _show(form, status=422)
    outcome = attempt(
        lambda by, at: entering.enter_person(
            db.session(),
            name=form.name.data,
            committee_code=form.committee.data,
            through_name=form.through_name.data,
            through_phone=form.through_phone.data,
            consent_how=form.how.data,
            by=by,
            at=at,
        ),
        address=lambda person: f"/people/{person.id}",
        makes_a_thing=True,
    )
    if outcome.refused:
        return _show(form, outcome.refusals, outcome.status)
    return answers.go(
        outcome.address or "/people", _("The person is entered. You reach them through the number given.")
    )


def _with_choices(form: PersonForm) -> PersonForm:
    """The committees that one is in charge of, and the ways of asking."""
    own = [(code, name) for code, name in committees(db.session()) if code in current_user.actor.charge]
    form.committee.choices = choices([("", _("Please choose")), *own])
    form.how.choices = choices(
        [("", _("Please choose")), ("in_person", _("asked in person")), ("by_phone", _("asked by phone"))]
    )
    return form


def _show(form: PersonForm, refusals: list[Refusal] | None = None, status: int = 200) -> Response:
    return answers.page_or_fragment(
        "people/new.html", "people/_new.html", status=status, form=form, refusals=refusals or []
    )
