"""What accounts contribute (C18)."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session, aliased

from gridapp.accounts import demo, exporters, importers, loading, workflow
from gridapp.accounts.models import Consent, Duty, Person, Role, SignIn
from gridapp.accounts.queries import same_person
from gridapp.core.features import Feature, Merging, Personal
from gridapp.core.journal import JournalEntry
from gridapp.core.words import N_


def merged_and_alive(session: Session) -> Iterable[str]:
    """Whoever is part of another account signs in no more and has no role, and that account is no part itself (V5)."""
    other = aliased(Person)
    merged = select(Person.id).where(Person.merged_into_id.is_not(None))
    signed_in = merged.join(SignIn, SignIn.person_id == Person.id).where(SignIn.ended_at.is_(None))
    in_role = merged.join(Role, Role.person_id == Person.id).where(
        or_(Role.ends_at.is_(None), Role.ends_at > Person.merged_at)
    )
    chained = merged.join(other, other.id == Person.merged_into_id).where(other.merged_into_id.is_not(None))
    return [
        *(f"person {id_} is part of another account and signed in" for id_ in session.scalars(signed_in)),
        *(f"person {id_} is part of another account and has a role" for id_ in session.scalars(in_role)),
        *(f"person {id_} is part of an account that is part of another" for id_ in session.scalars(chained)),
    ]


FEATURE = Feature(
    name="accounts",
    invariants={"merged": merged_and_alive},
    merging=Merging(
        moves=(Duty.person_id,),
        otherwise={
            "people.merged_into_id": "says itself which account became part of which",
            "consents.person_id": "stays: what was agreed to, with which account; read by `same_person`",
            "roles.person_id": "stays: roles that are over are history; one that is not keeps the account (A3)",
            "sign_ins.person_id": "stays: every device is signed out within the same step (D4)",
            "spent_keys.person_id": "stays: a form that was sent stays sent (C11)",
            "kept_forms.person_id": "stays: what was typed in a session that is over waits half an hour, for it alone",
            "exports.by_id": "stays: who took a list out",
            "journal.by_id": "stays: the journal is never altered (C2)",
            "journal.on_behalf_of_id": "stays: the journal is never altered (C2)",
        },
    ),
    importers={"people": importers.PEOPLE},
    exporters={"people": exporters.PEOPLE},
    demo=demo.load,
    load=loading.load,
    tidy=workflow.forget_old,
    personal=(
        Personal(
            "person",
            N_("My account"),
            None,
            Person,
            lambda id_: Person.id.in_(same_person(id_)),
            frozenset({"password_hash"}),
        ),
        Personal(
            "consents",
            N_("What I agreed to"),
            "/privacy",
            Consent,
            lambda id_: Consent.person_id.in_(same_person(id_)),
        ),
        Personal(
            "roles",
            N_("Roles that I have or had"),
            None,
            Role,
            lambda id_: Role.person_id.in_(same_person(id_)),
        ),
        Personal(
            "devices",
            N_("Where I am signed in"),
            "/me/devices",
            SignIn,
            lambda id_: SignIn.person_id.in_(same_person(id_)),
            frozenset({"token_hash"}),
        ),
        Personal("duties", N_("When I am expected"), None, Duty, lambda id_: Duty.person_id == id_),
        Personal(
            "steps",
            N_("What happened to my account"),
            None,
            JournalEntry,
            lambda id_: and_(JournalEntry.thing == "people", JournalEntry.thing_id.in_(same_person(id_))),
            frozenset({"hash", "note_hash", "note_id"}),
        ),
    ),
)
