"""Taking a wish on for an organisation, who goes, and what the organisation has in hand (W6, W20)."""

from __future__ import annotations

from flask import abort, render_template
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from gridapp.accounts.acting import attempt
from gridapp.core.database import db
from gridapp.core.refusals import Refused
from gridapp.organisations.models import Membership
from gridapp.organisations.policies import NOT_REPRESENTATIVE, may_see
from gridapp.organisations.queries import membership_by_id, organisation_by_id
from gridapp.web import access
from gridapp.web.pages import page_key
from gridapp.web.words import today
from gridapp.wishes.forms.sharing import AbsenceForm, GoerForm
from gridapp.wishes.models import Claim
from gridapp.wishes.policies.sharing import naming_refusals
from gridapp.wishes.queries.sharing import claims_of_organisation, teams
from gridapp.wishes.views.reading import answer, bp, load_claim, load_wish, show
from gridapp.wishes.workflow import sharing


@bp.post("/wishes/<id:wish_id>/share")
@access.signed_in
def take_share(wish_id: int) -> Response:
    """Take a place of the wish for one's organisation, and say who goes."""
    wish, actor = load_wish(wish_id), current_user.actor
    if not actor.represents:
        return show(wish, refused=Refused([NOT_REPRESENTATIVE]))
    form = GoerForm(prefix="share-").offer(teams(db.session(), actor.represents), _("Please choose"))
    if not form.validate():
        return show(wish, forms={"share": form}, status=422)
    member = _member(form)
    outcome = attempt(
        lambda by, at: sharing.take_share(db.session(), wish, member, by=by, at=at, today=today())
    )
    said = _("Taken on. Whoever goes has been told and sees name and address.")
    return answer(wish, outcome, said, forms={"share": form})


@bp.post("/claims/<id:claim_id>/goer")
@access.signed_in
def name_another(claim_id: int) -> Response:
    """Say that another member goes."""
    claim, actor = load_claim(claim_id), current_user.actor
    if refusals := naming_refusals(actor, claim):
        return show(claim.wish, refused=Refused(refusals))
    form = _goer_form(claim)
    if not form.validate():
        return show(claim.wish, forms={f"goer-{claim.id}": form}, status=422)
    member = _member(form)
    outcome = attempt(
        lambda by, at: sharing.name_another(db.session(), claim, member, by=by, at=at, today=today())
    )
    said = _("%(who)s goes now and has been told.", who=member.person.name if member.person else "")
    return answer(claim.wish, outcome, said, forms={f"goer-{claim.id}": form})


@bp.post("/claims/<id:claim_id>/absence")
@access.signed_in
def step_back(claim_id: int) -> Response:
    """The named member cannot go."""
    claim, form = load_claim(claim_id), AbsenceForm(prefix="absence-")
    if not form.validate():
        return show(claim.wish, forms={"absence": form}, status=422)
    outcome = attempt(
        lambda by, at: sharing.step_back(db.session(), claim, by=by, reason=form.why.data or "", at=at)
    )
    said = _("Your representative has been told and names somebody else.")
    return answer(claim.wish, outcome, said, forms={"absence": form})


@bp.get("/organisations/<id:organisation_id>/claims")
@access.signed_in
def of_organisation(organisation_id: int) -> str:
    """What an organisation has taken on: for its people and its coordinator; never whom it is for (W20)."""
    session = db.session()
    organisation = organisation_by_id(session, organisation_id)
    if organisation is None or not may_see(session, current_user.actor, organisation):
        abort(404)
    page = claims_of_organisation(session, organisation.id, after=page_key())
    return render_template("wishes/of_organisation.html", organisation=organisation, page=page)


def _goer_form(claim: Claim) -> GoerForm:
    form = GoerForm(prefix=f"goer-{claim.id}-")
    now_going = [claim.person_id] if claim.going else []
    return form.offer(teams(db.session(), [claim.organisation_id or 0]), _("Please choose"), but=now_going)


def _member(form: GoerForm) -> Membership:
    """Whom the form names; it was among the choices."""
    found = membership_by_id(db.session(), int(form.member.data))
    if found is None:
        abort(404)
    return found
