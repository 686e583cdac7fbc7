"""Requests that are made to hurt: none takes the server's time, none is answered by a bare 500 (D7, C14)."""

from __future__ import annotations

import time

import pytest

from gridapp.web import forms
from tests.house.conftest import Town

MOST_S = 1.0
SLOW = {
    "spaces": "1" + " " * 400_000 + "1",
    "line ends": " \n" * 200_000 + "1",
    "marks to put in order": "a" + "\u0345" * 60_000 + "\u0316" * 60_000,
    "house numbers": "1弄，好。" * 20_000,
}
FORMS = {
    "/sign-in": ("visitor", ("phone", "password")),
    "/sign-up": ("visitor", ("phone", "name")),
    "/wishes/new": ("approved", ("title", "text", "minutes", "starts", "deadline")),
}


@pytest.mark.parametrize("typed", SLOW.values(), ids=SLOW)
@pytest.mark.parametrize("address", FORMS)
def test_no_text_however_long_takes_the_servers_time(town: Town, address: str, typed: str):
    by, fields = FORMS[address]

    spent = {field: seconds_for(town, address, by, field, typed) for field in fields}

    assert {field: seconds for field, seconds in spent.items() if seconds > MOST_S} == {}


def test_without_the_limit_a_fifth_of_it_would(town: Town, monkeypatch: pytest.MonkeyPatch):  # the control
    monkeypatch.setattr(forms, "LONGEST_TYPED", 10**9)
    typed = "a" + "\u0345" * 20_000 + "\u0316" * 20_000

    assert seconds_for(town, "/wishes/new", "approved", "title", typed) > MOST_S


@pytest.mark.parametrize(
    ("address", "headers"),
    [
        ("/me", {"HX-Request": "true", "HX-Current-URL": "http://["}),
        ("/sign-in", {"Referer": "http://["}),
        ("/wishes", {"Cookie": 'remember_token="1|\\303\\251"'}),
        ("/me", {"Cookie": "remember_token=1|abc"}),
        ("/wishes", {"Accept-Language": "\xff;q=a"}),
    ],
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_no_header_breaks_a_page(town: Town, method: str, address: str, headers: dict[str, str]):
    answer = getattr(town.client("visitor"), method)(address, headers=headers)

    assert answer.status_code < 500


def seconds_for(town: Town, address: str, by: str, field: str, typed: str) -> float:
    """CPU seconds of this process for a form with nothing but one long field; it is refused."""
    body = {"csrf_token": town.tokens[by], field: typed}
    client = town.client(by)
    began = time.process_time()
    answer = client.post(address, data=body)
    assert answer.status_code == 422, answer.status_code
    return time.process_time() - began
