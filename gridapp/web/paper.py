"""What is printed: addresses on paper, and their QR codes (P26, P27)."""

from __future__ import annotations

import segno
from flask import current_app, request
from markupsafe import Markup


def public_address(path: str) -> str:
    """`path` as it is typed on another machine; from the town's setting, else from this request."""
    base = current_app.config["SETTINGS"].public_url or request.host_url.rstrip("/")
    return f"{base}{path}"


def qr(address: str) -> Markup:
    """The address (plain ASCII) as a QR code, inline SVG."""
    return Markup(segno.make(address, error="m").svg_inline(scale=3, border=2))  # noqa: S704 (drawn by segno)
