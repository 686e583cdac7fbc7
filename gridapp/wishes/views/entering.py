"""A new wish, changing it before it is public, taking it back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import abort, request
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from gridapp.accounts.acting import attempt
from gridapp.accounts.queries import Actor
from gridapp.areas.queries import committees, road_names, town_facts
from gridapp.core.clock import now
from gridapp.core.database import db
from gridapp.core.refusals import INVALID, Refused
from gridapp.photos import acting as photos
from gridapp.photos.forms import room_for
from gridapp.volunteers.models import Skill
from gridapp.web import access, answers
from gridapp.web.forms import choices
from gridapp.web.languages import chosen
from gridapp.web.uploads import takes_files
from gridapp.wishes import policies, queries
from gridapp.wishes.forms import CONSENT_HOWS, WishForm, WithdrawForm
from gridapp.wishes.models import MOST_PHOTOS, Category, Source, Wish, WishState
from gridapp.wishes.policies.alike import MAY_BE_THERE, like_new
from gridapp.wishes.views.reading import answer, bp, invalid, load_wish, show
from gridapp.wishes.workflow import entering


@bp.get("/wishes/new")
@access.signed_in
def new() -> Response:
    """The form; committee and name are known."""
    form = _with_choices(WishForm.empty())
    form.committee.data = current_user.committee_code or ""
    if current_user.is_coordinator:
        form.source.data = Source.OTHER.value
    return _show_form(form)


@bp.post("/wishes/new")
@takes_files(room_for(MOST_PHOTOS))
@access.signed_in
def create() -> Response:
    """Enter the wish."""
    form = _with_choices(WishForm())
    if not form.validate():
        return _show_form(form, status=422)
    outcome = attempt(
        lambda by, at: _submit(form, by, at),
        address=lambda wish: wish.url,
        makes_a_thing=True,
        still=_is_alive,
    )
    if outcome.refused:
        return _show_form(form, refused=outcome.refused, alike=_like(form, current_user.actor, now()))
    address = outcome.address or "/me/wishes"
    number = address.rpartition("/")[2]
    said = _(
        "Your wish is with us as number %(number)s. A coordinator looks at it and you will be told.",
        number=number,
    )
    return answers.go(address, said)


def _is_alive(address: str) -> bool:
    """Whether the wish at `address` is not over: one that was taken back or declined can be entered anew."""
    wish = queries.wish_by_id(db.session(), int(address.rpartition("/")[2]))
    return wish is not None and bool(Wish.TRANSITIONS[wish.state] or wish.state == WishState.CONFIRMED)


def _like(form: WishForm, by: Actor, at: datetime) -> list[Any]:
    phone = form.contact(by.person.name, by.person.phone).phone
    return like_new(db.session(), by, says=form.facts(), phone=phone, at=at)


def _submit(form: WishForm, by: Actor, at: datetime) -> Wish:
    """Enter it; what may be there already is shown first, once (W2)."""
    if not form.anyway.data and _like(form, by, at):
        raise Refused([MAY_BE_THERE])
    return entering.submit_wish(
        db.session(),
        by=by,
        at=at,
        facts=form.facts(),
        contact=form.contact(by.person.name, by.person.phone),
        source=Source(form.source.data),
        consent_how=form.consent.data or None,
        photos=form.photos.choice,
    )


@bp.get("/wishes/<id:wish_id>/edit")
@access.signed_in
def edit(wish_id: int) -> Response:
    """The author's own form, while the wish can be edited (W7)."""
    wish = load_wish(wish_id)
    if refusals := policies.editing_refusals(current_user.actor, wish):
        return show(wish, refused=Refused(refusals))
    form = _with_choices(WishForm.empty(), wish)
    form.photos.there = wish.photos
    form.fill_from(wish, queries.beneficiary_of(db.session(), wish))
    return _show_form(form, wish=wish)


@bp.post("/wishes/<id:wish_id>/edit")
@takes_files(room_for(MOST_PHOTOS))
@access.signed_in
def change(wish_id: int) -> Response:
    """Save the author's changes; answers the question that was asked."""
    wish = load_wish(wish_id)
    if refusals := policies.editing_refusals(current_user.actor, wish):
        return show(wish, refused=Refused(refusals))
    form = _with_choices(WishForm(), wish)
    form.source.data = wish.source  # for whom a wish is does not change, wherever it came from
    form.source.choices = choices([(wish.source, "")])
    form.photos.there = wish.photos
    if not form.validate():
        return _show_form(form, wish=wish, status=422)
    outcome = attempt(lambda by, at: _change(wish, form, by, at))
    # a photo too many, or one that is no longer kept; an answer that came too late
    if outcome.refused and (outcome.status == INVALID or form.reply.data):
        return _show_form(form, wish=wish, refused=outcome.refused)
    if outcome.refused:
        return show(wish, refused=outcome.refused)
    return answers.go(wish.url, _("Saved. The coordinator looks at it again."))


def _change(wish: Wish, form: WishForm, by: Actor, at: datetime) -> None:
    entering.change_wish(
        db.session(),
        wish,
        by=by,
        at=at,
        facts=form.facts(),
        contact=form.contact(by.person.name, by.person.phone),
        consent_how=form.consent.data or None,
        photos=form.photos.choice,
        reply=form.reply.data or None,
    )


@bp.post("/wishes/<id:wish_id>/withdrawal")
@access.signed_in
def withdraw(wish_id: int) -> Response:
    """Take the wish back."""
    wish, form = load_wish(wish_id), WithdrawForm(prefix="withdraw-")
    if not form.validate():
        refusals = policies.withdrawing_wish_refusals(current_user.actor, wish)
        return invalid(wish, refusals, {"withdraw": form})
    outcome = attempt(
        lambda by, at: entering.withdraw_wish(db.session(), wish, by=by, reason=form.why.data, at=at)
    )
    return answer(wish, outcome, _("The wish is withdrawn. Everybody who had taken it on has been told."))


def _show_form(
    form: WishForm,
    *,
    wish: Wish | None = None,
    status: int = 200,
    refused: Refused | None = None,
    alike: Sequence[Any] = (),
) -> Response:
    if request.method == "GET" and wish is not None and wish.author_id != current_user.id:
        abort(404)
    if request.method == "POST":
        photos.keep(form.photos)
    if wish is not None:
        wish = load_wish(wish.id)
        form.photos.there = wish.photos
    response = answers.page_or_fragment(
        "wishes/edit.html",
        "wishes/_form.html",
        status=refused.status if refused else status,
        form=form,
        wish=wish,
        refusals=refused.refusals if refused else [],
        alike=alike,
        roads=road_names(db.session()),
        value_limit=form.value_limit,
    )
    return answers.no_store(response)


def _with_choices(form: WishForm, wish: Wish | None = None) -> WishForm:
    """With what is offered, and what the wish bears already although it is offered no longer (A7)."""
    name = "name" if chosen() == "zh" else "name_en"
    session, none = db.session(), ("", _("Please choose"))
    borne = [one for one in (wish.category, wish.skill) if one and one.retired] if wish else []
    kept = {type(one): (one.code, getattr(one, name)) for one in borne}
    kinds = [(row.code, getattr(row, name)) for row in queries.categories(session)]
    kinds += [kept[Category]] if Category in kept else []
    skills = [(row.code, getattr(row, name)) for row in queries.skill_choices(session)]
    skills += [kept[Skill]] if Skill in kept else []
    form.category.choices = choices([none, *kinds])
    form.committee.choices = choices([none, *committees(session)])
    form.skill.choices = choices([("", _("none in particular")), *skills])
    form.consent.choices = choices([("", _("not asked yet")), *CONSENT_HOWS])
    form.value_limit = town_facts(session).value_limit_yuan
    form.own_phone, form.by_staff = current_user.known.person.phone, current_user.is_coordinator
    return form
