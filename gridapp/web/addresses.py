"""Addresses that browsers send us, trusted only when they are of this site."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import current_app, request


def safe_next(address: str | None, otherwise: str = "/") -> str:
    """`address` when it is a path of this site, else `otherwise`; never another site."""
    if not address or not address.startswith("/") or address.startswith(("//", "/\\")):
        return otherwise
    if any(ord(character) < 32 for character in address) or "\\" in address:
        return otherwise
    return address


def local_path(url: str) -> str:
    """Path and query of `url` when it is of this site, else the front page."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return "/"
    if parts.netloc and parts.netloc != request.host:
        return "/"
    return safe_next(f"{parts.path}?{parts.query}" if parts.query else parts.path)


def page_of_form() -> str:
    """The page on which the form of this POST stands: what the browser shows, or the thing above the action.

    A form that was refused without scripts is shown at its own action, which as a rule no GET opens.
    """
    shown = local_path(request.headers.get("HX-Current-URL") or request.referrer or "")
    above = request.path.rpartition("/")[0]
    return next((page for page in (shown, request.path, above) if page != "/" and _opens(page)), "/")


def _opens(page: str) -> bool:
    adapter = current_app.url_map.bind(request.host)
    return adapter.test(page.partition("?")[0], method="GET")
