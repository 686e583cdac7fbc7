"""Taking on, giving back, the contact, done and confirmed (W4-W8, W11)."""

from __future__ import annotations

from datetime import datetime

from flask import request
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from gridapp.accounts.acting import attempt
from gridapp.accounts.queries import Actor
from gridapp.core.clock import now
from gridapp.core.database import db
from gridapp.photos import acting as photos
from gridapp.photos.forms import room_for
from gridapp.web import access, answers
from gridapp.web.uploads import takes_files
from gridapp.web.words import in_town, today
from gridapp.wishes import policies, queries
from gridapp.wishes.forms import ConfirmForm, DoneForm, GiveBackForm, NotYetForm, ReleaseForm
from gridapp.wishes.models import MOST_DELIVERY_PHOTOS, Claim, ClaimState, WishState
from gridapp.wishes.views.photos import done_form
from gridapp.wishes.views.reading import answer, bp, invalid, load_claim, load_wish, show
from gridapp.wishes.workflow import claiming, finishing


@bp.post("/wishes/<id:wish_id>/claim")
@access.signed_in
def claim(wish_id: int) -> Response:
    """Take the wish on."""
    wish, read = load_wish(wish_id), request.form.get("version", type=int)
    outcome = attempt(
        lambda by, at: claiming.claim_wish(db.session(), wish, by=by, at=at, today=today(), version=read)
    )
    mine = queries.claims_of(db.session(), wish, current_user.id) if outcome.is_repeated else []
    yours = _("The wish is yours. Thank you! Get in touch with the person now.")
    return answer(wish, outcome, yours, still=any(one.state == ClaimState.HELD for one in mine))


@bp.post("/claims/<id:claim_id>/withdrawal")
@access.signed_in
def give_back(claim_id: int) -> Response:
    """Give it back; after the cut-off it is an "I can't come" (W8)."""
    claim, form = load_claim(claim_id), GiveBackForm(prefix="back-")
    wish = claim.wish
    if not form.validate():
        return invalid(wish, policies.holder_refusals(current_user.actor, claim), {"give_back": form})
    outcome = attempt(
        lambda by, at: claiming.give_back(db.session(), claim, by=by, reason=form.why.data or "", at=at)
    )
    said = (
        _("The coordinator has been told that you cannot come.")
        if claim.ended_late
        else _("Given back. Others can take it on now.")
        if wish.state == WishState.OPEN
        else _("Given back. Thank you for telling us.")
    )
    return answer(wish, outcome, said, forms={"give_back": form})


@bp.post("/claims/<id:claim_id>/release")
@access.signed_in
def release(claim_id: int) -> Response:
    """The coordinator takes it from its holder, with a reason (W10)."""
    claim, form = load_claim(claim_id), ReleaseForm(prefix=f"release-{claim_id}-")
    wish, forms = claim.wish, {f"release-{claim_id}": form}
    if not form.validate():
        return invalid(wish, policies.releasing_refusals(current_user.actor, claim), forms)
    outcome = attempt(
        lambda by, at: claiming.release_claim(db.session(), claim, by=by, reason=form.why.data, at=at)
    )
    return answer(wish, outcome, _("Released. The helper has been told."), forms=forms)


@bp.post("/wishes/<id:wish_id>/beneficiary")
@access.signed_in
def reveal(wish_id: int) -> Response:
    """Name, phone and address, for those who may; logged, never kept (W7)."""
    wish = load_wish(wish_id)
    outcome = attempt(
        lambda by, at: claiming.reveal_beneficiary(db.session(), wish, by=by, at=at), once=False
    )
    return answers.no_store(show(wish, refused=outcome.refused, contact=outcome.value))


@bp.post("/claims/<id:claim_id>/completion")
@takes_files(room_for(MOST_DELIVERY_PHOTOS))
@access.signed_in
def complete(claim_id: int) -> Response:
    """Report it done, with a sentence, the minutes and a photo."""
    claim = load_claim(claim_id)
    wish, form = claim.wish, done_form(claim.wish, sent=True)
    if not form.validate():
        refusals = policies.completing_refusals(current_user.actor, claim, at=now())
        photos.keep(form.photo)
        return invalid(wish, refusals, {"done": form})
    outcome = attempt(lambda by, at: _report(claim, form, by, at))
    if outcome.refused:
        photos.keep(form.photo)
    return answer(
        wish, outcome, _("Well done, thank you! It only needs to be confirmed now."), forms={"done": form}
    )


def _report(claim: Claim, form: DoneForm, by: Actor, at: datetime) -> None:
    finishing.report_done(
        db.session(),
        claim,
        by=by,
        sentence=form.report.data,
        minutes=form.minutes.data or 0,
        at=at,
        photos=form.photo.choice,
    )


@bp.post("/claims/<id:claim_id>/confirmation")
@access.signed_in
def confirm(claim_id: int) -> Response:
    """Say whether the wish came true."""
    claim, prefix = load_claim(claim_id), f"confirm-{claim_id}-"
    wish, not_yet = claim.wish, request.form.get(f"{prefix}satisfied") == "no"
    form = NotYetForm(prefix=prefix) if not_yet else ConfirmForm(prefix=prefix)
    if not form.validate():
        forms = {f"{'not-yet' if not_yet else 'confirm'}-{claim.id}": form}
        return invalid(wish, policies.confirming_refusals(current_user.actor, claim), forms)
    said = form.words.data or ""
    if not_yet:
        outcome = attempt(lambda by, at: finishing.send_back(db.session(), claim, by=by, reason=said, at=at))
        open_again = _("The helper reads what is missing, and the wish is open again.")
        told = open_again if wish.state == WishState.OPEN else _("The helper reads what is missing.")
        return answer(wish, outcome, told)
    day = in_town(wish.starts_at or claim.reported_at or now()).date()
    outcome = attempt(
        lambda by, at: finishing.confirm(db.session(), claim, by=by, thanks=said, at=at, day=day)
    )
    return answer(wish, outcome, _("Confirmed. The helper's hours are written down. Thank you!"))
