"""The blueprint of volunteers, and the words that its templates use."""

from __future__ import annotations

from typing import Any

from flask import Blueprint

from gridapp.volunteers import policies, words
from gridapp.volunteers.forms import LANGUAGES
from gridapp.web.words import listed, today

bp = Blueprint("volunteers", __name__)


@bp.app_context_processor
def _words() -> dict[str, Any]:
    return {
        "volunteer_words": words.STATES,
        "volunteer_state": lambda volunteer: policies.shown_state(volunteer, today()),
        "confirmers": words.CONFIRMERS,
    }


@bp.app_template_filter("languages_said")
def _languages_said(codes: str) -> str:
    return listed(name for code, name in LANGUAGES if code in codes.split())
