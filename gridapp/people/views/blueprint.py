"""The blueprint of people, and the words that its templates use."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint

from gridapp.people import words
from gridapp.web.words import day, in_town

bp = Blueprint("people", __name__)


@bp.app_context_processor
def _words() -> dict[str, Any]:
    return {"role_words": words.KINDS}


@bp.app_template_filter("day_before")
def _day_before(end: datetime) -> str:
    """The last day of something that ends, half-open, at the moment `end`."""
    return day(end - timedelta(seconds=1))


@bp.app_template_filter("clock")
def _clock(moment: datetime) -> str:
    """14:05 in the town, for paper."""
    return f"{in_town(moment):%H:%M}"
