"""A mark in every personal field, and everybody opens everything: no mark is read where it must not be (D2, C4, W7).

`FIELDS` says of each column that holds text whether it is personal, and of the personal ones who may read them in
a page. A column that is not in the table fails, so that a new one must be thought about (Y3). Pages do not depend
on the engine: the crawl runs on SQLite.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import JSON, String, select, update

from gridapp.core.database import Base, db, writing
from tests.house.conftest import Town
from tests.house.doors import ACTORS, DOORS, Door

STAFF = ("chief", "other", "admin")
# What an actor may read of a row: told the town, the actor, the row and the address.
Rule = Callable[[Town, str, dict[str, Any], str], bool]


def nobody(_town: Town, _by: str, _row: dict[str, Any], _address: str) -> bool:
    """Never in a page that is only opened; by a POST that is logged, if at all (W7)."""
    return False


def oneself(column: str) -> Rule:
    """The person whose id stands in `column`."""
    return lambda town, by, row, _address: by != "visitor" and row[column] == town.people.get(by)


def own_name(town: Town, by: str, row: dict[str, Any], address: str) -> bool:
    """One's own, staff of the people in their world, and of the members of an organisation those who belong to it, with
    its representative where a wish asks who goes (W20)."""
    organisation = f"/organisations/{town.things['organisation']}"
    together = by in ("former", "holder") and address in (organisation, f"{organisation}/claims")
    names_who_goes = by == "former" and address.startswith("/wishes/")
    expects_them = by == "author" and address.startswith(
        "/wishes/"
    )  # a first name alone (W19); the mark has no other
    return row["id"] == town.people.get(by) or by in STAFF or together or names_who_goes or expects_them


def own_form(town: Town, by: str, row: dict[str, Any], address: str) -> bool:
    """The author, in the form of a wish that can still be edited (W7)."""
    return by == "author" and address.endswith(f"/wishes/{row['wish_id']}/edit")


def concerned(town: Town, by: str, row: dict[str, Any], _address: str) -> bool:
    """Author, whoever holds or held a claim, and whoever is in charge."""
    return by in ("author", "holder", "former", *STAFF)


def at_the_door(town: Town, by: str, row: dict[str, Any], _address: str) -> bool:
    """Whoever goes, the author, and who is in charge (W19)."""
    return by in ("author", *STAFF) or row["person_id"] == town.people.get(by)


def in_confidence(_town: Town, by: str, _row: dict[str, Any], _address: str) -> bool:
    """Whoever reported it, who is in charge, and the town office (W19)."""
    return by in ("holder", *STAFF)


def staff(_town: Town, by: str, _row: dict[str, Any], _address: str) -> bool:
    """Coordinators and the town office; which of them, the doors say."""
    return by in STAFF


FIELDS: dict[str, Rule | None] = {
    "people.name": own_name,
    "people.phone": oneself("id"),
    "people.password_hash": nobody,
    "beneficiaries.name": own_form,
    "beneficiaries.phone": own_form,
    "beneficiaries.address": own_form,
    "beneficiaries.through": own_form,
    "claims.word": at_the_door,
    "claims.report": concerned,
    "incidents.title": in_confidence,
    "incidents.text": in_confidence,
    "incidents.handled_note": staff,
    "partings.phone": nobody,
    "claims.answer": concerned,
    "journal_notes.text": concerned,
    "journal_notes.salt": nobody,
    "volunteers.cannot_do": lambda town, by, row, _address: (
        by in STAFF or row["person_id"] == town.people.get(by)
    ),
    "volunteers.state_note": lambda town, by, row, _address: (
        by in STAFF or row["person_id"] == town.people.get(by)
    ),
    "wishes.state_note": concerned,
    "messages.parts": oneself("person_id"),
    "hour_entries.service": lambda town, by, row, address: (
        by in STAFF or row["person_id"] == town.people.get(by)
    ),
    "hour_entries.reason": lambda town, by, row, address: (
        by in STAFF or row["person_id"] == town.people.get(by)
    ),
    "hour_entries.confirmed_by_name": lambda town, by, row, address: (
        by in STAFF or row["person_id"] == town.people.get(by)
    ),
    "duties.title": oneself("person_id"),
    "sign_ins.device": oneself("person_id"),
    "sign_ins.token_hash": nobody,
    "memberships.phone": nobody,
    "organisations.state_note": staff,
    "wish_slips.code_hash": nobody,
    "kept_forms.typed": nobody,
    "kept_forms.ref_hash": nobody,
    "imported_rows.content": nobody,
    "imported_rows.key": nobody,
    "recovery_codes.code_hash": nobody,
    "recovery_codes.new_phone": staff,
    "intermediaries.name": staff,
    "intermediaries.phone": staff,
    "tries.key": nobody,
    "roles.post": staff,
}
# Of no person, public by its nature, or a code of ours.
PLAIN = re.compile(
    r"(alembic_version|areas|categories|committees|skills|towns|roads|area_cover|consents|exports|journal|looks)\."
    r"|wishes\.(title|text|road)$|organisations\.name$|hours_statements\.(ref|also_of)$|hour_entries\.(place|organiser)$"
    r"|\.(kind|state|thing|url|how|key|page|action|address|by_role|reported_as|asked_as|source|languages|free_times|place|fields|confirmed_as|format"
    r"|from_state|to_state|step|reason|hash|note_hash|sha256|consent_how|consent_for|word)$"
)
on_sqlite = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True, scope="session")
CANARY = re.compile(r"zq[0-9]+z")


def test_of_every_text_somebody_has_said_who_may_read_it():  # Y3
    unknown = [name for name in texts() if name not in FIELDS and not PLAIN.search(name)]

    assert unknown == []
    assert [name for name in FIELDS if name not in texts()] == []


@on_sqlite
@pytest.mark.parametrize("by", ACTORS)
def test_nobody_reads_a_mark_that_is_not_for_them(town: Town, by: str):  # D2, C4, W7
    canaries = mark_everything(town)

    read = {
        (canaries[mark][0], address)
        for address, mark in marks_read(town, by)
        if mark in canaries and not may(town, by, canaries[mark], address)
    }

    assert sorted(read) == []


@on_sqlite
def test_the_crawl_finds_marks_where_they_may_be_read(
    town: Town,
):  # the control: it would find them elsewhere too
    canaries = mark_everything(town)

    seen = {
        canaries[mark][0] for by in ("author", "chief", "holder") for _address, mark in marks_read(town, by)
    }

    assert {"people.name", "people.phone", "beneficiaries.address", "messages.parts"} <= seen


def texts() -> set[str]:
    """Every column that holds text, but for references to other tables."""
    return {
        f"{table.name}.{column.name}"
        for table in Base.metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, String | JSON) and not column.foreign_keys
    }


def mark_everything(town: Town) -> dict[str, tuple[str, dict[str, Any]]]:
    """Write a mark of its own into every personal field that is filled; returns mark → (column, row)."""
    canaries: dict[str, tuple[str, dict[str, Any]]] = {}
    with town.app.app_context(), writing(db.session()):
        for name in FIELDS:
            table = Base.metadata.tables[name.partition(".")[0]]
            column = table.columns[name.partition(".")[2]]
            if column.primary_key or column.name in (
                "ref_hash",
                "token_hash",
                "password_hash",
                "code_hash",
                "salt",
                "key",
            ):
                continue
            key = list(table.primary_key.columns)
            for row in [dict(one._mapping) for one in db.session().execute(select(table))]:
                if not row[column.name]:
                    continue
                mark = f"zq{len(canaries)}z"
                value: Any = f"+86{mark}" if column.name == "phone" else mark
                if isinstance(column.type, JSON):
                    value = {
                        part: mark if isinstance(said, str) else said
                        for part, said in row[column.name].items()
                    }
                where = [one == row[one.name] for one in key]
                db.session().execute(update(table).where(*where).values({column.name: value}))
                canaries[mark] = (name, row)
    return canaries


def marks_read(town: Town, by: str) -> Iterator[tuple[str, str]]:
    """(address, mark) for every mark in every answer to a GET, page and fragment, also where it is refused."""
    for door in (door for door in DOORS if door.is_safe):
        for htmx in (False, True):
            with town.ask(door, by, htmx=htmx) as answer:
                address = address_of(town, door)
                for mark in set(CANARY.findall(answer.data.decode(errors="replace") + str(answer.headers))):
                    yield address, mark


def address_of(town: Town, door: Door) -> str:
    return door.address.format(**town.things)


def may(town: Town, by: str, canary: tuple[str, dict[str, Any]], address: str) -> bool:
    """Whether the actor may read this mark at this address."""
    rule = FIELDS[canary[0]]
    return rule is not None and rule(town, by, canary[1], address)
