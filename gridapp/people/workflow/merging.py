"""Two accounts of one person become one (V5)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from gridapp.accounts.models import Person
from gridapp.accounts.queries import Actor
from gridapp.accounts.workflow import end_devices, lock_person, prove_phone
from gridapp.core import journal, outbox
from gridapp.core.features import Merging
from gridapp.core.refusals import refuse_if
from gridapp.core.states import move, set_where
from gridapp.people import queries
from gridapp.people.models import CodeState
from gridapp.people.policies.merging import merging_refusals
from gridapp.people.queries.merging import Clash, clashes
from gridapp.people.workflow.roles import role_of

ENDING = 4  # digits of a number that its owner knows it by


def merge(
    session: Session,
    gone: Person,
    stays: Person,
    *,
    by: Actor,
    reason: str,
    at: datetime,
    mergings: Sequence[Merging],
) -> list[Clash]:
    """Make `gone` a part of `stays`: what is open goes over, what is written stays and is read with it (V5).

    States that `by` has met the person and knows both to be theirs. The account that goes is signed out everywhere
    within this step (D4). Returns what takes the person's time twice now: nothing is dropped (C13). Raises Refused.
    """
    for person_id in sorted({gone.id, stays.id}):
        lock_person(session, person_id)
    for person in (gone, stays):
        session.refresh(person)
    refuse_if(merging_refusals(session, by, [(gone, stays)], at=at, mergings=mergings)[0])
    twice = clashes(session, by, gone.id, stays.id, at=at, mergings=mergings)
    if gone.phone_proven_at is not None:
        prove_phone(session, stays, by_id=by.id, at=at)
    for one in mergings:
        if one.settle is not None:
            one.settle(session, by, gone.id, stays.id, at)
    _move_rows(session, gone.id, stays.id, mergings)
    _close(session, gone, stays, by=by, reason=reason, at=at)
    _tell(session, stays, gone, twice, by=by, reason=reason, at=at)
    return twice


def replace_code(session: Session, by: Actor, gone_id: int, _stays_id: int, at: datetime) -> None:
    """A code on paper for the account that goes is worth nothing any more."""
    code = queries.live_code_of(session, gone_id)
    if code is not None:
        move(session, code, CodeState.REPLACED, at=at, by_id=by.id, by_role=role_of(by))


def _move_rows(session: Session, gone_id: int, stays_id: int, mergings: Sequence[Merging]) -> None:
    session.flush()
    for column in (column for one in mergings for column in one.moves):
        session.execute(
            update(column.class_)
            .where(column == gone_id)
            .values({column.key: stays_id})
            .execution_options(synchronize_session=False)
        )
    session.expire_all()


def _close(session: Session, gone: Person, stays: Person, *, by: Actor, reason: str, at: datetime) -> None:
    """Nobody signs in with it any more; what was part of it is part of the other one, so that there is never a chain."""
    end_devices(session, gone, at=at)
    session.execute(
        update(Person)
        .where(Person.merged_into_id == gone.id)
        .values(merged_into_id=stays.id)
        .execution_options(synchronize_session=False)
    )
    still = Person.merged_into_id.is_(None)
    set_where(session, gone, still, merged_into_id=stays.id, merged_at=at, password_hash=None)
    for person, step, other in ((gone, "became_part", stays), (stays, "took_over", gone)):
        journal.record(
            session,
            person,
            step,
            at=at,
            by_id=by.id,
            by_role=role_of(by),
            on_behalf_of_id=other.id,
            note=reason,
        )


def _tell(
    session: Session,
    stays: Person,
    gone: Person,
    twice: Sequence[Clash],
    *,
    by: Actor,
    reason: str,
    at: datetime,
) -> None:
    parts = {"by": by.person.name, "reason": reason, "ending": (stays.phone or "")[-ENDING:]}
    outbox.notify(session, "accounts_merged", stays, to=[stays.id], at=at, parts=parts, event=gone)
    if twice:
        things = " · ".join(" / ".join(clash.titles) for clash in twice)
        outbox.notify(
            session, "merged_clash", stays, to=[stays.id], at=at, parts={"things": things}, event=gone
        )
