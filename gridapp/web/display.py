"""How large and how plain a page is shown (P2, P3): text sizes and 长辈版, kept in a cookie.

The pages and their addresses are the same for everybody: `<html data-text data-elder>` is all that differs,
and the style sheet does the rest.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from urllib.parse import urlencode

from flask import current_app, request
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from gridapp.web.addresses import local_path, safe_next

SIZES = {"standard": _l("Standard"), "large": _l("Large"), "extra": _l("Extra large")}
COOKIE = "display"
A_YEAR_S = 365 * 24 * 3600
ELDER = "elder"
ADDRESS = "/display"


@dataclass(frozen=True)
class Display:
    """`text` is a name in SIZES; `elder` is 长辈版."""

    text: str = "standard"
    elder: bool = False

    def __str__(self) -> str:
        """As the cookie keeps it: elder-large."""
        return "-".join([*([ELDER] if self.elder else []), self.text])

    @property
    def switch(self) -> str:
        """The address that turns 长辈版 on or off and comes back to this page."""
        return f"{ADDRESS}?{urlencode({'elder': 'off' if self.elder else 'on', 'next': _here()})}"

    @property
    def choices(self) -> str:
        """The address of all sizes, which leads back to this page."""
        return f"{ADDRESS}?{urlencode({'next': _here()})}"


def chosen() -> Display:
    """What the cookie says; whatever it does not say is standard."""
    words = set(request.cookies.get(COOKIE, "").split("-"))
    return Display(next((size for size in SIZES if size in words), "standard"), ELDER in words)


def asked() -> Display | None:
    """What this request asks for with `?text=` and `?elder=`; None when it asks for nothing that there is."""
    text, elder = request.args.get("text"), request.args.get("elder")
    wanted = chosen()
    if text in SIZES:
        wanted = replace(wanted, text=text)
    if elder in ("on", "off"):
        wanted = replace(wanted, elder=elder == "on")
    return wanted if text in SIZES or elder in ("on", "off") else None


def keep(response: Response, wanted: Display) -> Response:
    """Have the browser keep the choice for a year."""
    response.set_cookie(
        COOKIE,
        str(wanted),
        max_age=A_YEAR_S,
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
    )
    return response


def back() -> str:
    """Where one came from: `?next=`, with the filters that htmx has put into the address since."""
    wanted, came_from = safe_next(request.args.get("next")), local_path(request.referrer or "")
    return came_from if came_from.partition("?")[0] == wanted.partition("?")[0] else wanted


def _here() -> str:
    if request.method != "GET":
        return "/"
    if request.path == ADDRESS:
        return safe_next(request.args.get("next"))
    query = [(name, value) for name, value in request.args.items(multi=True) if name != "lang"]
    return f"{request.path}?{urlencode(query)}" if query else request.path
