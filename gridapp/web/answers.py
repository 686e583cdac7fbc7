"""One answer for both kinds of request (C9): the fragment for htmx, a page or a redirect for a plain form."""

from __future__ import annotations

from typing import Any

from flask import flash, get_flashed_messages, make_response, redirect, render_template, request
from werkzeug.urls import iri_to_uri
from werkzeug.wrappers import Response

from gridapp.core.words import Words
from gridapp.web.words import say


def wants_fragment(target: str | None = None) -> bool:
    """Whether htmx asked, and, given `target`, whether it will swap that element."""
    if not request.headers.get("HX-Request"):
        return False
    return target is None or request.headers.get("HX-Target") == target


def page_or_fragment(page: str, fragment: str, *, status: int = 200, **context: Any) -> Response:
    """Render `fragment` with the messages beside it for htmx, else the whole `page`."""
    if not wants_fragment():
        return make_response(render_template(page, **context), status)
    return make_response(render_template(fragment, **context) + flashes(), status)


def go(address: str, message: Words | str | None = None, category: str = "success") -> Response:
    """After a write that succeeded: say what happened, and lead to `address` (303, or htmx's redirect)."""
    if message is not None:
        tell(message, category)
    if wants_fragment():
        return Response(status=204, headers={"HX-Redirect": iri_to_uri(address)})
    return redirect(address, 303)


def tell(message: Words | str, category: str = "success") -> None:
    """Put a message into `#flashes` of the next answer."""
    flash(say(message) if isinstance(message, Words) else message, category)


def flashes() -> str:
    """The messages as an out-of-band piece, beside a fragment."""
    return render_template(
        "components/_flashes_oob.html", messages=get_flashed_messages(with_categories=True)
    )


def no_store(response: Response) -> Response:
    """Nothing of this answer may stay anywhere (W7)."""
    response.headers["Cache-Control"] = "no-store"
    return response
