"""Static files: pre-compressed, kept for ever by browsers because their addresses carry a mark of the content."""

from __future__ import annotations

from flask import Flask
from whitenoise import WhiteNoise

from gridapp.web.headers import strict

A_YEAR_S = 365 * 24 * 3600


def init(app: Flask) -> None:
    """Serve `static/` under `/static/`, before the app is asked."""
    strict_headers = strict(app)
    app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]
        app.wsgi_app,
        root=str(app.config["STATIC"]),
        prefix="static/",
        max_age=A_YEAR_S,
        allow_all_origins=False,
        add_headers_function=lambda headers, _path, _url: headers.update(strict_headers),
        autorefresh=app.config["SETTINGS"].debug,
    )
