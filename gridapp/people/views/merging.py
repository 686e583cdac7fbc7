"""Two accounts of one person: looked for, looked at side by side, and made one (V5, P10)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from gridapp.accounts.acting import Outcome, attempt
from gridapp.accounts.models import Person
from gridapp.core.clock import now
from gridapp.core.database import db
from gridapp.core.masking import masked_phone
from gridapp.core.refusals import Refusal, Refused
from gridapp.people.forms import MergerForm, TwinForm, choices
from gridapp.people.policies.merging import comparing_refusals, merging_refusals
from gridapp.people.queries.merging import Clash, clashes, told_of, with_number
from gridapp.people.views.blueprint import bp
from gridapp.people.views.loading import contributions, load_pair, load_person
from gridapp.people.views.person import show
from gridapp.people.workflow.merging import merge
from gridapp.web import access, answers


@bp.post("/people/<id:person_id>/merger")
@access.coordinator
def look_for_twin(person_id: int) -> Response:
    """Look for the other account by its number: one leads to the check, several are listed. Changes nothing."""
    load_person(person_id)
    form = TwinForm()
    if not form.validate():
        return show(person_id, twin=form, status=422)
    found = with_number(db.session(), current_user.actor, form.other.data, besides=person_id)
    if len(found) == 1:
        return answers.go(f"/people/{person_id}/merger/{found[0].id}")
    if not found:
        form.other.errors = [
            _(
                "No other account in your area has this number. If it may be in another area, ask the town office."
            )
        ]
    return show(person_id, twin=form, twins=found or None, status=200 if found else 422)


@bp.get("/people/<id:person_id>/merger/<id:other_id>")
@access.coordinator
def check_merger(person_id: int, other_id: int) -> Response:
    """Both accounts side by side, what goes over, and what is in the way."""
    return _show(*load_pair(person_id, other_id))


@bp.post("/people/<id:person_id>/merger/<id:other_id>")
@access.coordinator
def merge_accounts(person_id: int, other_id: int) -> Response:
    """Make them one."""
    pair = load_pair(person_id, other_id, one_by_now=True)
    form = _with_choices(MergerForm(), pair)
    if not form.validate():
        return _show(*pair, form=form, status=422)
    stays, gone = pair if form.stays.data == str(person_id) else pair[::-1]
    outcome = _attempt(gone, stays, form.reason.data)
    if outcome.refused:
        return _show(*load_pair(person_id, other_id), form=form, refused=outcome.refused)
    message = _("The two accounts are one now. The person has been told under the number that stays.")
    if outcome.value:
        message += " " + _(
            "Some things overlap; please talk about them: %(things)s", things=_said(outcome.value)
        )
    return answers.go(outcome.address or f"/people/{stays.id}", message)


def _attempt(gone: Person, stays: Person, reason: str) -> Outcome:
    address = f"/people/{stays.id}"
    return attempt(
        lambda by, at: merge(
            db.session(), gone, stays, by=by, reason=reason, at=at, mergings=contributions().mergings
        ),
        address=lambda _clashes: address,
    )


def _show(
    person: Person,
    other: Person,
    *,
    form: MergerForm | None = None,
    refused: Refused | None = None,
    status: int = 200,
) -> Response:
    session, actor, pair = db.session(), current_user.actor, (person, other)
    mergings, compares = contributions().mergings, not comparing_refusals(current_user.actor, (person, other))
    in_the_way = _in_the_way(pair)
    possible = [one for one in pair if not in_the_way[one.id]]
    form = _with_choices(form or MergerForm.empty(), possible)
    if len(possible) == 1:
        form.stays.data = str(possible[0].id)
    return answers.page_or_fragment(
        "people/merger.html",
        "people/_merger.html",
        status=refused.status if refused else status,
        pair=pair,
        compares=compares,
        told=told_of(session, actor, pair, mergings) if compares else [],
        clashes=_overlaps(clashes(session, actor, person.id, other.id, at=now(), mergings=mergings))
        if possible
        else [],
        in_the_way=in_the_way,
        impossible=not possible,
        refusals=refused.refusals if refused else [],
        form=form,
    )


def _in_the_way(pair: tuple[Person, Person]) -> dict[int, list[Refusal]]:
    """By the id of the account that would stay: why it cannot (C3)."""
    found = merging_refusals(
        db.session(), current_user.actor, [pair[::-1], pair], at=now(), mergings=contributions().mergings
    )
    return {stays.id: refusals for stays, refusals in zip(pair, found, strict=True)}


def _with_choices(form: MergerForm, pair: Sequence[Person]) -> MergerForm:
    """The accounts that may stay, by the number with which the person would go on."""
    form.stays.choices = choices([(str(one.id), _called(one)) for one in pair])
    return form


def _called(person: Person) -> str:
    number = masked_phone(person.phone) if person.phone else _("without a number")
    return f"{number} · {person.name}"


def _said(found: Sequence[Clash]) -> str:
    return " · ".join(dict.fromkeys(said for said, _at in _overlaps(found)))


def _overlaps(found: Sequence[Clash]) -> list[tuple[str, datetime]]:
    """What overlaps and when; of what is elsewhere only that there is something (A5, C4)."""
    return [
        (
            " / ".join(
                title if known else _("something else")
                for title, known in zip(clash.titles, clash.known, strict=True)
            ),
            clash.at,
        )
        for clash in found
    ]
