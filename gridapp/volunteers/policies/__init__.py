"""Who may do what to a volunteer, and if not, why (C3)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from gridapp.accounts.queries import Actor
from gridapp.core.refusals import CONFLICT, FORBIDDEN, Refusal
from gridapp.core.words import N_
from gridapp.photos.models import Photo
from gridapp.volunteers.models import Volunteer, VolunteerState
from gridapp.volunteers.queries import minutes_of_day, standing_towards

MINUTES_OF_A_DAY = 24 * 60
SHOWN = [state for state in VolunteerState if state != VolunteerState.MERGED]  # lists leave history out
DECIDED_MEANWHILE = Refusal(
    "wrong_state", CONFLICT, N_("This has been decided meanwhile."), N_("Below you see where it stands now.")
)


def deciding_refusals(session: Session, actor: Actor, volunteer: Volunteer) -> list[Refusal]:
    """Why `actor` may not decide on `volunteer`; empty when they may. V2."""
    if volunteer.person_id == actor.id:
        return [
            Refusal(
                "own_case",
                FORBIDDEN,
                N_("Nobody decides on themselves."),
                N_("Another coordinator of your area, or the town office, decides and has been told."),
            )
        ]
    if not standing_towards(session, actor, volunteer)[1]:
        return [
            Refusal(
                "not_in_charge",
                FORBIDDEN,
                N_("This volunteer lives in another area."),
                N_("The coordinator of that area decides."),
            )
        ]
    return []


def day_refusals(session: Session, person_id: int, day: date, more: int) -> list[Refusal]:
    """Why `more` minutes cannot be added to the day (town time) in the person's ledger: no day has over 24 hours. V3.

    The caller holds the person, so that two entries at once are counted one after the other.
    """
    if minutes_of_day(session, person_id, day) + more <= MINUTES_OF_A_DAY:
        return []
    return [
        Refusal(
            "day_is_full",
            CONFLICT,
            N_("With these minutes the helper's day would have more than 24 hours."),
            N_("Please ask the helper how long it really took."),
        )
    ]


def area_refusals(volunteer: Volunteer, area_ids: Iterable[int]) -> list[Refusal]:
    """Why a volunteer cannot choose these areas: while suspended, whoever decided keeps the decision. V2."""
    same = {area.id for area in volunteer.areas} == set(area_ids)
    if volunteer.state != VolunteerState.SUSPENDED or same:
        return []
    return [
        Refusal(
            "suspended_stays",
            CONFLICT,
            N_("While you are suspended, your areas stay as they are."),
            N_("If you see it differently, please call us."),
        )
    ]


def step_refusals(volunteer: Volunteer, to: VolunteerState) -> list[Refusal]:
    """Why the volunteer cannot move to `to` from where they stand now."""
    return [] if to in Volunteer.TRANSITIONS[volunteer.state] else [DECIDED_MEANWHILE]


def sees_portrait(session: Session, actor: Actor | None, volunteer_id: int, at: datetime) -> bool:
    """A volunteer's own photo is for the person and for the coordinator who decides on them (W19)."""
    volunteer = session.get(Volunteer, volunteer_id) if actor is not None else None
    if actor is None or volunteer is None:
        return False
    return volunteer.person_id == actor.id or standing_towards(session, actor, volunteer)[1]


def portrait_refusals(session: Session, actor: Actor, volunteer: Volunteer, photo: Photo) -> list[Refusal]:
    """Why the actor may not take the photo away: the person may, and the coordinator who decides on them."""
    return [] if photo.by_id == actor.id else deciding_refusals(session, actor, volunteer)


def is_away(volunteer: Any, today: date) -> bool:
    """Whether the volunteer (or a row of one) is on a break that lasts; the day `paused_until` (town time) ends it."""
    return volunteer.state == VolunteerState.PAUSED and (
        volunteer.paused_until is None or volunteer.paused_until > today
    )


def shown_state(volunteer: Any, today: date) -> VolunteerState:
    """Where the volunteer stands for whoever reads it: a break that is over is none."""
    is_back = volunteer.state == VolunteerState.PAUSED and not is_away(volunteer, today)
    return VolunteerState.APPROVED if is_back else VolunteerState(volunteer.state)


def readiness_refusals(volunteer: Volunteer | None, phone_proven: bool, today: date) -> list[Refusal]:
    """Why a person cannot take on anything as a volunteer on the day `today` (town time); W4, A9."""
    if volunteer is None:
        return [
            Refusal(
                "not_a_volunteer",
                FORBIDDEN,
                N_("Only volunteers can take a wish on."),
                N_("Apply as a volunteer: two minutes for the form, then your coordinator meets you."),
                link=("/me/profile", N_("Become a volunteer")),
            )
        ]
    if volunteer.state == VolunteerState.APPLIED:
        return [
            Refusal(
                "not_yet_approved",
                FORBIDDEN,
                N_("Your application as a volunteer is being checked."),
                N_(
                    "Your coordinator will meet you; then you can take wishes on. If you hear nothing for a week, please call us."
                ),
            )
        ]
    if volunteer.state in (VolunteerState.DECLINED, VolunteerState.SUSPENDED):
        return [
            Refusal(
                f"volunteer_{volunteer.state}",
                FORBIDDEN,
                N_("You cannot take wishes on at the moment: %(why)s"),
                N_("If you see it differently, please call us."),
                parts={"why": volunteer.state_note or "–"},
            )
        ]
    if is_away(volunteer, today):
        return [
            Refusal(
                "paused",
                CONFLICT,
                N_("You are taking a break."),
                N_("End your break, then you can take wishes on again."),
                link=("/me/profile", N_("End my break")),
            )
        ]
    if not phone_proven:
        return [
            Refusal(
                "phone_not_proven",
                FORBIDDEN,
                N_("Your phone number has not been checked yet."),
                N_("Your coordinator does this when you meet. Please call us."),
            )
        ]
    return []
