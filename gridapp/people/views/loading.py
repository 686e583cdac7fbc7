"""A person or a role is loaded and authorised in one step (A5)."""

from __future__ import annotations

from flask import abort, current_app
from flask_login import current_user

from gridapp.accounts.models import Person, Role
from gridapp.core.database import db
from gridapp.core.features import Contributions
from gridapp.people import queries
from gridapp.people.models import Intermediary


def contributions() -> Contributions:
    """What the features contribute."""
    found: Contributions = current_app.extensions["gridapp"]
    return found


def load_person(person_id: int) -> tuple[Person, Intermediary | None]:
    """The person and through whom they are reached, or 404 outside one's world (A5)."""
    session, actor = db.session(), current_user.actor
    found = queries.person_by_id(session, person_id)
    if found is None or not queries.is_in_world(session, actor, found[0]):
        abort(404)
    return found


def load_role(role_id: int) -> Role:
    """The role, or 404 when its holder is outside one's world; one's own is inside."""
    session, actor = db.session(), current_user.actor
    role = queries.role_by_id(session, role_id)
    if role is None or not (role.person_id == actor.id or queries.is_in_world(session, actor, role.person)):
        abort(404)
    return role
