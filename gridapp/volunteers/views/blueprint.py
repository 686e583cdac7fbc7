"""The blueprint of volunteers, and the words that its templates use."""

from __future__ import annotations

from typing import Any

from flask import Blueprint
from flask_babel import gettext

from gridapp.volunteers import policies, words
from gridapp.volunteers.forms import LANGUAGES
from gridapp.volunteers.models import DAY_PARTS
from gridapp.web.words import WEEKDAYS, grouped, joined, listed, today

bp = Blueprint("volunteers", __name__)


@bp.app_context_processor
def _words() -> dict[str, Any]:
    return {
        "volunteer_words": words.STATES,
        "volunteer_state": lambda volunteer: policies.shown_state(volunteer, today()),
        "confirmers": words.CONFIRMERS,
        "day_parts": list(words.DAY_PART_WORDS.values()),
        "weekdays": WEEKDAYS,
    }


@bp.app_template_filter("languages_said")
def _languages_said(codes: str) -> str:
    return listed(name for code, name in LANGUAGES if code in codes.split())


@bp.app_template_filter("free_times_said")
def _free_times_said(codes: str) -> str:
    """周一上午、晚上；周六全天"""
    days: dict[int, list[str]] = {}
    for code in codes.split():
        day, part = code.split("-")
        days.setdefault(int(day), []).append(gettext(words.DAY_PART_WORDS[part]))
    return grouped(
        joined(
            gettext(WEEKDAYS[day - 1]), listed(parts) if len(parts) < len(DAY_PARTS) else gettext("all day")
        )
        for day, parts in days.items()
    )
