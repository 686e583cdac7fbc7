"""What may be there already is shown before it is entered twice, to whoever may see it (W2, A5)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gridapp.photos.models import Photo
from gridapp.wishes.models import Contact, Source, Wish, WishState
from tests.browsing import Upload
from tests.factories import (
    ADDRESS,
    ELSEWHERE,
    HOME,
    MONDAY_9,
    NEXT_DOOR,
    how_many,
    make_coordinator,
    make_person,
    make_wish,
    picture_file,
)

FORM = "#wish-form form"
TYPED = {
    "title": "想要一盏台灯",
    "text": "晚上看书用。",
    "category": "errand",
    "committee": HOME,
    "address": ADDRESS,
}
FOR_HIM = {"source": "other", "beneficiary_name": "爷叔", "beneficiary_phone": "199 0000 9999"}
HIS = Contact("爷叔", "+8619900009999", ADDRESS)
SUBMITTED = {"state": WishState.SUBMITTED}


def enter(browser, **typed):
    return browser.open("/wishes/new").submit(FORM, **{**TYPED, **typed})


def test_a_public_wish_like_it_is_shown_and_entered_all_the_same_with_one_button(browse_both, session):
    there = make_wish("需要一盏台灯", text="晚上看书用。")
    browser = enter(browse_both(by=make_person("林")))

    assert (browser.status, how_many(Wish)) == (409, 1)
    assert browser.select(f"#alike a[href='{there.url}']")
    assert browser.one("#title")["value"] == "想要一盏台灯"

    browser.submit(FORM)
    assert (browser.status, how_many(Wish)) == (200, 2)


def test_a_photo_that_came_with_it_need_not_be_chosen_again(browse_both, session):  # P13
    make_wish()
    browser = enter(browse_both(by=make_person("林")), photos=[Upload(picture_file())])
    assert (browser.status, len(browser.select("[name=photos-kept][checked]"))) == (409, 1)

    browser.submit(FORM)

    assert (browser.status, how_many(Wish), how_many(Photo, state="shown")) == (200, 2, 1)


def test_entered_all_the_same_twice_is_entered_once(browse_both, session):  # C11
    make_wish()
    browser = enter(browse_both(by=make_person("林"))).submit(FORM)

    browser.again()

    assert how_many(Wish) == 2


def test_what_stands_there_carries_nothing_of_the_person(browse, session):  # W3
    make_wish(source=Source.OTHER, consent_how="in_person", contact=HIS, state=WishState.OPEN)

    browser = enter(browse(by=make_person("林")))

    assert not [one for one in ("爷叔", "9999", "501") if one in browser.text("#alike")]


def test_an_own_wish_that_is_not_public_yet_is_shown(browse_both, session):
    lin = make_person("林")
    own = make_wish(author=lin, **SUBMITTED)

    assert enter(browse_both(by=lin)).select(f"#alike a[href='{own.url}']")


def test_somebody_elses_wish_that_is_not_public_is_no_business_of_a_neighbour(browse_both, session):  # A5
    make_wish(**SUBMITTED)

    assert enter(browse_both(by=make_person("林"))).status == 200


def test_a_neighbour_cannot_find_out_by_a_number_whose_a_public_wish_is(browse_both, session):  # W3, A5
    make_wish("家里少一盏灯", text="晚上看书用。", source=Source.OTHER, consent_how="in_person", contact=HIS)

    right = enter(browse_both(by=make_person("林")), **FOR_HIM)
    wrong = enter(browse_both(by=make_person("王")), **{**FOR_HIM, "beneficiary_phone": "199 0000 8888"})

    assert (right.status, wrong.status) == (200, 200)


@pytest.mark.parametrize(("area", "sees"), [("block-5", True), ("grid-4", False)])
def test_a_coordinator_sees_by_the_number_what_waits_in_the_own_area_alone(
    browse_both, session, area, sees
):  # A5
    make_wish(
        "家里少一盏灯",
        text="晚上看书用。",
        source=Source.OTHER,
        contact=HIS,
        committee_code=NEXT_DOOR,
        **SUBMITTED,
    )

    browser = enter(browse_both(by=make_coordinator(area)), **FOR_HIM)

    assert bool(browser.select("#alike")) is sees


@pytest.mark.parametrize(
    "facts",
    [
        {"category_code": "repair"},
        {"committee_code": ELSEWHERE},
        {"title": "陪我去医院", "text": "下周三要复查。"},
        {"at": MONDAY_9 - timedelta(days=60)},
    ],
    ids=str,
)
def test_of_another_kind_place_need_or_long_ago_it_is_another_wish(browse, session, facts):
    make_wish(**{"title": "想要一盏台灯", **facts})

    assert enter(browse(by=make_person("林"))).status == 200


def test_the_coordinator_who_checks_it_gets_the_same_hint(browse, session):
    her, there, new = make_coordinator(), make_wish(), make_wish("需要一盏台灯", **SUBMITTED)

    browser = browse(by=her).open(new.url)

    assert [one["href"] for one in browser.select("#alike a")] == [there.url]
    assert not browse(by=new.author).open(new.url).select("#alike")
