"""What was typed into a form whose session or token is over is kept for whoever typed it (P11).

Every form of somebody signed in says whose it is, signed by us. When such a form arrives too late it is put into
`core.kept_forms`, and the browser is given a reference in a cookie; signed in again, the same person finds the
form filled in, on its own page. Nothing typed lies in the browser, and nobody else finds anything.
"""

from __future__ import annotations

import re
import secrets
from datetime import datetime
from functools import cache
from typing import Any

from flask import Flask, Response, before_render_template, current_app, g, request
from flask_babel import gettext as _
from flask_login import current_user
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from wtforms import PasswordField

from gridapp.core import kept_forms
from gridapp.core.clock import now
from gridapp.core.database import db, writing
from gridapp.web import answers
from gridapp.web.addresses import page_of_form
from gridapp.web.forms import Form

COOKIE = "kept"
WHOSE = "whose"
OURS = {"csrf_token", "key", WHOSE}
# Never kept: what proves who somebody is.
SECRET_NAME = re.compile(
    r"(^|[-_])(pass|password|passwords|code|codes|pin|otp|secret)([-_0-9]|$)", re.IGNORECASE
)


def mark() -> str:
    """Whose form this is, signed; empty for a visitor."""
    if g.get("bare", False) or not current_user.is_authenticated:
        return ""
    if "mark" not in g:
        g.mark = _signer().dumps(current_user.id)
    return str(g.mark)


def owner() -> int | None:
    """The person to whom the form of this request was shown; None for a visitor or a forgery."""
    try:
        person_id = _signer().loads(request.form.get(WHOSE, ""))
    except BadSignature:
        return None
    return person_id if isinstance(person_id, int) else None


def keep() -> bool:
    """Keep what this request has typed, for its owner; say whether there was something and it is kept."""
    person_id, fields = owner(), typed()
    if person_id is None or not fields:
        return False
    ref = secrets.token_urlsafe(32)
    try:
        with writing(db.session()):
            kept = kept_forms.keep(
                db.session(),
                ref,
                person_id=person_id,
                page=page_of_form(),
                action=request.path,
                fields=fields,
                at=now(),
            )
    except IntegrityError:  # two at once, or the person is gone
        return False
    if kept:
        g.kept_ref = ref
    return kept


def typed() -> list[tuple[str, str]]:
    """The names and values of this request's form, without ours and without passwords and codes."""
    return [
        (name, value)
        for name, value in request.form.items(multi=True)
        if name not in OURS and not is_secret(name) and "\0" not in name + value
    ]


def is_secret(name: str) -> bool:
    """Whether a field of this name, with or without its form's prefix, holds a password or a code in any form."""
    return bool(SECRET_NAME.search(name)) or name.rpartition("-")[2] in _password_fields()


@cache
def _password_fields() -> frozenset[str]:
    forms, names = [Form], set()
    while forms:
        forms += (form := forms.pop()).__subclasses__()
        names |= {
            n for n, field in vars(form).items() if getattr(field, "field_class", None) is PasswordField
        }
    return frozenset(names)


def used(session: Session, person_id: int) -> None:
    """Erase the person's kept form within the transaction that has now carried it out."""
    if COOKIE in request.cookies:
        kept_forms.erase(session, person_id=person_id, action=request.path)


def signed_out(session: Session, person_id: int, at: datetime) -> None:
    """Whoever signs out leaves nothing behind, and nothing of others that is too old."""
    if kept_forms.erase(session, person_id=person_id):
        g.kept_ref = None  # another person's reference stays: its owner may come back
    kept_forms.forget_old(session, at=at)


def _fill(_app: Flask, template: Any, context: dict[str, Any]) -> None:
    """Fill the empty forms of this page with what its reader had typed; before it is rendered."""
    forms, ref = g.pop("empty_forms", []), request.cookies.get(COOKIE)
    if not forms or not ref or request.method != "GET" or not current_user.is_authenticated:
        return
    kept = kept_forms.find(db.session(), ref, person_id=current_user.id, at=now())
    if kept is None or kept.page.partition("?")[0] != request.path:
        return
    fields: MultiDict[str, str] = MultiDict(kept.fields)
    fitting = [form for form in forms if any(field.name in fields for field in form)]
    for form in fitting:
        form.process(fields)
        form.brought_back = True
    if fitting:
        answers.tell(_("What you typed before is still here. Please look at it and send it again."), "info")


def _give_reference(response: Response) -> Response:
    if g.get("kept_ref", "") is None:
        response.delete_cookie(COOKIE)
    elif ref := g.get("kept_ref"):
        response.set_cookie(
            COOKIE,
            ref,
            max_age=int(kept_forms.LASTING.total_seconds()),
            secure=current_app.config["SESSION_COOKIE_SECURE"],
            httponly=True,
            samesite="Lax",
        )
    return response


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.secret_key), salt="whose-form")


def init(app: Flask) -> None:
    """Fill forms before they are shown, and give browsers their reference."""
    before_render_template.connect(_fill, app)
    app.after_request(_give_reference)
