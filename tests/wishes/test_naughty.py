"""Whatever is typed is stored as it is or refused in words; nothing breaks, and nothing comes back raw (D7)."""

from __future__ import annotations

import json
import re
import unicodedata
from pathlib import Path
from urllib.parse import quote_from_bytes, urlencode

import pytest
from sqlalchemy import func, select

from gridapp.core import clock
from gridapp.core.journal import broken_chains
from gridapp.wishes.models import Beneficiary, ClaimState, Wish, WishState
from tests.factories import (
    ADDRESS,
    HOME,
    MONDAY_9,
    claim,
    make_coordinator,
    make_person,
    make_volunteer,
    make_wish,
)

LIST = Path(__file__).resolve().parents[3] / "shared" / "data" / "blns.json"
OURS = [
    "\0",
    "灯\0台",
    "\u202e灯台\u202c",
    "\u200b\u2060\ufeff",
    "２１４７４８３６４８",
    "2147483648",
    "9223372036854775808",
    "9" * 5000,
    "-1",
    "1e309",
    "NaN",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' hx-get='/me' hx-trigger='load",
    "<b hx-on:click=alert(1) hx-post=/sign-out>灯</b>",
    "{{ 7*7 }}${7*7}%(title)s%s%n",
    "'; DROP TABLE wishes; --",
    "\\' OR 1=1 --",
    "../../../../etc/passwd",
    "é vs e\u0301",
    "👩‍👩‍👧‍👧🏳️‍🌈",
    "\r\nSet-Cookie: x=1",
    "\ufffe\uffff",
    "\x1b[31m",
    "=cmd|'/C calc'!A0",
]
SAMPLE = 15
TEXTS = ("title", "text", "road", "beneficiary_name", "address")
OTHERS = (
    "category", "committee", "skill", "places", "as_many_as_come", "when", "deadline", "day", "starts", "ends",
    "minutes", "value", "source", "beneficiary_phone", "consent", "key",
)  # fmt: skip
SOUND = {
    "anyway": "yes",  # many of them are alike
    "title": "灯",
    "text": "说",
    "road": "路",
    "category": "item",
    "committee": HOME,
    "places": "1",
    "when": "any",
    "source": "other",
    "beneficiary_name": "阿婆",
    "beneficiary_phone": "19900009999",
    "consent": "in_person",
    "address": ADDRESS,
}


def strings():
    """Our own, and some of the big list where it is present."""
    if not LIST.exists():
        return OURS
    known = [one for one in json.loads(LIST.read_text(encoding="utf-8")) if one.strip()]
    return OURS + known[:: len(known) // SAMPLE][:SAMPLE]


def stored(typed, *, one_line=True):
    """What is kept of a text: composed, with plain line ends, without white space around it."""
    text = unicodedata.normalize("NFC", typed.replace("\r\n", "\n").replace("\r", "\n")).strip()
    return re.sub(r"\s*\n\s*", " ", text) if one_line else text


def comes_back_raw(typed, body):
    """Whether markup that was typed stands in the answer as markup."""
    return any(sign in typed for sign in "<>\"'") and len(typed) > 3 and typed in body


class Sender:
    """Sends the same form again and again, with one token."""

    def __init__(self, browser):
        self.browser, self.token, self.sent = browser, browser.csrf_token(), 0

    def post(self, action, **typed):
        self.sent += 1
        data = {"csrf_token": self.token, "key": f"key-{self.sent}", **typed}
        return self.browser.send(action, list(data.items()))


@pytest.fixture
def lin():
    return make_person("林")


def test_every_text_of_a_wish_is_kept_as_typed_or_refused_in_words(browse, session, lin):  # D7
    sender = Sender(browse(by=lin))
    for typed in strings():
        before = session.scalar(select(func.max(Wish.id))) or 0

        page = sender.post("/wishes/new", **{**SOUND, **dict.fromkeys(TEXTS, typed[:40])})

        assert page.status in (200, 422), repr(typed)
        assert not comes_back_raw(typed, page.body), repr(typed)
        wish = session.scalars(select(Wish).where(Wish.id > before)).one_or_none()
        assert (wish is None) == (page.status == 422) == bool(page.select(".error-summary"))
        if wish is not None:
            kept = session.get_one(Beneficiary, wish.id)
            assert {wish.title, wish.road, kept.name, kept.address} == {stored(typed[:40])}, repr(typed)
            assert wish.text == stored(typed[:40], one_line=False), repr(typed)


def test_a_long_text_comes_back_from_the_form_as_it_was_typed(browse, session, lin):  # D7, C14
    browser = browse(by=lin)
    sender = Sender(browser)
    for typed in (one for one in strings() if one.isprintable() and one.strip() == one):
        page = sender.post("/wishes/new", **{**SOUND, "title": "", "text": typed})

        assert (page.status, page.one("#text").get_text().removeprefix("\r").removeprefix("\n")) == (
            422,
            stored(typed),
        ), repr(typed)


def test_no_other_field_of_the_form_breaks_on_anything(browse, session, lin):  # D7
    sender = Sender(browse(by=lin))
    for number, typed in enumerate(strings()):
        for when in ("by", "window"):
            everything = {**SOUND, **dict.fromkeys(OTHERS, typed), "when": when, "source": "other"}
            page = sender.post("/wishes/new", **everything)
            assert page.status == 422, repr(typed)
            assert not comes_back_raw(typed, page.body), repr(typed)

        one = OTHERS[number % len(OTHERS)]
        assert sender.post("/wishes/new", **{**SOUND, one: typed}).status in (200, 422), (one, typed)


def test_what_is_said_about_a_claim_is_kept_as_typed_or_refused_in_words(browse, session, lin):  # D7, W11
    lan, wish = make_volunteer("兰"), None
    helper, author = Sender(browse(by=lan)), Sender(browse(by=lin))
    for number, typed in enumerate(strings()):
        if number % 8 == 0:
            wish = make_wish(author=lin)
        with clock.standing_at(MONDAY_9.replace(minute=number)):
            held = claim(wish, lan, at=clock.now())
            if not typed.strip().isdecimal():
                page = helper.post(f"/claims/{held.id}/completion", report=typed, minutes=typed)
                assert page.status == 422, repr(typed)
            page = helper.post(f"/claims/{held.id}/completion", report=typed, minutes="40")
            said(page, typed, held.report)
            if held.state == ClaimState.DONE:
                judged = {f"confirm-{held.id}-satisfied": "no", f"confirm-{held.id}-words": typed}
                page = author.post(f"/claims/{held.id}/confirmation", **judged)
                said(page, typed, held.answer)
            else:
                page = helper.post(f"/claims/{held.id}/withdrawal", **{"back-why": typed})
                assert page.status in (200, 422), repr(typed)
                assert not comes_back_raw(typed, page.body), repr(typed)
                helper.post(f"/claims/{held.id}/withdrawal", **{"back-why": ""})

    assert list(broken_chains(session)) == []


def said(page, typed, kept):
    """The page took the words as they are, or says what is wrong with them."""
    assert page.status in (200, 422), repr(typed)
    assert not comes_back_raw(typed, page.body), repr(typed)
    assert kept == (stored(typed, one_line=False) if page.status == 200 else None), repr(typed)
    assert bool(page.select(".error-summary")) is (page.status == 422)


@pytest.mark.parametrize(
    ("path", "field", "by_author"),
    [
        ("question", "ask-why", False),
        ("rejection", "decline-why", False),
        ("withdrawal", "withdraw-why", True),
    ],
)
def test_reasons_are_kept_as_typed_or_refused_in_words(
    browse, session, lin, path, field, by_author
):  # D7, W2
    her = make_coordinator()
    sender = Sender(browse(by=lin if by_author else her))
    wish = make_wish(author=lin, state=WishState.SUBMITTED)
    for number, typed in enumerate(strings()):
        with clock.standing_at(MONDAY_9.replace(minute=number)):
            page = sender.post(f"{wish.url}/{path}", **{field: typed})

        said(page, typed, wish.state_note)
        if page.status == 200:
            assert not comes_back_raw(typed, sender.browser.open("/notices").body)
            wish = make_wish(author=lin, state=WishState.SUBMITTED)


@pytest.mark.parametrize(
    "raw", [b"\xed\xa0\x80", b"\xff\xfe", b"\xc0\xaf", b"\xf8\x88\x80\x80\x80", b"\xe7\x81"], ids=repr
)
def test_bytes_that_are_no_text_do_no_harm(browse, session, lin, raw):  # D7
    browser = browse(by=lin)
    known = urlencode({**SOUND, "csrf_token": browser.csrf_token(), "key": "k", "title": ""}).replace(
        "title=", ""
    )
    body = f"{known}&title={quote_from_bytes(raw)}"

    answer = browser._ask("POST", "/wishes/new", data=body, content_type="application/x-www-form-urlencoded")

    assert answer.status_code in (303, 422)
    assert all("\ud800" not in title for title in session.scalars(select(Wish.title)))


def test_a_form_of_a_megabyte_and_a_form_of_many_fields_are_refused_in_words(browse, session, lin):  # D7
    sender = Sender(browse(by=lin))

    assert sender.post("/wishes/new", **{**SOUND, "text": "说" * 400_000}).status == 413
    assert sender.post("/wishes/new", **{**SOUND, **{f"x{n}": "1" for n in range(1200)}}).status in (
        200,
        413,
        422,
    )
    assert session.scalar(select(func.count()).select_from(Wish)) <= 1
