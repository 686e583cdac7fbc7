"""Who may open a route at all (C6). Every view bears exactly one mark; `tests/house` fails otherwise.

What a person may do to a thing is decided by the feature's policies; things outside one's world
are loaded by helpers that answer 404.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast
from urllib.parse import quote

from flask import Flask, abort, redirect, request
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.routing import BaseConverter, ValidationError
from werkzeug.wrappers import Response

from gridapp.web import answers, kept_forms
from gridapp.web.addresses import local_path, page_of_form, safe_next

View = TypeVar("View", bound=Callable[..., Any])
LARGEST_ID = 2**31 - 1


class IdConverter(BaseConverter):
    """`<id:wish_id>`: a positive number that both engines can hold; everything else is 404 alike."""

    regex = r"[1-9][0-9]{0,9}"

    def to_python(self, value: str) -> int:
        """Raise ValidationError (404) beyond the largest id."""
        if int(value) > LARGEST_ID:
            raise ValidationError
        return int(value)


def public(view: View) -> View:
    """Everybody may open it."""
    return _mark(view, "public")


def signed_in(view: View) -> View:
    """A visitor is led to sign in and comes back."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        return view(*args, **kwargs) if current_user.is_authenticated else lead_to_sign_in()

    return _mark(cast(View, guarded), "signed_in")


def coordinator(view: View) -> View:
    """For coordinators and the town admin; invisible (404) to others."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        if not current_user.is_authenticated:
            return lead_to_sign_in()
        if not current_user.is_coordinator:
            abort(404)
        return view(*args, **kwargs)

    return _mark(cast(View, guarded), "coordinator")


def lead_to_sign_in() -> Response:
    """To the sign-in page and back; htmx leaves the page as a whole (an expired session, D11).

    What a form has typed is kept for whoever typed it (P11).
    """
    wanted = request.full_path.rstrip("?") if request.method == "GET" else page_of_form()
    if request.method == "POST" and kept_forms.keep():
        answers.tell(
            _(
                "You have been signed out. What you typed is kept for half an hour: sign in, and it is there again."
            ),
            "info",
        )
    if request.headers.get("HX-Request"):
        wanted = local_path(request.headers.get("HX-Current-URL", ""))
        return Response(status=204, headers={"HX-Redirect": f"/sign-in?next={quote(wanted)}"})
    return redirect(f"/sign-in?next={quote(wanted)}", 303)


def _mark(view: View, mark: str) -> View:
    view.__access__ = mark  # type: ignore[attr-defined]
    return view


def init(app: Flask) -> None:
    """Teach the app our converter; what no text of ours can hold is no address of ours either."""
    app.url_map.converters["id"] = IdConverter
    app.before_request(_refuse_nul)


def _refuse_nul() -> None:
    if "\0" in request.path:
        abort(404)


def refuse_unmarked(app: Flask) -> None:
    """Raise RuntimeError for a view that says nothing about who may open it: deny by default (D1)."""
    nobody = [name for name, view in app.view_functions.items() if not hasattr(view, "__access__")]
    if nobody:
        raise RuntimeError(f"these views say nothing about who may open them: {', '.join(nobody)}")


__all__ = [
    "IdConverter",
    "coordinator",
    "init",
    "lead_to_sign_in",
    "local_path",
    "public",
    "refuse_unmarked",
    "safe_next",
    "signed_in",
]
