"""What goes wrong is logged without anybody's words (D2)."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from gridapp.core.database import db, writing
from tests.factories import make_person

WORDS = "zq1z"  # a traceback tells lines of source, so it is no literal there


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO people (id, name) VALUES (:id, :words)",
        "UPDATE people SET name = :words, created_at = NULL",
    ],
)
def test_an_error_of_the_database_tells_nobodys_words(app, browse, capsys, monkeypatch, statement):
    make_person("兰")

    def break_down() -> None:
        with writing(db.session()):
            db.session().execute(text(statement), {"id": 1, "words": WORDS})

    monkeypatch.setitem(app.view_functions, "areas.index", break_down)
    monkeypatch.setattr(app, "testing", False)
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)

    answer = browse().download("/areas")

    logged = "".join(capsys.readouterr())
    assert answer.status_code == 500
    assert "unexpected failure" in logged
    assert "break_down" in logged
    assert WORDS not in logged
