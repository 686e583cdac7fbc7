"""Addresses of areas: what the town is made of, for everybody (A8)."""

from __future__ import annotations

from flask import Blueprint, abort, render_template

from gridapp.areas import queries
from gridapp.core.database import db
from gridapp.web import access

bp = Blueprint("areas", __name__)


@bp.get("/areas")
@access.public
def index() -> str:
    """Every area of the town."""
    return render_template("areas/areas.html", areas=queries.areas(db.session()))


@bp.get("/areas/<code>")
@access.public
def area(code: str) -> str:
    """One area: its committees and roads."""
    found = queries.area_by_code(db.session(), code)
    if found is None:
        abort(404)
    return render_template("areas/area.html", area=found)


@bp.app_context_processor
def _town() -> dict[str, object]:
    from flask import g

    known = queries.known_town_facts()
    return {"town": known if g.get("bare", False) else queries.town_facts(db.session())}
