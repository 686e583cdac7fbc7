"""Who is signed in, and how every feature writes on that person's behalf.

Flask-Login keeps a random token in the signed cookie; everything else is in `sign_ins`, so that
ending a session, a role or an account counts from the next request on (D4, A2).
"""

from __future__ import annotations

import ipaddress
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property, partial
from typing import Any

import structlog
from flask import Flask, abort, current_app, request, session
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from sqlalchemy import update
from sqlalchemy.exc import DBAPIError, IntegrityError

from gridapp.accounts import queries, workflow
from gridapp.accounts.models import Person, RoleKind, SignIn
from gridapp.core.clock import now
from gridapp.core.database import begin_writing, db, is_lost_race, what_failed, writing
from gridapp.core.idempotency import AlreadyDone, spend
from gridapp.core.refusals import Conflict, Refusal, Refused
from gridapp.web import kept_forms
from gridapp.web.access import lead_to_sign_in

RENEW_AFTER = timedelta(minutes=5)
SAME_AGAIN = timedelta(minutes=30)
KEY = re.compile(r"[A-Za-z0-9_-]{1,64}")
log = structlog.get_logger()


class Viewer(UserMixin):
    """The person behind a request, as templates and access marks see them."""

    def __init__(self, token: str, known: queries.SignedIn):
        self.token, self.known = token, known
        self.id, self.name, self.unseen = known.person.id, known.person.name, known.unseen
        self.committee_code = known.person.committee_code

    def get_id(self) -> str:
        """What Flask-Login keeps in the signed cookie."""
        return self.token

    @cached_property
    def actor(self) -> queries.Actor:
        """Who acts, with the committees in charge of; one more statement, for staff alone."""
        return queries.actor_for(db.session(), self.known.person, self.known.roles, at=now())

    @property
    def is_coordinator(self) -> bool:
        """Whether there is a desk for this person."""
        return any(role.kind in (RoleKind.COORDINATOR, RoleKind.TOWN_ADMIN) for role in self.known.roles)


class SignedOut(Exception):
    """Signed out, or disabled, since this request began."""


@dataclass
class Outcome:
    """How an attempt to write ended: `refusals` empty for yes.

    `is_repeated`: the same form was sent before, and nothing was done now; `address` answers that too.
    """

    value: Any = None
    address: str | None = None
    refused: Refused | None = None
    refusals: list[Refusal] = field(default_factory=list)
    is_repeated: bool = False

    @property
    def status(self) -> int:
        """200, or the status of the refusal."""
        return self.refused.status if self.refused else 200


def attempt(
    do: Callable[[queries.Actor, datetime], Any],
    *,
    address: Callable[[Any], str] | None = None,
    makes_a_thing: bool = False,
    still: Callable[[str], bool] = lambda address: True,
    once: bool = True,
) -> Outcome:
    """Carry out `do(actor, now)` in one writing transaction, and commit; or say why not.

    Inside, the device and its person's roles are read again, so a right that ended a moment ago is
    gone (A2); the form's key is spent, so the same form with the same content sent twice does one thing (C11).
    Where a form `makes_a_thing`, the same content within half an hour makes it once too: Back loads the form anew,
    with a new key, and browsers fill in what was typed. Both count only while the thing is `still` there (given its
    address). What shows something instead of changing it is not done `once`: each look is decided and logged anew.
    """
    return _carry_out(
        _signed_in_actor, do, address=address, makes_a_thing=makes_a_thing, still=still, once=once
    )


def attempt_unsigned(do: Callable[[datetime], Any]) -> Outcome:
    """The same for somebody without an account, whose right `do(now)` examines itself, such as a slip's holder (W11)."""
    return _carry_out(lambda _at: None, lambda _nobody, at: do(at))


def _carry_out(
    who: Callable[[datetime], queries.Actor | None],
    do: Callable[[Any, datetime], Any],
    *,
    address: Callable[[Any], str] | None = None,
    makes_a_thing: bool = False,
    still: Callable[[str], bool] = lambda address: True,
    once: bool = True,
) -> Outcome:
    at = now()
    try:
        with writing(db.session()):
            actor = who(at)
            person_id = actor.id if actor else None
            spend_for = partial(
                spend, db.session(), scope=request.path, person_id=person_id, at=at, still=still
            )
            spent = [spend_for(_key())] if once else []
            if makes_a_thing:
                spent.append(spend_for(_content(), lasting=SAME_AGAIN))
            value = do(actor, at)
            where = address(value) if address else None
            for key in filter(None, spent):
                key.address = where
            if actor is not None:
                kept_forms.used(db.session(), actor.id)
    except SignedOut:
        abort(lead_to_sign_in())
    except AlreadyDone as again:
        return Outcome(address=again.address, is_repeated=True)
    except IntegrityError as error:
        if not is_lost_race(error, current_app.extensions["gridapp"].guards):
            raise
        log.warning("a constraint decided a race", path=request.path, error=what_failed(error))
        return Outcome(refused=Conflict(), refusals=Conflict().refusals)
    except Refused as refused:
        return Outcome(refused=refused, refusals=refused.refusals)
    return Outcome(value=value, address=where)


def _signed_in_actor(at: datetime) -> queries.Actor:
    """Who is signed in, read again inside the transaction."""
    known = queries.signed_in(db.session(), current_user.token, at=at)
    if known is None:  # signed out, or disabled, a moment ago
        raise SignedOut
    return queries.actor_for(db.session(), known.person, known.roles, at=at)


def rehearse(do: Callable[[queries.Actor, datetime], Any]) -> Any:
    """What `do(actor, now)` would return: carried out like an attempt, and taken back."""
    at = now()
    begin_writing(db.session())
    try:
        return do(_signed_in_actor(at), at)
    except SignedOut:
        abort(lead_to_sign_in())
    finally:
        db.session().rollback()


def _key() -> str:
    """The form's key with what was typed: a key that comes back with other words is another form."""
    return f"{form_key()} {_content()}" if form_key() else ""


def form_key() -> str:
    """The key that the form of this request carries (C11); empty for none."""
    key = request.form.get("key", "")
    return key if KEY.fullmatch(key) else ""


def _content() -> str:
    """What was typed, without what is fresh in every form, and without photos kept of the one before."""
    fields = sorted(
        (name, value)
        for name, value in request.form.items(multi=True)
        if name not in kept_forms.OURS and not name.endswith("-kept")
    )
    return json.dumps(fields)


def count_tries(limits: Mapping[str, tuple[int, timedelta]]) -> list[int]:
    """Count a try under each key, in a transaction of its own before anything is looked at, or raise TooManyTries (D5).

    `limits`: key → (how many, within how long). Returns what `workflow.give_tries_back` takes.
    """
    at = now()
    with writing(db.session()):
        return [
            workflow.count_try(db.session(), key, limit=limit, window=window, at=at)
            for key, (limit, window) in limits.items()
        ]


def actor_now() -> queries.Actor | None:
    """Who reads this page; None for a visitor."""
    return current_user.actor if current_user.is_authenticated else None


def remember(person: Person, token: str) -> None:
    """Keep the token in a new cookie session, and nothing of the one before (D4)."""
    session.clear()
    session.permanent = True
    known = queries.SignedIn(SignIn(), person, (), 0)
    login_user(Viewer(token, known))


def forget() -> None:
    """Clear the cookie session."""
    logout_user()
    session.clear()


def client_address() -> str:
    """The right-most address of X-Forwarded-For that is not one of our proxies; without proxies, the peer."""
    trusted = current_app.config["SETTINGS"].trusted_proxies
    hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",") if hop.strip()]
    address = request.remote_addr or "unknown"
    while hops and _is_trusted(address, trusted):
        address = hops.pop()
    return address[:45]


def _is_trusted(address: str, trusted: Any) -> bool:
    try:
        return any(ipaddress.ip_address(address) in network for network in trusted)
    except ValueError:
        return False


def _load(token: str) -> Viewer | None:
    at = now()
    known = queries.signed_in(db.session(), token, at=at)
    if known is None:
        return None
    if at - known.sign_in.seen_at > RENEW_AFTER:
        _renew(known.sign_in.id, at)
    return Viewer(token, known)


def _renew(sign_in_id: int, at: datetime) -> None:
    """Note that the device was used; best effort: a page must open on a read-only database too."""
    if request.method != "GET":
        return
    try:
        with db.engine.connect().execution_options(write=True) as connection, connection.begin():
            connection.execute(update(SignIn).where(SignIn.id == sign_in_id).values(seen_at=at))
    except DBAPIError:
        log.info("a session could not be renewed")


def init(app: Flask) -> None:
    """Set Flask-Login up."""
    manager = LoginManager()
    manager.session_protection = None  # the token is random and ends on the server's side
    manager.user_loader(_load)
    manager.unauthorized_handler(lead_to_sign_in)
    manager.init_app(app, add_context_processor=False)  # an error page must not ask the database who is there


__all__ = [
    "Outcome",
    "Viewer",
    "actor_now",
    "attempt",
    "attempt_unsigned",
    "client_address",
    "count_tries",
    "forget",
    "form_key",
    "init",
    "rehearse",
    "remember",
    "workflow",
]
