"""The blueprint of organisations, and the words that its templates use."""

from __future__ import annotations

from typing import Any

from flask import Blueprint

from gridapp.organisations import words

bp = Blueprint("organisations", __name__)


@bp.app_context_processor
def _words() -> dict[str, Any]:
    return {"organisation_words": words}
