"""Every way in which organisations and their people change. Knows no HTTP, never commits."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from gridapp.accounts.models import Person, RoleKind
from gridapp.accounts.queries import Actor, coordinators_of, in_role_at, numbers_of, person_by_phone
from gridapp.accounts.workflow import end_role, give_role, lock_person, prove_phone
from gridapp.core import access_log, journal, outbox
from gridapp.core.refusals import refuse_if
from gridapp.core.states import move, set_where
from gridapp.organisations.models import (
    Membership,
    MembershipState,
    Organisation,
    OrganisationKind,
    OrganisationState,
)
from gridapp.organisations.policies import (
    answering_refusals,
    applying_refusals,
    deciding_refusals,
    ending_refusals,
    handing_over_refusals,
    inviting_refusals,
    meeting_refusals,
    step_refusals,
)
from gridapp.organisations.queries import organisations_of, people_in

AN_INVITATION_WAITS = timedelta(days=30)
AT_ONCE = 200  # in one transaction
Leaving = Callable[[Session, int, int, datetime], None]  # session, organisation id, person id, moment (UTC)


def enter(
    session: Session, *, by: Actor, name: str, kind: OrganisationKind, committee_code: str, at: datetime
) -> Organisation:
    """Enter an organisation that wants to help; who enters it belongs to it, and the coordinators are told.

    What was declined is entered anew, under the same number.
    """
    lock_person(session, by.id)
    own = organisations_of(session, by.id)
    refuse_if(applying_refusals(by, own))
    declined = [
        row.id for row in own if row.applied_by_id == by.id and row.state == OrganisationState.DECLINED
    ]
    if declined:
        organisation = session.get_one(Organisation, declined[-1])
        organisation.name, organisation.kind, organisation.committee_code = name, kind, committee_code
        move(
            session,
            organisation,
            OrganisationState.APPLIED,
            at=at,
            by_id=by.id,
            by_role="representative",
            state_note=None,
            applied_at=at,
        )
    else:
        organisation = _new(session, by, name, kind, committee_code, at=at)
    told = set(coordinators_of(session, committee_code, at=at)) - {by.id}
    outbox.notify(session, "organisation_applied", organisation, to=told, at=at, parts={"name": name})
    return organisation


def _new(
    session: Session, by: Actor, name: str, kind: OrganisationKind, committee_code: str, *, at: datetime
) -> Organisation:
    organisation = Organisation(
        name=name, kind=kind, committee_code=committee_code, applied_by_id=by.id, applied_at=at
    )
    session.add(organisation)
    session.flush()
    journal.record(
        session,
        organisation,
        "applied",
        at=at,
        by_id=by.id,
        by_role="representative",
        to_state=OrganisationState.APPLIED,
    )
    first = Membership(
        organisation_id=organisation.id, person_id=by.id, state=MembershipState.JOINED, since=at
    )
    session.add(first)
    journal.record(
        session, first, "joined", at=at, by_id=by.id, by_role="member", to_state=MembershipState.JOINED
    )
    return organisation


def approve(session: Session, organisation: Organisation, *, by: Actor, at: datetime) -> None:
    """Approve, or take a suspension back. The first time whoever entered it becomes the representative (A2), whom
    `by` has met (A9)."""
    lock_person(session, organisation.applied_by_id)
    refuse_if(deciding_refusals(by, organisation) or step_refusals(organisation, OrganisationState.APPROVED))
    move(
        session,
        organisation,
        OrganisationState.APPROVED,
        at=at,
        by_id=by.id,
        by_role="coordinator",
        state_note=None,
    )
    if not speakers(session, organisation, at=at):
        person = organisation.applied_by
        _give_the_word(session, organisation, person, by_id=by.id, by_role="coordinator", at=at)
        prove_phone(session, person, by_id=by.id, at=at)
    told, parts = speakers(session, organisation, at=at), {"name": organisation.name}
    outbox.notify(session, "organisation_approved", organisation, to=told, at=at, parts=parts)


def reveal_phone(session: Session, organisation: Organisation, *, by: Actor, at: datetime) -> str:
    """The number of whoever entered the organisation, for whoever decides; logged before it is shown (C4)."""
    refuse_if(deciding_refusals(by, organisation))
    person = organisation.applied_by
    access_log.log_look(
        session, person, "phone", about_id=person.id, by_id=by.id, by_role="coordinator", at=at
    )
    return person.phone or ""


def decline(session: Session, organisation: Organisation, *, by: Actor, reason: str, at: datetime) -> None:
    """Decline an application with a reason that whoever entered it reads."""
    _close_off(session, organisation, OrganisationState.DECLINED, by=by, reason=reason, at=at)


def suspend(session: Session, organisation: Organisation, *, by: Actor, reason: str, at: datetime) -> None:
    """Stop an organisation from taking wishes on, with a reason that its representative reads."""
    _close_off(session, organisation, OrganisationState.SUSPENDED, by=by, reason=reason, at=at)


def invite(
    session: Session, organisation: Organisation, phone: str, *, by: Actor, at: datetime
) -> Membership:
    """Invite whoever has the number `phone` (E.164), now or later; who has an account is told."""
    set_where(session, organisation, max_live=Organisation.max_live)  # holds the row: invitations are counted
    person = person_by_phone(session, phone)
    numbers = {phone, *(session.scalars(numbers_of(person.id)) if person is not None else ())}
    refuse_if(inviting_refusals(by, organisation, people_in(session, organisation.id), numbers))
    invitation = Membership(organisation_id=organisation.id, phone=phone, since=at)
    session.add(invitation)
    session.flush()
    journal.record(
        session,
        invitation,
        "invited",
        at=at,
        by_id=by.id,
        by_role="representative",
        to_state=MembershipState.INVITED,
    )
    if person is not None:
        parts = {"name": organisation.name}
        outbox.notify(session, "organisation_invites", invitation, to=[person.id], at=at, parts=parts)
    return invitation


def accept(session: Session, invitation: Membership, *, by: Actor, at: datetime) -> None:
    """Join: the person agrees to be seen by name and to be asked (W20)."""
    lock_person(session, by.id)
    refuse_if(answering_refusals(by, invitation))
    move(
        session,
        invitation,
        MembershipState.JOINED,
        at=at,
        by_id=by.id,
        by_role="member",
        person_id=by.id,
        phone=None,
        since=at,
    )
    _tell_speakers(session, invitation, "joined", at=at, who=by.person.name)


def refuse(session: Session, invitation: Membership, *, by: Actor, at: datetime) -> None:
    """Say no. The number is forgotten, and the representative is not told who it was."""
    refuse_if(answering_refusals(by, invitation))
    move(
        session,
        invitation,
        MembershipState.REFUSED,
        at=at,
        by_id=by.id,
        by_role="member",
        person_id=by.id,
        phone=None,
    )
    _tell_speakers(session, invitation, "refused", at=at)


def end(
    session: Session, membership: Membership, *, by: Actor, at: datetime, leaving: Sequence[Leaving] = ()
) -> None:
    """Leave, be taken off the list, or take an invitation back. `leaving` are what other features do then (A3)."""
    organisation = membership.organisation
    refuse_if(ending_refusals(by, membership, speakers(session, organisation, at=at)))
    own, person_id = membership.person_id == by.id, membership.person_id
    if person_id is None:
        to = MembershipState.REVOKED
        outbox.revoke(session, "organisation_invites", membership, at=at)
    else:
        to = MembershipState.LEFT if own else MembershipState.REMOVED
    role = "member" if own else "representative"
    move(session, membership, to, at=at, by_id=by.id, by_role=role, phone=None)
    if person_id is None:
        return
    for follow in leaving:
        follow(session, organisation.id, person_id, at)
    if own:
        _tell_speakers(session, membership, "left", at=at, who=by.person.name)
    else:
        parts = {"name": organisation.name}
        outbox.notify(session, "member_removed", membership, to=[person_id], at=at, parts=parts)


def note_meeting(session: Session, membership: Membership, *, by: Actor, at: datetime) -> None:
    """The coordinator has met the member, which proves the number (A9): now they can go to somebody's door."""
    refuse_if(meeting_refusals(by, membership))
    assert membership.person is not None
    lock_person(session, membership.person.id)
    prove_phone(session, membership.person, by_id=by.id, at=at)


def hand_over(session: Session, membership: Membership, *, by: Actor, at: datetime) -> None:
    """Make a member the representative; whoever was it is one no longer, and both are told (A3, A4)."""
    organisation = membership.organisation
    if membership.person_id is not None:
        lock_person(session, membership.person_id)
    set_where(session, organisation, Organisation.state == organisation.state, max_live=Organisation.max_live)
    before = in_role_at(session, RoleKind.REPRESENTATIVE, organisation.id, at=at)
    refuse_if(handing_over_refusals(by, membership, [role.person_id for role in before]))
    for role in before:
        end_role(session, role, at=at, by_id=by.id)
    person = membership.person
    assert person is not None
    by_role = "representative" if organisation.id in by.represents else "coordinator"
    _give_the_word(session, organisation, person, by_id=by.id, by_role=by_role, at=at)
    told = {person.id, *(role.person_id for role in before)} - {by.id}
    parts = {"name": organisation.name, "who": person.name}
    outbox.notify(session, "representative_changed", organisation, to=told, at=at, parts=parts)


def speakers(session: Session, organisation: Organisation, *, at: datetime) -> list[int]:
    """Ids of the people who speak for the organisation at `at`."""
    return [role.person_id for role in in_role_at(session, RoleKind.REPRESENTATIVE, organisation.id, at=at)]


def forget_old_invitations(session: Session, at: datetime) -> bool:
    """Let lapse some of what nobody answered for 30 days, and forget the numbers; each is journaled.

    Returns whether there may be more.
    """
    old = session.scalars(
        select(Membership)
        .where(Membership.state == MembershipState.INVITED, Membership.since < at - AN_INVITATION_WAITS)
        .order_by(Membership.id)
        .limit(AT_ONCE)
    ).all()
    for invitation in old:
        move(session, invitation, MembershipState.LAPSED, at=at, by_id=None, by_role="system", phone=None)
    return len(old) == AT_ONCE


def _give_the_word(
    session: Session, organisation: Organisation, person: Person, *, by_id: int, by_role: str, at: datetime
) -> None:
    give_role(
        session,
        person,
        RoleKind.REPRESENTATIVE,
        at=at,
        by_id=by_id,
        place=organisation.name,
        place_id=organisation.id,
    )
    journal.record(
        session,
        organisation,
        "represented",
        at=at,
        by_id=by_id,
        by_role=by_role,
        on_behalf_of_id=person.id,
    )


def _close_off(
    session: Session,
    organisation: Organisation,
    to: OrganisationState,
    *,
    by: Actor,
    reason: str,
    at: datetime,
) -> None:
    refuse_if(deciding_refusals(by, organisation) or step_refusals(organisation, to))
    move(session, organisation, to, at=at, by_id=by.id, by_role="coordinator", note=reason, state_note=reason)
    told: Iterable[int] = speakers(session, organisation, at=at) or [organisation.applied_by_id]
    parts = {"name": organisation.name, "reason": reason}
    outbox.notify(session, f"organisation_{to.value}", organisation, to=told, at=at, parts=parts)


def _tell_speakers(
    session: Session, membership: Membership, what: str, *, at: datetime, who: str = ""
) -> None:
    organisation = membership.organisation
    parts = {"name": organisation.name, "who": who}
    told = speakers(session, organisation, at=at)
    outbox.notify(session, f"member_{what}", organisation, to=told, at=at, parts=parts, event=membership)
