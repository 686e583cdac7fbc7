"""Addresses of the town's setup; to everybody but the town admin they are not there (C6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, abort
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from gridapp.accounts.acting import attempt
from gridapp.areas.queries import forget_kept
from gridapp.core.database import db
from gridapp.core.refusals import Refusal
from gridapp.town import policies, queries, words, workflow
from gridapp.town.forms import CategoryForm, SkillForm, TownForm
from gridapp.volunteers.models import Skill
from gridapp.web import access, answers
from gridapp.wishes.models import Category

bp = Blueprint("town", __name__)


@dataclass(frozen=True)
class List:
    """A list that the town edits: kinds of wishes, or skills."""

    noun: str
    model: type[Any]
    form: type[SkillForm]

    def all(self) -> Sequence[Any]:
        """Every entry, also those that are no longer offered."""
        read = queries.categories if self.model is Category else queries.skills
        return read(db.session())


LISTS = {
    "categories": List("categories", Category, CategoryForm),
    "skills": List("skills", Skill, SkillForm),
}


@bp.get("/town")
@access.coordinator
def index() -> Response:
    """The town's facts, and how they were changed lately."""
    _only_for_the_admin()
    return _show_town()


@bp.post("/town")
@access.coordinator
def change() -> Response:
    """Save the town's facts."""
    _only_for_the_admin()
    form = TownForm()
    if not form.validate():
        return _show_town(form, status=422)
    town = queries.town_of(db.session())
    outcome = attempt(
        lambda by, at: workflow.change_town(db.session(), town, by=by, facts=form.facts(), at=at)
    )
    if outcome.refused:
        return _show_town(form, status=outcome.status, refusals=outcome.refusals)
    forget_kept()
    return answers.go("/town", _("Saved. Every page shows it within half a minute."))


@bp.get("/town/<noun>")
@access.coordinator
def entries(noun: str) -> Response:
    """A list that the town edits."""
    return _show_list(_list(noun))


@bp.post("/town/<noun>")
@access.coordinator
def add(noun: str) -> Response:
    """Offer one more."""
    edited = _list(noun)
    form = edited.form(prefix="another_")
    if not form.validate():
        return _show_list(edited, new=form, status=422)
    outcome = attempt(
        lambda by, at: workflow.add_offered(db.session(), edited.model, by=by, facts=form.facts(), at=at)
    )
    return _answer(edited, outcome.refusals, _("It is offered from now on."))


@bp.post("/town/<noun>/<code>")
@access.coordinator
def change_entry(noun: str, code: str) -> Response:
    """Rename, reorder, take off the list or put back on it."""
    edited = _list(noun)
    entry = db.session().get(edited.model, code[:20])
    if entry is None:
        abort(404)
    form = edited.form(prefix=f"{entry.code}-")
    if not form.validate():
        return _show_list(edited, changed=(entry.code, form), status=422)
    outcome = attempt(
        lambda by, at: workflow.change_offered(db.session(), entry, by=by, facts=form.facts(), at=at)
    )
    return _answer(edited, outcome.refusals, _("Saved. Every page shows it within half a minute."))


def _only_for_the_admin() -> None:
    if policies.setting_up_refusals(current_user.actor):
        abort(404)


def _list(noun: str) -> List:
    _only_for_the_admin()
    if noun not in LISTS:
        abort(404)
    return LISTS[noun]


def _answer(edited: List, refusals: list[Refusal], message: str) -> Response:
    if refusals:
        return _show_list(edited, refusals=refusals, status=refusals[0].status)
    forget_kept()
    return answers.go(f"/town/{edited.noun}", message)


def _show_town(
    form: TownForm | None = None, *, status: int = 200, refusals: Sequence[Refusal] = ()
) -> Response:
    return answers.page_or_fragment(
        "town/town.html",
        "town/_town.html",
        status=status,
        form=form or TownForm.empty(obj=queries.town_of(db.session())),
        changes=queries.changes(db.session()),
        steps=words.STEPS,
        refusals=list(refusals),
    )


def _show_list(
    edited: List,
    *,
    new: SkillForm | None = None,
    changed: tuple[str, SkillForm] | None = None,
    status: int = 200,
    refusals: Sequence[Refusal] = (),
) -> Response:
    rows = [
        (
            entry,
            changed[1]
            if changed and changed[0] == entry.code
            else edited.form.empty(obj=entry, prefix=f"{entry.code}-"),
        )
        for entry in edited.all()
    ]
    return answers.page_or_fragment(
        "town/list.html",
        "town/_list.html",
        status=status,
        noun=edited.noun,
        rows=rows,
        new=new or _one_more(edited),
        refusals=list(refusals),
    )


def _one_more(edited: Any) -> Any:
    """The empty form of one more; a kind comes after the last."""
    form = edited.form.empty(prefix="another_")
    if hasattr(form, "rank"):
        form.rank.data = max((entry.rank for entry in edited.all()), default=0) + 1
    return form
