"""Nothing is changed without the token of this very session, and no page needs to write (D3)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import event

from gridapp.accounts.acting import RENEW_AFTER
from gridapp.core import clock
from gridapp.core.database import db
from tests.conftest import MONDAY_9
from tests.house.conftest import Town, safe_doors
from tests.house.doors import DOORS, Door

UNSAFE = [pytest.param(door, id=str(door)) for door in DOORS if not door.is_safe]
BAD_TOKENS: dict[str, Callable[[Town, str], str | None]] = {
    "missing": lambda _town, _by: None,
    "empty": lambda _town, _by: "",
    "wrong": lambda _town, _by: "no token at all",
    "of another session": lambda town, by: town.tokens["resident" if by != "resident" else "author"],
    "signed by another key": lambda town, by: forged(town, by),  # noqa: PLW0108 (defined below)
    "with a changed signature": lambda town, by: f"{town.tokens[by][:-4]}AAAA",
}


@pytest.mark.parametrize("door", UNSAFE)
def test_without_the_token_of_the_session_nothing_is_carried_out(town: Town, door: Door):
    by = door.opens_for or "chief"
    before = town.look()

    heard = {name: send(town, door, by, token=make(town, by)) for name, make in BAD_TOKENS.items()}

    assert heard == dict.fromkeys(BAD_TOKENS, 400)
    assert town.look() == before


@pytest.mark.parametrize("door", UNSAFE)
def test_the_token_of_an_ended_session_is_worth_nothing_in_the_next(town: Town, door: Door):  # D4
    old = town.tokens["visitor"]
    by = door.opens_for if door.opens_for != "visitor" else "resident"

    assert send(town, door, by or "chief", token=old) == 400


def test_a_bad_token_under_htmx_is_answered_in_words_and_leaves_the_page(town: Town):  # P16
    door = next(door for door in DOORS if str(door) == "POST /wishes/{wish}/claim")

    response = town.ask(door, "approved", token="wrong", htmx=True)

    assert response.status_code == 400
    assert response.headers["HX-Reswap"] == "none"
    assert 'id="flashes"' in response.text


@pytest.mark.parametrize("door", safe_doors())
def test_a_page_opens_on_a_database_that_takes_no_writes(town: Town, read_only_app: Flask, door: Door):
    assert door.opens_for
    with clock.standing_at(MONDAY_9 + RENEW_AFTER + timedelta(minutes=1)):  # a renewal is due, and fails
        response = town.ask(door, door.opens_for, app=read_only_app)

    assert response.status_code == 200


def test_a_database_that_takes_no_writes_takes_none(town: Town, read_only_app: Flask):  # negative control
    claim = next(door for door in DOORS if str(door) == "POST /wishes/{wish}/claim")
    before = town.look()

    response = town.ask(claim, "approved", app=read_only_app)

    assert response.status_code >= 500
    assert town.look() == before


@pytest.fixture(scope="session")
def read_only_app(built_town: Town) -> Flask:
    """A second app whose connections refuse to write."""
    app = built_town.another_app()
    refuse = {"sqlite": "PRAGMA query_only=ON", "postgres": "SET default_transaction_read_only = on"}
    with app.app_context():
        event.listen(db.engine, "connect", lambda raw, _record: run(raw, refuse[built_town.engine]))
    return app


def run(raw: object, statement: str) -> None:
    """Carry out `statement` on a connection of the driver, and keep what it sets."""
    cursor = raw.cursor()  # type: ignore[attr-defined]
    cursor.execute(statement)
    cursor.close()
    raw.commit()  # type: ignore[attr-defined]


def send(town: Town, door: Door, by: str, *, token: str | None) -> int:
    """The status of the form at `door` with this token; None: without the field."""
    body = town.body(door, by) | {"csrf_token": token}
    sent = {name: value for name, value in body.items() if value is not None}
    return town.client(by).post(door.address.format(**town.things), data=sent).status_code


def forged(town: Town, by: str) -> str:
    """A token with the right content, signed with another secret."""
    salt = "wtf-csrf-token"
    content = URLSafeTimedSerializer("for tests alone", salt=salt).loads(town.tokens[by])
    return str(URLSafeTimedSerializer("another key", salt=salt).dumps(content))
