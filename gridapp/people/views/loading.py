"""A person or a role is loaded and authorised in one step (A5)."""

from __future__ import annotations

from typing import NoReturn

from flask import abort, current_app, request
from flask_babel import gettext as _
from flask_login import current_user

from gridapp.accounts.models import Person, Role
from gridapp.core.database import db
from gridapp.core.features import Contributions
from gridapp.core.refusals import Refused
from gridapp.people import queries
from gridapp.people.models import Intermediary
from gridapp.people.policies.merging import ONE_NOW
from gridapp.people.queries import merging
from gridapp.web import answers


def contributions() -> Contributions:
    """What the features contribute."""
    found: Contributions = current_app.extensions["gridapp"]
    return found


def load_person(person_id: int) -> tuple[Person, Intermediary | None]:
    """The person and through whom they are reached, or 404 outside one's world (A5)."""
    session, actor = db.session(), current_user.actor
    found = queries.person_by_id(session, person_id)
    if found is not None and found[0].merged_into_id is not None:
        lead_to_survivor(found[0].merged_into_id)
    if found is None or not queries.is_in_world(session, actor, found[0]):
        abort(404)
    return found


def lead_to_survivor(person_id: int) -> NoReturn:
    """Old links lead on to the account that stayed, for whoever may see that one; else 404 (V5)."""
    session, actor = db.session(), current_user.actor
    if not queries.is_in_world(session, actor, session.get_one(Person, person_id)):
        abort(404)
    lead_on(f"/people/{person_id}")


def lead_on(address: str) -> NoReturn:
    """To the page of the account that stayed; what was sent for the other is not carried out, and says so."""
    if request.method != "GET":
        raise Refused([ONE_NOW])
    abort(answers.go(address, _("These two accounts are one now. This is the one that stayed."), "info"))


def load_pair(person_id: int, other_id: int, *, one_by_now: bool = False) -> tuple[Person, Person]:
    """Two accounts, or 404 where either is outside one's world; where they are one already, on to that one (V5).

    For a form that is sent twice they may be `one_by_now`.
    """
    session, actor = db.session(), current_user.actor
    found = merging.pair(session, person_id, other_id)
    if len(found) < 2 or not all(queries.is_in_world(session, actor, person) for person in found):
        abort(404)
    merged = next((person for person in found if person.merged_into_id is not None), None)
    if merged is not None and merged.merged_into_id is not None and not one_by_now:
        lead_to_survivor(merged.merged_into_id)
    return found[0], found[1]


def load_role(role_id: int) -> Role:
    """The role, or 404 when its holder is outside one's world; one's own is inside."""
    session, actor = db.session(), current_user.actor
    role = queries.role_by_id(session, role_id)
    if role is None or not (role.person_id == actor.id or queries.is_in_world(session, actor, role.person)):
        abort(404)
    return role
