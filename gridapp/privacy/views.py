"""Addresses of one's own data, of who looked at it, and of one's devices."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Blueprint, abort, current_app, jsonify, render_template, request
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from gridapp.accounts import acting
from gridapp.accounts.queries import token_hash
from gridapp.areas.queries import committees
from gridapp.core.clock import now
from gridapp.core.database import db
from gridapp.core.features import Personal
from gridapp.core.paging import counts_of
from gridapp.privacy import queries, words, workflow
from gridapp.privacy.forms import OUTSIDE, CorrectForm
from gridapp.web import access, answers
from gridapp.web.forms import choices
from gridapp.web.pages import page_key
from gridapp.web.words import in_town, say

bp = Blueprint("privacy", __name__)


@bp.get("/me/data")
@access.signed_in
def data() -> Response:
    """What is kept of me, and the way to each part (Y4)."""
    return _show_data()


@bp.post("/me/data")
@access.signed_in
def correct() -> Response:
    """Correct name and committee."""
    form = _with_choices(CorrectForm())
    if not form.validate():
        return _show_data(form, status=422)
    outcome = acting.attempt(
        lambda by, at: workflow.correct(
            db.session(), by.person, name=form.name.data, committee_code=form.committee_code, at=at
        )
    )
    if outcome.refused:
        return _show_data(form, status=outcome.status)
    return answers.go("/me/data", _("Corrected.") if outcome.value else _("Nothing was different."))


@bp.post("/me/data/copy")
@access.signed_in
def copy() -> Response:
    """Everything that is kept of me: as a page to read and print, or as a file for a machine (Y4)."""
    parts = _parts()
    outcome = acting.attempt(lambda by, at: workflow.copy_of(db.session(), by.person, parts, at=at))
    everything = outcome.value
    if everything is None:  # the same form once more; that a copy was taken is written down already
        everything = {part.id: part.read(db.session(), current_user.id) for part in parts}
    readable = {part: [_readable(row) for row in rows] for part, rows in everything.items()}
    if request.form.get("as") == "file":
        response: Response = jsonify({"made_at": in_town(now()).isoformat(timespec="minutes"), **readable})
        response.headers["Content-Disposition"] = "attachment; filename=gridapp-my-data.json"
        return answers.no_store(response)
    page = render_template("privacy/copy.html", parts=parts, everything=readable, made_at=now())
    return answers.no_store(Response(page, mimetype="text/html"))


@bp.get("/me/looks")
@access.signed_in
def looks() -> str:
    """Who looked at what is kept of me (C4)."""
    page = queries.looks_page(db.session(), current_user.id, after=page_key())
    titles = queries.titles_of(
        db.session(), "wishes", {row.thing_id for row in page.rows if row.thing == "wishes"}
    )
    return render_template("privacy/looks.html", page=page, things=words.THINGS, titles=titles)


@bp.get("/me/devices")
@access.signed_in
def devices() -> str:
    """Where I am signed in (D4)."""
    mine = token_hash(current_user.token)
    found = queries.devices(db.session(), current_user.id, at=now())
    shown = [
        {
            "id": device.id,
            "name": " · ".join(say(part) for part in words.device_parts(device.device)),
            "started_at": device.started_at,
            "seen_at": device.seen_at,
            "here": device.token_hash == mine,
        }
        for device in found
    ]
    return render_template("privacy/devices.html", devices=shown)


@bp.post("/me/devices/<id:device_id>/closure")
@access.signed_in
def end_device(device_id: int) -> Response:
    """Sign one of my devices out."""
    device = queries.device_of(db.session(), current_user.id, device_id)
    if device is None:
        abort(404)
    acting.attempt(lambda by, at: workflow.end_device(db.session(), device, at=at))
    return answers.go("/me/devices", _("That device is signed out."))


@bp.post("/me/devices/closure")
@access.signed_in
def end_other_devices() -> Response:
    """Sign all my other devices out."""
    token = current_user.token
    acting.attempt(lambda by, at: workflow.end_other_devices(db.session(), by.person, token, at=at))
    return answers.go("/me/devices", _("All other devices are signed out."))


def _show_data(form: CorrectForm | None = None, *, status: int = 200) -> Response:
    person = current_user.known.person
    if form is None:
        form = _with_choices(CorrectForm.empty())
        form.name.data, form.committee.data = person.name, person.committee_code or OUTSIDE
    parts = _parts()
    counts = counts_of(db.session(), {part.id: part.ids(current_user.id) for part in parts})
    return answers.page_or_fragment(
        "privacy/data.html",
        "privacy/_data.html",
        status=status,
        form=form,
        person=person,
        joined=queries.joined_accounts(db.session(), person.id),
        parts=[(part, counts[part.id]) for part in parts],
    )


def _parts() -> list[Personal]:
    found: list[Personal] = current_app.extensions["gridapp"].personal
    return found


def _readable(row: dict[str, Any]) -> dict[str, Any]:
    """Moments on the town's clock (C12)."""
    return {
        name: in_town(value).strftime("%Y-%m-%d %H:%M")
        if isinstance(value, datetime)
        else value
        if isinstance(value, int | str | bool | None)
        else str(value)
        for name, value in row.items()
    }


def _with_choices(form: CorrectForm) -> CorrectForm:
    form.committee.choices = choices([*committees(db.session()), (OUTSIDE, _("I do not live in this town"))])
    return form
