"""A new start with a code on paper: for a forgotten password, or another phone (A9)."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from gridapp.accounts.models import Person
from gridapp.accounts.queries import Actor
from gridapp.accounts.workflow import end_devices, lock_person
from gridapp.core import journal, outbox
from gridapp.core.refusals import Conflict, refuse_if
from gridapp.core.states import move
from gridapp.people import queries
from gridapp.people.models import CodeState, RecoveryCode
from gridapp.people.policies import code_refusals, number_refusals
from gridapp.people.workflow.roles import role_of

DIGITS = 8
GOOD_FOR = timedelta(hours=24)


def new_code() -> str:
    """Digits that nobody can guess within the limits on tries: ten of a hundred million in five minutes."""
    return f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"


def make_code(
    session: Session, person: Person, *, code_hash: str, new_phone: str | None, by: Actor, at: datetime
) -> RecoveryCode:
    """Make a code for somebody whom `by` has met; good for a day, and the one before is worth nothing (A9).

    With `new_phone` the account gets that number when the code is used. The person reads of it in the inbox, so
    that one made behind their back is noticed. Raises Refused.
    """
    lock_person(session, person.id)
    refuse_if(code_refusals(by, person, queries.not_over(session, person.id, at=at)))
    refuse_if(number_refusals(session, person, new_phone, at=at))
    before = queries.live_code_of(session, person.id)
    if before is not None:
        move(session, before, CodeState.REPLACED, at=at, by_id=by.id, by_role=role_of(by))
    code = RecoveryCode(
        person_id=person.id,
        code_hash=code_hash,
        new_phone=new_phone,
        made_by_id=by.id,
        made_at=at,
        expires_at=at + GOOD_FOR,
    )
    session.add(code)
    session.flush()
    journal.record(
        session,
        code,
        "made",
        at=at,
        by_id=by.id,
        by_role=role_of(by),
        to_state=CodeState.LIVE,
        on_behalf_of_id=person.id,
    )
    outbox.notify(session, "code_made", code, to=[person.id], at=at, parts={"by": by.person.name})
    return code


def use_code(
    session: Session, code: RecoveryCode, person: Person, *, password_hash: str, at: datetime
) -> None:
    """Take the new password, and the new number where there is one; the number counts as proven (A9).

    The caller has compared the code. Every device is signed out (D4). Raises Conflict when the code was used or
    replaced a moment ago, Refused when the number went to another account meanwhile.
    """
    lock_person(session, person.id)
    if person.disabled_at is not None or code.expires_at <= at:
        raise Conflict
    move(session, code, CodeState.USED, at=at, by_id=person.id, by_role="self")
    refuse_if(number_refusals(session, person, code.new_phone, at=at))
    if code.new_phone:
        person.phone = code.new_phone
        person.phone_proven_at = at
    person.phone_proven_at = person.phone_proven_at or at
    person.password_hash = password_hash
    end_devices(session, person, at=at)
    journal.record(session, person, "recovered", at=at, by_id=person.id, by_role="self")
    outbox.notify(session, "recovered", person, to=[person.id], at=at)
