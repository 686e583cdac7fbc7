"""Somebody without a phone of their own is entered by whoever is in charge, and reached through another (A6, C10)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from gridapp.accounts.models import Consent, Person
from gridapp.accounts.queries import Actor
from gridapp.accounts.workflow import CONSENT_VERSION
from gridapp.core import journal
from gridapp.core.refusals import refuse_if
from gridapp.people.models import Intermediary
from gridapp.people.policies import entering_refusals
from gridapp.people.workflow.roles import role_of

PURPOSES = "account neighbourhood-help"


def enter_person(
    session: Session,
    *,
    name: str,
    committee_code: str,
    through_name: str,
    through_phone: str,
    consent_how: str,
    by: Actor,
    at: datetime,
) -> Person:
    """Enter a person with neither number nor password, and that they agreed, asked `consent_how` (Y1).

    Both are kept: who entered it, and for whom. Raises Refused for a committee that is not the actor's.
    """
    refuse_if(entering_refusals(by, committee_code))
    person = Person(name=name, committee_code=committee_code, created_at=at)
    session.add(person)
    session.flush()
    session.add(
        Intermediary(person_id=person.id, name=through_name, phone=through_phone, entered_by_id=by.id, at=at)
    )
    session.add(
        Consent(person_id=person.id, version=CONSENT_VERSION, purposes=PURPOSES, given_at=at, how=consent_how)
    )
    journal.record(
        session,
        person,
        "entered",
        at=at,
        by_id=by.id,
        by_role=role_of(by),
        on_behalf_of_id=person.id,
        reason=consent_how,
    )
    return person
