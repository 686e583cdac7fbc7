"""Routes that take files, and how large a request to them may be; all others take a megabyte (P13)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, request

View = TypeVar("View", bound=Callable[..., Any])


def takes_files(most: int) -> Callable[[View], View]:
    """Mark a view: a request to it may have `most` bytes."""

    def mark(view: View) -> View:
        view.__takes__ = most  # type: ignore[attr-defined]
        return view

    return mark


def init(app: Flask) -> None:
    """Set the limit before anybody reads the form."""

    def _allow() -> None:
        view = app.view_functions.get(request.endpoint or "")
        # A form without files needs no more room than any other.
        if request.mimetype == "multipart/form-data" and (most := getattr(view, "__takes__", 0)):
            request.max_content_length = most

    app.before_request(_allow)
