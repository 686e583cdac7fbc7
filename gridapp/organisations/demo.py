"""The organisations of the demo; their names are invented and say so (示例)."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from gridapp.accounts.demo import committee_of, person_of, phone_of
from gridapp.accounts.models import Person
from gridapp.accounts.queries import actor_of, coordinators_of
from gridapp.organisations.models import Organisation, OrganisationKind
from gridapp.organisations.workflow import accept, approve, enter, invite

APPROVED = "新泾同心科技公司（示例）"
WAITING = "可乐路老裁缝合作社（示例）"


def load(session: Session, at: datetime) -> None:
    """…09 speaks for a company whose members are …56, …58 and …59, and …57 is still asked; a second organisation
    waits in 第五街区 for its check."""
    since = at - timedelta(days=30)
    company = _enter(session, "09", APPROVED, OrganisationKind.COMPANY, "34", at=since)
    decider = coordinators_of(session, company.committee_code, at=since)[0]
    coordinator = actor_of(session, session.get_one(Person, decider), at=since)
    approve(session, company, by=coordinator, at=since + timedelta(hours=4))
    for number, digits in enumerate(("56", "58", "59", "57"), start=1):
        then = since + timedelta(days=number)
        speaker = actor_of(session, person_of(session, "09"), at=then)
        invitation = invite(session, company, phone_of(digits), by=speaker, at=then)
        if digits != "57":
            member = actor_of(session, person_of(session, digits), at=then)
            accept(session, invitation, by=member, at=then + timedelta(hours=2))
    _enter(session, "53", WAITING, OrganisationKind.COLLECTIVE, "02", at=at - timedelta(hours=7))
    session.flush()


def _enter(
    session: Session, digits: str, name: str, kind: OrganisationKind, committee: str, *, at: datetime
) -> Organisation:
    by = actor_of(session, person_of(session, digits), at=at)
    return enter(session, by=by, name=name, kind=kind, committee_code=committee_of(committee), at=at)
