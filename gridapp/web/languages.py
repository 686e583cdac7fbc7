"""Which language a page speaks: `?lang=`, then the cookie that keeps it, then the setting."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Flask, Response, current_app, request
from flask_babel import Babel

LANGUAGES = {"zh": "中文", "en": "English"}
COOKIE = "lang"
A_YEAR = 365 * 24 * 3600


def chosen() -> str:
    """zh or en."""
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


def init(app: Flask, timezone: str) -> None:
    """Set up gettext; sources are English, screens are in both languages."""
    app.config.setdefault("BABEL_TRANSLATION_DIRECTORIES", "translations")
    Babel(app, locale_selector=chosen, timezone_selector=lambda: timezone)
    app.after_request(_keep)
