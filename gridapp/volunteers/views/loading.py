"""A volunteer is loaded and authorised in one step (A5)."""

from __future__ import annotations

from flask import abort, current_app
from flask_login import current_user

from gridapp.core.clock import now
from gridapp.core.database import db
from gridapp.volunteers import queries
from gridapp.volunteers.models import Volunteer


def load_volunteer(volunteer_id: int) -> Volunteer:
    """The volunteer, or 404 outside one's world (A5)."""
    found = queries.volunteer_by_id(db.session(), volunteer_id)
    if found is None:
        abort(404)
    actor = current_user.actor
    if queries.is_in_world(db.session(), actor, found):
        return found
    if not current_app.extensions["gridapp"].sees_person(db.session(), actor, found.person_id, now()):
        abort(404)
    return found
