"""What coordinators do with a wish: publish, decline, ask back, close (W2)."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from gridapp.accounts.acting import attempt
from gridapp.core.database import db
from gridapp.web import access
from gridapp.wishes import policies
from gridapp.wishes.forms import AskForm, DeclineForm, PublishForm
from gridapp.wishes.models import WishState
from gridapp.wishes.views.reading import answer, bp, invalid, load_wish
from gridapp.wishes.workflow import checking


@bp.post("/wishes/<id:wish_id>/publication")
@access.signed_in
def publish(wish_id: int) -> Response:
    """Make it public."""
    wish, form = load_wish(wish_id), PublishForm()
    if not form.validate():
        return invalid(wish, policies.checking_refusals(current_user.actor, wish), {"publish": form})
    outcome = attempt(
        lambda by, at: checking.publish_wish(
            db.session(), wish, by=by, at=at, consent_how=form.consent.data or None, version=form.version.data
        )
    )
    if any(refusal.code == "consent_missing" for refusal in outcome.refusals):
        form.consent.errors = [_("Please choose how the person agreed.")]
    published = _("Published. Volunteers can take it on now.")
    return answer(wish, outcome, published, still=wish.state == WishState.OPEN, forms={"publish": form})


@bp.post("/wishes/<id:wish_id>/rejection")
@access.signed_in
def decline(wish_id: int) -> Response:
    """Decline with a reason."""
    wish, form = load_wish(wish_id), DeclineForm(prefix="decline-")
    if not form.validate():
        return invalid(wish, policies.checking_refusals(current_user.actor, wish), {"decline": form})
    outcome = attempt(
        lambda by, at: checking.decline_wish(db.session(), wish, by=by, reason=form.why.data, at=at)
    )
    return answer(
        wish, outcome, _("Declined. Whoever entered it reads your reason."), forms={"decline": form}
    )


@bp.post("/wishes/<id:wish_id>/question")
@access.signed_in
def ask(wish_id: int) -> Response:
    """Send it back with a question."""
    wish, form = load_wish(wish_id), AskForm(prefix="ask-")
    if not form.validate():
        return invalid(wish, policies.checking_refusals(current_user.actor, wish), {"ask": form})
    outcome = attempt(
        lambda by, at: checking.ask_back(db.session(), wish, by=by, question=form.why.data, at=at)
    )
    asked = _("Your question is with whoever entered the wish.")
    return answer(wish, outcome, asked, still=wish.state == WishState.ASKED_BACK, forms={"ask": form})


@bp.post("/wishes/<id:wish_id>/closure")
@access.signed_in
def close(wish_id: int) -> Response:
    """Take no more helpers."""
    wish = load_wish(wish_id)
    outcome = attempt(lambda by, at: checking.close_wish(db.session(), wish, by=by, at=at))
    return answer(wish, outcome, _("Closed. No further helpers can take it on."))
