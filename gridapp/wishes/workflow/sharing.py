"""An organisation takes a wish, or a share of it, on and says who goes (W6, W20)."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session

from gridapp.accounts.models import RoleKind
from gridapp.accounts.queries import Actor, coordinators_of, in_role_at
from gridapp.accounts.workflow import free_time, lock_person
from gridapp.core import journal, outbox
from gridapp.core.journal import JournalEntry
from gridapp.core.refusals import refuse_if
from gridapp.core.states import set_where
from gridapp.organisations.models import Membership, Organisation
from gridapp.wishes.models import Claim, ClaimState, Wish
from gridapp.wishes.policies.lateness import is_late, is_urgent
from gridapp.wishes.policies.sharing import (
    going_refusals,
    naming_refusals,
    sharing_refusals,
    stepping_back_refusals,
)
from gridapp.wishes.queries.sharing import claims_shown, going_for, teams
from gridapp.wishes.workflow.claiming import a_word, hold, take_place, tell_who_comes
from gridapp.wishes.workflow.duties import settle_time


def take_share(
    session: Session, wish: Wish, member: Membership, *, by: Actor, at: datetime, today: date
) -> Claim:
    """Give the member's organisation a place of `wish`; the member goes. Raises Refused with the reasons (W4, W20).

    Locks the member, then the organisation, then the wish (C1): limits and clashes count for the member who goes.
    """
    assert member.person_id is not None
    lock_person(session, member.person_id)
    organisation = _locked(session, member.organisation_id)
    (team,) = teams(session, [organisation.id])
    claims = [row[0] for row in claims_shown(session, wish, None)]
    refuse_if(sharing_refusals(by, organisation, team.live, claims, wish, at=at))
    refuse_if(going_refusals(session, organisation.id, member, wish, today=today))
    take_place(session, wish)
    claim = hold(
        session,
        wish,
        person_id=member.person_id,
        organisation_id=organisation.id,
        by=by,
        by_role="representative",
        at=at,
    )
    _ask(session, claim, organisation, by=by, at=at)
    assert member.person is not None
    tell_who_comes(session, claim, member.person.name, but=by.id, at=at)
    return claim


def name_another(
    session: Session, claim: Claim, member: Membership, *, by: Actor, at: datetime, today: date
) -> None:
    """Another member goes: the right to the address moves at once, with a new word (W20, W7); both are told."""
    assert member.person_id is not None
    before, was_going = claim.person_id, claim.going
    for person_id in sorted({before, member.person_id}):
        lock_person(session, person_id)
    refuse_if(naming_refusals(by, claim))
    organisation = _locked(session, claim.organisation_id or 0)
    refuse_if(going_refusals(session, organisation.id, member, claim.wish, today=today))
    set_where(
        session,
        claim,
        Claim.state == ClaimState.HELD,
        Claim.person_id == before,
        Claim.going == was_going,
        person_id=member.person_id,
        going=True,
        word=a_word(session, claim.wish),
    )
    session.expire(claim, ["person"])
    settle_time(session, claim, at=at)
    event = journal.record(
        session,
        claim,
        "named",
        at=at,
        by_id=by.id,
        by_role="representative",
        on_behalf_of_id=member.person_id,
    )
    session.flush()
    _ask(session, claim, organisation, by=by, at=at, event=event)
    parts, told = {"title": claim.wish.title, "name": organisation.name}, {before} - {by.id}
    if was_going:
        outbox.notify(session, "claim_goes_to_another", claim.wish, to=told, at=at, parts=parts, event=event)
    assert member.person is not None
    tell_who_comes(session, claim, member.person.name, but=by.id, at=at, event=event)


def step_back(session: Session, claim: Claim, *, by: Actor, reason: str, at: datetime) -> bool:
    """The member cannot go: their right ends, the place stays the organisation's, which names another (W20).

    Returns whether it came after the cut-off; then the coordinators and the author are alerted too (W8).
    """
    lock_person(session, claim.person_id)
    refuse_if(stepping_back_refusals(by, claim))
    return _step_back(session, claim, by_id=by.id, reason=reason, at=at)


def leave(session: Session, organisation_id: int, person_id: int, at: datetime) -> None:
    """Whoever left an organisation no longer goes for it (A3)."""
    lock_person(session, person_id)
    for claim in going_for(session, organisation_id, person_id):
        _step_back(session, claim, by_id=None, reason="", at=at, role="system")


def go_no_more(session: Session, by: Actor, person_id: int, at: datetime) -> None:
    """Whose account is disabled goes for no organisation; each names another. The caller holds the person's lock."""
    for claim in going_for(session, None, person_id):
        _step_back(session, claim, by_id=by.id, reason="", at=at, role="town_admin")


def _step_back(
    session: Session,
    claim: Claim,
    *,
    by_id: int | None,
    reason: str,
    at: datetime,
    role: str = "volunteer",
) -> bool:
    wish, person_id = claim.wish, claim.person_id
    set_where(
        session,
        claim,
        Claim.state == ClaimState.HELD,
        Claim.person_id == person_id,
        Claim.going,
        going=False,
        word=None,
    )
    free_time(session, claim, at=at)
    journal.record(session, claim, "stepped_back", at=at, by_id=by_id, by_role=role, note=reason or None)
    parts = {"title": wish.title, "reason": reason or "–"}
    speakers = in_role_at(session, RoleKind.REPRESENTATIVE, claim.organisation_id or 0, at=at)
    told = {speaker.person_id for speaker in speakers} - {by_id}
    outbox.notify(session, "member_cannot_go", wish, to=_ids(told), at=at, parts=parts, event=claim)
    late = is_late(session, wish, since=claim.since, at=at)
    if late or is_urgent(session, wish, at=at):
        alerted = {wish.author_id, *coordinators_of(session, wish.committee_code, at=at)} - {by_id}
        outbox.notify(session, "helper_cannot_come", wish, to=_ids(alerted), at=at, parts=parts, event=claim)
    return late


def _ask(
    session: Session,
    claim: Claim,
    organisation: Organisation,
    *,
    by: Actor,
    at: datetime,
    event: JournalEntry | None = None,
) -> None:
    """Tell the member that they are to go, and that they can say no."""
    told, parts = {claim.person_id} - {by.id}, {"title": claim.wish.title, "name": organisation.name}
    outbox.notify(session, "you_are_to_go", claim.wish, to=told, at=at, parts=parts, event=event or claim)


def _locked(session: Session, organisation_id: int) -> Organisation:
    """The organisation, its row held until the transaction ends: its limit is counted (C1)."""
    organisation = session.get_one(Organisation, organisation_id)
    set_where(session, organisation, max_live=Organisation.max_live)
    return organisation


def _ids(people: set[int | None] | set[int]) -> list[int]:
    return [one for one in people if one is not None]
