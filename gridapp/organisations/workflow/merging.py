"""What memberships become when two accounts of one person become one (V5)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from gridapp.accounts.models import Person
from gridapp.accounts.queries import Actor
from gridapp.core import outbox
from gridapp.core.states import move
from gridapp.organisations.models import Membership, MembershipState


def settle(session: Session, by: Actor, gone_id: int, stays_id: int, at: datetime) -> None:
    """Memberships go over; nobody belongs to an organisation twice. What still waits for the number that goes waits
    for the one that stays."""
    joined = _memberships(
        session, Membership.person_id == stays_id, Membership.state == MembershipState.JOINED
    )
    belongs = {one.organisation_id for one in joined}
    for one in _memberships(session, Membership.person_id == gone_id):
        if one.state == MembershipState.JOINED and one.organisation_id in belongs:
            move(
                session, one, MembershipState.LEFT, at=at, by_id=by.id, by_role="coordinator", reason="merged"
            )
        else:
            one.person_id = stays_id
            belongs |= {one.organisation_id} if one.state == MembershipState.JOINED else set()
    _redirect_invitations(session, by, gone_id, stays_id, belongs, at)


def _redirect_invitations(
    session: Session, by: Actor, gone_id: int, stays_id: int, belongs: set[int], at: datetime
) -> None:
    old, new = (session.get_one(Person, id_).phone for id_ in (gone_id, stays_id))
    if old is None:
        return
    asked = {one.organisation_id for one in _memberships(session, Membership.phone == new)} if new else set()
    for invitation in _memberships(session, Membership.phone == old):
        if new is None or invitation.organisation_id in belongs | asked:
            outbox.revoke(session, "organisation_invites", invitation, at=at)
            move(
                session,
                invitation,
                MembershipState.LAPSED,
                at=at,
                by_id=by.id,
                by_role="coordinator",
                reason="merged",
                phone=None,
            )
        else:
            invitation.phone = new


def _memberships(session: Session, *conditions: Any) -> list[Membership]:
    return list(session.scalars(select(Membership).where(*conditions).order_by(Membership.id)))
