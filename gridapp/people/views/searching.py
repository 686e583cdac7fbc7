"""Who is in one's world (A5), and looking for somebody by name or number."""

from __future__ import annotations

from typing import Any

from flask import render_template, request
from flask_login import current_user
from werkzeug.wrappers import Response

from gridapp.core.clock import now
from gridapp.core.database import db
from gridapp.core.phones import BadPhone, normalised
from gridapp.people import queries
from gridapp.people.forms import SearchForm
from gridapp.people.views.blueprint import bp
from gridapp.web import access
from gridapp.web.pages import page_key


@bp.get("/people")
@access.coordinator
def index() -> str:
    """People of one's world, the latest first; all, or who has a role now."""
    with_role = request.args.get("roles") == "now"
    page = queries.page_of_people(
        db.session(), current_user.actor, at=now(), with_role=with_role, after=page_key()
    )
    return _render(page, SearchForm.empty(), with_role=with_role)


@bp.post("/people/search")
@access.coordinator
def search() -> Response:
    """Look for somebody. A POST, so that neither name nor number stands in an address or a log (C4)."""
    form = SearchForm()
    if not form.validate():
        page = queries.page_of_people(db.session(), current_user.actor, at=now())
        return Response(_render(page, form), 422, mimetype="text/html")
    after = request.form.get("after", type=int)
    page = queries.page_of_people(
        db.session(), current_user.actor, at=now(), **_sought(form.q.data), after=after
    )
    return Response(_render(page, form, sought=form.q.data), mimetype="text/html")


def _sought(text: str) -> dict[str, Any]:
    """A whole number, or the beginning of a name."""
    try:
        return {"phone": normalised(text)}
    except BadPhone:
        return {"name": text}


def _render(page: Any, form: SearchForm, *, with_role: bool = False, sought: str = "") -> str:
    posts = queries.posts_of(db.session(), [row.id for row in page.rows], at=now())
    return render_template(
        "people/people.html", page=page, posts=posts, form=form, with_role=with_role, sought=sought
    )
