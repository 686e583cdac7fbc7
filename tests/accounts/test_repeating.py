"""The same form twice is one thing and one answer; another content, or a thing that is gone, is another form (C11, C14)."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from gridapp.core.access_log import Look
from gridapp.core.database import db, is_lost_race, writing
from gridapp.volunteers.models import VolunteerState
from gridapp.wishes.models import ClaimState, Wish, WishState
from tests.factories import (
    MONDAY_9,
    claim,
    how_many,
    make_coordinator,
    make_person,
    make_volunteer,
    make_wish,
    report,
    volunteer_of,
)

TYPED = {"title": "想要一盏台灯", "text": "晚上看书用。", "category": "item", "address": "某处"}
FORM = "#wish-form form"


def test_a_wish_that_was_taken_back_can_be_entered_again_in_the_same_words(browse_both):  # C14
    browser = browse_both(by=make_person()).open("/wishes/new").submit(FORM, **TYPED)
    first = db.session().scalars(select(Wish)).one()
    browser.open(first.url).submit(f"form[action='{first.url}/withdrawal']", why="不用了")

    browser.open("/wishes/new").submit(FORM, **TYPED)

    new = db.session().scalars(select(Wish).order_by(Wish.id.desc())).first()
    assert (how_many(Wish), new.state, browser.path) == (2, WishState.SUBMITTED, new.url)
    assert str(new.id) in browser.text("#flashes")


def test_the_same_words_while_the_wish_is_alive_are_still_one_wish(browse_both):  # C11
    browser = browse_both(by=make_person()).open("/wishes/new").submit(FORM, **TYPED)

    browser.open("/wishes/new").submit(FORM, **TYPED)

    assert how_many(Wish) == 1


def test_who_says_not_yet_and_then_yes_with_one_form_is_not_told_confirmed(browse):  # C11, C14
    lin, lan = make_person("林"), make_volunteer("兰")
    held = claim(make_wish(author=lin), lan)
    report(held)
    browser, key = browse(by=lin).open(held.wish.url), "one-key"
    prefix, action = f"confirm-{held.id}-", f"/claims/{held.id}/confirmation"
    token = browser.csrf_token()

    def say(answer: str) -> None:
        data = [("csrf_token", token), ("key", key), (f"{prefix}satisfied", answer), (f"{prefix}words", "好")]
        browser.send(action, data)

    say("no")
    assert (browser.status, held.state) == (200, ClaimState.RETURNED)
    say("yes")

    assert (browser.status, held.state) == (409, ClaimState.RETURNED)


def test_a_claim_that_was_given_back_is_not_promised_again_by_the_old_form(browse_both):  # C14
    lan = make_volunteer("兰")
    wish = make_wish()
    browser = browse_both(by=lan).open(wish.url).submit(f"form[action='{wish.url}/claim']")
    sent = browser.sent
    held = db.session().scalars(select(Wish).where(Wish.id == wish.id)).one()
    assert "谢谢" in browser.text("#flashes")
    browser.open(wish.url).submit("form[action$='/withdrawal']")

    browser.send(*sent)

    assert "之前已经办过" in browser.text("#flashes")
    assert (held.taken, browser.status) == (0, 200)


def test_giving_back_what_was_taken_back_promises_nobody_else(browse_both, session):  # C14
    lin, lan = make_person("林"), make_volunteer("兰")
    wish = make_wish(author=lin, places=2)
    held = claim(wish, lan)
    report(held)
    author = browse_both(by=lin).open(wish.url)
    with writing(session):
        session.execute(text("UPDATE wishes SET state = 'withdrawn'"))

    author.submit("form[action$='/confirmation']:has(textarea[required])", words="还缺一样")

    assert held.state == ClaimState.RETURNED
    assert "重新开放" not in author.text("#flashes")


def test_each_look_is_written_down_also_with_an_old_key(browse_both):  # C4, W7
    lan = make_volunteer("兰")
    wish = make_wish()
    claim(wish, lan)
    browser = browse_both(by=lan).open(wish.url).submit(f"form[action='{wish.url}/beneficiary']")

    browser.again()

    assert browser.select(".contact")
    assert how_many(Look, thing="wishes") == 2


def test_an_old_key_shows_no_number_when_the_right_is_gone(browse, session):  # C4, V2
    her = make_coordinator()
    somebody = volunteer_of(make_volunteer("新人", state=VolunteerState.APPLIED))
    browser = browse(by=her).open(f"/volunteers/{somebody.id}").submit("form[action$='/phone']")
    assert (browser.status, how_many(Look, thing="volunteers")) == (200, 1)
    with writing(session):
        session.execute(text("UPDATE roles SET ends_at = :at"), {"at": MONDAY_9.replace(tzinfo=None)})

    browser.again()

    assert browser.status in (403, 404)
    assert how_many(Look, thing="volunteers") == 1


@pytest.mark.parametrize(
    ("statement", "is_race"),
    [
        ("UPDATE wishes SET taken = 2", True),  # ck_wishes_not_over_held
        ("UPDATE people SET phone = '1'", True),  # two people, one number
        ("UPDATE wishes SET title = NULL", False),
        ("UPDATE wishes SET author_id = 999999", False),
        ("UPDATE wishes SET places = 0, taken = 0", False),
    ],
)
def test_only_what_somebody_else_did_first_is_called_so(app, session, statement, is_race):  # C1
    make_wish()
    make_person()

    with pytest.raises(IntegrityError) as refused, writing(session):
        session.execute(text(statement))

    assert is_lost_race(refused.value, app.extensions["gridapp"].guards) == is_race


def test_a_bug_is_not_told_as_somebody_elses_change(browse, monkeypatch):  # C1, C14
    wish, lan = make_wish(), make_volunteer("兰")
    browser = browse(by=lan).open(wish.url)
    monkeypatch.setattr(
        "gridapp.wishes.views.claiming.claiming.claim_wish",
        lambda session, *_args, **_more: session.execute(text("UPDATE wishes SET title = NULL")),
    )

    browser.submit(f"form[action='{wish.url}/claim']")

    assert browser.status == 500
