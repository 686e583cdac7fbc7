"""Everything that is decided is decided on what is true inside the transaction (C1)."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from gridapp.core.database import begin_writing, db, writing
from gridapp.core.refusals import CONFLICT, FORBIDDEN, INVALID, Conflict, Refusal, Refused, refuse_if
from tests.factories import make_person


def test_what_was_read_before_is_read_again_inside(app, session):  # C1
    her = make_person("兰")
    assert her.name == "兰"
    with db.engine.connect().execution_options(write=True) as other, other.begin():
        other.execute(text("UPDATE people SET name = '军'"))

    begin_writing(session)

    assert her.name == "军"
    session.rollback()


def test_what_fails_leaves_nothing_behind(session):  # C1
    her = make_person("兰")

    def fail() -> None:
        with writing(session):
            her.name = "军"
            session.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert her.name == "兰"


def test_who_asks_is_said_no_before_what_is_asked(session):  # C6
    busy, stranger = Refusal("busy", CONFLICT, "Busy."), Refusal("stranger", FORBIDDEN, "Not yours.")

    assert Refused([busy, stranger]).status == 403
    assert Refused([busy, Refusal("wrong", INVALID, "Wrong.")]).status == 409
    assert Conflict().status == 409
    assert refuse_if([]) is None
    with pytest.raises(Refused, match="busy, stranger"):
        refuse_if([busy, stranger])


def test_a_connection_that_has_its_turn_may_write_twice(app):  # as alembic does, one transaction a revision
    with db.engine.connect().execution_options(write=True) as connection:
        for name in ("军", "兰"):
            with connection.begin():
                connection.execute(text("UPDATE people SET name = :name"), {"name": name})
