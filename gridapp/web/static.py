"""Static files: pre-compressed, kept for ever by browsers because their addresses carry a mark of the content."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Flask
from whitenoise import WhiteNoise

from gridapp.web.headers import strict

A_YEAR_S = 365 * 24 * 3600


def init(app: Flask) -> None:
    """Serve `static/` under `/static/`, before the app is asked."""
    files = WhiteNoise(
        app.wsgi_app,
        root=str(app.config["STATIC"]),
        prefix="static/",
        max_age=A_YEAR_S,
        allow_all_origins=False,
        autorefresh=app.config["SETTINGS"].debug,
    )
    app.wsgi_app = _strictly(files, strict(app))  # type: ignore[method-assign]


def _strictly(serve: Any, always: Mapping[str, str]) -> Any:
    """Add the headers that an answer of `serve` lacks: a 304 and a 416 of a file carry them too (D6)."""

    def serve_strictly(environ: Any, start_response: Any) -> Any:
        def start(status: str, headers: list[tuple[str, str]], *error: Any) -> Any:
            sent = {name.lower() for name, _value in headers}
            missing = [(name, value) for name, value in always.items() if name.lower() not in sent]
            return start_response(status, headers + missing, *error)

        return serve(environ, start)

    return serve_strictly
