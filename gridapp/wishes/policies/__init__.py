"""Who may do what to a wish or a claim now, and if not, why (C3).

The button, the POST, the bulk action and the import all ask these functions.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from gridapp.accounts.queries import Actor
from gridapp.core.refusals import CONFLICT, FORBIDDEN, INVALID, Refusal
from gridapp.core.words import N_
from gridapp.safety.policies import SOMEBODY_IN_MIND
from gridapp.volunteers.models import VolunteerState
from gridapp.volunteers.policies import readiness_refusals
from gridapp.wishes import queries
from gridapp.wishes.models import PLACE_TAKEN, Claim, ClaimState, Source, Wish, WishState
from gridapp.wishes.policies.limits import clashes, limit_reached
from gridapp.wishes.policies.slips import SlipHolder
from gridapp.wishes.queries.rules import leads_to

SEEN_AFTER_CONFIRMED = timedelta(days=7)
BEGAN_BEFORE = timedelta(hours=4)  # some help first and tap then, or come early and stay (V3)

NOT_YOURS = Refusal(
    "not_yours",
    FORBIDDEN,
    N_("This is for the person concerned alone."),
    N_("If that is you, please call us."),
)
NOT_IN_CHARGE = Refusal(
    "not_in_charge",
    FORBIDDEN,
    N_("The coordinator of that committee does this."),
    N_("You can read the wish here like everybody else."),
)
ANSWERED_ALREADY = Refusal(
    "answered_already",
    CONFLICT,
    N_("The question was answered meanwhile, so this answer has not been sent."),
    N_("Write it into the text of the wish, or call us."),
)
MOVED_ON = Refusal(
    "wrong_state",
    CONFLICT,
    N_("The wish has moved on meanwhile."),
    N_("Below you see where it stands now."),
)
FULL = Refusal(
    "full",
    CONFLICT,
    N_("All helpers for this wish have been found."),
    N_("Thank you for wanting to help. Perhaps one of the wishes below?"),
)
CONTACT_CLOSED = Refusal(
    "contact_closed",
    FORBIDDEN,
    N_("You cannot help at the moment, so name and address are closed."),
    N_("The coordinator sees to the wish. If you see it differently, please call us."),
)
OWN_WISH = Refusal(
    "own_wish", FORBIDDEN, N_("This is your own wish."), N_("Somebody else will take it on; we tell you.")
)
OVER = Refusal(
    "over", CONFLICT, N_("The time for this wish is over."), N_("Perhaps one of the wishes below?")
)

ERASED = Refusal(
    "erased",
    CONFLICT,
    N_("Name and address are erased: nobody recorded within seven days that the person agreed."),
    N_("Whoever entered the wish can ask the person and enter it anew."),
)


def may_see(session: Session, actor: Actor | None, wish: Wish) -> bool:
    """Whether the wish is in the actor's world: public, own, in charge, or once taken on (C6, A5)."""
    if queries.is_public(wish):
        return True
    if actor is None:
        return False
    return is_concerned(actor, wish) or queries.had_claim(session, wish, actor.id)


def is_concerned(actor: Actor | None, wish: Wish) -> bool:
    """The author, or whoever decides on the wish."""
    return actor is not None and (wish.author_id == actor.id or decides_on(actor, wish))


def decides_on(actor: Actor, wish: Wish) -> bool:
    """The coordinator in charge; for the own wish of whoever is alone in charge, somebody else (C3, A3)."""
    if actor.in_charge_of(wish.committee_code):
        return True
    return wish.source == Source.SELF and actor.has_case_of(wish.author_id, wish.committee_code)


def claiming_refusals(
    session: Session, actor: Actor, wish: Wish, claims: Sequence[Claim], *, at: datetime, today: date
) -> list[Refusal]:
    """Why the actor may not claim the wish at `at` (UTC; `today` in the town); empty when they may. W4.

    `claims` are the actor's on the wish, so that the page need not read them twice.
    """
    if wish.author_id == actor.id:
        return [OWN_WISH]
    if any(claim.person_id == actor.id and claim.going and claim.state in PLACE_TAKEN for claim in claims):
        return [Refusal("held_already", CONFLICT, N_("You have taken this wish on already."))]
    stand = queries.standing(session, actor.person, wish)
    if not_ready := readiness_refusals(stand.volunteer, actor.person.phone_proven_at is not None, today):
        return not_ready
    assert stand.volunteer is not None
    if stand.own:
        return [OWN_WISH]
    return [
        *(not_open(wish, at) or kept_back(wish, stand.apart)),
        *limit_reached(stand.live, stand.volunteer.max_live),
        *clashes(stand.duties),
    ]


def checking_refusals(actor: Actor, wish: Wish) -> list[Refusal]:
    """Why the actor may not publish, decline or ask back. W2."""
    if not decides_on(actor, wish):
        return [NOT_IN_CHARGE]
    if is_own_case(actor, wish):
        return [
            Refusal(
                "own_case",
                FORBIDDEN,
                N_("Nobody checks a wish of their own."),
                N_("Another coordinator of your area, or the town office, has been told and checks it."),
            )
        ]
    return [] if wish.state == WishState.SUBMITTED else [MOVED_ON]


def is_own_case(actor: Actor, wish: Wish) -> bool:
    """Whether whoever would decide on the wish has entered it for themselves."""
    return wish.author_id == actor.id and (wish.source == Source.SELF or _has_own_number(actor, wish))


def publishing_refusals(actor: Actor, wish: Wish, *, consent_how: str | None, at: datetime) -> list[Refusal]:
    """Why the actor may not publish: besides `checking_refusals`, consent (Y2) and time."""
    if refusals := checking_refusals(actor, wish):
        return refusals
    if needs_consent(wish) and not consent_how:
        return [
            Refusal(
                "consent_missing",
                INVALID,
                N_("It is not recorded that the person agreed."),
                N_("Ask the person, choose how you asked, and publish then."),
            )
        ]
    if wish.last_moment is not None and wish.last_moment <= at:
        return [
            Refusal(
                "over_before_public",
                CONFLICT,
                N_("The time for this wish is over."),
                N_("Send it back with a question about another day."),
            )
        ]
    return []


def _has_own_number(actor: Actor, wish: Wish) -> bool:
    """Whether the wish that the actor entered for somebody else leads to the actor; one statement, for staff alone."""
    return leads_to(wish, actor.id)


def is_overdue(wish: Any, at: datetime) -> bool:
    """Whether the time of an open wish (or a row of one) is over, so that nobody can take it on any more. W1."""
    last = wish.ends_at or wish.deadline
    return wish.state == WishState.OPEN and last is not None and last <= at


def needs_consent(wish: Wish) -> bool:
    """Whether the beneficiary's consent is still to be recorded (Y2)."""
    return wish.source != Source.SELF and wish.consent_at is None


def editing_refusals(actor: Actor, wish: Wish) -> list[Refusal]:
    """Why the actor may not change what the wish says: only its author, and only until it is public."""
    if wish.author_id != actor.id:
        return [NOT_YOURS]
    return [] if wish.state in (WishState.SUBMITTED, WishState.ASKED_BACK) else [MOVED_ON]


def withdrawing_wish_refusals(actor: Actor, wish: Wish) -> list[Refusal]:
    """Why the actor may not take the wish back: its author or the coordinator, until it is done."""
    if not is_concerned(actor, wish):
        return [NOT_YOURS]
    return [] if WishState.WITHDRAWN in Wish.TRANSITIONS[wish.state] else [MOVED_ON]


def closing_refusals(actor: Actor, wish: Wish) -> list[Refusal]:
    """Why the actor may not close an open wish to further helpers."""
    if not actor.in_charge_of(wish.committee_code):
        return [NOT_IN_CHARGE]
    return [] if wish.state == WishState.OPEN else [MOVED_ON]


def revealing_refusals(actor: Actor, wish: Wish, claims: Sequence[Claim], *, at: datetime) -> list[Refusal]:
    """Why the actor may not see name, phone and address of the beneficiary; `claims` are the actor's on the wish. W7."""
    if decides_on(actor, wish):
        return [ERASED] if wish.erased_at else []
    mine = [claim for claim in claims if claim.person_id == actor.id and opens_the_door(claim, at)]
    if any(claim.volunteer and claim.volunteer.state == VolunteerState.SUSPENDED for claim in mine):
        return [CONTACT_CLOSED]
    if mine:
        return []
    return [
        Refusal(
            "contact_is_private",
            FORBIDDEN,
            N_("Name and address are only for whoever has taken the wish on, and for the coordinator."),
            N_("Take the wish on first; then you see them."),
        )
    ]


def holder_refusals(actor: Actor, claim: Claim) -> list[Refusal]:
    """Why the actor does not hold the claim: only who goes, while it is held."""
    if claim.person_id != actor.id:
        return [NOT_YOURS]
    return [] if claim.state == ClaimState.HELD and claim.going else [MOVED_ON]


def releasing_refusals(actor: Actor, claim: Claim) -> list[Refusal]:
    """Why the actor may not take the claim from its holder: the coordinator in charge, while it is held. W10."""
    if not decides_on(actor, claim.wish):
        return [NOT_IN_CHARGE]
    return [] if claim.state == ClaimState.HELD else [MOVED_ON]


def giving_back_refusals(actor: Actor, claim: Claim) -> list[Refusal]:
    """Why the actor may not give the claim back: its holder, or who speaks for its organisation, while it is held. W8."""
    if claim.organisation_id is None:
        return holder_refusals(actor, claim)
    if claim.organisation_id not in actor.represents:
        return [NOT_YOURS]
    return [] if claim.state == ClaimState.HELD else [MOVED_ON]


def completing_refusals(
    actor: Actor, claim: Claim, *, at: datetime, minutes: int | None = None
) -> list[Refusal]:
    """Why the actor may not report the claim done, with so many minutes where they are known. W11."""
    if refusals := holder_refusals(actor, claim):
        return refusals
    if claim.wish.starts_at is not None and claim.wish.starts_at > at:
        return [
            Refusal(
                "not_begun",
                CONFLICT,
                N_("The visit has not begun: it is on %(when)s."),
                N_("Report it when you have been there."),
                parts={"when": (claim.wish.starts_at, claim.wish.ends_at)},
            )
        ]
    return [] if minutes is None else _too_long(claim, minutes, at)


def _too_long(claim: Claim, minutes: int, at: datetime) -> list[Refusal]:
    """More than can have passed: since the wish was taken on, or within its window, with room for who began before."""
    wish = claim.wish
    passed = wish.ends_at - wish.starts_at if wish.starts_at and wish.ends_at else at - claim.since
    most = (passed + BEGAN_BEFORE) // timedelta(minutes=1)
    if minutes <= most:
        return []
    return [
        Refusal(
            "too_many_minutes",
            INVALID,
            N_("So many minutes have not passed: at most %(most)s since you took the wish on."),
            N_("Write the minutes of the help itself. If it was really longer, please call us."),
            parts={"most": most},
        )
    ]


def confirming_refusals(actor: Actor | SlipHolder, claim: Claim) -> list[Refusal]:
    """Why the actor may not say whether the wish came true: author, coordinator or whoever holds the slip, never the
    helper, nor with a slip that the helper gave out. W11."""
    for_own = isinstance(actor, Actor) and claim.organisation_id in actor.represents
    if claim.person_id in _people_behind(actor) or for_own:
        return [
            Refusal(
                "own_case",
                FORBIDDEN,
                N_("Nobody confirms their own help."),
                N_("The person who entered the wish or a coordinator does."),
            )
        ]
    its_slip = isinstance(actor, SlipHolder) and actor.wish_id == claim.wish_id
    if not its_slip and (isinstance(actor, SlipHolder) or not is_concerned(actor, claim.wish)):
        return [NOT_YOURS]
    return [] if claim.state == ClaimState.DONE else [MOVED_ON]


def _people_behind(actor: Actor | SlipHolder) -> set[int | None]:
    return {actor.issued_by_id, actor.signed_in_id} if isinstance(actor, SlipHolder) else {actor.id}


def not_open(wish: Wish, at: datetime) -> list[Refusal]:
    """Why nobody can take the wish on at `at` (UTC): full, closed, over."""
    if wish.state == WishState.FILLED:
        return [FULL]
    if wish.state != WishState.OPEN:
        return [
            Refusal(
                "closed",
                CONFLICT,
                N_("This wish takes no more helpers."),
                N_("Perhaps one of the wishes below?"),
            )
        ]
    return [OVER] if is_overdue(wish, at) else []


def kept_back(wish: Wish, apart: bool = False) -> list[Refusal]:
    """The coordinator has somebody in mind; said just so to a person who is kept apart (`apart`), who cannot tell (W19)."""
    return [SOMEBODY_IN_MIND] if apart or wish.kept_back_at is not None else []


def opens_the_door(claim: Claim, at: datetime) -> bool:
    """Whether whoever goes may see the address: held, done, or confirmed less than seven days ago (W7, W20)."""
    if not claim.going:
        return False
    if claim.state == ClaimState.CONFIRMED:
        return claim.ended_at is not None and claim.ended_at > at - SEEN_AFTER_CONFIRMED
    return claim.state in (ClaimState.HELD, ClaimState.DONE)
