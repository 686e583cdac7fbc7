"""A code on paper is made, and typed with a new password (A9)."""

from __future__ import annotations

from datetime import datetime

from flask import redirect, render_template, request
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response

from gridapp.accounts import acting
from gridapp.accounts import workflow as accounts
from gridapp.accounts.models import Person
from gridapp.accounts.views import too_often
from gridapp.core.clock import now
from gridapp.core.database import db, writing
from gridapp.core.refusals import Conflict, Refusal, Refused
from gridapp.people import queries
from gridapp.people.forms import CodeForm, RecoveryForm
from gridapp.people.models import RecoveryCode
from gridapp.people.views.blueprint import bp
from gridapp.people.views.loading import load_person
from gridapp.people.views.person import show
from gridapp.people.workflow import recovering
from gridapp.web import access, answers
from gridapp.web.paper import public_address, qr


@bp.post("/people/<id:person_id>/code")
@access.coordinator
def make_code(person_id: int) -> Response:
    """Make a code, and show it this once, on a slip to print: we keep its hash alone."""
    person, _through = load_person(person_id)
    form = CodeForm()
    if not form.validate():
        return show(person_id, code=form, status=422)
    code = recovering.new_code()
    code_hash = accounts.hash_password(code)
    outcome = acting.attempt(
        lambda by, at: recovering.make_code(
            db.session(), person, code_hash=code_hash, new_phone=form.new_phone.data or None, by=by, at=at
        )
    )
    if outcome.refused:
        return show(person_id, refused=outcome.refused, code=form)
    if outcome.value is None:  # the same form once more: what was made is shown no second time
        answers.tell(_("The code was shown already. If it is lost, make a new one."), "info")
        return answers.go(f"/people/{person_id}")
    return answers.no_store(
        Response(_slip(load_person(person_id)[0], code, outcome.value), mimetype="text/html")
    )


@bp.get("/recovery")
@access.public
def recovery() -> str | Response:
    """The form for whoever holds a slip."""
    if current_user.is_authenticated:
        return redirect("/me/password")
    return render_template("people/recovery.html", form=RecoveryForm.empty(), refusals=[])


@bp.post("/recovery")
@access.public
def recover() -> Response:
    """Take the new password. Same answer and time for every number; limits count before the code is looked at (D5)."""
    form, at = RecoveryForm(), now()
    if not form.validate():
        return _again(form, 422)
    try:
        with writing(db.session()):
            tries = accounts.count_sign_in(db.session(), form.phone.data, acting.client_address(), at=at)
    except accounts.TooManyTries as stopped:
        return too_often(stopped.window)
    found = queries.live_code(db.session(), form.phone.data, at=at)
    if not accounts.secret_fits(found[0].code_hash if found else None, form.code.data) or found is None:
        form.code.errors = [_("The number or the code is not right, or the code is too old.")]
        return _again(form, 422)
    return _begin_anew(form, *found, tries, at)


def _begin_anew(
    form: RecoveryForm, code: RecoveryCode, person: Person, tries: list[int], at: datetime
) -> Response:
    password_hash = accounts.hash_password(form.password.data)
    session, device = db.session(), request.headers.get("User-Agent", "")
    try:
        with writing(session):
            recovering.use_code(session, code, person, password_hash=password_hash, at=at)
            accounts.give_tries_back(session, tries)
            token = accounts.start_sign_in(session, person, device=device, at=at)
    except Refused as refused:
        return _again(form, refused.status, refused.refusals)
    except IntegrityError:  # the number went to another account at this very moment
        return _again(form, Conflict().status, Conflict().refusals)
    acting.remember(person, token)
    return answers.go("/me", _("Your new password counts from now on. Every other device is signed out."))


def _again(form: RecoveryForm, status: int, refusals: list[Refusal] | None = None) -> Response:
    return answers.page_or_fragment(
        "people/recovery.html", "people/_recovery.html", status=status, form=form, refusals=refusals or []
    )


def _slip(person: Person, code: str, made: RecoveryCode) -> str:
    address = public_address("/recovery")
    return render_template(
        "people/slip.html",
        person=person,
        phone=made.new_phone or person.phone,
        code=f"{code[:4]} {code[4:]}",
        until=made.expires_at,
        address=address,
        qr=qr(address),
    )
