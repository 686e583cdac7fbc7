"""A volunteer is loaded and authorised in one step (A5)."""

from __future__ import annotations

from flask import abort, current_app
from flask_login import current_user

from gridapp.core.clock import now
from gridapp.core.database import db
from gridapp.people.views.loading import lead_on
from gridapp.volunteers import queries
from gridapp.volunteers.models import Volunteer, VolunteerState


def load_volunteer(volunteer_id: int) -> Volunteer:
    """The volunteer, or 404 outside one's world (A5)."""
    return load_with_decision(volunteer_id)[0]


def load_with_decision(volunteer_id: int) -> tuple[Volunteer, bool]:
    """The volunteer, or 404 outside one's world, and whether the reader decides on them (V2)."""
    session, actor = db.session(), current_user.actor
    found = queries.volunteer_by_id(session, volunteer_id)
    if found is not None and found.state == VolunteerState.MERGED:
        _lead_to_survivor(found.person.merged_into_id)
    if found is None:
        abort(404)
    in_world, decides = queries.standing_towards(session, actor, found)
    if not in_world and not current_app.extensions["gridapp"].sees_person(
        session, actor, found.person_id, now()
    ):
        abort(404)
    return found, decides and found.person_id != actor.id


def _lead_to_survivor(person_id: int | None) -> None:
    """Old links lead on to the account that stayed, for whoever may see that one (V5); else the caller says 404."""
    stayed = queries.volunteer_of(db.session(), person_id) if person_id is not None else None
    if stayed is not None:
        load_with_decision(stayed.id)
        lead_on(f"/volunteers/{stayed.id}")
