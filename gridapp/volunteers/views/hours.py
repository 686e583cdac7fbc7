"""The ledger of hours: one's own, a statement to print, and the public check (V3)."""

from __future__ import annotations

from flask import abort, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from gridapp.accounts.acting import attempt
from gridapp.core.database import db
from gridapp.volunteers import queries, workflow
from gridapp.volunteers.views.blueprint import bp
from gridapp.web import access, answers
from gridapp.web.paper import public_address, qr


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
    if found is None or not queries.is_of(db.session(), found, current_user.id):
        abort(404)
    entries = queries.entries_on(db.session(), found)
    address = public_address(f"/hours/{found.ref}")
    return render_template(
        "volunteers/statement.html",
        statement=found,
        entries=entries,
        name=current_user.name,
        address=address,
        qr=qr(address),
    )


@bp.get("/hours/<ref>")
@access.public
def verify(ref: str) -> Response:
    """Anybody holding the paper checks it here, without signing in (V3). The name is masked (C4).

    A reference that nobody knows can be typed once more there: `?ref=` leads to its own address.
    """
    found = queries.statement_by_ref(db.session(), ref)
    if found is None:
        if again := "".join(request.args.get("ref", "").split()).upper()[:20]:
            return answers.go(url_for("volunteers.verify", ref=again))
        return Response(
            render_template("volunteers/unknown_statement.html", ref=ref[:20]), 404, mimetype="text/html"
        )
    entries = queries.entries_on(db.session(), found)
    person = queries.person_of(db.session(), found.person_id)
    counted_now = queries.counted_now(db.session(), found)
    page = render_template(
        "volunteers/verify.html", statement=found, entries=entries, name=person.name, counted_now=counted_now
    )
    return Response(page, mimetype="text/html")
