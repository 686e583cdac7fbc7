"""One's organisations, the invitations to oneself, and entering an organisation."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from gridapp.accounts.acting import attempt
from gridapp.areas.queries import committees
from gridapp.core.database import db
from gridapp.core.refusals import Refused
from gridapp.organisations import policies, queries, workflow
from gridapp.organisations.forms import EntryForm
from gridapp.organisations.models import OrganisationKind
from gridapp.organisations.views.blueprint import bp
from gridapp.organisations.words import KINDS
from gridapp.web import access, answers
from gridapp.web.forms import choices
from gridapp.web.words import say


@bp.get("/me/organisation")
@access.signed_in
def own() -> Response:
    """What one belongs to, and what asks one to join."""
    return show_own()


@bp.post("/me/organisation")
@access.signed_in
def enter() -> Response:
    """Enter an organisation; its coordinator looks at it."""
    form = _offered(EntryForm())
    if not form.validate():
        return show_own(form=form, status=422)
    outcome = attempt(
        lambda by, at: workflow.enter(
            db.session(),
            by=by,
            name=form.name.data,
            kind=OrganisationKind(form.kind.data),
            committee_code=form.committee.data,
            at=at,
        ),
        address=lambda organisation: organisation.url,
        makes_a_thing=True,
    )
    if outcome.refused:
        return show_own(form=form, refused=outcome.refused)
    said = _("Your organisation is entered. The coordinator of its committee gets in touch and decides.")
    return answers.go(outcome.address or "/me/organisation", said)


def show_own(*, form: EntryForm | None = None, status: int = 200, refused: Refused | None = None) -> Response:
    """The page of one's own organisations, or its piece for htmx."""
    session, actor = db.session(), current_user.actor
    own_ones = queries.organisations_of(session, actor.id)
    if form is None:
        form = _offered(EntryForm.empty())
        form.committee.data = current_user.committee_code or ""
    return answers.page_or_fragment(
        "organisations/own.html",
        "organisations/_own.html",
        status=refused.status if refused else status,
        own=own_ones,
        invitations=queries.invitations_to(session, actor.id),
        may_enter=not policies.applying_refusals(actor, own_ones),
        form=form,
        refusals=refused.refusals if refused else [],
    )


def _offered(form: EntryForm) -> EntryForm:
    form.kind.choices = choices((kind.value, say(KINDS[kind])) for kind in OrganisationKind)
    form.committee.choices = choices([("", _("Please choose")), *committees(db.session())])
    return form
