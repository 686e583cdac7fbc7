"""What accounts contribute (C18)."""

from __future__ import annotations

from sqlalchemy import and_

from gridapp.accounts import demo, exporters, importers, loading, workflow
from gridapp.accounts.models import Consent, Duty, Person, Role, SignIn
from gridapp.core.features import Feature, Personal
from gridapp.core.journal import JournalEntry
from gridapp.core.words import N_

FEATURE = Feature(
    name="accounts",
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
            lambda id_: Person.id == id_,
            frozenset({"password_hash"}),
        ),
        Personal(
            "consents", N_("What I agreed to"), "/privacy", Consent, lambda id_: Consent.person_id == id_
        ),
        Personal("roles", N_("Roles that I have or had"), None, Role, lambda id_: Role.person_id == id_),
        Personal(
            "devices",
            N_("Where I am signed in"),
            "/me/devices",
            SignIn,
            lambda id_: SignIn.person_id == id_,
            frozenset({"token_hash"}),
        ),
        Personal("duties", N_("When I am expected"), None, Duty, lambda id_: Duty.person_id == id_),
        Personal(
            "steps",
            N_("What happened to my account"),
            None,
            JournalEntry,
            lambda id_: and_(JournalEntry.thing == "people", JournalEntry.thing_id == id_),
            frozenset({"hash", "note_hash", "note_id"}),
        ),
    ),
)
