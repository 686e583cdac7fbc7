"""What every page carries: addresses of assets, icons, hidden fields, filters of the templates."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import MutableMapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Flask, current_app, g, request
from flask.templating import Environment
from flask_wtf.csrf import generate_csrf
from jinja2 import StrictUndefined
from lucide.jinja import lucide
from markupsafe import Markup

from gridapp.core import masking, phones
from gridapp.web import display, kept_forms, languages, words

HIDDEN = Markup('<input type="hidden" name="%s" value="%s">')


class Templates(Environment):
    """Flask's, which give every template the same globals: what templates import from each other is compared with
    them at each import, and the overlay that Jinja makes for a template's own globals is slow to compare."""

    def make_globals(self, own: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """The globals themselves where a template has none of its own."""
        return super().make_globals(own) if own else self.globals


@lru_cache(maxsize=256)
def icon(name: str, size: int = 20) -> Markup:
    """The icon as inline SVG, hidden from screen readers: the word beside it says what it means."""
    return Markup(lucide(name, size=size, aria_hidden="true", focusable="false"))  # noqa: S704 (the package's drawing)


@lru_cache(maxsize=64)
def _stamp(folder: Path, name: str) -> str:
    return hashlib.sha256((folder / name).read_bytes()).hexdigest()[:10]


def asset(name: str) -> str:
    """The address of a file under `static/`, with a mark of its content so that it may be kept for ever."""
    return f"/static/{name}?v={_stamp(current_app.config['STATIC'], name)}"


def hidden() -> Markup:
    """The hidden fields of every form that changes something: the CSRF token, a fresh key (C11), whose it is (P11)."""
    fields = HIDDEN % ("csrf_token", generate_csrf()) + HIDDEN % ("key", secrets.token_urlsafe(12))
    whose = kept_forms.mark()
    return fields + HIDDEN % (kept_forms.WHOSE, whose) if whose else fields


def page_key() -> int | None:
    """The key behind which the asked page begins (`?after=`); what is no key is ignored."""
    after = request.args.get("after", type=int)
    return after if after is not None and after > 0 else None


def _common() -> dict[str, Any]:
    from flask_login import current_user

    bare = g.get("bare", False)
    return {
        "lang": languages.chosen(),
        "lang_switch": languages.switch(),
        "display": display.chosen(),
        "viewer": None if bare or not current_user.is_authenticated else current_user,
        "privacy_url": "/privacy",
    }


def init(app: Flask) -> None:
    """Give the templates their globals and filters; an unknown variable fails loudly."""
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(
        icon=icon,
        asset=asset,
        hidden=hidden,
        say=words.say,
        reasons_of=words.reasons,
    )
    app.jinja_env.filters.update(
        day=words.day,
        full_day=words.full_day,
        moment=words.moment,
        period=lambda pair: words.period(*pair),
        length_of=words.length,
        in_minutes=words.in_minutes,
        length_in_full=words.length_in_full,
        listed=words.listed,
        joined=words.joined,
        filled=lambda query: {name: value for name, value in query.items() if value},
        phone=phones.spoken,
        masked_phone=masking.masked_phone,
        masked_name=masking.masked_name,
        first_name=masking.first_name,
    )
    app.context_processor(_common)
