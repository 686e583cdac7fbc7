"""At the door (W19): incidents, "not this person again", and wishes that a coordinator keeps back."""

from __future__ import annotations

from flask_babel import gettext as _
from werkzeug.wrappers import Response

from gridapp.accounts.acting import attempt
from gridapp.core.database import db
from gridapp.web import access, answers
from gridapp.wishes.views.reading import answer, bp, load_claim, load_wish, show
from gridapp.wishes.workflow import door


@bp.post("/wishes/<id:wish_id>/incident")
@access.signed_in
def report_incident(wish_id: int) -> Response:
    """One tap: the coordinator in charge and the town office know at once; what happened is written next."""
    wish = load_wish(wish_id)
    outcome = attempt(
        lambda by, at: door.report_incident(db.session(), wish, by=by, at=at),
        address=lambda incident: f"/incidents/{incident.id}",
    )
    if outcome.refused:
        return show(wish, refused=outcome.refused)
    said = _("The coordinator and the town office have been told. Please write what happened.")
    return answers.go(outcome.address or wish.url, said)


@bp.post("/claims/<id:claim_id>/parting")
@access.signed_in
def keep_apart(claim_id: int) -> Response:
    """Not this person again."""
    claim = load_claim(claim_id)
    outcome = attempt(lambda by, at: door.keep_apart(db.session(), claim, by=by, at=at))
    return answer(claim.wish, outcome, _("We do not send this person again, and do not tell them why."))


@bp.post("/wishes/<id:wish_id>/reservation")
@access.signed_in
def keep_back(wish_id: int) -> Response:
    """Somebody is in mind: nobody takes the wish on by themselves for now."""
    wish = load_wish(wish_id)
    outcome = attempt(lambda by, at: door.keep_back(db.session(), wish, by=by, at=at))
    return answer(wish, outcome, _("Kept back. Nobody takes it on by themselves until you offer it again."))


@bp.post("/wishes/<id:wish_id>/offer")
@access.signed_in
def offer_again(wish_id: int) -> Response:
    """Everybody may take the wish on again."""
    wish = load_wish(wish_id)
    outcome = attempt(lambda by, at: door.offer_again(db.session(), wish, by=by, at=at))
    return answer(wish, outcome, _("Everybody can take it on again."))
