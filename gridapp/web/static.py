"""Static files: pre-compressed, kept for ever by browsers because their addresses carry a mark of the content."""

from __future__ import annotations

from typing import Any

from flask import Flask
from whitenoise import WhiteNoise

from gridapp.web.headers import strict

A_YEAR_S = 365 * 24 * 3600


def init(app: Flask) -> None:
    """Serve `static/` under `/static/`, before the app is asked."""
    always = strict(app)

    def _strict(headers: Any, _path: str, _url: str) -> None:
        for name, value in always.items():
            headers[name] = value

    app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]
        app.wsgi_app,
        root=str(app.config["STATIC"]),
        prefix="static/",
        max_age=A_YEAR_S,
        allow_all_origins=False,
        add_headers_function=_strict,
        autorefresh=app.config["SETTINGS"].debug,
    )
