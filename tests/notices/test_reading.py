"""What a person has been told: newest first, nothing revoked, read up to what the page showed (C15, C13)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from gridapp.accounts.models import Person
from gridapp.core import outbox
from gridapp.core.database import db, writing
from gridapp.core.outbox import Message
from gridapp.core.words import Words
from tests.browsing import Browser
from tests.conftest import MONDAY_9
from tests.factories import claim, make_person, make_volunteer, make_wish

BELL = "nav.bar a[href='/notices'] .badge"


def tell(person: Person, title: str, *, minutes: int = 0, kind: str = "wish_claimed") -> int:
    """A message about a wish of this title; its id."""
    session, at = db.session(), MONDAY_9 + timedelta(minutes=minutes)
    wish = make_wish(title)
    with writing(session):
        outbox.notify(session, kind, wish, to=[person.id], at=at, parts={"title": title})
    return session.scalars(select(Message.id).order_by(Message.id.desc()).limit(1)).one()


def shown(browser: Browser) -> list[str]:
    """The ids of the messages on the page, in its order."""
    return [str(row["id"]) for row in browser.open("/notices").select("main .rows .row")]


def test_the_author_is_told_who_wanted_what_and_is_led_there(browse):  # C13, C15
    lan, wish = make_volunteer("兰"), make_wish("想要一盏台灯")
    claim(wish, lan)

    browser = browse(by=wish.author).open("/notices")

    assert "想要一盏台灯" in browser.text("main .row-title")
    assert browser.follow("main .row-title a").path == wish.url


def test_the_newest_stands_first_whatever_its_time(browse):  # C15
    lan = make_person("兰")
    first, second, third = tell(lan, "一", minutes=3), tell(lan, "二"), tell(lan, "三", minutes=1)

    assert shown(browse(by=lan)) == [f"notice-{one}" for one in (third, second, first)]


def test_everybody_reads_their_own_messages_alone(browse):  # A5, C6
    lan, jun = make_person("兰"), make_person("军")
    mine, _theirs = tell(lan, "给兰的"), tell(jun, "给军的")

    browser = browse(by=lan)

    assert shown(browser) == [f"notice-{mine}"]
    assert "给军的" not in browser.body


def test_what_was_taken_back_before_it_was_seen_is_not_shown_and_not_counted(browse):  # C15
    lan = make_person("兰")
    kept, gone = tell(lan, "还在"), tell(lan, "收回")
    with writing(db.session()):
        db.session().get_one(Message, gone).revoked_at = MONDAY_9

    browser = browse(by=lan)

    assert shown(browser) == [f"notice-{kept}"]
    assert browser.text(BELL).startswith("1 ")


def test_only_what_nobody_has_seen_is_taken_back(app):  # C15
    session, lan, jun, wish = db.session(), make_person(), make_person(), make_wish()
    with writing(session):
        outbox.notify(
            session, "wish_published", wish, to=[lan.id, jun.id], at=MONDAY_9, parts={"title": wish.title}
        )
    with writing(session):
        session.scalars(select(Message).where(Message.person_id == lan.id)).one().seen_at = MONDAY_9
        outbox.revoke(session, "wish_published", wish, at=MONDAY_9)

    revoked = session.scalars(select(Message.person_id).where(Message.revoked_at.is_not(None))).all()
    assert jun.id in revoked
    assert lan.id not in revoked


def test_marking_all_as_read_empties_the_bell_and_a_reader_alone_does_not(browse_both):  # P17, C9
    lan = make_person("兰")
    for title in ("一", "二"):
        tell(lan, title)
    browser = browse_both(by=lan).open("/notices")
    assert browser.open("/notices").text(BELL).startswith("2 ")

    browser.submit("form[action='/notices/reading']")

    assert browser.path == "/notices"
    assert not browser.select(BELL)
    assert not browser.select("form[action='/notices/reading']")
    assert len(browser.select("main .rows .row")) == 2


def test_what_came_since_the_page_was_opened_stays_new(browse):  # C15
    lan = make_person("兰")
    tell(lan, "看见的")
    browser = browse(by=lan).open("/notices")
    late = tell(lan, "后来的")

    browser.submit("form[action='/notices/reading']")

    unseen = db.session().scalars(
        select(Message.id).where(Message.person_id == lan.id, Message.seen_at.is_(None))
    )
    assert unseen.all() == [late]
    assert browser.text(BELL).startswith("1 ")


def test_nobody_marks_the_messages_of_others(browse):  # A5
    lan, jun = make_person("兰"), make_person("军")
    theirs = tell(jun, "给军的")

    browse(by=lan).open("/notices").post("/notices/reading", shown=str(theirs))

    assert db.session().get_one(Message, theirs).seen_at is None


@pytest.mark.parametrize("shown", ["", "x", "-1", "9223372036854775808", "１", "1 x 2", "1 " * 500])
def test_a_number_that_makes_no_sense_marks_at_most_what_is_there(browse, shown):  # D7
    lan = make_person("兰")
    tell(lan, "一")

    assert browse(by=lan).open("/notices").post("/notices/reading", shown=shown).status == 200


@pytest.mark.parametrize("after", ["x", "-1", "0", "9223372036854775808", "1e9"])
def test_an_address_that_nobody_offered_opens_all_the_same(browse, after):  # D7
    assert browse(by=make_person()).open(f"/notices?after={after}").status == 200


def test_earlier_messages_are_behind_a_real_link(browse):  # P20
    lan, wish = make_person("兰"), make_wish()
    with writing(db.session()):
        for second in range(23):
            at = MONDAY_9 + timedelta(seconds=second)
            outbox.notify(
                db.session(), "wish_claimed", wish, to=[lan.id], at=at, parts={"title": str(second)}
            )
    browser = browse(by=lan).open("/notices")

    newer = {row["id"] for row in browser.select("main .rows .row")}
    older = {row["id"] for row in browser.follow("a[href^='/notices?after=']").select("main .rows .row")}

    assert (len(newer), len(older), newer & older) == (20, 3, set())


def test_many_messages_are_counted_up_to_ninety_nine(browse):  # P5
    lan, wish = make_person("兰"), make_wish()
    with writing(db.session()):
        for second in range(105):
            at = MONDAY_9 + timedelta(seconds=second)
            outbox.notify(db.session(), "wish_claimed", wish, to=[lan.id], at=at, parts={"title": "多"})

    assert browse(by=lan).open("/me").text(BELL).startswith("99+")


def test_a_title_with_odd_signs_is_shown_as_it_was_typed(browse):  # D7
    lan, odd = make_person("兰"), "100% %(title)s <b>灯</b>"
    tell(lan, odd)

    browser = browse(by=lan).open("/notices")

    assert odd in browser.text("main .row-title")


def test_every_kind_of_message_has_words_and_a_page(app):  # C18, C15
    lan = make_person("兰")
    for kind, (_words, address) in app.extensions["gridapp"].messages.items():
        assert address(1).startswith("/"), kind
    with writing(db.session()):
        for kind in app.extensions["gridapp"].messages:
            parts = {
                "title": "灯",
                "reason": "因为",
                "question": "问",
                "who": "兰",
                "name": "公司",
                "word": "暖冬",
                "changes": [Words("the time was %(was)s and is now %(now)s", {"was": "早", "now": "晚"})],
                **dict.fromkeys(("when", "other_when"), (MONDAY_9, MONDAY_9 + timedelta(hours=1))),
                "other": "书",
                "until": MONDAY_9,
            }
            outbox.notify(db.session(), kind, lan, to=[lan.id], at=MONDAY_9, parts=parts)

    browser = Browser(app, by=lan).open("/notices")

    assert len(browser.select("main .row-title a")) == min(20, len(app.extensions["gridapp"].messages))


def test_a_visitor_is_led_to_sign_in(browse):  # C6
    assert browse().open("/notices").path == "/sign-in?next=/notices"


def test_what_arrived_behind_the_page_stays_new_even_with_a_smaller_number(browse_both, session):  # C15
    lan, somebody = make_volunteer("兰"), make_person()
    old, late = tell(lan, "灯"), tell(lan, "书")
    with writing(session):  # begun before the one on the page, and committed after
        session.execute(update(Message).where(Message.id == late).values(person_id=somebody.id))
        session.execute(update(Message).where(Message.id == old).values(id=late + 10))
    browser = browse_both(by=lan).open("/notices")
    with writing(session):
        session.execute(update(Message).where(Message.id == late).values(person_id=lan.id))

    browser.submit("form[action='/notices/reading']")

    unseen = select(Message.id).where(Message.person_id == lan.id, Message.seen_at.is_(None))
    assert late in session.scalars(unseen).all()
    assert late + 10 not in session.scalars(unseen).all()
