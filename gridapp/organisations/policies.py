"""Who may do what with an organisation now, and if not, why (C3)."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy.orm import Session

from gridapp.accounts.queries import Actor
from gridapp.core.refusals import CONFLICT, FORBIDDEN, Refusal
from gridapp.core.words import N_
from gridapp.organisations.models import Membership, MembershipState, Organisation, OrganisationState
from gridapp.organisations.queries import AnyRow, is_to, membership_of

MOST_INVITED = 20
DECIDED_MEANWHILE = Refusal(
    "wrong_state", CONFLICT, N_("This has been decided meanwhile."), N_("Below you see where it stands now.")
)
NOT_REPRESENTATIVE = Refusal(
    "not_representative",
    FORBIDDEN,
    N_("Only the representative of the organisation does this."),
    N_("Please speak with your representative."),
)
NOT_IN_CHARGE = Refusal(
    "not_in_charge",
    FORBIDDEN,
    N_("The coordinator of the organisation's committee does this."),
    N_("If that takes too long, please call us."),
)
ANSWERED = Refusal(
    "answered", CONFLICT, N_("This invitation is no longer open."), N_("The representative can ask anew.")
)


def may_see(session: Session, actor: Actor, organisation: Organisation) -> bool:
    """Whether the organisation is in the actor's world: in charge, speaks for it, entered it, or belongs to it (C6)."""
    if actor.in_charge_of(organisation.committee_code) or organisation.id in actor.represents:
        return True
    if organisation.applied_by_id == actor.id and organisation.state != OrganisationState.APPROVED:
        return True
    return membership_of(session, organisation.id, actor.id) is not None


def applying_refusals(actor: Actor, own: Sequence[AnyRow]) -> list[Refusal]:
    """Why the actor may not enter a further organisation; `own` are theirs: one application at a time."""
    if any(row.applied_by_id == actor.id and row.state == OrganisationState.APPLIED for row in own):
        return [
            Refusal(
                "applied_already",
                CONFLICT,
                N_("An organisation that you entered is being checked."),
                N_("When it is decided, you can enter another one."),
            )
        ]
    return []


def deciding_refusals(actor: Actor, organisation: Organisation) -> list[Refusal]:
    """Why the actor may not decide on the organisation."""
    if organisation.applied_by_id == actor.id or organisation.id in actor.represents:
        return [
            Refusal(
                "own_case",
                FORBIDDEN,
                N_("Nobody decides on their own organisation."),
                N_("Ask another coordinator of your area, or the town office."),
            )
        ]
    return [] if actor.in_charge_of(organisation.committee_code) else [NOT_IN_CHARGE]


def step_refusals(organisation: Organisation, to: OrganisationState) -> list[Refusal]:
    """Why the organisation cannot move to `to` from where it stands now."""
    return [] if to in Organisation.TRANSITIONS[organisation.state] else [DECIDED_MEANWHILE]


def speaking_refusals(actor: Actor, organisation: Organisation) -> list[Refusal]:
    """Why the actor may not act for the organisation: only its representative, and only while it is approved."""
    if organisation.id not in actor.represents:
        return [NOT_REPRESENTATIVE]
    if organisation.state != OrganisationState.APPROVED:
        return [
            Refusal(
                "organisation_not_approved",
                CONFLICT,
                N_("Your organisation cannot take part at the moment: %(why)s"),
                N_("If you see it differently, please call us."),
                parts={"why": organisation.state_note or "–"},
            )
        ]
    return []


def inviting_refusals(
    actor: Actor, organisation: Organisation, people: Sequence[AnyRow], numbers: Collection[str] = ()
) -> list[Refusal]:
    """Why the actor may not invite (whoever has these `numbers`); `people` are the members and the invited."""
    if refusals := speaking_refusals(actor, organisation):
        return refusals
    if sum(row.state == MembershipState.INVITED for row in people) >= MOST_INVITED:
        return [
            Refusal(
                "too_many_invited",
                CONFLICT,
                N_("%(most)s invitations wait for an answer already."),
                N_("Take one back, or wait for an answer."),
                parts={"most": MOST_INVITED},
            )
        ]
    if any(row.phone in numbers for row in people):
        return [
            Refusal(
                "invited_already",
                CONFLICT,
                N_("This number is on the list already."),
                N_("An invitation waits 30 days for an answer."),
            )
        ]
    return []


def answering_refusals(actor: Actor, membership: Membership) -> list[Refusal]:
    """Why the actor may not answer the invitation: it is for whoever has the number that was invited, while it waits."""
    waits = membership.state == MembershipState.INVITED
    approved = membership.organisation.state == OrganisationState.APPROVED
    return [] if waits and approved and is_to(membership, actor.id) else [ANSWERED]


def ending_refusals(actor: Actor, membership: Membership, speaker_ids: Sequence[int]) -> list[Refusal]:
    """Why the actor may not end the membership, or take the invitation back; `speaker_ids` are the representatives."""
    if membership.person_id != actor.id and membership.organisation_id not in actor.represents:
        return [NOT_REPRESENTATIVE]
    if membership.state not in (MembershipState.INVITED, MembershipState.JOINED):
        return [DECIDED_MEANWHILE]
    if membership.person_id in speaker_ids:
        return [
            Refusal(
                "representative_stays",
                CONFLICT,
                N_("Whoever speaks for the organisation belongs to it."),
                N_("Hand the role over to another member first."),
            )
        ]
    return []


def meeting_refusals(actor: Actor, membership: Membership) -> list[Refusal]:
    """Why the actor may not note that they have met the member (A9): the coordinator, and never for oneself."""
    if membership.person_id == actor.id or not actor.in_charge_of(membership.organisation.committee_code):
        return [NOT_IN_CHARGE]
    return [] if membership.state == MembershipState.JOINED else [DECIDED_MEANWHILE]


def handing_over_refusals(actor: Actor, membership: Membership, speaker_ids: Sequence[int]) -> list[Refusal]:
    """Why the actor may not make this member the representative: coordinator or representative, never to oneself (A4)."""
    organisation = membership.organisation
    in_charge = actor.in_charge_of(organisation.committee_code)
    if membership.person_id == actor.id or not (in_charge or organisation.id in actor.represents):
        return [NOT_REPRESENTATIVE]
    if membership.state != MembershipState.JOINED or membership.person_id in speaker_ids:
        return [DECIDED_MEANWHILE]
    return [] if organisation.state == OrganisationState.APPROVED else [DECIDED_MEANWHILE]
