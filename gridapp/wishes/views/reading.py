"""A wish's page, one's own wishes, and the desk's queues."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, abort, render_template
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from gridapp.accounts.acting import Outcome, actor_now
from gridapp.accounts.queries import Actor
from gridapp.core.clock import now
from gridapp.core.database import db
from gridapp.core.refusals import Refusal, Refused
from gridapp.web import access, answers
from gridapp.web.languages import chosen
from gridapp.web.pages import page_key
from gridapp.web.words import today
from gridapp.wishes import policies, queries, words
from gridapp.wishes.models import PLACE_TAKEN, Claim, ClaimState, Wish, WishState
from gridapp.wishes.policies.alike import like_this
from gridapp.wishes.policies.changing import changing_refusals
from gridapp.wishes.policies.lateness import is_late
from gridapp.wishes.policies.photos import may_see_claim
from gridapp.wishes.policies.slips import slip_is_of_use, slip_refusals
from gridapp.wishes.queries.nearby import alternatives
from gridapp.wishes.views.empty_forms import answer_forms, empty_forms
from gridapp.wishes.views.new_time import new_time
from gridapp.wishes.views.photos import photos_that_can_go
from gridapp.wishes.views.taking_part import goer_forms, rows_shown, taking_part
from gridapp.wishes.views.telling import story_of
from gridapp.wishes.workflow.claiming import WORDS

bp = Blueprint("wishes", __name__)
ASK_BY_PHONE_AFTER = timedelta(days=7)


@bp.app_context_processor
def _words() -> dict[str, Any]:
    return {
        "wish_words": words,
        "is_overdue": lambda wish: policies.is_overdue(wish, now()),
        "wish_mark": lambda wish: (
            words.OVERDUE if policies.is_overdue(wish, now()) else words.STATES[wish.state]
        ),
        "local_name": "category" if chosen() == "zh" else "category_en",
    }


@bp.app_template_filter("door_word")
def _door_word(word: str) -> str:
    """陶罐; in English with its sound and meaning (W19)."""
    return word if chosen() == "zh" else f"{word} ({WORDS[word]})" if word in WORDS else word


@bp.get("/wishes/<id:wish_id>")
@access.public
def wish(wish_id: int) -> Response:
    """One wish: what everybody sees, and for those concerned its story and what they can do (W3, W13)."""
    return render(load_wish(wish_id))


@bp.get("/wishes/<id:wish_id>/looks")
@access.signed_in
def looks(wish_id: int) -> str:
    """Who looked at name, phone and address: for whoever entered the wish, and the coordinator (C4)."""
    wish = load_wish(wish_id)
    if not policies.is_concerned(current_user.actor, wish):
        abort(404)
    in_charge = current_user.actor.in_charge_of(wish.committee_code)
    rows = queries.looks_at(db.session(), wish)
    return render_template("wishes/looks.html", wish=wish, looks=rows, in_charge=in_charge)


@bp.get("/me/wishes")
@access.signed_in
def own() -> str:
    """The wishes that one has entered, in any state."""
    session, after = db.session(), page_key()
    waiting = queries.waiting_for(session, current_user.id) if after is None else []
    page = queries.wishes_of(session, current_user.id, after=after)
    return render_template("wishes/own.html", page=page, waiting=waiting)


def load_wish(wish_id: int) -> Wish:
    """The wish, or 404 outside one's world (C6)."""
    found = queries.wish_by_id(db.session(), wish_id)
    if found is None or not policies.may_see(db.session(), actor_now(), found):
        abort(404)
    return found


def load_claim(claim_id: int) -> Claim:
    """The claim of a wish in one's world, or 404."""
    found = queries.claim_by_id(db.session(), claim_id)
    if found is None:
        abort(404)
    actor = actor_now()
    if not may_see_claim(actor, found):
        abort(404)
    return found


def show(
    wish: Wish,
    *,
    refused: Refused | None = None,
    status: int = 200,
    forms: dict[str, Any] | None = None,
    contact: Any = None,
) -> Response:
    """The wish as it is after an attempt to change it; `forms` are those that were refused, `contact` is a reveal."""
    fresh = queries.wish_by_id(db.session(), wish.id)
    assert fresh is not None
    return render(fresh, refused=refused, status=status, forms=forms, contact=contact)


def render(
    wish: Wish,
    *,
    refused: Refused | None = None,
    status: int = 200,
    forms: dict[str, Any] | None = None,
    contact: Any = None,
) -> Response:
    """The wish's page, or its piece for htmx; `wish` has just been read."""
    return answers.page_or_fragment(
        "wishes/wish.html",
        "wishes/_wish.html",
        status=refused.status if refused else status,
        wish=wish,
        refused=refused.refusals if refused else [],
        contact=contact,
        **_what_is_shown(wish, refused, forms or {}),
    )


def invalid(wish: Wish, refusals: list[Refusal], forms: dict[str, Any]) -> Response:
    """After a form that does not hold: 422 with what is wrong, or the refusal of who may not send it at all (C6)."""
    return show(wish, refused=Refused(refusals) if refusals else None, forms=forms, status=422)


def answer(
    wish: Wish, outcome: Outcome, message: str, *, still: bool = True, forms: dict[str, Any] | None = None
) -> Response:
    """After an attempt: the page with the reasons, or the message and the wish as it is now (C9).

    To a form that comes again the message is said only where it is `still` true (C14).
    """
    if outcome.refused:
        return show(wish, refused=outcome.refused, forms=forms)
    if outcome.is_repeated and not still:
        answers.tell(_("This was done already. Below you see where it stands now."), "info")
    else:
        answers.tell(message)
    if answers.wants_fragment() and policies.may_see(db.session(), actor_now(), wish):
        return show(wish)
    return answers.go(wish.url)


def _what_is_shown(wish: Wish, refused: Refused | None, forms: dict[str, Any]) -> dict[str, Any]:
    session, actor, at = db.session(), actor_now(), now()
    concerned = policies.is_concerned(actor, wish)
    rows, clashes = rows_shown(actor, wish)
    claims = [row[0] for row in rows if concerned or (actor and row[0].person_id == actor.id)]
    mine = _latest_of(actor, claims)
    held = mine if mine is not None and mine.state == ClaimState.HELD and mine.going else None
    claiming = _claiming_refusals(wish, claims, mine)
    story = _story(wish, claims, actor) if concerned or mine is not None else []
    part = taking_part(actor, wish, rows, at=at)
    may = _permissions(actor, wish, claims, claiming)
    gone = {"full", "closed", "over", "somebody_in_mind"} & {
        one.code for one in (*claiming, *(refused.refusals if refused else ()))
    }
    return {
        "actor": actor,
        "concerned": concerned,
        "in_charge": actor is not None and actor.in_charge_of(wish.committee_code),
        "mine": mine,
        "held": held,
        "ask_by_phone": _ask_by_phone(actor, wish, claims, at),
        "late": held is not None and is_late(session, wish, since=held.since, at=at),
        "claims": rows if concerned else [],
        "taken_away": photos_that_can_go(actor, wish, claims),
        "claiming": claiming,
        "alternatives": _alternatives(wish) if gone and not concerned else [],
        "my_turn": _is_my_turn(actor, wish, claims, held),
        "story": story,
        **new_time(actor, wish, held, story, clashes, at=at),
        "alike": like_this(session, actor, wish, at=at)
        if actor and not policies.checking_refusals(actor, wish)
        else [],
        "needs_consent": policies.needs_consent(wish),
        "forms": {
            **empty_forms(wish, claims, held, part["ours"], may),
            **answer_forms(claims, by_phone=actor is not None and actor.id != wish.author_id),
            **goer_forms(part["ours"], part["able"], part["own_teams"]),
            **forms,
        },
        **part,
        **may,
    }


def _ask_by_phone(actor: Actor | None, wish: Wish, claims: list[Claim], at: datetime) -> set[int]:
    """Ids of the claims that nobody has confirmed for so long that whoever is in charge asks by phone (W11)."""
    if actor is None or policies.revealing_refusals(actor, wish, claims, at=at):
        return set()
    return {
        claim.id
        for claim in claims
        if claim.state == ClaimState.DONE
        and claim.reported_at
        and claim.reported_at < at - ASK_BY_PHONE_AFTER
        and actor.in_charge_of(wish.committee_code)
        and not policies.confirming_refusals(actor, claim)
    }


def _is_my_turn(actor: Actor | None, wish: Wish, claims: list[Claim], held: Claim | None) -> bool:
    """Whether this reader is the one whom the wish waits for: then the page's side says what to do."""
    if actor is None or held is not None:
        return held is not None
    if any(not policies.confirming_refusals(actor, claim) for claim in claims):
        return True
    return not policies.checking_refusals(actor, wish) or (
        wish.state == WishState.ASKED_BACK and wish.author_id == actor.id
    )


def _alternatives(wish: Wish) -> Sequence[Any]:
    actor = actor_now()
    return alternatives(db.session(), wish, at=now(), not_by=actor.id if actor else None)


def _claiming_refusals(wish: Wish, claims: list[Claim], mine: Claim | None) -> list[Refusal]:
    """Why this reader may not take the wish on; nothing is said to visitors, authors and holders."""
    actor = actor_now()
    if actor is None or actor.id == wish.author_id or not queries.is_public(wish):
        return []
    if mine is not None and mine.going and mine.state in PLACE_TAKEN:
        return []
    return policies.claiming_refusals(db.session(), actor, wish, claims, at=now(), today=today())


def _latest_of(actor: Actor | None, claims: list[Claim]) -> Claim | None:
    return next((claim for claim in reversed(claims) if actor and claim.person_id == actor.id), None)


def _permissions(
    actor: Actor | None, wish: Wish, claims: list[Claim], claiming: list[Refusal]
) -> dict[str, bool]:
    """Which buttons there are: the same functions that the POSTs ask (C3)."""
    names = ("claim", "check", "edit", "withdraw", "close", "complete", "reveal", "print_slip", "reword")
    if actor is None:
        return {f"may_{name}": name == "claim" for name in names}
    at, mine = now(), _latest_of(actor, claims)
    takes_part = wish.author_id == actor.id or (mine is not None and mine.going and mine.state in PLACE_TAKEN)
    return {
        "may_claim": queries.is_public(wish) and not takes_part and not claiming,
        "may_check": not policies.checking_refusals(actor, wish),
        "may_edit": not policies.editing_refusals(actor, wish),
        "may_withdraw": not policies.withdrawing_wish_refusals(actor, wish),
        "may_print_slip": not slip_refusals(actor, wish) and slip_is_of_use(actor, wish),
        "may_reword": not changing_refusals(actor, wish),
        "may_close": not policies.closing_refusals(actor, wish),
        "may_complete": mine is not None and not policies.completing_refusals(actor, mine, at=at),
        "may_reveal": not policies.revealing_refusals(actor, wish, claims, at=at),
    }


def _story(wish: Wish, claims: list[Claim], actor: Actor | None) -> list[dict[str, Any]]:
    """What a volunteer wrote is for those concerned and for that volunteer."""
    concerned = policies.is_concerned(actor, wish)
    return story_of(
        wish, claims, may_read=lambda whose: concerned or (actor is not None and whose == actor.id)
    )
