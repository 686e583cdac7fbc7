"""Addresses of accounts: sign-up, sign-in, sign-out, and what we keep of people."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, current_app, redirect, render_template, request
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response

from gridapp.accounts import acting, workflow
from gridapp.accounts.forms import OUTSIDE, PasswordForm, SignInForm, SignUpForm
from gridapp.accounts.models import Person
from gridapp.accounts.queries import account_of
from gridapp.areas.queries import areas, committees
from gridapp.core.clock import now
from gridapp.core.database import db, writing
from gridapp.core.refusals import Conflict, Refused
from gridapp.web import access, answers, kept_forms
from gridapp.web.errors import error_page
from gridapp.web.forms import choices

bp = Blueprint("accounts", __name__)


@bp.get("/sign-up")
@access.public
def sign_up() -> str | Response:
    """The form; what is wanted afterwards travels along."""
    if current_user.is_authenticated:
        return redirect(_next())
    form = _with_choices(SignUpForm.empty())
    if "/wishes/new" in request.args.get("next", ""):
        form.purpose.data = "wish"
    return render_template("accounts/sign_up.html", form=form, next=_next(), refusals=[])


@bp.post("/sign-up")
@access.public
def send_sign_up() -> Response:
    """Make the account and sign in. A repeated form with the same password signs in (C11)."""
    form = _with_choices(SignUpForm())
    if not form.validate():
        return _sign_up_again(form, 422)
    known = account_of(db.session(), form.phone.data)
    if known is not None:
        return _known_number(form, known)
    try:
        person, token = _new_account(form)
    except workflow.TooManyTries as stopped:
        advice = _(
            "Many people have signed up from here in the last hour. Please try again later, or call us."
        )
        return too_often(stopped.window, advice)
    except (Refused, IntegrityError):  # the number has an account since a moment: as a rule another tap (C11)
        if (known := account_of(db.session(), form.phone.data)) is None:
            raise
        return _known_number(form, known)
    acting.remember(person, token)
    return answers.go(_next("/me"), _("Welcome, %(name)s. Your account is ready.", name=form.name.data))


@bp.get("/sign-in")
@access.public
def sign_in() -> str | Response:
    """The form."""
    if current_user.is_authenticated:
        return redirect(_next())
    return render_template("accounts/sign_in.html", form=SignInForm.empty(), next=_next())


@bp.post("/sign-in")
@access.public
def send_sign_in() -> Response:
    """Check, with limits that count before the password is looked at (D5)."""
    form = SignInForm()
    if not form.validate():
        return _sign_in_again(form, 422)
    try:
        with writing(db.session()):
            tries = workflow.count_sign_in(db.session(), form.phone.data, acting.client_address(), at=now())
    except workflow.TooManyTries as stopped:
        return too_often(stopped.window)
    person = account_of(db.session(), form.phone.data)
    if not workflow.password_fits(person, form.password.data) or person is None or person.is_closed:
        form.password.errors = [_("The number or the password is not right. Please check both.")]
        return _sign_in_again(form, 422)
    try:
        token = _sign_in(person, tries)
    except Conflict:  # it became part of another account at this very moment (V5)
        form.password.errors = [_("Number and password do not belong together. Please check both.")]
        return _sign_in_again(form, 422)
    acting.remember(person, token)
    return answers.go(_next("/"))


def _sign_in(person: Person, tries: Sequence[int]) -> str:
    """Sign this device in, and out whoever was signed in here before (D4); returns its token. Raises Conflict."""
    with writing(db.session()):
        token = _new_token(person)
        workflow.give_tries_back(db.session(), tries)
        if current_user.is_authenticated:
            workflow.end_sign_in(db.session(), current_user.token, at=now())
    return token


@bp.post("/sign-out")
@access.public
def sign_out() -> Response:
    """End the session on the server's side, within this request (D4)."""
    if current_user.is_authenticated:
        with writing(db.session()):
            person_id = current_user.id
            workflow.end_sign_in(db.session(), current_user.token, at=now())
            kept_forms.signed_out(db.session(), person_id, now())
    acting.forget()
    response = answers.go("/", _("You are signed out."), "info")
    response.headers["Clear-Site-Data"] = '"storage"'  # whatever a script may have kept (P23)
    return response


@bp.get("/privacy")
@access.public
def privacy() -> str:
    """What is kept, why, how long, and whom to ask (Y1)."""
    return render_template("accounts/privacy.html", version=workflow.CONSENT_VERSION)


@bp.get("/me/password")
@access.signed_in
def password() -> Response:
    """The form."""
    return _show_password(PasswordForm.empty())


@bp.post("/me/password")
@access.signed_in
def change_password() -> Response:
    """Take a new password: every other device is signed out, this one goes on with a new session (D4)."""
    form = PasswordForm()
    person = current_user.known.person
    form.own_phone = person.phone
    if not form.validate():
        return _show_password(form, 422)
    try:
        with writing(db.session()):
            tries = workflow.count_sign_in(db.session(), person.phone, acting.client_address(), at=now())
    except workflow.TooManyTries as stopped:
        return too_often(stopped.window)
    if not workflow.password_fits(person, form.old.data):
        form.old.errors = [_("This is not your current password.")]
        return _show_password(form, 422)
    password_hash = workflow.hash_password(form.password.data)
    outcome = acting.attempt(lambda by, at: _with_new_password(by.person, password_hash, tries, at))
    if outcome.refused:
        raise outcome.refused
    if outcome.value:
        acting.remember(person, outcome.value)
    return answers.go("/me", _("Your new password counts from now on. Every other device is signed out."))


def _with_new_password(person: Person, password_hash: str, tries: Sequence[int], at: datetime) -> str:
    """Change it, and sign this device in anew; returns its token."""
    workflow.change_password(db.session(), person, password_hash, at=at)
    workflow.give_tries_back(db.session(), tries)
    return _new_token(person)


def _show_password(form: PasswordForm, status: int = 200) -> Response:
    return answers.page_or_fragment(
        "accounts/password.html", "accounts/_password.html", status=status, form=form
    )


def _new_account(form: SignUpForm) -> tuple[Person, str]:
    """The person and the token of the device, made in one transaction with what features add to it. Raises TooManyTries."""
    address = f"new-from:{acting.client_address()}"
    acting.count_tries({address: (workflow.NEW_ACCOUNTS, workflow.NEW_ACCOUNTS_WINDOW)})
    password_hash = workflow.hash_password(form.password.data)
    with writing(db.session()):
        person = workflow.sign_up(
            db.session(),
            phone=form.phone.data,
            password_hash=password_hash,
            name=form.name.data,
            committee_code=form.committee_code,
            purposes=["account", "neighbourhood-help"],
            at=now(),
        )
        for welcome in current_app.extensions["gridapp"].after_sign_up:
            welcome(db.session(), person, form.purpose.data, form.areas.data or [], now())
        return person, _new_token(person)


def too_often(window: timedelta, advice: str | None = None) -> Response:
    """The page for a limit of tries within `window` that is reached."""
    if window == workflow.TRY_WINDOW:
        advice = _("Please wait five minutes, then try again.")
    advice = advice or _(
        "Password forgotten, or a new phone? Please call us; the number is at the bottom of the page."
    )
    response = error_page(429, _("That was tried too often."), advice)
    response.headers["Retry-After"] = str(int(window.total_seconds()))
    return response


def _known_number(form: SignUpForm, known: Any) -> Response:
    address = acting.client_address()
    try:
        with writing(db.session()):
            tries = workflow.count_sign_in(db.session(), known.phone, address, at=now())
            tries.append(
                workflow.count_try(
                    db.session(),
                    f"up-from:{address}",
                    limit=workflow.KNOWN_NUMBER_TRIES,
                    window=workflow.KNOWN_NUMBER_WINDOW,
                    at=now(),
                )
            )
    except workflow.TooManyTries as stopped:
        return too_often(stopped.window)
    if workflow.password_fits(known, form.password.data) and not known.is_closed:
        try:
            token = _sign_in(known, tries)
        except Conflict:  # it became part of another account at this very moment (V5)
            return _sign_up_again(form, 409, workflow.number_known())
        acting.remember(known, token)
        return answers.go(_next("/me"), _("You have an account already and are signed in now."), "info")
    return _sign_up_again(form, 409, workflow.number_known())


def _new_token(person: Any) -> str:
    return workflow.start_sign_in(
        db.session(), person, device=request.headers.get("User-Agent", "")[:200], at=now()
    )


def _with_choices(form: SignUpForm) -> SignUpForm:
    form.committee.choices = choices(
        [
            ("", _("Please choose")),
            *committees(db.session()),
            (OUTSIDE, _("I do not live in this town")),
        ]
    )
    form.areas.choices = choices((area.id, area.name) for area in areas(db.session()) if area.kind != "town")
    return form


def _sign_up_again(form: SignUpForm, status: int, refused: Refused | None = None) -> Response:
    return answers.page_or_fragment(
        "accounts/sign_up.html",
        "accounts/_sign_up.html",
        status=status,
        form=form,
        next=_next(),
        refusals=refused.refusals if refused else [],
    )


def _sign_in_again(form: SignInForm, status: int) -> Response:
    return answers.page_or_fragment(
        "accounts/sign_in.html", "accounts/_sign_in.html", status=status, form=form, next=_next()
    )


def _next(otherwise: str = "/") -> str:
    return access.safe_next(request.values.get("next"), otherwise)
