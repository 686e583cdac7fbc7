"""Who may take a wish on for an organisation, who may go for it, and if not, why (W20, W4, C3).

What keeps a member from going is the member's own affair: the representative reads that they cannot go, not whether
they are busy, taking a break, or kept apart.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy.orm import Session

from gridapp.accounts.queries import Actor
from gridapp.core.refusals import CONFLICT, FORBIDDEN, Refusal
from gridapp.core.words import N_
from gridapp.organisations.models import Membership, MembershipState, Organisation
from gridapp.organisations.policies import NOT_REPRESENTATIVE, speaking_refusals
from gridapp.volunteers.models import VolunteerState
from gridapp.volunteers.policies import is_away
from gridapp.wishes import queries
from gridapp.wishes.models import PLACE_TAKEN, Claim, ClaimState, Wish
from gridapp.wishes.policies import MOVED_ON, NOT_YOURS, kept_back, not_open

AT_ONCE_WITHOUT_PROFILE = 3  # how many wishes a member who is no volunteer may have in hand


def sharing_refusals(
    actor: Actor, organisation: Organisation, live: int, claims: Iterable[Claim], wish: Wish, *, at: datetime
) -> list[Refusal]:
    """Why the actor may not take the wish on for the organisation at `at` (UTC), whoever goes; empty when they may.

    `live` is how many wishes it has in hand, `claims` are its claims on this one.
    """
    if refusals := speaking_refusals(actor, organisation):
        return refusals
    if wish.author_id == actor.id:
        return [
            Refusal(
                "own_wish",
                FORBIDDEN,
                N_("This is your own wish."),
                N_("Somebody else will take it on; we tell you."),
            )
        ]
    if any(claim.organisation_id == organisation.id and claim.state in PLACE_TAKEN for claim in claims):
        return [Refusal("held_already", CONFLICT, N_("Your organisation has taken this wish on already."))]
    return [*(not_open(wish, at) or kept_back(wish)), *_limit_reached(organisation, live)]


def going_refusals(
    session: Session, organisation_id: int, member: Membership | None, wish: Wish, *, today: date
) -> list[Refusal]:
    """Why the member may not go to the wish for the organisation (`today` in the town); empty when they may."""
    if (
        member is None
        or member.organisation_id != organisation_id
        or member.state != MembershipState.JOINED
        or member.person is None
    ):
        return [
            Refusal(
                "not_a_member",
                CONFLICT,
                N_("This person does not belong to your organisation (any more)."),
                N_("Please name another member."),
            )
        ]
    if member.person.phone_proven_at is None:
        return [
            Refusal(
                "member_not_met",
                CONFLICT,
                N_("The coordinator has not met %(who)s yet."),
                N_("Please call your coordinator, or name another member."),
                parts={"who": member.person.name},
            )
        ]
    if _is_free(session, member, wish, today):
        return []
    return [
        Refusal(
            "member_unavailable",
            CONFLICT,
            N_("%(who)s cannot go to this wish at the moment."),
            N_("Please name another member."),
            parts={"who": member.person.name},
        )
    ]


def naming_refusals(actor: Actor, claim: Claim) -> list[Refusal]:
    """Why the actor may not name who goes: only who speaks for the claim's organisation, while it is held. W20."""
    if claim.organisation_id is None or claim.organisation_id not in actor.represents:
        return [NOT_REPRESENTATIVE]
    return [] if claim.state == ClaimState.HELD else [MOVED_ON]


def stepping_back_refusals(actor: Actor, claim: Claim) -> list[Refusal]:
    """Why the actor may not say that they cannot go: only the member who was named, while it is held. W20."""
    if claim.organisation_id is None or claim.person_id != actor.id:
        return [NOT_YOURS]
    return [] if claim.state == ClaimState.HELD and claim.going else [MOVED_ON]


def _is_free(session: Session, member: Membership, wish: Wish, today: date) -> bool:
    """Within the own limit, at no other duty, not on a break or suspended, not the author, not kept apart (W4, C16)."""
    assert member.person is not None
    stand = queries.standing(session, member.person, wish)
    volunteer = stand.volunteer
    most = volunteer.max_live if volunteer else AT_ONCE_WITHOUT_PROFILE
    stopped = volunteer is not None and (
        volunteer.state in (VolunteerState.DECLINED, VolunteerState.SUSPENDED) or is_away(volunteer, today)
    )
    holds = any(
        claim.going and claim.state in PLACE_TAKEN
        for claim in queries.claims_of(session, wish, member.person.id)
    )
    busy = stand.live >= most or bool(stand.duties) or holds
    return not (busy or stopped or stand.apart or stand.own or wish.author_id == member.person.id)


def _limit_reached(organisation: Organisation, live: int) -> list[Refusal]:
    if live < organisation.max_live:
        return []
    return [
        Refusal(
            "limit",
            CONFLICT,
            N_("Your organisation has %(live)s wishes in hand; at most %(most)s at a time."),
            N_("Wait until one is done, or give one back first."),
            parts={"live": live, "most": organisation.max_live},
            link=(f"/organisations/{organisation.id}/claims", N_("See what it has in hand")),
        )
    ]
