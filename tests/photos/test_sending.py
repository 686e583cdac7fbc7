"""Photos come with forms, plainly and through htmx (W1, W11, W19, P13)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from gridapp.core import clock
from gridapp.core.database import db, writing
from gridapp.core.refusals import Refused
from gridapp.photos import policies, workflow
from gridapp.photos.models import Choice, Photo, PhotoState
from gridapp.photos.queries import KEPT
from gridapp.wishes.models import Claim, Wish, WishState
from tests.browsing import Upload
from tests.factories import (
    A_PHOTO,
    ADDRESS,
    MONDAY_9,
    PICTURE,
    add_photos,
    claim,
    how_many,
    journal_of,
    make_coordinator,
    make_person,
    make_volunteer,
    make_wish,
    picture_file,
    told,
    volunteer_of,
)

FORM = "main form"
TYPED = {"title": "想要一盏台灯", "text": "晚上看书用。", "category": "item", "address": ADDRESS}
FILE = Upload(picture_file(), "台灯.jpg")
TEXT = Upload("这不是照片".encode(), "说明.jpg")


def shown() -> list[Photo]:
    """Every photo that is shown of anything, oldest first."""
    session = db.session()
    session.rollback()
    return list(session.scalars(select(Photo).where(Photo.state == PhotoState.SHOWN).order_by(Photo.id)))


# -- with a wish


def test_a_wish_is_entered_with_three_photos_which_its_page_shows(browse_both):  # W1
    lin = make_person()

    browser = browse_both(by=lin).open("/wishes/new").submit(FORM, **TYPED, photos=[FILE, FILE, FILE])

    assert browser.status == 200
    photos = shown()
    assert [(p.thing, p.place, p.by_id) for p in photos] == [("wishes", n, lin.id) for n in (1, 2, 3)]
    assert [entry.step for entry in journal_of(photos[0])] == ["added"]
    page = browse_both(by=lin).open(f"/wishes/{photos[0].thing_id}")
    pictures = page.select(".photos img")
    assert [image["src"] for image in pictures] == [f"/photos/{p.id}/thumbnail" for p in photos]
    assert all(image["width"] == "640" and image["loading"] == "lazy" and image["alt"] for image in pictures)


def test_the_coordinators_check_shows_the_photos_and_the_list_a_small_one(browse):  # W2
    wish = make_wish(state=WishState.SUBMITTED)
    add_photos(wish, wish.author, 2)

    assert len(browse(by=make_coordinator()).open(wish.url).select(".photos img")) == 2

    public = make_wish("想要一本书")
    photo = add_photos(public, public.author)[0]
    image = browse().open("/wishes").one(f"#wish-{public.id} img")
    assert image["src"] == f"/photos/{photo.id}/thumbnail"
    assert (image["loading"], image["width"], image["height"]) == ("lazy", "96", "96")


def test_a_fourth_photo_is_refused_and_what_was_typed_stays(browse_both):
    browser = browse_both(by=make_person()).open("/wishes/new")

    browser.submit(FORM, **TYPED, photos=[FILE] * 4)

    assert browser.status == 422
    assert "最多 3 张照片" in browser.text(".error-summary")
    assert browser.one("[name=title]")["value"] == TYPED["title"]
    assert how_many(Wish) == how_many(Photo) == 0


def test_what_is_no_photo_is_refused_by_its_name_and_the_good_one_is_kept(browse_both):  # P13
    browser = browse_both(by=make_person()).open("/wishes/new")

    browser.submit(FORM, **TYPED, photos=[FILE, TEXT])

    assert browser.status == 422
    assert "说明.jpg" in browser.text(".error-summary")
    assert len(browser.select("[name=photos-kept][checked]")) == 1
    browser.submit(FORM)
    assert browser.status == 200
    assert [photo.state for photo in shown()] == ["shown"]
    assert how_many(Photo) == 1


def test_a_form_that_is_refused_for_its_words_keeps_the_photos_for_their_sender_alone(browse_both):
    lin = make_person()
    browser = browse_both(by=lin).open("/wishes/new")

    browser.submit(FORM, **{**TYPED, "title": ""}, photos=[FILE, FILE])

    assert browser.status == 422
    address = browser.select(".photos img")[0]["src"]
    assert browser.download(address).status_code == 200
    assert browse_both(by=make_coordinator()).download(address).status_code == 404
    assert browse_both().download(address).status_code == 404
    browser.submit(FORM, title="想要一盏台灯")
    assert [photo.place for photo in shown()] == [1, 2]


def test_a_kept_photo_that_is_not_ticked_is_not_sent(browse_both):
    browser = browse_both(by=make_person()).open("/wishes/new")
    browser.submit(FORM, **{**TYPED, "title": ""}, photos=[FILE])

    browser.submit(FORM, title="想要一盏台灯", **{"photos-kept": None})

    assert browser.status == 200
    assert shown() == []


def test_after_half_an_hour_kept_photos_are_gone_and_the_form_says_so(browse_both, session):
    browser = browse_both(by=make_person()).open("/wishes/new")
    browser.submit(FORM, **{**TYPED, "title": ""}, photos=[FILE])

    with clock.standing_at(MONDAY_9 + KEPT):
        browser.submit(FORM, title="想要一盏台灯")

        assert browser.status == 422
        assert "请重新选择" in browser.text("main")
        assert browser.one("[name=title]")["value"] == "想要一盏台灯"
        with writing(session):
            assert workflow.forget_old(session, MONDAY_9 + KEPT)
    assert how_many(Photo) == how_many(Wish) == 0


def test_nobody_sends_what_was_kept_for_somebody_else(browse):
    victim, thief = make_person(), make_person()
    browse(by=victim).open("/wishes/new").submit(FORM, **{**TYPED, "title": ""}, photos=[FILE])
    kept = db.session().scalars(select(Photo.id)).one()
    browser = browse(by=thief).open("/wishes/new")

    typed = {**TYPED, "committee": thief.committee_code, "when": "any", "places": "1", "source": "self"}
    browser.post("/wishes/new", **typed, **{"photos-kept": str(kept)})

    assert browser.status == 422
    assert shown() == []


def test_no_more_than_six_photos_are_kept_for_a_person(browse):
    browser = browse(by=make_person()).open("/wishes/new")
    browser.submit(FORM, **{**TYPED, "title": ""}, photos=[FILE] * 3)
    for _time in range(2):
        browser.submit(FORM, photos=[FILE] * 3, **{"photos-kept": None})

    assert how_many(Photo) == workflow.MOST_PENDING == 6


def test_the_author_adds_and_takes_away_while_the_wish_can_be_changed(browse_both):
    wish = make_wish(state=WishState.SUBMITTED)
    first, second = add_photos(wish, wish.author, 2)
    version = wish.version
    browser = browse_both(by=wish.author).open(f"{wish.url}/edit")

    browser.submit(FORM, photos=[FILE, FILE], **{"photos-removed": str(first.id)})

    assert browser.status == 200
    assert [photo.place for photo in sorted(shown(), key=lambda photo: photo.place)] == [1, 2, 3]
    assert {photo.id for photo in shown()} > {second.id}
    db.session().refresh(wish)
    assert wish.version > version, "a coordinator who has not seen it publishes nothing unread (W2)"


def test_others_and_public_wishes_take_no_photos(browse_both):
    wish = make_wish()
    for who, status in ((wish.author, 409), (make_person(), 403), (make_coordinator(), 403)):
        browser = browse_both(by=who).open(wish.url)
        assert browser.post(f"{wish.url}/edit", **TYPED, photos=FILE.opened()).status == status
    assert how_many(Photo) == 0


def test_the_places_of_photos_are_guarded_by_the_database(session):  # C1
    wish = make_wish()
    add_photos(wish, wish.author, 3)
    with pytest.raises(Refused), writing(session):
        workflow.change_photos(
            session, wish, A_PHOTO, by_id=wish.author_id, by_role="author", at=MONDAY_9, most=3
        )

    with pytest.raises(IntegrityError), writing(session):  # with the count taken away, the index holds
        session.add(
            Photo(
                thing="wishes",
                thing_id=wish.id,
                place=1,
                state=PhotoState.SHOWN,
                width=1,
                height=1,
                sha256="",
                by_id=wish.author_id,
                at=MONDAY_9,
                thumbnail=b"x",
                jpeg=b"x",
            )
        )


def test_nobody_fills_the_database_with_photos(session, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(policies, "MOST_A_DAY", 4)
    lin = make_person()
    add_photos(make_wish(author=lin), lin, 3)
    second = make_wish(author=lin)

    with pytest.raises(Refused, match="photos_of_a_day"):
        add_photos(second, lin, 2)
    add_photos(second, lin, 2, at=MONDAY_9 + timedelta(days=1))


def test_only_a_form_with_a_field_for_photos_takes_more_than_a_megabyte(browse):  # P13
    wish, browser = make_wish(), browse(by=make_volunteer())
    form = "multipart/form-data; boundary=x"

    def sent(path: str, size: int) -> int:
        head = b'--x\r\nContent-Disposition: form-data; name="photos"; filename="a.jpg"\r\n\r\n'
        body = head + b"x" * size + b"\r\n--x--\r\n"
        return browser.client.post(path, data=body, content_type=form).status_code

    assert sent(f"{wish.url}/claim", 1_500_000) == 413
    assert sent("/wishes/new", 1_500_000) == 400  # read, and without a token
    assert sent("/wishes/new", 33_000_000) == 413


# -- with what was done


def test_something_that_was_to_be_delivered_is_reported_with_a_photo_of_it(browse_both):  # W11
    wish, jun = make_wish(category_code="item"), make_volunteer()
    held = claim(wish, jun)
    browser = browse_both(by=jun).open(wish.url)
    form = f"form[action='/claims/{held.id}/completion']"

    browser.submit(form, report="送到了", minutes="40")
    assert browser.status == 422
    assert "不要拍到人脸" in browser.text(".error-summary")
    browser.submit(form, photo=[FILE])

    assert browser.status == 200
    assert [(photo.thing, photo.thing_id) for photo in shown()] == [("claims", held.id)]
    assert len(browse_both(by=wish.author).open(wish.url).select(f"#claim-{held.id} .photos img")) == 1
    assert not browse_both(by=make_volunteer()).open(wish.url).select(".photos img")


def test_a_photo_of_a_report_that_is_refused_need_not_be_chosen_again(browse_both):
    wish, jun = make_wish(category_code="item"), make_volunteer()
    held = claim(wish, jun)
    form = f"form[action='/claims/{held.id}/completion']"
    browser = browse_both(by=jun).open(wish.url).submit(form, report="", minutes="40", photo=[FILE])
    assert browser.status == 422

    browser.submit(form, report="送到了")

    assert browser.status == 200
    assert how_many(Claim, state="done") == len(shown()) == 1


@pytest.mark.parametrize("photos", [[], [FILE]])
def test_other_help_is_reported_with_or_without_one(browse_both, photos):
    wish, jun = make_wish(category_code="repair"), make_volunteer()
    held = claim(wish, jun)

    browser = browse_both(by=jun).open(wish.url)
    browser.submit(
        f"form[action='/claims/{held.id}/completion']", report="修好了", minutes="40", photo=photos
    )

    assert browser.status == 200
    assert len(shown()) == len(photos)


def test_whoever_sent_the_photo_takes_it_away_and_the_author_is_told(browse_both):
    wish, jun = make_wish(category_code="item"), make_volunteer()
    held = claim(wish, jun)
    form = f"form[action='/claims/{held.id}/completion']"
    browser = browse_both(by=jun).open(wish.url).submit(form, report="送到了", minutes="40", photo=[FILE])

    browser.submit(".photos form")

    assert browser.path == wish.url
    assert shown() == []
    assert "photo_removed" in told(wish.author)


# -- of a volunteer


def test_a_volunteer_who_likes_shows_a_photo_to_whom_they_come_to(browse_both):  # W19
    jun, wish = make_volunteer("军"), make_wish()
    browser = browse_both(by=jun).open("/me/profile").submit("form[action='/me/profile']", photo=[FILE])
    assert browser.status == 200
    assert len(browser.select("#profile .photos img")) == 1
    assert not browse_both(by=wish.author).open(wish.url).select(".portrait")

    claim(wish, jun)

    page = browse_both(by=wish.author).open(wish.url)
    assert page.one(".portrait")["src"] == f"/photos/{shown()[0].id}/thumbnail"
    assert browse_both(by=make_coordinator()).open(wish.url).select(".portrait")
    assert not browse_both(by=make_volunteer()).open(wish.url).select(".portrait")


def test_a_new_photo_takes_the_place_of_the_old_and_a_tick_takes_it_away(browse_both):
    jun = make_volunteer()
    old = add_photos(volunteer_of(jun), jun)[0]
    browser = browse_both(by=jun).open("/me/profile")

    browser.submit("form[action='/me/profile']", photo=[FILE])
    new = shown()
    assert len(new) == 1
    assert new[0].id != old.id
    browser.submit("form[action='/me/profile']", **{"photo-removed": str(new[0].id)})

    assert shown() == []
    assert not browser.select("#profile .photos img")


def test_the_coordinator_who_decides_takes_a_volunteers_photo_away(browse_both):
    jun, chief = make_volunteer(), make_coordinator()
    photo = add_photos(volunteer_of(jun), jun)[0]
    page = f"/volunteers/{volunteer_of(jun).id}"

    browser = browse_both(by=chief).open(page).submit(f"#photo-{photo.id} form")

    assert browser.path == page
    assert shown() == []
    assert journal_of(db.session().get_one(Photo, photo.id))[-1].by_role == "coordinator"


def test_the_same_choice_of_a_photo_twice_is_one_photo(session):
    wish = make_wish()
    with writing(session):
        kept = workflow.keep_pictures(session, [PICTURE], "wishes", by_id=wish.author_id, at=MONDAY_9)
        workflow.change_photos(
            session,
            wish,
            Choice(kept=(*kept, *kept)),
            by_id=wish.author_id,
            by_role="author",
            at=MONDAY_9,
            most=3,
        )
    assert len(shown()) == 1
