"""A photo is seen by whoever sees its thing, and by nobody else (C20, D9)."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from sqlalchemy import update

from gridapp.core.database import writing
from gridapp.photos.feature import altered_photos
from gridapp.photos.models import Photo
from gridapp.wishes.models import WishState
from tests.browsing import FRESH_EACH_TIME
from tests.factories import (
    ELSEWHERE,
    PICTURE,
    add_photos,
    claim,
    make_admin,
    make_coordinator,
    make_person,
    make_volunteer,
    make_wish,
    report,
    volunteer_of,
)


def asked(browse, photo: Photo, *people, suffix: str = "") -> list[int]:
    """The statuses that these people get for a photo; None is a visitor."""
    return [browse(by=person).download(f"/photos/{photo.id}{suffix}").status_code for person in people]


def test_everybody_sees_the_photo_of_a_public_wish_and_may_keep_it_for_a_while(browse):
    wish = make_wish()
    photo = add_photos(wish, wish.author)[0]

    for suffix, content in (("", PICTURE.jpeg), ("/thumbnail", PICTURE.thumbnail)):
        answer = browse().download(f"/photos/{photo.id}{suffix}")

        assert (answer.status_code, answer.mimetype, answer.data) == (200, "image/jpeg", content)
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "public, max-age=600"
        again = browse().download(f"/photos/{photo.id}{suffix}", **{"If-None-Match": answer.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")


def test_the_photo_of_an_unchecked_wish_is_for_author_and_coordinator_and_is_kept_nowhere(browse):
    wish = make_wish(state=WishState.SUBMITTED)
    photo = add_photos(wish, wish.author)[0]
    chief, neighbour, elsewhere = make_coordinator(), make_volunteer(), make_coordinator("grid-4")

    assert asked(browse, photo, wish.author, chief) == [200, 200]
    assert asked(browse, photo, None, neighbour, elsewhere, make_admin()) == [404, 404, 404, 404]
    assert asked(browse, photo, None, neighbour, suffix="/thumbnail") == [404, 404]
    kept = browse(by=chief).download(f"/photos/{photo.id}")
    assert kept.headers["Cache-Control"] == "no-store"
    assert "ETag" not in kept.headers


def test_the_photo_of_a_delivery_is_for_those_concerned_alone(browse):  # W11
    wish, helper = make_wish(category_code="item", places=2), make_volunteer()
    other = make_volunteer("另一位")
    held = claim(wish, helper)
    claim(wish, other)
    report(held)
    photo = held.photos[0]

    assert asked(browse, photo, helper, wish.author, make_coordinator()) == [200, 200, 200]
    assert asked(browse, photo, None, other, make_person(), make_coordinator("grid-4")) == [404] * 4


def test_a_volunteers_face_is_for_the_coordinator_and_for_whom_the_volunteer_comes_to(browse):  # W19
    helper, wish = make_volunteer(), make_wish()
    photo = add_photos(volunteer_of(helper), helper)[0]
    assert asked(browse, photo, wish.author) == [404]
    held = claim(wish, helper)

    assert asked(browse, photo, helper, wish.author, make_coordinator()) == [200, 200, 200]
    others = [None, make_person(), make_volunteer(committee=ELSEWHERE), make_coordinator("grid-4")]
    assert asked(browse, photo, *others) == [404] * 4
    report(held)
    assert asked(browse, photo, wish.author) == [404], "the right ends with the visit"


def test_photos_that_are_not_there_look_like_those_that_are_hidden(browse):
    hidden = add_photos(wish := make_wish(state=WishState.SUBMITTED), wish.author)[0]
    stranger = make_person()

    browser, addresses = browse(by=stranger), [f"/photos/{id_}" for id_ in (hidden.id, 2_147_483_647)]
    answers = [
        browser.download(one).text.replace(quote(one, safe=""), "").replace(one, "") for one in addresses
    ]

    assert FRESH_EACH_TIME.sub("", answers[0]) == FRESH_EACH_TIME.sub("", answers[1])


@pytest.mark.parametrize("who", ["author", "chief"])
def test_author_and_coordinator_take_a_photo_away_with_one_tap_and_its_bytes_are_gone(
    browse_both, session, who
):
    wish, chief = make_wish(), make_coordinator()
    first, second = add_photos(wish, wish.author, 2)
    browser = browse_both(by=chief if who == "chief" else wish.author).open(wish.url)

    browser.submit(f"#photo-{first.id} form")

    assert browser.status == 200
    assert browser.path == wish.url
    assert [item["id"] for item in browser.select(".photos li")] == [f"photo-{second.id}"]
    assert asked(browse_both, first, wish.author, chief) == [404, 404]
    row = session.get_one(Photo, first.id)
    assert (row.state, row.jpeg, row.thumbnail, row.by_id) == ("removed", None, None, wish.author_id)
    assert "一张照片被撤下" in browser.text(".wish-story")


def test_whoever_taps_twice_hears_the_same_twice(browse):  # C11
    wish = make_wish()
    photo = add_photos(wish, wish.author)[0]
    browser = browse(by=wish.author).open(wish.url).submit(f"#photo-{photo.id} form")

    assert browser.again().status == 200
    assert browser.post(f"/photos/{photo.id}/removal").status == 409  # another tab


def test_a_neighbour_takes_nothing_away(browse):
    wish, neighbour = make_wish(), make_volunteer()
    photo = add_photos(wish, wish.author)[0]
    browser = browse(by=neighbour).open(wish.url)

    assert not browser.select(".photos form")
    assert browser.post(f"/photos/{photo.id}/removal").status == 403
    hidden = add_photos(make_wish(state=WishState.SUBMITTED), wish.author)[0]
    assert browser.post(f"/photos/{hidden.id}/removal").status == 404
    assert asked(browse, photo, None) == [200]


def test_an_exchanged_photo_is_found_by_the_audit(session):
    wish = make_wish()
    photo = add_photos(wish, wish.author)[0]
    assert list(altered_photos(session)) == []

    with writing(session):
        session.execute(update(Photo).values(jpeg=b"another"))

    assert list(altered_photos(session)) == [f"photo {photo.id}: its bytes are not those that were stored"]
