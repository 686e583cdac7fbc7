"""Messages are written with the change that they tell of, and can be taken back (C15)."""

from __future__ import annotations

from sqlalchemy import select

from gridapp.core.database import begin_writing, writing
from gridapp.core.outbox import Message, notify, revoke, unseen_of
from tests.factories import MONDAY_9, make_person, told


def test_each_person_is_told_once_however_often_they_are_named(session):  # C11, C15
    her, him = make_person(), make_person()

    with writing(session):
        notify(session, "greeting", her, to=[her.id, him.id, her.id], at=MONDAY_9, parts={"title": "你好"})

    assert (told(her), told(him)) == (["greeting"], ["greeting"])
    assert session.scalars(select(Message.parts)).first() == {"title": "你好"}


def test_a_change_that_fails_tells_nobody(session):  # C15
    her = make_person()

    begin_writing(session)
    notify(session, "greeting", her, to=[her.id], at=MONDAY_9)
    session.flush()
    session.rollback()

    assert told(her) == []


def test_two_events_of_one_moment_are_two_messages(session):  # C11, C15
    thing, reader, first, second = (make_person() for _ in range(4))

    with writing(session):
        for event in (first, second):
            notify(session, "greeting", thing, to=[reader.id], at=MONDAY_9, event=event)

    assert told(reader) == ["greeting", "greeting"]


def test_what_was_seen_is_not_taken_back_and_what_was_not_seen_is(session):  # C15
    thing, has_read, has_not = make_person(), make_person(), make_person()
    with writing(session):
        notify(session, "offer", thing, to=[has_read.id, has_not.id], at=MONDAY_9)
        notify(session, "other", thing, to=[has_not.id], at=MONDAY_9)
        session.flush()
        session.scalars(select(Message).where(Message.person_id == has_read.id)).one().seen_at = MONDAY_9

    with writing(session):
        revoke(session, "offer", thing, at=MONDAY_9)

    assert (told(has_read), told(has_not)) == (["offer"], ["other"])


def test_what_was_taken_back_is_neither_counted_nor_shown(session, browse):  # C15
    her = make_person()
    with writing(session):
        notify(session, "wish_published", her, to=[her.id], at=MONDAY_9, parts={"title": "作废的"})
        session.flush()
        revoke(session, "wish_published", her, at=MONDAY_9)

    assert session.scalars(unseen_of(her.id)).all() == []
    assert "作废的" not in browse(by=her).open("/notices").body
