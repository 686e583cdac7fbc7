"""Time, place and places of a wish that is public already: the form, what is checked before others are told, and the
change (C13, P10)."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from werkzeug.wrappers import Response

from gridapp.accounts.acting import Outcome, attempt
from gridapp.core.database import db
from gridapp.core.refusals import Refused
from gridapp.web import access, answers
from gridapp.web.words import joined
from gridapp.wishes.forms.changing import ArrangementForm
from gridapp.wishes.models import UNFINISHED, Wish
from gridapp.wishes.policies.changing import LOOK_FIRST, changing_refusals
from gridapp.wishes.queries.arranging import clashes_at, seal_of
from gridapp.wishes.queries.times import Arrangement, Times
from gridapp.wishes.views.new_time import said_by_claim
from gridapp.wishes.views.people import helpers_on
from gridapp.wishes.views.reading import bp, load_wish, show
from gridapp.wishes.workflow import arranging

COMES_BACK = {"changed_meanwhile", "places_are_taken"}  # with what was typed, beside the wish as it is now


@bp.get("/wishes/<id:wish_id>/arrangement")
@access.signed_in
def arrangement(wish_id: int) -> Response:
    """The form, with what the wish says now."""
    wish = load_wish(wish_id)
    if refusals := changing_refusals(current_user.actor, wish):
        return show(wish, refused=Refused(refusals))
    return _show_form(wish, ArrangementForm.empty().fill_from(wish))


@bp.post("/wishes/<id:wish_id>/arrangement")
@access.signed_in
def rearrange(wish_id: int) -> Response:
    """Change it; where anybody is to come, first show whom that concerns, and how (P10)."""
    wish, form = load_wish(wish_id), ArrangementForm()
    if refusals := changing_refusals(current_user.actor, wish):
        return show(wish, refused=Refused(refusals))
    if not form.validate() or form.again.data:
        return _show_form(wish, form, status=422 if form.errors else 200)
    new = form.arrangement(Times.of(wish))
    outcome = attempt(
        lambda by, at: arranging.rearrange_wish(
            db.session(),
            wish,
            new,
            version=form.version.data or 0,
            seen=form.seen.data or "",
            by=by,
            at=at,
        )
    )
    if outcome.refused:
        return _refused(wish, form, new, outcome.refused)
    return answers.go(wish.url, *_said(outcome))


def _refused(wish: Wish, form: ArrangementForm, new: Arrangement, refused: Refused) -> Response:
    fresh, codes = load_wish(wish.id), {one.code for one in refused.refusals}
    if LOOK_FIRST.code in codes:
        return _show_check(fresh, form, new, refused if form.seen.data else None)
    if codes & COMES_BACK and not changing_refusals(current_user.actor, fresh):
        return _show_form(fresh, form, refused=refused)
    return show(fresh, refused=refused)


def _said(outcome: Outcome) -> tuple[str, str]:
    if outcome.is_repeated:
        return _("This was done already. Below you see where it stands now."), "info"
    done = outcome.value
    if not done.changed:
        return _("Nothing is different, so nobody was told."), "info"
    said = _("Changed.")
    if done.told:
        told = ngettext("%(num)s person has been told.", "%(num)s people have been told.", done.told)
        said = joined(said, told)
    if done.clashing:
        clashing = ngettext(
            "%(num)s of them has something else then; below you see who.",
            "%(num)s of them have something else then; below you see who.",
            done.clashing,
        )
        said = joined(said, clashing)
    return said, "success"


def _show_form(
    wish: Wish, form: ArrangementForm, *, status: int = 200, refused: Refused | None = None
) -> Response:
    return _show(wish, form, refused, status=status, check=None)


def _show_check(wish: Wish, form: ArrangementForm, new: Arrangement, refused: Refused | None) -> Response:
    """Before and after, who is told, and who has something else then, as the coordinator may know it (A5, C4)."""
    actor = current_user.actor
    rows = [row for row in helpers_on(wish, actor) if row.claim.state in UNFINISHED]
    clashes = clashes_at(db.session(), wish, new.times)
    check = {
        "new": new,
        "is_retimed": new.times != Times.of(wish),
        "rows": rows,
        "author_told": wish.author_id != actor.id,
        "clashes": said_by_claim(actor, clashes),
        "seal": seal_of([row.claim.id for row in rows], clashes),
    }
    return _show(wish, form, refused, check=check)


def _show(
    wish: Wish, form: ArrangementForm, refused: Refused | None, *, check: Any, status: int = 200
) -> Response:
    response = answers.page_or_fragment(
        "wishes/arrangement.html",
        "wishes/_arrangement.html",
        status=refused.status if refused else status,
        wish=wish,
        form=form,
        refusals=refused.refusals if refused else [],
        check=check,
    )
    return answers.no_store(response)
