"""A wish's slip of paper: printed for somebody without a phone (C10, P26)."""

from __future__ import annotations

from flask import current_app, make_response, render_template
from werkzeug.wrappers import Response

from gridapp.accounts.acting import attempt, form_key
from gridapp.accounts.workflow import hash_password, secret_fits
from gridapp.core.codes import code_of, spoken_code
from gridapp.core.database import db
from gridapp.core.refusals import Refused
from gridapp.web import access, answers
from gridapp.web.paper import public_address, qr
from gridapp.wishes.models import Wish
from gridapp.wishes.policies.slips import NEWER_SLIP
from gridapp.wishes.queries.slips import slip_of
from gridapp.wishes.views.reading import bp, load_wish, show
from gridapp.wishes.workflow import slips


@bp.post("/wishes/<id:wish_id>/slip")
@access.signed_in
def print_slip(wish_id: int) -> Response:
    """A new slip, shown in this answer alone; the code of the one before ends. The same form, the same slip (C11)."""
    wish = load_wish(wish_id)
    code = code_of(current_app.config["SECRET_KEY"], "slip", wish.id, form_key())
    code_hash = hash_password(code)  # takes its time, so before anybody waits for us
    outcome = attempt(lambda by, at: slips.issue_slip(db.session(), wish, code_hash=code_hash, by=by, at=at))
    if outcome.refused:
        return show(wish, refused=outcome.refused)
    good = slip_of(db.session(), wish.id)
    if outcome.is_repeated and not (good and secret_fits(good.code_hash, code)):
        return show(wish, refused=Refused([NEWER_SLIP]))
    return _paper(wish, code)


def _paper(wish: Wish, code: str) -> Response:
    address = public_address(f"/track/{wish.id}/{code}")
    page = render_template(
        "wishes/slip.html",
        wish=wish,
        code=spoken_code(code),
        address=address,
        short_address=public_address("/track").partition("://")[2],
        qr=qr(address),
    )
    return answers.no_store(make_response(page))
