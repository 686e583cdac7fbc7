"""htmx is kept on a short lead, and whatever it does a plain browser can do too (D11, C9)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from bs4 import BeautifulSoup, Tag
from sqlalchemy import update

from gridapp.accounts.models import SignIn
from gridapp.core.clock import now
from gridapp.settings import ROOT
from tests.house.conftest import Town
from tests.house.doors import DOORS, Door

TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
HTMX_JS = ROOT / "static" / "vendor" / "htmx.js"
COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)
ATTRIBUTE = re.compile(r"""[\s"'](?:data-)?(hx-[\w:.-]+)""")
TAG = re.compile(r"<[a-z][^<]*?\bhx-(?:get|post|put|patch|delete)=[^<]*?>", re.DOTALL)
GUARDED = [
    pytest.param(door, id=str(door))
    for door in DOORS
    if not door.is_safe and door.verdicts["visitor"] == "in"
]


def test_htmx_runs_no_code_asks_no_other_site_and_keeps_no_pages(town: Town):
    page = BeautifulSoup(town.client("visitor").get("/").text, "html.parser")

    assert json.loads(str(page.select_one("meta[name=htmx-config]")["content"])) == {
        "includeIndicatorStyles": False,
        "allowEval": False,
        "allowScriptTags": False,
        "selfRequestsOnly": True,
        "historyCacheSize": 0,
        "historyRestoreAsHxRequest": False,
        "refreshOnHistoryMiss": True,
        "timeout": 15000,
        "responseHandling": [
            {"code": "204", "swap": False},
            {"code": "[23]..", "swap": True},
            {"code": "403|404|409|422|429", "swap": True},
            {"code": "...", "swap": False, "error": True},
        ],
    }


def test_the_installed_htmx_knows_every_setting_that_it_is_given():
    base = (ROOT / "templates/layouts/base.html").read_text()
    config = json.loads(re.search(r"name=\"htmx-config\" content='(.*?)'", base, re.DOTALL)[1])

    script = HTMX_JS.read_text()

    assert [name for name in config if not re.search(rf"\b{name}:", script)] == []


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_a_template_uses_what_the_installed_htmx_knows(template: Path):
    assert unknown_attributes(template.read_text()) == []


@pytest.mark.parametrize("wrong", ["hx-taget", "hx-on:click", "hx-on", "hx-vals-js", "hx-vars"])
def test_a_misspelt_or_dangerous_attribute_is_found(wrong: str):  # negative control
    assert unknown_attributes(f'<form hx-post="/x" {wrong}="y">') == [wrong]


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_what_asks_through_htmx_is_a_form_or_a_link_that_works_without(template: Path):
    assert [tag for tag in TAG.findall(COMMENT.sub("", template.read_text())) if not works_plain(tag)] == []


@pytest.mark.parametrize(
    "wrong",
    [
        '<form method="post" action="/a" hx-post="/b">',
        '<form action="/a" hx-post="/a">',
        '<button hx-post="/a">',
        '<a href="/a" hx-get="/b">',
        '<form method="post" action="/a" hx-put="/a">',
    ],
)
def test_what_works_with_scripts_alone_is_found(wrong: str):  # negative control
    assert TAG.findall(wrong) == [wrong]
    assert not works_plain(wrong)


@pytest.mark.parametrize("door", GUARDED)
def test_an_ended_session_leads_to_sign_in_and_back(town: Town, door: Door):
    town.change(lambda session: session.execute(update(SignIn).values(ended_at=now())))
    before = town.look()

    response = town.ask(
        door, "chief", htmx=True, headers={"HX-Current-URL": "http://localhost/wishes/1?lang=en"}
    )

    assert response.status_code == 204
    assert response.headers["HX-Redirect"] == f"/sign-in?next={quote('/wishes/1?lang=en')}"
    assert town.look() == before


def test_an_address_that_htmx_pushes_opens_as_the_same_page_in_full(town: Town):  # C9, P18
    pushed = {
        (str(link["hx-get"]), str(link["hx-target"]), who)
        for page, who in every_page(town)
        for link in page.select("[hx-push-url]")
    }
    assert pushed

    for address, target, who in sorted(pushed):
        full = BeautifulSoup(town.client(who).get(address).text, "html.parser")
        asked = {"HX-Request": "true", "HX-Target": target.removeprefix("#")}
        piece = BeautifulSoup(town.client(who).get(address, headers=asked).text, "html.parser")

        assert len(full.select("html h1")) == 1, f"{address} is no page"
        assert not piece.select("html"), f"{address} answers htmx with a whole page"
        assert words(full.select_one(target)) == words(piece.select_one(target)), address


def every_page(town: Town) -> Iterator[tuple[BeautifulSoup, str]]:
    """Each page of the table, as the least who may open it."""
    for door in DOORS:
        if door.is_safe and door.opens_for:
            response = town.ask(door, door.opens_for)
            if response.mimetype == "text/html":
                yield BeautifulSoup(response.text, "html.parser"), door.opens_for


def known_attributes() -> set[str]:
    """Names that stand in the script, and its verbs, which it puts together; without those that hold code."""
    script = HTMX_JS.read_text()
    verbs = re.search(r'\["get","post",[^\]]*\]', script)
    assert verbs is not None
    named = set(re.findall(r"\bhx-[a-z]+(?:-[a-z]+)*\b", script)) - {"hx-on", "hx-vars"}
    return named | {f"hx-{verb}" for verb in json.loads(verbs[0])}


def unknown_attributes(template: str) -> list[str]:
    """Attributes of htmx that the installed script does not know, or that hold code."""
    known = known_attributes()
    return [name for name in ATTRIBUTE.findall(COMMENT.sub("", template)) if name not in known]


def works_plain(tag: str) -> bool:
    """Whether the tag does the same without scripts: a form that posts there, or a link that leads there."""
    values = dict(re.findall(r'\b(method|action|href|hx-\w+)="([^"]*)"', tag))
    if tag.startswith("<form"):
        method = values.get("method")
        return method in ("get", "post") and values.get("action") == values.get(f"hx-{method}") is not None
    return tag.startswith("<a") and values.get("href") == values.get("hx-get") is not None


def words(element: Tag | None) -> str:
    """What an element says."""
    assert element is not None
    return element.get_text(" ", strip=True)
