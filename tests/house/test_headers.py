"""The headers of every answer, sign by sign (D6)."""

from __future__ import annotations

from typing import Any

import pytest
from werkzeug.test import TestResponse

from tests.house.conftest import Town, new_app, safe_doors
from tests.house.doors import DOORS, Door

STRICT = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(self), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
NEVER_KEPT = "/track"  # whoever holds a slip has no account, and may sit at a shared computer
LASTING = "max-age=31536000; includeSubDomains"
FOR_EVERYBODY = {  # the same for whoever asks
    "/service-worker": "max-age=86400",
    "/photos/{photo}": "public, max-age=600",
    "/photos/{photo}/thumbnail": "public, max-age=600",
}


@pytest.mark.parametrize("door", safe_doors())
def test_every_page_is_strict_and_is_not_kept_for_whoever_is_signed_in(town: Town, door: Door):
    assert door.opens_for
    for by in {door.opens_for, "visitor", "admin"}:
        response = town.ask(door, by)

        assert_strict(response)
        private = by != "visitor" or door.address.startswith(NEVER_KEPT)
        kept = response.headers["Cache-Control"]
        expected = FOR_EVERYBODY.get(door.address, "no-store" if private else "no-cache")
        assert kept == expected, f"{door} by {by}: {kept}"


def test_every_failure_is_as_strict_as_a_page(town: Town):
    claim, page = door("POST /wishes/{wish}/claim"), door("GET /wishes/{wish}")
    decline = door("POST /wishes/{new}/rejection")
    answers = {
        400: town.ask(claim, "approved", token="wrong"),
        403: town.ask(claim, "resident"),
        404: town.ask(page, "resident", address="/wishes/2147483647"),
        405: town.client("resident").delete(claim.address.format(**town.things), **with_token(town)),
        409: town.ask(claim, "holder"),
        413: town.client("resident").post("/me/data", data={"name": "长" * 1_000_000}),
        422: town.client("chief").post(decline.address.format(**town.things), **with_token(town, "chief")),
    }
    for status, response in answers.items():
        assert response.status_code == status
        assert_strict(response)


def test_a_database_that_is_gone_is_a_strict_page_in_words():  # R5
    app = new_app("postgresql://nobody@127.0.0.1:1/nothing")

    response = app.test_client().get("/wishes/1")

    assert response.status_code == 503
    assert response.headers["Retry-After"] == "5"
    assert_strict(response)


@pytest.mark.parametrize(
    "file", ["css/app.css", "js/app.js", "vendor/htmx.js", "icons/seal.svg", "icons/seal-192.png"]
)
def test_a_file_is_strict_and_kept_for_a_year(town: Town, file: str):
    response = town.client("resident").get(f"/static/{file}")
    response.close()

    assert response.status_code == 200
    assert {name: response.headers.get(name) for name in STRICT} == STRICT
    assert response.headers["Cache-Control"] == "max-age=31536000, public"
    assert "Set-Cookie" not in response.headers
    assert "Access-Control-Allow-Origin" not in response.headers


def test_a_file_that_the_browser_has_and_a_piece_that_it_has_not_are_strict_too(town: Town):
    client = town.client("visitor")
    with client.get("/static/css/app.css") as file:
        tag = file.headers["ETag"]

    for status, header in ((304, {"If-None-Match": tag}), (416, {"Range": "bytes=99999999-"})):
        with client.get("/static/css/app.css", headers=header) as answer:
            assert answer.status_code == status
            assert {name: answer.headers.get(name) for name in STRICT} == STRICT


def test_a_file_that_is_not_there_is_a_strict_404(town: Town):
    response = town.client("visitor").get("/static/css/../../gridapp/cli.py")

    assert response.status_code == 404
    assert_strict(response)


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(town: Town):
    for cookie in cookies_set(town, town.app):
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie
        assert "Secure" not in cookie


def test_with_an_https_address_cookies_are_secure_and_browsers_stay_with_https(town: Town):
    app = town.another_app(GRIDAPP_PUBLIC_URL="https://xinjing.example")

    for cookie in cookies_set(town, app):
        assert {"Secure", "HttpOnly", "SameSite=Lax"} <= set(cookie.split("; "))
    for path in ("/", "/nothing-here", "/static/css/app.css"):
        with app.test_client().get(path) as response:
            assert response.headers["Strict-Transport-Security"] == LASTING


def test_without_https_nobody_is_told_to_use_it(town: Town):
    assert "Strict-Transport-Security" not in town.client("visitor").get("/").headers


def assert_strict(response: TestResponse) -> None:
    """The strict headers, and Vary with what the answer depends on (C9)."""
    where = f"{response.request.path}: {response.status_code}"
    assert {name: response.headers.get(name) for name in STRICT} == STRICT, where
    vary = {name.strip() for name in ", ".join(response.headers.getlist("Vary")).split(",")}
    assert {"HX-Request", "Cookie"} <= vary, where
    assert "Server" not in response.headers


def cookies_set(town: Town, app: Any) -> list[str]:
    """What the app tells a browser to keep: at sign-in, and when a language is chosen."""
    client = app.test_client()
    page = client.get("/sign-in?lang=en")
    token = page.text.partition('name="csrf_token" value="')[2].partition('"')[0]
    body = {"csrf_token": token, "phone": town.things["phone"], "password": "gridapp-test"}
    signed_in = client.post("/sign-in", data=body, base_url=str(app.config["SETTINGS"].public_url) or None)
    found = page.headers.getlist("Set-Cookie") + signed_in.headers.getlist("Set-Cookie")
    assert len(found) >= 2
    return found


def with_token(town: Town, by: str = "resident") -> dict[str, Any]:
    """A form that holds nothing but a valid token."""
    return {"data": {"csrf_token": town.tokens[by]}}


def door(name: str) -> Door:
    """The row of the table."""
    return next(one for one in DOORS if str(one) == name)
