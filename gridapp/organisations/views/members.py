"""Who belongs to an organisation: inviting, answering, leaving, being met, handing over."""

from __future__ import annotations

from flask import abort, current_app
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from gridapp.accounts.acting import attempt
from gridapp.core.database import db
from gridapp.core.refusals import Refused
from gridapp.organisations import policies, queries, workflow
from gridapp.organisations.forms import InvitationForm
from gridapp.organisations.models import Membership, MembershipState
from gridapp.organisations.views.blueprint import bp
from gridapp.organisations.views.own import show_own
from gridapp.organisations.views.showing import answer, load_organisation, show
from gridapp.web import access, answers


@bp.post("/organisations/<id:organisation_id>/invitation")
@access.signed_in
def invite(organisation_id: int) -> Response:
    """Invite somebody by phone number; the answer is the same whether or not the number has an account."""
    organisation, form = load_organisation(organisation_id), InvitationForm()
    if not form.validate():
        people = queries.people_in(db.session(), organisation.id)
        refusals = policies.inviting_refusals(current_user.actor, organisation, people)
        refused = Refused(refusals) if refusals else None
        return show(organisation, invitation=form, refused=refused, status=422)
    outcome = attempt(
        lambda by, at: workflow.invite(db.session(), organisation, form.phone.data, by=by, at=at)
    )
    if outcome.refused:
        return show(organisation, invitation=form, refused=outcome.refused)
    said = _("Invited. Whoever has this number finds the invitation under “Me” and decides.")
    return answer(organisation, outcome, said)


@bp.post("/memberships/<id:membership_id>/acceptance")
@access.signed_in
def accept(membership_id: int) -> Response:
    """Join."""
    invitation = _invitation_to_me(membership_id)
    outcome = attempt(lambda by, at: workflow.accept(db.session(), invitation, by=by, at=at))
    if outcome.refused:
        return show_own(refused=outcome.refused)
    said = _("Welcome! The representative can ask you now to go to a wish; you can always say no.")
    return answers.go(invitation.organisation.url, said)


@bp.post("/memberships/<id:membership_id>/refusal")
@access.signed_in
def refuse(membership_id: int) -> Response:
    """Say no to an invitation."""
    invitation = _invitation_to_me(membership_id)
    outcome = attempt(lambda by, at: workflow.refuse(db.session(), invitation, by=by, at=at))
    if outcome.refused:
        return show_own(refused=outcome.refused)
    return answers.go("/me/organisation", _("Declined. Your number is no longer on that list."))


@bp.post("/memberships/<id:membership_id>/end")
@access.signed_in
def end(membership_id: int) -> Response:
    """Leave; or, for the representative, take somebody off the list or an invitation back."""
    membership = _membership_in_my_world(membership_id)
    leaving = current_app.extensions["gridapp"].after_leaving
    outcome = attempt(lambda by, at: workflow.end(db.session(), membership, by=by, at=at, leaving=leaving))
    if not outcome.refused and membership.person_id == current_user.id:
        return answers.go("/me/organisation", _("You no longer belong to this organisation."))
    return answer(membership.organisation, outcome, _("Taken off the list."))


@bp.post("/memberships/<id:membership_id>/meeting")
@access.signed_in
def note_meeting(membership_id: int) -> Response:
    """The coordinator has met this member (A9)."""
    membership = _membership_in_my_world(membership_id)
    outcome = attempt(lambda by, at: workflow.note_meeting(db.session(), membership, by=by, at=at))
    return answer(membership.organisation, outcome, _("Noted. This member can go to a wish now."))


@bp.post("/memberships/<id:membership_id>/representation")
@access.signed_in
def hand_over(membership_id: int) -> Response:
    """Make this member the representative (A3)."""
    membership = _membership_in_my_world(membership_id)
    outcome = attempt(lambda by, at: workflow.hand_over(db.session(), membership, by=by, at=at))
    if outcome.refused:
        return show(membership.organisation, refused=outcome.refused)
    return answers.go(
        membership.organisation.url, _("Handed over. Both have been told.")
    )  # what I may is new


def _invitation_to_me(membership_id: int) -> Membership:
    """An invitation to one's own number, or what one has answered already; else 404."""
    found = queries.membership_by_id(db.session(), membership_id)
    if found is None:
        abort(404)
    waits_for_me = found.state == MembershipState.INVITED and queries.is_to(found, current_user.id)
    if not waits_for_me and found.person_id != current_user.id:
        abort(404)
    return found


def _membership_in_my_world(membership_id: int) -> Membership:
    """A membership of an organisation in one's world, or 404."""
    found = queries.membership_by_id(db.session(), membership_id)
    if found is None or not policies.may_see(db.session(), current_user.actor, found.organisation):
        abort(404)
    return found
