"""The front page, one's own page, the desk, and the bar at the bottom of every page."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from typing import Any

from flask import Blueprint, abort, current_app, g, jsonify, redirect, render_template, request
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import Select
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from gridapp.accounts.queries import AnyActor
from gridapp.accounts.workflow import number_known
from gridapp.areas.queries import committees, town_facts
from gridapp.core.clock import now
from gridapp.core.database import db, is_reachable
from gridapp.core.paging import counting
from gridapp.core.refusals import Conflict
from gridapp.home import words
from gridapp.home.forms import SampleForm
from gridapp.volunteers.models import VolunteerState
from gridapp.volunteers.queries import earned_minutes, volunteer_of
from gridapp.web import access, display
from gridapp.web.languages import chosen
from gridapp.web.pages import asset
from gridapp.wishes import queries as wishes
from gridapp.wishes.queries import listing
from gridapp.wishes.queries.listing import Wanted

bp = Blueprint("home", __name__)
FEW = 3
FROM_THE_DESK = ("/volunteers", "/people", "/organisations", "/incidents", "/partings", "/town")
A_DAY_S = 24 * 3600
KEPT_OFFLINE = ("css/app.css", "icons/seal.svg")
PAPER = "#fbf8f1"  # --ground of the style sheet
ICONS = (
    ("seal.svg", "any", "image/svg+xml", "any"),
    ("seal-192.png", "192x192", "image/png", "any"),
    ("seal-512.png", "512x512", "image/png", "any"),
    ("seal-maskable-512.png", "512x512", "image/png", "maskable"),
)


@bp.get("/")
@access.public
def index() -> str:
    """What the town offers (A8); for those signed in what waits for them, then wishes nearby."""
    session, at = db.session(), now()
    context: dict[str, Any] = {"queues": [], "claims": [], "volunteer": None, "nearby": None}
    if current_user.is_authenticated:
        context["claims"] = wishes.live_claims_of(session, current_user.id)
        if current_user.is_coordinator:
            context["queues"] = _queues(with_rows=False)
        elif current_user.committee_code:
            context["nearby"] = current_user.committee_code
    page = listing.open_wishes(session, Wanted(committees=_near(context["nearby"])), at=at, size=FEW)
    if not page.rows and context["nearby"]:
        context["nearby"] = None
        page = listing.open_wishes(session, Wanted(), at=at, size=FEW)
    return render_template("home/home.html", page=page, **context)


@bp.get("/me")
@access.signed_in
def me() -> str:
    """One's live claims by title, hours, wishes, and the way to everything of one's own."""
    session = db.session()
    return render_template(
        "home/me.html",
        claims=wishes.live_claims_of(session, current_user.id),
        minutes=earned_minutes(session, current_user.id),
        volunteer=volunteer_of(session, current_user.id),
        states=VolunteerState,
    )


@bp.get("/desk")
@access.coordinator
def desk() -> str:
    """What waits for a coordinator, with the count of each queue (W18's first form)."""
    return render_template("home/desk.html", queues=_queues(with_rows=True))


@bp.get("/display")
@access.public
def sizes() -> str | Response:
    """The sizes of text and 长辈版 (P2, P3); with a choice in the query it is kept, and one is led back."""
    if wanted := display.asked():
        return display.keep(redirect(display.back(), 303), wanted)
    return render_template("home/display.html", sizes=display.SIZES, next=display.back())


@bp.get("/design")
@access.public
def design() -> str:
    """Every component in every state, for whoever builds; in debug mode alone."""
    if not current_app.config["SETTINGS"].debug:
        abort(404)
    wrong = SampleForm(MultiDict({"wrong-phone": "12345", "wrong-day": "tomorrow"}), prefix="wrong-")
    wrong.validate()
    return render_template(
        "home/design.html",
        plain=SampleForm.empty(prefix="plain-"),
        wrong=wrong,
        refusals=[*Conflict().refusals, *number_known().refusals],
        messages=[(kind, _("You are signed out.")) for kind in ("success", "info", "warning", "error")],
        slips=list(words.slips([name for _code, name in committees(db.session())], now(), _)),
        story=words.story(now()),
        at=now(),
    )


@bp.get("/manifest")
@access.public
def manifest() -> Response:
    """The app as a phone keeps it on its home screen (P24)."""
    town = town_facts(db.session())
    response = jsonify(
        name=f"{town.name} · {_('Neighbourhood board')}",
        short_name=town.name,
        lang=chosen(),
        id="/",
        start_url="/",
        scope="/",
        display="standalone",
        background_color=PAPER,
        theme_color=PAPER,
        icons=[
            {"src": asset(f"icons/{name}"), "sizes": sizes, "type": kind, "purpose": purpose}
            for name, sizes, kind, purpose in ICONS
        ],
    )
    response.mimetype = "application/manifest+json"
    return response


@bp.get("/offline")
@access.public
def offline() -> str:
    """What a phone shows without a network (P23): nothing of anybody, in large letters."""
    return _offline_page()


@bp.get("/service-worker")
@access.public
def service_worker() -> Response:
    """The script that keeps the page above and its files, and nothing else, on a phone (P23)."""
    script = render_template(
        "home/service_worker.js",
        name=f"offline-{sha256(_offline_page().encode()).hexdigest()[:12]}",
        page=f"/offline?lang={chosen()}",
        files=[asset(name) for name in KEPT_OFFLINE],
    )
    response = Response(script, mimetype="text/javascript")
    response.headers["Cache-Control"] = f"max-age={A_DAY_S}"
    return response


@bp.get("/healthz")
@access.public
def healthz() -> Response:
    """The process is up; asks nothing of the database."""
    return jsonify(status="up")


@bp.get("/readyz")
@access.public
def readyz() -> tuple[Response, int]:
    """The database answers and its tables are there."""
    try:
        is_reachable(db.session())
        migrated = current_app.extensions["gridapp.migrated"]()
    except SQLAlchemyError:
        return jsonify(status="database unreachable"), 503
    return (jsonify(status="ready"), 200) if migrated else (jsonify(status="not migrated"), 503)


def _offline_page() -> str:
    town_facts(db.session())  # what is bare asks for nothing itself, and this page lives by the town's number
    g.bare = True
    return render_template("home/offline.html", display=display.Display("large"))


@bp.app_context_processor
def _bar() -> dict[str, Any]:
    return {"nav_items": [] if g.get("bare", False) else _nav_items()}


def _nav_items() -> list[dict[str, Any]]:
    items = [("/", _("Home"), "house", 0), ("/wishes", _("Wishes"), "heart-handshake", 0)]
    if not current_user.is_authenticated:
        items += [("/wishes/new", _("New wish"), "plus", 0), ("/sign-in", _("Sign in"), "user", 0)]
    else:
        if current_user.is_coordinator:
            items.append(("/desk", _("Desk"), "clipboard-check", 0))
        else:
            items.append(("/wishes/new", _("New wish"), "plus", 0))
        items += [("/notices", _("Inbox"), "bell", current_user.unseen), ("/me", _("Me"), "user", 0)]
    here = _longest_fit([item[0] for item in items])
    if request.path.startswith(FROM_THE_DESK):
        here = "/desk" if any(item[0] == "/desk" for item in items) else "/me"
    return [
        {"url": url, "label": label, "icon": icon, "current": url == here, "badge": badge}
        for url, label, icon, badge in items
    ]


def _longest_fit(addresses: list[str]) -> str | None:
    fitting = [a for a in addresses if request.path == a or (a != "/" and request.path.startswith(f"{a}/"))]
    return max(fitting, key=len) if fitting else None


def _queues(*, with_rows: bool) -> list[dict[str, Any]]:
    """What waits, by queue; all counts are one statement."""
    session, actor, at = db.session(), current_user.actor, now()
    queues = current_app.extensions["gridapp"].desk_queues
    counts = session.execute(_counting(actor.kind), actor.facts).mappings().one()
    return [
        {
            "id": queue.id,
            "name": queue.name,
            "icon": queue.icon,
            "template": queue.template,
            "count": counts[queue.id],
            **(queue.read(session, actor, at) if with_rows else {}),
        }
        for queue in queues
    ]


@cache
def _counting(actor: AnyActor) -> Select[*tuple[int, ...]]:
    queues = current_app.extensions["gridapp"].desk_queues
    return counting({queue.id: queue.waiting(actor) for queue in queues})


def _near(committee_code: str | None) -> list[str] | None:
    return [committee_code] if committee_code else None
