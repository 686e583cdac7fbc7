"""Refusals and failures in words (C14, P16): what happened, what was kept, whom to call."""

from __future__ import annotations

from traceback import format_tb
from typing import Any

import structlog
from flask import Flask, g, make_response, render_template, request
from flask_babel import gettext as _
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from gridapp.core.database import what_failed
from gridapp.core.refusals import Refused
from gridapp.web import answers, kept_forms
from gridapp.web.access import lead_to_sign_in
from gridapp.web.addresses import local_path, page_of_form
from gridapp.web.words import joined, reasons

log = structlog.get_logger()
RETRY_AFTER_S = 5
UNREACHABLE = (OperationalError, InterfaceError, PoolTimeout)
WITH_THE_BAR = (403, 404)  # answers of a house that is well


def error_page(
    status: int, heading: str, text: str, next_steps: list[tuple[str, str]] | None = None
) -> Response:
    """A whole page, with the bar where the database answers; for htmx the same words as a message, the page stays as it is."""
    if answers.wants_fragment():
        answers.tell(joined(heading, text), "error")
        response = make_response(answers.flashes(), status)
        response.headers["HX-Reswap"] = "none"
        return response
    steps = next_steps or [(_("To the front page"), "/")]
    context: dict[str, Any] = {"status": status, "heading": heading, "text": text, "what_next": steps}
    g.bare = status not in WITH_THE_BAR
    try:
        page = render_template("errors/error.html", **context)
    except UNREACHABLE:
        g.bare = True
        page = render_template("errors/error.html", **context)
    return make_response(page, status)


def _http(error: HTTPException) -> Any:
    status = error.code or 500
    if error.response is not None:
        return error.response
    known = {
        400: (
            _("This request did not arrive as it should."),
            _("Go back, load the page again and try once more."),
        ),
        403: (_("This is not yours to do."), _("If you think it should be, please call us.")),
        404: (_("There is nothing at this address."), _("It may have ended, or it is not for your account.")),
        405: (_("This address is not opened like that."), _("Please begin at the front page.")),
        413: (_("That is too large."), _("Please send less at once.")),
        429: (_("That was tried too often."), _("Please wait five minutes, then try again.")),
    }
    heading, text = known.get(status, (_("That did not work."), _("Please try again, or call us.")))
    return error_page(status, heading, error.description if status == 429 and error.description else text)


def _csrf(_error: CSRFError) -> Response:
    try:
        led = _back_to_its_owner()
    except UNREACHABLE as unreachable:
        return _database(unreachable)
    return led or error_page(
        400,
        _("This page was open for too long."),
        _("For your safety we did not carry it out. Go back, load the page again and send it once more."),
        [(_("Load the page again"), local_path(request.referrer or "/"))],
    )


def _back_to_its_owner() -> Response | None:
    """Keep a form whose token is over, and show it anew to whoever typed it (P11); None where that is nobody here."""
    typist = kept_forms.owner()
    if typist is None:
        return None
    if not current_user.is_authenticated:
        return lead_to_sign_in()
    kept = kept_forms.keep()
    return answers.go(page_of_form()) if kept and current_user.id == typist else None


def _refused(refused: Refused) -> Response:
    first = reasons(refused.refusals)[0]
    return error_page(refused.status, first["text"], first["advice"] or "")


def _database(error: Exception) -> Response:
    broken = isinstance(error, UNREACHABLE)
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        broken = True
    if not broken:
        return _bug(error)
    log.error("database unreachable", path=_where(), error=type(error).__name__)
    response = error_page(
        503,
        _("We cannot reach our records for a moment."),
        _("Nothing was changed. Please try again in half a minute; if it stays like this, call us."),
        [(_("Try again"), request.path if request.method == "GET" else "/")],
    )
    response.headers["Retry-After"] = str(RETRY_AFTER_S)
    return response


def _bug(error: Exception) -> Response:
    if isinstance(error, DBAPIError):
        where = "".join(format_tb(error.__traceback__))
        log.error("unexpected failure", path=_where(), error=what_failed(error), traceback=where)
    else:
        log.error("unexpected failure", path=_where(), error=repr(error), exc_info=error)
    return error_page(
        500, _("Something went wrong on our side."), _("Nothing was changed. Please try again, or call us.")
    )


def _where() -> str:
    """The address for the log; what stands in it as text may be a secret, such as a slip's code."""
    secret = any(isinstance(part, str) for part in (request.view_args or {}).values())
    return str(request.url_rule) if secret else request.path


def init(app: Flask) -> None:
    """Answer every failure in words."""
    app.register_error_handler(CSRFError, _csrf)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Refused, _refused)
    for kind in (*UNREACHABLE, DBAPIError):
        app.register_error_handler(kind, _database)
    if not app.testing:
        app.register_error_handler(Exception, _bug)
