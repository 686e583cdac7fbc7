"""The list of open wishes, and one's own (W15, C9)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gridapp.core.paging import PER_PAGE
from gridapp.wishes.models import WishState
from tests.factories import (
    ELSEWHERE,
    MONDAY_9,
    NEXT_DOOR,
    claim,
    make_coordinator,
    make_person,
    make_volunteer,
    make_wish,
)

HOUR = timedelta(hours=1)


def slips(browser, where="#results"):
    """The numbers of the wishes that the list shows, in its order."""
    return [int(str(slip["id"]).removeprefix("wish-")) for slip in browser.select(f"{where} article.slip")]


def test_open_wishes_stand_there_newest_first_and_others_do_not(browse):  # W15, W3
    old, new = make_wish(), make_wish()
    make_wish(state=WishState.SUBMITTED)
    claim(make_wish(), make_volunteer())

    assert slips(browse().open("/wishes")) == [new.id, old.id]


def test_what_is_over_has_left_the_list_without_anybodys_doing(browse):  # W15, W12
    make_wish(deadline=MONDAY_9)
    make_wish(starts_at=MONDAY_9 - 2 * HOUR, ends_at=MONDAY_9)
    running = make_wish(starts_at=MONDAY_9 - HOUR, ends_at=MONDAY_9 + HOUR)

    assert slips(browse().open("/wishes")) == [running.id]


def test_twenty_stand_on_a_page_and_more_is_a_real_link(browse):  # W15, P20
    author = make_person()
    ids = [make_wish(author=author).id for _ in range(PER_PAGE + 1)]
    browser = browse().open("/wishes")
    assert slips(browser) == ids[:0:-1]

    browser.follow("#more a[href]")

    assert slips(browser) == ids[:1]
    assert not browser.select("#more")


def test_more_answers_htmx_with_the_next_slips_alone(browse):  # C9
    author = make_person()
    ids = [make_wish(author=author).id for _ in range(PER_PAGE + 1)]
    browser = browse().open("/wishes")

    piece = browser.fetch(str(browser.one("#more a")["hx-get"]), target="more")

    assert [slip["id"] for slip in piece.select("article.slip")] == [f"wish-{ids[0]}"]
    assert not piece.select("html, #results")


def test_each_filter_is_a_link_that_opens_as_a_page(browse):  # W15, C9
    lamp, chess = make_wish(category_code="item"), make_wish(category_code="company")
    there = make_wish(committee_code=ELSEWHERE)
    next_door = make_wish(committee_code=NEXT_DOOR, category_code="company")
    browser = browse().open("/wishes")

    seen = {address: slips(browse().open(address)) for address in hrefs(browser)}

    assert seen["/wishes?area=block-5"] == [next_door.id, chess.id, lamp.id]
    assert seen["/wishes?area=grid-4"] == [there.id]
    assert seen["/wishes?category=company"] == [next_door.id, chess.id]
    assert slips(browse().open("/wishes?area=block-5&category=item")) == [lamp.id]


def hrefs(browser):
    return [str(link["href"]) for link in browser.select(".facets a")]


def test_a_filter_answers_htmx_with_the_same_list(browse):  # C9
    make_wish()
    make_wish(category_code="company")
    browser = browse().open("/wishes?category=company")

    piece = browser.fetch("/wishes?category=company", target="results")

    assert [slip["id"] for slip in piece.select("article")] == [
        slip["id"] for slip in browser.select("#results article")
    ]
    assert len(piece.select("#results")) == 1
    assert not piece.select("html")


DAYS = {
    "today": {"deadline": MONDAY_9 + 5 * HOUR},
    "tonight": {"starts_at": MONDAY_9 + 10 * HOUR, "ends_at": MONDAY_9 + 12 * HOUR},
    "friday": {"deadline": MONDAY_9 + 4 * 24 * HOUR},
    "sunday": {"starts_at": MONDAY_9 + 6 * 24 * HOUR, "ends_at": MONDAY_9 + 6 * 24 * HOUR + HOUR},
    "next monday": {"deadline": MONDAY_9 + 7 * 24 * HOUR},
    "any day": {},
}


@pytest.mark.parametrize(
    ("when", "names"),
    [
        ("today", ["tonight", "today"]),
        ("week", ["sunday", "friday", "tonight", "today"]),
        ("weekend", ["sunday"]),
        ("none", ["any day"]),
        ("someday", list(reversed(DAYS))),
    ],
)
def test_one_sees_what_is_wanted_on_ones_day(browse, when, names):  # W15; it is Monday, 9:00
    ids = {name: make_wish(**day).id for name, day in DAYS.items()}

    assert slips(browse().open(f"/wishes?when={when}")) == [ids[name] for name in names]


def test_the_soonest_come_first_and_what_has_no_day_last(browse):  # W15
    ids = [make_wish(**day).id for day in reversed(DAYS.values())]

    assert slips(browse().open("/wishes?sort=soonest")) == [*reversed(ids[1:]), ids[0]]


@pytest.mark.parametrize("dated", [PER_PAGE - 1, PER_PAGE, PER_PAGE + 3, 2 * PER_PAGE])
def test_each_wish_stands_once_when_one_reads_on_by_the_soonest(browse, dated):  # W15
    author = make_person()
    ids = [make_wish(author=author, deadline=MONDAY_9 + (1 + n // 3) * HOUR).id for n in range(dated)]
    ids += reversed([make_wish(author=author).id for _ in range(PER_PAGE)])
    browser, seen = browse().open("/wishes?sort=soonest"), []

    while seen.extend(slips(browser)) or browser.select("#more"):
        browser.follow("#more a")

    assert seen == ids


def test_a_skill_is_a_filter_too(browse):  # W15
    make_wish()
    sewing = make_wish(skill_code="repair")

    assert slips(browse().open("/wishes?skill=repair")) == [sewing.id]


def test_what_was_chosen_is_said_and_each_answer_is_taken_away_by_itself(browse):  # W15
    make_wish(category_code="company")
    browser = browse().open("/wishes?category=company&area=block-5")

    assert "陪伴" in browser.text(".facet:nth-of-type(1) summary")
    assert [str(link["href"]) for link in browser.select(".facet [aria-current]")][:2] == [
        "/wishes?category=company&area=block-5",
        "/wishes?category=company&area=block-5",
    ]
    assert str(browser.one(".facet:nth-of-type(1) .chips a")["href"]) == "/wishes?area=block-5"
    assert browser.select(".found a[href='/wishes']")


def test_filters_stay_when_one_asks_for_more(browse):  # W15
    author = make_person()
    for _ in range(PER_PAGE + 1):
        make_wish(author=author, category_code="company")
    last = make_wish(author=author)

    browser = browse().open("/wishes?category=company&area=block-5").follow("#more a")

    assert len(slips(browser)) == 1
    assert last.id not in slips(browser)


@pytest.mark.parametrize(
    "query",
    [
        "area=atlantis",
        "category=gold",
        "colour=red",
        "after=abc",
        "after=-1",
        "after=0",
        "after=99999999999999999999",
        "after=2147483648",
        "after=99999999999999999.1",
        "sort=soonest&after=1.99999999999",
        "sort=soonest&after=99999999999999999.1&when=%00",
        "sort=cheapest&skill=flying&when=never",
        "area=%00&category=%00",
        "area=%F0%9F%92%A9&category=%ED%A0%80",
        "category='%20OR%201=1",
    ],
)
def test_a_filter_that_nobody_knows_is_ignored(browse, query):  # W15, D7
    wish = make_wish()

    browser = browse().open(f"/wishes?{query}")

    assert (browser.status, slips(browser)) == (200, [wish.id])


def test_behind_the_last_page_the_list_begins_anew(browse):  # W15
    wish = make_wish()

    page = browse().open("/wishes?after=1")

    assert slips(page) == [wish.id]


@pytest.mark.parametrize(
    "after", ["0", "-1", "abc", "2147483647", "2147483648", "9223372036854775808", "9" * 30]
)
def test_ones_own_list_bears_any_page_number(browse, after):  # D7
    lin = make_person("林")
    make_wish(author=lin)

    assert browse(by=lin).open(f"/me/wishes?after={after}").status == 200


def test_where_there_is_nothing_the_page_says_what_to_do(browse):  # C14
    browser = browse().open("/wishes")

    assert browser.select(".empty a[href='/wishes/new']")
    assert browse().open("/wishes?category=company").select(".empty a[href='/wishes']")


def test_one_sees_ones_own_wishes_in_any_state_and_nobody_elses(browse):  # W13
    lin = make_person("林")
    mine = [make_wish(author=lin, state=state) for state in (WishState.SUBMITTED, WishState.OPEN)]
    make_wish()

    assert slips(browse(by=lin).open("/me/wishes"), "main") == [wish.id for wish in reversed(mine)]


def test_many_wishes_of_ones_own_are_paged(browse):  # W15
    lin = make_person("林")
    ids = [make_wish(author=lin).id for _ in range(PER_PAGE + 1)]

    browser = browse(by=lin).open("/me/wishes").follow("a[href^='/me/wishes?after=']")

    assert slips(browser, "main") == ids[:1]


def test_nothing_private_stands_in_the_list(browse):  # W3, C4
    lan = make_volunteer("兰花花")
    wish = make_wish(places=2, author=make_person("林姓作者"))
    claim(wish, lan)

    for person in (None, lan, make_coordinator()):
        page = browse(by=person).open("/wishes")
        assert "林姓作者" not in page.body
        assert "可乐路一二三弄" not in page.body
        assert "兰花花" not in page.text("#results")
