"""A role ends, and what hangs on it is handed over (A3)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from gridapp.accounts.acting import attempt
from gridapp.accounts.models import Person, Role
from gridapp.accounts.queries import Actor, person_by_phone
from gridapp.core.clock import now
from gridapp.core.database import db
from gridapp.core.refusals import INVALID, Refusal, Refused
from gridapp.core.words import N_
from gridapp.people import policies, queries, words
from gridapp.people.forms import ANOTHER, NOBODY, HandoverForm, choices
from gridapp.people.views.blueprint import bp
from gridapp.people.views.loading import contributions, load_role
from gridapp.people.workflow import roles
from gridapp.web import access, answers
from gridapp.web.words import listed

NOT_FOUND = Refusal(
    "nobody_has_this_number",
    INVALID,
    N_("Nobody in your area has this number."),
    N_("Check it with the person; whoever has no account yet signs up first."),
)


@bp.get("/desk/roles/<id:role_id>/handover")
@access.coordinator
def handover(role_id: int) -> Response:
    """What hangs on the role, who shares it, and the form."""
    role = load_role(role_id)
    refusals = policies.ending_refusals(db.session(), current_user.actor, role, at=now())
    return _show(role, _with_choices(HandoverForm.empty(), role), refusals)


@bp.post("/desk/roles/<id:role_id>/handover")
@access.coordinator
def end(role_id: int) -> Response:
    """End it at once, and hand over."""
    role = load_role(role_id)
    form = _with_choices(HandoverForm(), role)
    if not form.validate():
        return _show(role, form, status=422)
    outcome = attempt(lambda by, at: _end(role, form, by, at))
    if outcome.refused:
        return _show(load_role(role_id), form, outcome.refusals, outcome.status)
    own = role.person_id == current_user.id
    said = _("The role has ended. The successor has been told, with the list and your note.")
    return answers.go("/me" if own else f"/people/{role.person_id}", said)


def _end(role: Role, form: HandoverForm, by: Actor, at: datetime) -> None:
    roles.end(
        db.session(),
        role,
        by=by,
        at=at,
        note=form.note.data or "",
        responsibilities=contributions().responsibilities,
        successor=_successor(form, by),
    )


def _successor(form: HandoverForm, by: Actor) -> Person | None:
    """Whoever was chosen. Raises Refused when nobody of one's world has the number: no more is said (A5)."""
    session = db.session()
    if form.successor.data == NOBODY:
        return None
    if form.successor.data != ANOTHER:
        return session.get_one(Person, int(form.successor.data))
    person = person_by_phone(session, form.phone.data)
    if person is None or not queries.is_in_world(session, by, person):
        raise Refused([NOT_FOUND])
    return person


def _with_choices(form: HandoverForm, role: Role) -> HandoverForm:
    session, at = db.session(), now()
    others = queries.sharing(session, role, at=at)
    if roles.is_left_alone(session, role, others):
        nobody = _("Nobody new: the town office is in charge then")
    else:
        names = listed(other.name for other in others.values())
        nobody = _("Nobody new: %(names)s go on", names=names)
    known = queries.successors(session, current_user.actor, role, at=at)
    people = [
        (str(id_), f"{one.person.name} · {one.post or _(words.KINDS[one.kind])}")
        for id_, one in known.items()
    ]
    form.successor.choices = choices(
        [(NOBODY, nobody), *people, (ANOTHER, _("somebody else, by mobile number"))]
    )
    return form


def _show(role: Role, form: HandoverForm, refusals: Sequence[Refusal] = (), status: int = 200) -> Response:
    return answers.page_or_fragment(
        "people/handover.html",
        "people/_handover.html",
        status=status,
        role=role,
        form=form,
        refusals=list(refusals),
        hanging=queries.hanging_on(db.session(), role, contributions().responsibilities, at=now()),
    )
