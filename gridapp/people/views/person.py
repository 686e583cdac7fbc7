"""One person: roles now and before; giving a role; disabling and enabling; the number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from gridapp.accounts.acting import Outcome, attempt
from gridapp.accounts.models import Person, Role, RoleKind
from gridapp.accounts.queries import Actor
from gridapp.areas.models import AreaKind
from gridapp.areas.queries import areas
from gridapp.core.clock import now
from gridapp.core.database import db
from gridapp.core.refusals import Refused
from gridapp.people import policies, queries
from gridapp.people.forms import ClosingForm, CodeForm, GrantForm, TwinForm, choices
from gridapp.people.models import Intermediary
from gridapp.people.queries import merging
from gridapp.people.views.blueprint import bp
from gridapp.people.views.loading import contributions, load_person
from gridapp.people.words import GIVEN_HERE, KINDS
from gridapp.people.workflow import accounts, roles
from gridapp.web import access, answers


@bp.get("/people/<id:person_id>")
@access.coordinator
def person(person_id: int) -> Response:
    """The person."""
    return render(*load_person(person_id))


@bp.post("/people/<id:person_id>/roles")
@access.coordinator
def give_role(person_id: int) -> Response:
    """Give a role."""
    found, _through = load_person(person_id)
    form = _with_choices(GrantForm())
    if not form.validate():
        return show(person_id, grant=form, status=422)
    outcome = attempt(
        lambda by, at: roles.give(db.session(), found, form.grant(_town_id(), at), by=by, at=at)
    )
    return _answer(found, outcome, _("The role is given. The person has been told."), grant=form)


@bp.post("/people/<id:person_id>/closure")
@access.coordinator
def disable(person_id: int) -> Response:
    """Disable the account."""
    found, _through = load_person(person_id)
    form = ClosingForm()
    if not form.validate():
        return show(person_id, closing=form, status=422)
    outcome = attempt(
        lambda by, at: accounts.disable(
            db.session(),
            found,
            by=by,
            reason=form.reason.data,
            at=at,
            responsibilities=contributions().responsibilities,
            then=contributions().when_disabled,
        )
    )
    return _answer(found, outcome, _("The account is disabled, and signed out everywhere."), closing=form)


@bp.post("/people/<id:person_id>/reopening")
@access.coordinator
def enable(person_id: int) -> Response:
    """Enable the account again."""
    found, _through = load_person(person_id)
    outcome = attempt(lambda by, at: accounts.enable(db.session(), found, by=by, at=at))
    return _answer(found, outcome, _("The account is enabled again. Roles have to be given anew."))


@bp.post("/people/<id:person_id>/phone")
@access.coordinator
def reveal_phone(person_id: int) -> Response:
    """Show the number once; logged (C4)."""
    found, through = load_person(person_id)
    outcome = attempt(lambda by, at: accounts.reveal_phone(db.session(), found, through, by=by, at=at))
    if outcome.refused:
        return show(person_id, refused=outcome.refused)
    return answers.no_store(show(person_id, phone=outcome.value))


def show(person_id: int, **more: Any) -> Response:
    """The person as they stand after an attempt to change something; `more` as `render` takes it."""
    return render(*load_person(person_id), **more)


def render(
    person: Person,
    through: Intermediary | None,
    *,
    refused: Refused | None = None,
    status: int = 200,
    phone: str | None = None,
    grant: GrantForm | None = None,
    closing: ClosingForm | None = None,
    code: CodeForm | None = None,
    twin: TwinForm | None = None,
    twins: Sequence[Any] | None = None,
) -> Response:
    """The person's page, or its piece for htmx; `person` has just been read.

    `twins` are other accounts that may be the same person's; without, those of the same name next door (V5).
    """
    at, actor = now(), current_user.actor
    every = queries.roles_of(db.session(), person.id)
    current = [role for role in every if role.ends_at is None or role.ends_at > at]
    return answers.page_or_fragment(
        "people/person.html",
        "people/_person.html",
        status=refused.status if refused else status,
        person=person,
        through=through,
        current=current,
        past=[role for role in every if role not in current],
        at=at,
        refusals=refused.refusals if refused else [],
        phone=phone,
        may=(may := _may(actor, person, current)),
        twin=twin or TwinForm.empty(),
        twins=(merging.twins(db.session(), person) if twins is None else twins) if may["merge"] else [],
        grant=grant or _with_choices(GrantForm.empty()),
        closing=closing or ClosingForm.empty(),
        code=code or CodeForm.empty(),
    )


def _may(actor: Actor, person: Person, roles: Sequence[Role]) -> dict[str, Any]:
    """What the page offers; each POST asks the policies again (C3)."""
    other = person.id != actor.id
    session = db.session()
    return {
        "end": [role.id for role in roles if policies.seems_endable(session, actor, role)],
        "call": not policies.looking_after_refusals(actor, person),
        "give": other and person.disabled_at is None and person.phone is not None,
        "code": not policies.code_refusals(actor, person, roles),
        "disable": actor.is_town_admin and other and person.disabled_at is None,
        "merge": other and person.disabled_at is None and not policies.looking_after_refusals(actor, person),
        "enable": not policies.enabling_refusals(actor, person),
    }


def _answer(person: Person, outcome: Outcome, message: str, **forms: Any) -> Response:
    if outcome.refused:
        return show(person.id, refused=outcome.refused, **forms)
    answers.tell(message)
    return show(person.id) if answers.wants_fragment() else answers.go(request.path.rpartition("/")[0])


def _with_choices(form: GrantForm) -> GrantForm:
    """What the giver may give: a town admin all, a coordinator their own role inside what they cover (A4)."""
    actor, session = current_user.actor, db.session()
    everything = actor.is_town_admin
    kinds = GIVEN_HERE if everything else (RoleKind.COORDINATOR,)
    inside = set(queries.areas_inside(session, actor.charge))
    form.kind.choices = choices([("", _("Please choose")), *((str(kind), _(KINDS[kind])) for kind in kinds)])
    form.area.choices = choices(
        [
            ("", _("none")),
            *((str(area.id), area.name) for area in areas(session) if everything or area.id in inside),
        ]
    )
    return form


def _town_id() -> int | None:
    return next((area.id for area in areas(db.session()) if area.kind == AreaKind.TOWN), None)
