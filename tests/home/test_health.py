"""What machines ask: the process is up, the database answers and is migrated (contract)."""

from __future__ import annotations

from pathlib import Path

from gridapp import create_app
from gridapp.settings import from_environment
from tests.factories import make_person


def app_on(url: str):
    """An app on a database that need not be there."""
    return create_app(
        from_environment({"GRIDAPP_DATABASE_URL": url, "GRIDAPP_SECRET_KEY": "for tests alone"})
    )


def test_a_process_with_its_database_is_up_and_ready(app):  # contract
    client = app.test_client()

    assert (client.get("/healthz").status_code, client.get("/readyz").status_code) == (200, 200)
    assert client.get("/readyz").json == {"status": "ready"}


def test_without_a_database_the_process_is_up_and_not_ready():  # R5
    client = app_on("postgresql://nobody@127.0.0.1:1/nothing").test_client()

    assert (client.get("/healthz").status_code, client.get("/readyz").status_code) == (200, 503)


def test_before_the_tables_are_made_it_is_not_ready_and_says_so(tmp_path: Path):  # R9
    client = app_on(f"sqlite:///{tmp_path}/new.sqlite3").test_client()

    assert client.get("/healthz").status_code == 200
    assert (client.get("/readyz").status_code, client.get("/readyz").json) == (
        503,
        {"status": "not migrated"},
    )


def test_a_database_that_is_gone_is_a_readable_page_that_asks_nobody_to_hurry(browse):  # R5, P16
    client = app_on("postgresql://nobody@127.0.0.1:1/nothing").test_client()

    response = client.get("/wishes")

    assert response.status_code == 503
    assert int(response.headers["Retry-After"]) > 0
    assert "<h1" in response.text
    assert "Traceback" not in response.text


def test_whoever_is_signed_in_asks_no_more_of_it(browse):  # contract
    browser = browse(by=make_person())

    assert browser.client.get("/healthz").json == {"status": "up"}
