"""Every way in which accounts change. Knows no HTTP, never commits."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from threading import BoundedSemaphore
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from gridapp.accounts.models import Consent, Duty, Person, Role, RoleKind, SignIn, Tries
from gridapp.accounts.queries import person_by_phone, token_hash
from gridapp.core import idempotency, journal
from gridapp.core.refusals import CONFLICT, Refusal, Refused
from gridapp.core.words import N_

CONSENT_VERSION = "2026-11"
TRY_WINDOW = timedelta(minutes=5)
TRIES_PER_ACCOUNT = 10
TRIES_PER_ADDRESS = 50
KNOWN_NUMBER_WINDOW = timedelta(hours=1)
KNOWN_NUMBER_TRIES = 10

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
    with _hashing:
        try:
            known = person.password_hash if person is not None else None
            _hasher.verify(known or _nobodys_hash, password)
        except (VerificationError, InvalidHashError):
            return False
        return known is not None


def count_try(session: Session, key: str, *, limit: int, window: timedelta, at: datetime) -> None:
    """Count one try under `key`, or raise TooManyTries when `limit` within `window` is reached.

    One statement that the database serialises, so parallel tries are all counted (D5).
    """
    make = postgres_insert if session.get_bind().dialect.name == "postgresql" else sqlite_insert
    session.execute(delete(Tries).where(Tries.key == key, Tries.since <= at - window))
    count = session.execute(
        make(Tries)
        .values(key=key, since=at, count=1)
        .on_conflict_do_update(index_elements=["key"], set_={"count": Tries.count + 1})
        .returning(Tries.count)
    ).scalar_one()
    if count > limit:
        raise TooManyTries(key, window)


def give_try_back(session: Session, *keys: str) -> None:
    """A try that succeeded does not count."""
    session.execute(update(Tries).where(Tries.key.in_(keys), Tries.count > 0).values(count=Tries.count - 1))


def number_known() -> Refused:
    """The refusal for a number that has an account (A9)."""
    return Refused(
        [
            Refusal(
                "number_known",
                CONFLICT,
                N_("This number has an account already."),
                N_("Sign in with it. If you do not know the password any more, please call us."),
                link=("/sign-in", N_("Sign in")),
            )
        ]
    )


def forget_old(session: Session, at: datetime) -> None:
    """Delete what no limit and no form asks for any more: counters of a day ago, keys of two days ago."""
    session.execute(delete(Tries).where(Tries.since < at - timedelta(days=1)))
    idempotency.forget_old(session, at=at)


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
    if person_by_phone(session, phone) is not None:
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


def start_sign_in(session: Session, person: Person, *, device: str, at: datetime) -> str:
    """Sign a device in; returns the token that the browser keeps. Tokens are never reused (D4)."""
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


def lock_person(session: Session, person_id: int) -> None:
    """Hold the person's row until the transaction ends; always before the thing (C1).

    `FOR NO KEY UPDATE`: rows of others that merely name the person do not wait for it.
    """
    session.execute(select(Person.id).where(Person.id == person_id).with_for_update(key_share=True))


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
    post: str | None = None,
) -> Role:
    """Give `person` a role from `at` on; journaled (A2, A4)."""
    role = Role(person_id=person.id, kind=kind, area_id=area_id, place=place, post=post, starts_at=at)
    session.add(role)
    session.flush()
    journal.record(
        session, role, "given", at=at, by_id=by_id, by_role="system" if by_id is None else "town_admin"
    )
    return role


def end_role(session: Session, role: Role, *, at: datetime, by_id: int | None) -> None:
    """End a role at once; journaled (A2)."""
    role.ends_at = at
    journal.record(
        session, role, "ended", at=at, by_id=by_id, by_role="system" if by_id is None else "town_admin"
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
    """Write down that `thing` takes the person's time (C16). The caller holds the person's lock."""
    session.flush()
    session.add(
        Duty(
            person_id=person_id,
            thing=thing.__tablename__,
            thing_id=thing.id,
            title=title,
            url=url,
            starts_at=starts_at,
            ends_at=ends_at,
        )
    )


def free_time(session: Session, thing: Any, *, at: datetime) -> None:
    """`thing` no longer takes anybody's time; the row stays, marked."""
    session.execute(
        update(Duty)
        .where(Duty.thing == thing.__tablename__, Duty.thing_id == thing.id, Duty.cancelled_at.is_(None))
        .values(cancelled_at=at)
    )
