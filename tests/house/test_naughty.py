"""What no browser sends by itself, in every address and every field (D7, a sample; all of it with `--thorough`).

On both engines a page opens all the same when a filter makes no sense, a thing that cannot be is not found, and a
form that cannot be is refused in words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any
from urllib.parse import quote

import pytest
from bs4 import BeautifulSoup
from werkzeug.test import TestResponse

from gridapp.settings import ROOT
from tests.house.conftest import Town, safe_doors
from tests.house.doors import DOORS, Door

Sample = Callable[[Sequence[Any]], Sequence[Any]]
MARK = "naughty-element"
NAUGHTY = {
    "a NUL": "%00",
    "a NUL inside": "a%00b",
    "half a surrogate": "%ED%A0%80",
    "no UTF-8": "%FF%FE",
    "a character that is none": "%EF%BF%BE",
    "2^31": str(2**31),
    "2^63": str(2**63),
    "10^400": "9" * 400,
    "minus one": "-1",
    "letters": "abc",
    "full-width digits": quote("１２"),
    "a superscript digit": quote("²"),
    "right to left": quote("\u202eابج\u202c"),
    "5,000 characters": quote("长" * 5000),
    "markup": quote(f"'\"><b id={MARK}>"),
    "a template": quote("{{7*7}}{% raw %}"),
    "a statement": quote("' OR 1=1 --"),
    "a format": quote("%s%n%(x)s{0}"),
    "wildcards": quote("%_\\"),
    "a line end": "%0d%0aSet-Cookie:%20x=y",
    "nothing": "",
}
TYPED = (
    "a NUL inside",
    "half a surrogate",
    "no UTF-8",
    "2^63",
    "5,000 characters",
    "markup",
    "right to left",
)
IN_WORDS = {200, 204, 303, 400, 404, 409, 422, 429}
# Every name that some view looks up in the query, and one that none does.
QUERY = sorted(
    {"nobody_asks_for_this"}
    | {
        name
        for module in (ROOT / "gridapp").rglob("*.py")
        for name in re.findall(r"request\.(?:args|values)\.get(?:list)?\(\s*\"(\w+)\"", module.read_text())
    }
)
UNSAFE = [pytest.param(door, id=str(door)) for door in DOORS if not door.is_safe and door.opens_for]


@pytest.mark.parametrize("door", safe_doors())
def test_a_page_opens_whatever_stands_in_the_query(town: Town, door: Door, sampled: Sample):
    assert door.opens_for
    path = door.address.format(**town.things)

    answers = {
        what: town.ask(door, door.opens_for, address=f"{path}?{'&'.join(f'{name}={raw}' for name in QUERY)}")
        for what, raw in sampled(list(NAUGHTY.items()))
    }

    assert {what: a.status_code for what, a in answers.items() if a.status_code != 200} == {}
    assert [what for what, answer in answers.items() if reflected(answer)] == []


@pytest.mark.parametrize("door", [door for door in safe_doors() if "{" in str(door.id)])
def test_a_thing_that_cannot_be_is_not_found(town: Town, door: Door):
    answers = {
        what: town.ask(door, "chief", address=re.sub(r"\{\w+\}", lambda _thing, raw=raw: raw, door.address))
        for what, raw in NAUGHTY.items()
        if raw
    }

    assert {what: a.status_code for what, a in answers.items() if a.status_code != 404} == {}
    assert [what for what, answer in answers.items() if reflected(answer)] == []


@pytest.mark.parametrize("door", UNSAFE)
def test_a_form_is_carried_out_or_refused_in_words_whatever_is_typed(town: Town, door: Door, sampled: Sample):
    assert door.opens_for
    before, wrong = town.look(), []
    body = {name: quote(value) for name, value in town.body(door, door.opens_for).items()}

    for what, changes in sampled(list(worst_of(body))):
        answer = send(town, door, door.opens_for, body | changes)
        if answer.status_code not in IN_WORDS or reflected(answer):
            wrong.append(f"{what}: {answer.status_code}")
        if town.look() != before:
            town.restore()

    assert wrong == []


def test_the_query_names_are_found():  # negative control
    assert {"after", "area", "category", "lang", "next", "state"} <= set(QUERY)


def test_a_reflection_is_seen(own_app):  # negative control
    own_app.add_url_rule("/echo/<path:text>", "echo", lambda text: text)

    assert reflected(own_app.test_client().get(f"/echo/{NAUGHTY['markup']}"))


def worst_of(body: dict[str, str]) -> Iterator[tuple[str, dict[str, str]]]:
    """All fields at once with each value; then, so that the rest is taken, each field alone with two of them."""
    names = [name for name in body if name != "csrf_token"]
    for what in TYPED:
        yield f"{what} everywhere", dict.fromkeys(names, NAUGHTY[what])
    for number, name in enumerate(names):
        for what in {TYPED[0], TYPED[1 + number % (len(TYPED) - 1)]}:
            yield f"{what} as {name}", {name: NAUGHTY[what]}


def send(town: Town, door: Door, by: str, body: dict[str, str]) -> TestResponse:
    """Send a form whose values are encoded already, which may be no UTF-8."""
    data = "&".join(f"{quote(name)}={value}" for name, value in body.items()).encode()
    kind = "application/x-www-form-urlencoded"
    return town.client(by).post(door.address.format(**town.things), data=data, content_type=kind)


def reflected(answer: TestResponse) -> bool:
    """Whether what was sent has become a part of the page or of its headers."""
    if answer.headers.get("Set-Cookie", "").startswith("x="):
        return True
    if answer.mimetype == "image/jpeg":
        return MARK.encode() in answer.data
    return bool(BeautifulSoup(answer.text, "html.parser").select(f"#{MARK}"))
