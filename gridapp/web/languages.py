"""Which language a page speaks: `?lang=`, then the cookie that keeps it, then the setting.

A page says a hundred texts. Flask-Babel finds language and catalogue anew for each of them; here that is done once
a request, and its `gettext` as well as the templates' `_` look straight into the catalogue.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from babel.support import NullTranslations, Translations
from flask import Flask, Response, current_app, g, request
from flask_babel import Babel, Domain
from markupsafe import Markup

LANGUAGES = {"zh": "中文", "en": "English"}
FOLDER = Path(__file__).parent.parent / "translations"
COOKIE = "lang"
A_YEAR = 365 * 24 * 3600


class _Spoken(Domain):
    """The texts of one language, for Flask-Babel."""

    def __init__(self, texts: NullTranslations):
        super().__init__()
        self.texts = texts

    def get_translations(self) -> NullTranslations:
        """The catalogue."""
        return self.texts


def chosen() -> str:
    """zh or en."""
    return str(g.get("language") or _asked())


def _asked() -> str:
    for language in (request.args.get("lang"), request.cookies.get(COOKIE)):
        if language in LANGUAGES:
            return str(language)
    return str(current_app.config["SETTINGS"].locale)


def _keep(response: Response) -> Response:
    language = request.args.get("lang")
    if language in LANGUAGES:
        response.set_cookie(
            COOKIE,
            str(language),
            max_age=A_YEAR,
            secure=current_app.config["SESSION_COOKIE_SECURE"],
            httponly=True,
            samesite="Lax",
        )
    return response


def switch() -> dict[str, str]:
    """Address and name of the other language; the address keeps where one is (P5)."""
    other = "en" if chosen() == "zh" else "zh"
    query = [(key, value) for key, value in request.args.items(multi=True) if key != "lang"]
    path = request.path if request.method == "GET" else "/"
    return {"url": f"{path}?{urlencode([*query, ('lang', other)])}", "label": LANGUAGES[other], "lang": other}


def gettext(text: str, /, **parts: Any) -> str:
    """As Flask-Babel's, for what a page says many times over."""
    said: str = _texts().ugettext(text)
    return said % parts if parts else said


def ngettext(one: str, many: str, number: int, /, **parts: Any) -> str:
    """The same in the form that fits `number`, which is its part `num`."""
    said: str = _texts().ungettext(one, many, number)
    return said % ({"num": number} | parts)


def _speak() -> None:
    """Choose language and catalogue for this request."""
    g.language = _asked()
    spoken = _spoken(g.language)
    g.texts = spoken.texts
    spoken.as_default()


def _texts() -> NullTranslations:
    return g.get("texts") or _spoken(chosen()).texts


@cache
def _spoken(language: str) -> _Spoken:
    return _Spoken(Translations.load(FOLDER, [language]))


def _shown(text: str, /, **parts: Any) -> Markup:
    """A text in a template: it may hold markup, its parts are escaped."""
    return _filled(_texts().ugettext(text), parts)


def _shown_many(one: str, many: str, number: int, /, **parts: Any) -> Markup:
    return _filled(_texts().ungettext(one, many, number), {"num": number} | parts)


def _filled(text: str, parts: dict[str, Any]) -> Markup:
    said = Markup(text)  # noqa: S704 (our own catalogue)
    return said % parts if "%" in text else said


def init(app: Flask, timezone: str) -> None:
    """Set up gettext, before anything else that a request meets; sources are English, screens are in both languages."""
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(FOLDER)
    Babel(app, locale_selector=chosen, timezone_selector=lambda: timezone)
    app.jinja_env.globals.update(_=_shown, gettext=_shown, ngettext=_shown_many)
    app.before_request(_speak)
    app.after_request(_keep)
