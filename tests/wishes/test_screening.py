"""Where a text becomes public, numbers that are private are pointed out and refused (C19, C3)."""

from __future__ import annotations

import tomllib

import pytest
from sqlalchemy import select

from gridapp.core.screening import private_things
from gridapp.wishes.demo import SCRIPT
from gridapp.wishes.importers import WISHES
from gridapp.wishes.models import ClaimState, Wish
from tests.factories import (
    ADDRESS,
    MONDAY_9,
    claim,
    how_many,
    make_admin,
    make_person,
    make_volunteer,
    make_wish,
    report,
)
from tests.lists import import_list

TYPED = {"title": "想要一盏台灯", "text": "晚上看书用。", "category": "item", "address": ADDRESS}


@pytest.mark.parametrize(
    ("field", "typed", "found"),
    [
        ("title", "请打１３８ １２３４ ５６７８", "１３８ １２３４ ５６７８"),
        ("text", "电话一三八一二三四五六七八，\n身份证310105193001011234", "310105193001011234"),
        ("road", "可乐路123弄5号", "123弄5号"),
    ],
)
def test_a_private_number_in_a_wish_is_refused_at_its_field_with_what_to_write_instead(
    browse_both, session, field, typed, found
):
    browser = browse_both(by=make_person()).open("/wishes/new")

    browser.submit("#wish-form form", **{**TYPED, field: typed})

    assert (browser.status, how_many(Wish)) == (422, 0)
    assert found in browser.text(f"#{field}-error")
    assert browser.select(f".error-summary a[href='#{field}']")
    assert typed in browser.one(f"#{field}").get("value", browser.one(f"#{field}").get_text())


def test_the_exact_address_is_private_and_keeps_its_house_number(browse_both, session):
    browser = browse_both(by=make_person()).open("/wishes/new")

    browser.submit("#wish-form form", **{**TYPED, "address": "可乐路123弄5号601室"})

    assert (browser.status, how_many(Wish)) == (200, 1)


def test_a_helpers_report_is_screened(browse_both, session):
    lan = make_volunteer("兰")
    held = claim(make_wish(), lan)
    browser = browse_both(by=lan).open(held.wish.url)

    browser.submit("form[action$='/completion']", report="送到3号楼502室了", minutes="40")

    assert (browser.status, held.state) == (422, ClaimState.HELD)
    assert "3号楼502室" in browser.text("#report-error")


def test_thanks_are_screened_and_a_complaint_which_only_the_helper_reads_is_not(browse_both, session):
    lin = make_person("林")
    held = claim(make_wish(author=lin), make_volunteer("兰"))
    report(held)
    browser, form = browse_both(by=lin).open(held.wish.url), "form[action$='/confirmation']"

    browser.submit(form, satisfied="yes", words="谢谢，电话13812345678")
    assert (browser.status, held.state) == (422, ClaimState.DONE)

    browser.submit(form, satisfied="no", words="没有送到601室")
    assert (browser.status, held.state) == (200, ClaimState.RETURNED)


def test_a_list_from_a_file_is_screened_by_the_same_function_and_names_line_and_column(session):  # C8
    make_admin()
    text = (
        "标题,说明,类别,居民区,路名,人数,截止日期,受益人,电话,地址,同意方式\n"
        "陪下棋,打13812345678找我。,company,310105102005,福泉路12号,,,示例爷叔,19900001001,福泉路示例弄2号,\n"
    )

    found = import_list(session, WISHES, text.encode(), at=MONDAY_9)

    assert [(error.line, error.column) for error in found.errors] == [(2, "说明"), (2, "路名")]
    assert session.scalars(select(Wish)).all() == []


def test_nothing_in_the_demo_would_be_refused():
    for script in tomllib.loads(SCRIPT.read_text(encoding="utf-8"))["wish"]:
        spoken = [words[-1] for _when, *words in script["steps"] if words[0] in ("done", "confirm")]
        for text in (script["title"], script["text"], script["road"], *spoken):
            assert private_things(text) == [], text
