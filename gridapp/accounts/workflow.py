"""Every way in which accounts change. Knows no HTTP, never commits."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from threading import BoundedSemaphore
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.orm import Session

from gridapp.accounts.models import Consent, Duty, Person, Role, RoleKind, SignIn, Try
from gridapp.accounts.queries import account_of, token_hash
from gridapp.core import idempotency, journal, kept_forms
from gridapp.core.database import delete_some
from gridapp.core.refusals import CONFLICT, Conflict, Refusal, Refused
from gridapp.core.states import set_where
from gridapp.core.words import N_

CONSENT_VERSION = "2026-11"
TRY_WINDOW = timedelta(minutes=5)
TRIES_PER_ACCOUNT = 10
TRIES_PER_ADDRESS = 50
TRIES_IN_ALL = 1000  # wrong ones, over all numbers and addresses: many machines guess slowly too
KNOWN_NUMBER_WINDOW = timedelta(hours=1)
KNOWN_NUMBER_TRIES = 10
NEW_ACCOUNTS, NEW_ACCOUNTS_WINDOW = (
    60,
    timedelta(hours=1),
)  # from one address: a hall full of neighbours, no robot

_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_hashing = BoundedSemaphore(4)  # 19 MiB each: many sign-ins at once must not fill the memory (D5)
_nobodys_hash = _hasher.hash(secrets.token_urlsafe(16))


class TooManyTries(Exception):
    """The limit of tries within `window` is reached; nothing was checked."""

    def __init__(self, key: str, window: timedelta):
        super().__init__(key)
        self.window = window


def hash_password(password: str) -> str:
    """An argon2id hash. Takes about 40 ms, so call it before the writing transaction begins."""
    with _hashing:
        return _hasher.hash(password)


def password_fits(person: Person | None, password: str) -> bool:
    """Whether the password is the person's; takes the same time when there is no such person (D5)."""
    return secret_fits(person.password_hash if person is not None else None, password)


def secret_fits(known_hash: str | None, typed: str) -> bool:
    """Whether `typed` is what was hashed; takes the same time when there is nothing to compare it with (D5)."""
    with _hashing:
        try:
            _hasher.verify(known_hash or _nobodys_hash, typed)
        except (VerificationError, InvalidHashError):
            return False
        return known_hash is not None


def count_try(session: Session, key: str, *, limit: int, window: timedelta, at: datetime) -> int:
    """Count one try under `key`, or raise TooManyTries when `limit` within the `window` before `at` is reached.

    Exact: every moment is kept, so no stretch of that length ever holds more than `limit`, wherever it begins
    (D5). Whoever counts the same key waits, so that parallel tries are all counted. A try that is refused does
    not count. Returns what `give_try_back` takes. Several keys are counted in one order everywhere: the
    account, the address, all.
    """
    _hold(session, key)
    known = select(Try.id).where(Try.key == key, Try.at > at - window).limit(limit).subquery()
    if (session.scalar(select(func.count()).select_from(known)) or 0) >= limit:
        raise TooManyTries(key, window)
    tried = Try(key=key, at=at)
    session.add(tried)
    session.flush()
    return tried.id


def count_sign_in(session: Session, phone: str, address: str, *, at: datetime) -> list[int]:
    """Count a try of a password or code: for the number, for the address, and in all (D5)."""
    limits = (
        (f"in:{phone}", TRIES_PER_ACCOUNT),
        (f"in-from:{address}", TRIES_PER_ADDRESS),
        ("in-all", TRIES_IN_ALL),
    )
    return [count_try(session, key, limit=limit, window=TRY_WINDOW, at=at) for key, limit in limits]


def give_tries_back(session: Session, tries: Sequence[int]) -> None:
    """Tries that succeeded do not count: a family behind one address is not locked out."""
    session.execute(delete(Try).where(Try.id.in_(tries)))


def _hold(session: Session, key: str) -> None:
    """Let nobody else count `key` until this transaction ends. On SQLite whoever writes is alone already."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(key, 0))))


def number_known() -> Refused:
    """The refusal for a number that has an account (A9)."""
    return Refused(
        [
            Refusal(
                "number_known",
                CONFLICT,
                N_("This number has an account already."),
                N_("Sign in with it. If you do not know the password any more, set a new one."),
                link=("/sign-in", N_("Sign in")),
            )
        ]
    )


def forget_old(session: Session, at: datetime) -> bool:
    """Delete some of what nothing asks for any more: tries of a day ago, keys of two days ago, forms of half an hour.

    Returns whether anything was deleted, so that there may be more.
    """
    kept_forms.forget_old(session, at=at)
    tries = delete_some(session, Try.id, Try.at < at - timedelta(days=1))
    return bool(tries + idempotency.forget_old(session, at=at))


def sign_up(
    session: Session,
    *,
    phone: str,
    password_hash: str,
    name: str,
    committee_code: str | None,
    purposes: Sequence[str],
    at: datetime,
) -> Person:
    """Make an account with its consent record (Y1, A6). Raises Refused when the number has one already (A9)."""
    if account_of(session, phone) is not None:
        raise number_known()
    person = Person(
        phone=phone, password_hash=password_hash, name=name, committee_code=committee_code, created_at=at
    )
    session.add(person)
    session.flush()
    session.add(
        Consent(
            person_id=person.id, version=CONSENT_VERSION, purposes=" ".join(purposes), given_at=at, how="web"
        )
    )
    journal.record(session, person, "signed_up", at=at, by_id=person.id, by_role="self")
    return person


def enter_admin(session: Session, *, phone: str, password_hash: str, name: str, at: datetime) -> Person:
    """Make the account of a town's admin from the command line: who installs the town has met them (A2, A9, Y1)."""
    person = Person(phone=phone, password_hash=password_hash, name=name, created_at=at, phone_proven_at=at)
    session.add(person)
    session.flush()
    session.add(
        Consent(
            person_id=person.id, version=CONSENT_VERSION, purposes="account", given_at=at, how="command line"
        )
    )
    for step in ("signed_up", "phone_proven"):
        journal.record(session, person, step, at=at, by_id=None, by_role="system")
    return person


def start_sign_in(session: Session, person: Person, *, device: str, at: datetime) -> str:
    """Sign a device in; returns the token that the browser keeps. Tokens are never reused (D4).

    Raises Conflict where the account became part of another a moment ago (V5).
    """
    lock_person(session, person.id)
    token = secrets.token_urlsafe(32)
    session.add(
        SignIn(
            token_hash=token_hash(token), person_id=person.id, device=device[:200], started_at=at, seen_at=at
        )
    )
    return token


def end_sign_in(session: Session, token: str, *, at: datetime) -> None:
    """Sign the device out, at once."""
    session.execute(
        update(SignIn)
        .where(SignIn.token_hash == token_hash(token), SignIn.ended_at.is_(None))
        .values(ended_at=at)
    )


def change_password(session: Session, person: Person, password_hash: str, *, at: datetime) -> None:
    """Take a new password, which the person has chosen; every device is signed out at once (D4).

    Raises Conflict where the account became part of another a moment ago (V5).
    """
    lock_person(session, person.id)
    person.password_hash = password_hash
    end_devices(session, person, at=at)
    journal.record(session, person, "password_changed", at=at, by_id=person.id, by_role="self")


def end_devices(session: Session, person: Person, *, at: datetime) -> None:
    """Sign the person out everywhere, at once (D4)."""
    session.execute(
        update(SignIn).where(SignIn.person_id == person.id, SignIn.ended_at.is_(None)).values(ended_at=at)
    )


def lock_person(session: Session, person_id: int) -> None:
    """Hold the person's row until the transaction ends; always before the thing (C1).

    `FOR NO KEY UPDATE`: rows of others that merely name the person do not wait for it. Raises Conflict where the
    account has become part of another: nothing is done in its name any more (V5).
    """
    statement = select(Person.merged_into_id).where(Person.id == person_id)
    if session.scalar(statement.with_for_update(key_share=True)) is not None:
        raise Conflict


def prove_phone(session: Session, person: Person, *, by_id: int, at: datetime) -> None:
    """Note that a coordinator has met the person (A9); once."""
    if person.phone_proven_at is None:
        person.phone_proven_at = at
        journal.record(session, person, "phone_proven", at=at, by_id=by_id, by_role="coordinator")


def give_role(
    session: Session,
    person: Person,
    kind: RoleKind,
    *,
    at: datetime,
    by_id: int | None,
    area_id: int | None = None,
    place: str | None = None,
    place_id: int | None = None,
    post: str | None = None,
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
    by_role: RoleKind = RoleKind.TOWN_ADMIN,
) -> Role:
    """Give `person` a role from `starts_at` (now) to `ends_at` (for good); journaled (A2, A4).

    Whoever holds something else holds the person first (C1). Raises Conflict where the account became part of another (V5).
    """
    lock_person(session, person.id)
    role = Role(
        person_id=person.id,
        kind=kind,
        area_id=area_id,
        place=place,
        place_id=place_id,
        post=post,
        starts_at=starts_at or at,
        ends_at=ends_at,
    )
    session.add(role)
    session.flush()
    journal.record(session, role, "given", at=at, by_id=by_id, by_role=by_role if by_id else "system")
    return role


def end_role(
    session: Session,
    role: Role,
    *,
    at: datetime,
    by_id: int | None,
    by_role: str = RoleKind.TOWN_ADMIN,
    note: str | None = None,
) -> None:
    """End a role at once, one that has not begun before it does; journaled (A2). Raises Conflict when it is over."""
    set_where(session, role, or_(Role.ends_at.is_(None), Role.ends_at > at), ends_at=max(at, role.starts_at))
    journal.record(
        session, role, "ended", at=at, by_id=by_id, by_role=by_role if by_id else "system", note=note
    )


def take_time(
    session: Session,
    thing: Any,
    *,
    person_id: int,
    title: str,
    url: str,
    starts_at: datetime,
    ends_at: datetime,
) -> None:
    """Write down that `thing` takes the person's time (C16), whosever and whenever it was before. The caller holds the
    person's lock."""
    session.flush()
    facts = {"person_id": person_id, "title": title, "url": url, "starts_at": starts_at, "ends_at": ends_at}
    known = session.scalars(
        select(Duty).where(Duty.thing == thing.__tablename__, Duty.thing_id == thing.id)
    ).one_or_none()
    duty = known or Duty(thing=thing.__tablename__, thing_id=thing.id)
    for name, value in {**facts, "cancelled_at": None}.items():
        setattr(duty, name, value)
    session.add(duty)
    session.flush()


def rename_time(session: Session, thing: Any, *, title: str) -> None:
    """What takes somebody's time is called otherwise now."""
    session.execute(
        update(Duty).where(Duty.thing == thing.__tablename__, Duty.thing_id == thing.id).values(title=title)
    )


def free_time(session: Session, thing: Any, *, at: datetime) -> None:
    """`thing` no longer takes anybody's time; the row stays, marked."""
    session.execute(
        update(Duty)
        .where(Duty.thing == thing.__tablename__, Duty.thing_id == thing.id, Duty.cancelled_at.is_(None))
        .values(cancelled_at=at)
    )
