"""An account is disabled and enabled again; a number is shown to whoever is in charge (D4, C4)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from gridapp.accounts.models import Person
from gridapp.accounts.queries import Actor
from gridapp.accounts.workflow import end_devices, lock_person
from gridapp.core import access_log, journal, outbox
from gridapp.core.features import Responsibility
from gridapp.core.refusals import refuse_if
from gridapp.core.states import set_where
from gridapp.people import queries
from gridapp.people.models import Intermediary
from gridapp.people.policies import disabling_refusals, enabling_refusals, looking_after_refusals
from gridapp.people.workflow import roles


def disable(
    session: Session,
    person: Person,
    *,
    by: Actor,
    reason: str,
    at: datetime,
    responsibilities: Sequence[Responsibility],
    then: Sequence[Callable[[Session, Any, int, datetime], None]] = (),
) -> None:
    """Close an account with a reason: every device is signed out within this step, every role ends and what hangs
    on it goes to whoever is in charge then (A3, D4). `then` are the features' own consequences."""
    lock_person(session, person.id)
    queries.hold_admins(session)
    current = queries.not_over(session, person.id, at=at)
    refuse_if(disabling_refusals(session, by, person, current, at=at))
    set_where(session, person, Person.disabled_at.is_(None), disabled_at=at)
    end_devices(session, person, at=at)
    for role in current:
        roles.end_with_account(session, role, by=by, at=at, note=reason, responsibilities=responsibilities)
    for follow in then:
        follow(session, by, person.id, at)
    journal.record(session, person, "disabled", at=at, by_id=by.id, by_role=roles.role_of(by), note=reason)
    outbox.notify(session, "account_disabled", person, to=[person.id], at=at, parts={"reason": reason})


def enable(session: Session, person: Person, *, by: Actor, at: datetime) -> None:
    """Open a disabled account again. Its roles stay ended: they are given anew by whoever may."""
    lock_person(session, person.id)
    refuse_if(enabling_refusals(by, person))
    set_where(session, person, Person.disabled_at.is_not(None), disabled_at=None)
    journal.record(session, person, "enabled", at=at, by_id=by.id, by_role=roles.role_of(by))
    outbox.notify(session, "account_enabled", person, to=[person.id], at=at)


def reveal_phone(
    session: Session, person: Person, through: Intermediary | None, *, by: Actor, at: datetime
) -> str:
    """The number under which the person is reached, own or another's; logged before it is shown (C4)."""
    refuse_if(looking_after_refusals(by, person))
    access_log.log_look(
        session, person, "phone", about_id=person.id, by_id=by.id, by_role=roles.role_of(by), at=at
    )
    return person.phone or (through.phone if through else "")
