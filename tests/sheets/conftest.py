"""The command line on the test's database."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from gridapp.cli import main
from gridapp.core.database import db

Run = Callable[..., Result]


@pytest.fixture
def run(app: Flask) -> Run:
    """Run `gridapp …`; an exception that nobody caught is a failure, not an answer."""

    def command(*arguments: str) -> Result:
        db.session().rollback()
        known = {
            "GRIDAPP_DATABASE_URL": app.config["SETTINGS"].database_url,
            "GRIDAPP_SECRET_KEY": "for tests alone",
        }
        done = CliRunner().invoke(main, arguments, env=known)
        for made in set(db._app_engines) - {app}:  # the command's own app, whose process would end here
            with made.app_context():
                db.engine.dispose()
        assert done.exception is None or isinstance(done.exception, SystemExit), repr(done.exception)
        return done

    return command
