"""What a volunteer's profile becomes when two accounts of one person become one (V5)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from gridapp.accounts.queries import Actor
from gridapp.core import journal
from gridapp.core.states import move
from gridapp.photos.models import Photo
from gridapp.photos.queries import photos_of
from gridapp.photos.workflow import remove_photo
from gridapp.volunteers.models import Volunteer, VolunteerState
from gridapp.volunteers.policies import is_away
from gridapp.volunteers.queries import volunteer_of

MOST_WORDS = 200  # of what somebody cannot do


def settle(session: Session, by: Actor, gone_id: int, stays_id: int, at: datetime) -> None:
    """Give the profile to the account that stays; where it has one, that one takes over what the other can do.

    The one that stays keeps its state, but nobody's break ends by it; hours stay where they were earned and are read
    together.
    """
    going, staying = volunteer_of(session, gone_id), volunteer_of(session, stays_id)
    if going is None:
        return
    who: dict[str, Any] = {"at": at, "by_id": by.id, "by_role": "coordinator"}
    if staying is None:
        going.person_id = stays_id
        journal.record(session, going, "handed_on", on_behalf_of_id=stays_id, **who)
        return
    _take_over(staying, going)
    _longer_break(session, staying, going, **who)
    _one_portrait(session, staying, going, **who)
    move(session, going, VolunteerState.MERGED, reason=f"volunteer {staying.id}", **who)
    journal.record(session, staying, "profile_joined", reason=f"volunteer {going.id}", **who)


def _take_over(staying: Volunteer, going: Volunteer) -> None:
    """Skills, languages, free times and areas of both; what either cannot do."""
    staying.skills = [*staying.skills, *(one for one in going.skills if one not in staying.skills)]
    staying.areas = [*staying.areas, *(one for one in going.areas if one not in staying.areas)]
    staying.languages = _codes_of_both(staying.languages, going.languages)
    staying.free_times = _codes_of_both(staying.free_times, going.free_times)
    cannot = dict.fromkeys(filter(None, [staying.cannot_do, going.cannot_do]))
    staying.cannot_do = " / ".join(cannot)[:MOST_WORDS]


def _longer_break(session: Session, staying: Volunteer, going: Volunteer, **who: Any) -> None:
    """Whoever is away with either account is away, until the later day; without a day, until they come back."""
    today = who["at"].date()
    if not is_away(going, today) or staying.state not in (VolunteerState.APPROVED, VolunteerState.PAUSED):
        return
    until = going.paused_until
    if is_away(staying, today) and until is not None:
        until = max(until, staying.paused_until) if staying.paused_until is not None else None
    if staying.state == VolunteerState.APPROVED:
        move(session, staying, VolunteerState.PAUSED, paused_until=until, **who)
    else:
        staying.paused_until = until


def _codes_of_both(codes: str, more: str) -> str:
    return " ".join(dict.fromkeys([*codes.split(), *more.split()]))


def _one_portrait(session: Session, staying: Volunteer, going: Volunteer, **who: Any) -> None:
    """The photo of the one that stays; the other's, where it has none."""
    has_one = bool(photos_of(session, "volunteers", staying.id))
    for photo in photos_of(session, "volunteers", going.id):
        if has_one:
            remove_photo(session, photo, **who)
        else:
            session.execute(update(Photo).where(Photo.id == photo.id).values(thing_id=staying.id))
