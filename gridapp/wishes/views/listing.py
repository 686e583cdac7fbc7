"""The list of open wishes: each filter is a link that keeps the others, search is a form that does too (W15)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from flask import make_response, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from gridapp.areas.models import AreaKind
from gridapp.areas.queries import areas
from gridapp.core.clock import now
from gridapp.core.database import db
from gridapp.core.paging import Page
from gridapp.core.searching import LONGEST_QUERY, terms_of
from gridapp.core.words import N_
from gridapp.web import access, answers
from gridapp.web.languages import chosen
from gridapp.web.words import in_town, today, town_zone
from gridapp.wishes import queries
from gridapp.wishes.queries import listing
from gridapp.wishes.queries.listing import Order, Wanted
from gridapp.wishes.views.reading import bp

WHENS = {
    "today": N_("today"),
    "week": N_("this week"),
    "weekend": N_("at the weekend"),
    "none": N_("no fixed day"),
}
ORDERS = {Order.NEWEST: N_("newest first"), Order.SOONEST: N_("soonest first")}
SATURDAY, A_WEEK = 5, 7


@dataclass(frozen=True)
class Facet:
    """One question that the list can be asked: its name in the address, its words, and what may be answered.

    `nothing` says that nothing is chosen; `chosen` is the code of what is.
    """

    name: str
    label: str
    nothing: str
    options: Mapping[str, str]
    chosen: str


@bp.get("/wishes")
@access.public
def index() -> Response:
    """Open wishes by area, kind, skill and day, newest or soonest first, and by words."""
    session, at = db.session(), now()
    facets = _facets()
    query = " ".join(request.args.get("q", "").split())[:LONGEST_QUERY]
    wanted = _wanted({facet.name: facet.chosen for facet in facets}, query, at)
    asked = {facet.name: facet.chosen for facet in facets if facet.chosen} | ({"q": query} if query else {})
    page = _page(wanted, at)
    context: dict[str, Any] = {
        "page": page,
        "more_url": _address(asked | {"after": str(page.next_key)}) if page.next_key else None,
    }
    if answers.wants_fragment("more"):
        return make_response(render_template("wishes/_more.html", **context))
    template = "wishes/_results.html" if answers.wants_fragment("results") else "wishes/wishes.html"
    return make_response(
        render_template(
            template,
            **context,
            count=listing.how_many(session, wanted, at=at),
            groups=[_group(facet, asked) for facet in facets],
            asked=asked,
            query=query,
        )
    )


def _page(wanted: Wanted, at: datetime) -> Page:
    """The page that is asked for; the first one where nothing is left behind the last that was seen."""
    session, after = db.session(), request.args.get("after")
    page = listing.open_wishes(session, wanted, at=at, after=after)
    if after is None or page.rows or answers.wants_fragment("more"):
        return page
    return listing.open_wishes(session, wanted, at=at)


def _facets() -> tuple[Facet, ...]:
    """Every facet with its options, as the town has them, and what the address chooses; what is unknown is ignored."""
    session, local = db.session(), "name" if chosen() == "zh" else "name_en"
    kinds = {row.code: getattr(row, local) for row in queries.categories(session)}
    places = {area.code: area.name for area in areas(session) if area.kind != AreaKind.TOWN}
    skills = {row.code: getattr(row, local) for row in queries.skill_choices(session)}
    whens = {code: _(text) for code, text in WHENS.items()}
    orders = {Order.SOONEST.value: _(ORDERS[Order.SOONEST])}
    return (
        _facet("category", _("Kind"), _("all"), kinds, request.args.get("category", "")),
        _facet("area", _("Where"), _("everywhere"), places, request.args.get("area", "")),
        _facet("when", _("When"), _("whenever"), whens, request.args.get("when", "")),
        _facet("skill", _("Skill"), _("with or without"), skills, request.args.get("skill", "")),
        _facet("sort", _("Sort"), _(ORDERS[Order.NEWEST]), orders, request.args.get("sort", "")),
    )


def _facet(name: str, label: str, nothing: str, options: Mapping[str, str], asked: str) -> Facet:
    return Facet(name, label, nothing, options, asked if asked in options else "")


def _wanted(chosen_: Mapping[str, str], query: str, at: datetime) -> Wanted:
    area = next((area for area in areas(db.session()) if area.code == chosen_["area"]), None)
    return Wanted(
        committees=area.committees if area else None,
        category=chosen_["category"] or None,
        skill=chosen_["skill"] or None,
        between=_days(chosen_["when"], at),
        undated=chosen_["when"] == "none",
        terms=terms_of(query) if query else None,
        order=Order(chosen_["sort"] or Order.NEWEST),
    )


def _days(when: str, at: datetime) -> tuple[datetime, datetime] | None:
    """The days of the town that `when` means, as a stretch that begins no earlier than `at`."""
    monday = today() - timedelta(days=today().weekday())
    stretches = {
        "today": (today(), today() + timedelta(days=1)),
        "week": (today(), monday + timedelta(days=A_WEEK)),
        "weekend": (monday + timedelta(days=SATURDAY), monday + timedelta(days=A_WEEK)),
    }
    if when not in stretches:
        return None
    begin, end = (datetime.combine(day, time.min, tzinfo=town_zone()) for day in stretches[when])
    return max(begin, in_town(at)), end


def _group(facet: Facet, asked: Mapping[str, str]) -> dict[str, Any]:
    """A facet as the page shows it: each option is a link that keeps everything else."""
    options = [(facet.nothing, _without(asked, facet.name), not facet.chosen)]
    options += [
        (text, _address({**asked, facet.name: code}), code == facet.chosen)
        for code, text in facet.options.items()
    ]
    return {"label": facet.label, "chosen": facet.options.get(facet.chosen), "options": options}


def _without(asked: Mapping[str, str], name: str) -> str:
    return _address({key: value for key, value in asked.items() if key != name})


def _address(query: Mapping[str, str]) -> str:
    return f"/wishes?{urlencode(query)}" if query else "/wishes"
