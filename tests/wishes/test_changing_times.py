"""A coordinator changes time, place and number of a public wish; whoever is to come is asked for nothing unseen (C13)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from gridapp.accounts.models import Duty, RoleKind
from gridapp.accounts.workflow import hash_password, take_time
from gridapp.areas.models import Town
from gridapp.areas.queries import forget_kept
from gridapp.core import clock
from gridapp.core.database import writing
from gridapp.core.outbox import Message
from gridapp.wishes.feature import wrong_duties
from gridapp.wishes.models import ClaimState, WishState
from gridapp.wishes.queries import beneficiary_of
from gridapp.wishes.queries.times import Times
from gridapp.wishes.workflow.slips import issue_slip
from tests.factories import (
    ADDRESS,
    ELSEWHERE,
    MONDAY_9,
    actor,
    claim,
    give_role,
    join,
    journal_of,
    make_coordinator,
    make_organisation,
    make_person,
    make_volunteer,
    make_wish,
    report,
    steps_of,
    take_share,
    told,
)
from tests.house.test_statements import recording

SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)
CODE = "4821097355"
HASH = hash_password(CODE)
FORM, CONFIRM, BACK = "form[action$='/arrangement']", "#confirm", "#back-to-form"
WEDNESDAY_14 = MONDAY_9 + timedelta(days=2, hours=5)
THURSDAY_9 = MONDAY_9 + timedelta(days=3)
THURSDAY = {"when": "window", "day": "2026-11-26", "starts": "09:00", "ends": "11:00"}


def visit(title="陪去医院", **facts):
    """A wish with a window, on Wednesday from 14:00 to 16:00."""
    return make_wish(title, starts_at=WEDNESDAY_14, ends_at=WEDNESDAY_14 + 2 * HOUR, **facts)


def on_thursday(title="送报纸", from_hour=0.0, **facts):
    """Another, on Thursday for two hours, so many hours after 9:00."""
    start = THURSDAY_9 + from_hour * HOUR
    return make_wish(title, starts_at=start, ends_at=start + 2 * HOUR, **facts)


def change(browser, wish, **typed):
    """Fill the form in and send it."""
    return browser.open(f"{wish.url}/arrangement").submit(FORM, **typed)


def duties(session, **of):
    return session.scalars(select(Duty).filter_by(cancelled_at=None, **of).order_by(Duty.id)).all()


def test_what_nobody_holds_is_changed_at_once_and_the_author_is_told(browse_both, session):  # C13, W14
    lin, wish = make_person("林"), None
    wish = visit(author=lin)

    browser = browse_both(by=make_coordinator()).open(wish.url).follow(f"a[href='{wish.url}/arrangement']")
    browser.submit(FORM, **THURSDAY, road="虹桥路", address="虹桥路9弄1号", places="3")

    assert browser.path == wish.url
    assert (wish.starts_at, wish.ends_at, wish.deadline) == (THURSDAY_9, THURSDAY_9 + 2 * HOUR, None)
    assert (wish.road, wish.places, wish.committee_code, wish.version) == ("虹桥路", 3, "310105102001", 2)
    assert beneficiary_of(session, wish).address == "虹桥路9弄1号"
    assert steps_of(wish)[2:] == ["retimed", "relocated", "relocated", "resized"]
    assert told(lin)[-1] == "wish_changed"


def test_before_others_are_told_the_coordinator_sees_whom_it_concerns(browse_both, session):  # C13, P10, P14
    lan, jun = make_volunteer("兰"), make_volunteer("军")
    wish = visit(places=3)
    claim(wish, lan)
    claim(wish, jun)
    claim(on_thursday("送报纸", from_hour=1), lan)

    browser = change(browse_both(by=make_coordinator()), wish, **THURSDAY)

    assert browser.status == 200
    assert "原来：11月25日（周三）14:00–16:00" in browser.text("main")
    assert "改为：11月26日（周四）09:00–11:00" in browser.text("main")
    assert ["兰" in browser.text("#told"), "军" in browser.text("#told")] == [True, True]
    assert "兰：“送报纸”（11月26日（周四）10:00–12:00）" in browser.text("#clashes")
    assert "军" not in browser.text("#clashes")
    assert (wish.starts_at, told(lan).count("wish_changed")) == (WEDNESDAY_14, 0)


def test_one_confirmation_moves_the_duties_and_tells_everybody(browse_both, session):  # C13, C16
    lin, lan, jun = make_person("林"), make_volunteer("兰"), make_volunteer("军")
    her, wish = make_coordinator(), visit(places=3, author=lin)
    hers, his = claim(wish, lan), claim(wish, jun)
    claim(on_thursday("送报纸", from_hour=1), lan)

    browser = change(browse_both(by=her), wish, **THURSDAY).submit(CONFIRM)

    assert (browser.path, browser.status, wish.retimed_at) == (wish.url, 200, MONDAY_9)
    moved = {duty.thing_id: (duty.starts_at, duty.ends_at) for duty in duties(session)}
    assert moved[hers.id] == moved[his.id] == (THURSDAY_9, THURSDAY_9 + 2 * HOUR)
    assert (hers.state, his.state, wish.taken) == (ClaimState.HELD, ClaimState.HELD, 2)
    assert [kind for kind in told(lan) if kind.startswith("wish_c")][-2:] == ["wish_changed", "wish_clashes"]
    assert (told(jun)[-1], told(lin)[-1]) == ("wish_changed", "wish_changed")
    assert list(wrong_duties(session)) == []
    assert "“送报纸”" in browser.text("main")  # marked until she answers


def test_the_messages_say_what_was_and_what_is_and_what_to_do(browse_both, session):  # C13, P14
    lan, wish = make_volunteer("兰"), visit()
    claim(wish, lan)
    claim(on_thursday("送报纸", from_hour=1), lan)

    change(browse_both(by=make_coordinator()), wish, **THURSDAY, address="别处1号").submit(CONFIRM)

    read = browse_both(by=lan).open("/notices").text("main")
    assert "时间由11月25日（周三）14:00–16:00改为11月26日（周四）09:00–11:00；详细地址换了" in read
    assert "您那时还有“送报纸”，11月26日（周四）10:00–12:00。请交还其中一个，或打电话给我们" in read
    assert "别处1号" not in read


def test_the_journal_keeps_times_and_never_an_exact_address(browse, session):  # C2, C4
    wish = visit()

    change(browse(by=make_coordinator()), wish, **THURSDAY, address="别处1号")

    steps = [(entry.step, entry.reason, entry.note) for entry in journal_of(wish)][2:]
    assert steps == [
        ("retimed", "20261125T0600/20261125T0800>20261126T0100/20261126T0300", None),
        ("relocated", "address", None),
    ]
    parts = [message.parts for message in session.scalars(select(Message))]
    assert "别处" not in str(parts)


def test_the_helper_and_the_holder_of_the_slip_read_what_has_changed(browse_both, session):  # W13, C13
    lan, wish = make_volunteer("兰"), visit()
    claim(wish, lan)
    change(browse_both(by=make_coordinator()), wish, **THURSDAY).submit(CONFIRM)

    hers = browse_both(by=lan).open(wish.url)

    said = "时间有变：原来是11月25日（周三）14:00–16:00，现在是11月26日（周四）09:00–11:00。"
    assert said in hers.text("#new-time")
    assert "11月25日（周三）21:00前不算迟" in hers.text("#new-time")
    assert said in hers.text(".wish-story")
    with writing(session):
        issue_slip(session, wish, code_hash=HASH, by=actor(wish.author), at=MONDAY_9)
    slip = browse_both().open("/track").submit("#track form", ref=str(wish.id), code=CODE)
    assert said in slip.text(".steps")


def test_what_others_do_elsewhere_is_not_told(browse_both, session):  # A5, C4
    lan, wish = make_volunteer("兰", max_live=5), visit()
    claim(wish, lan)
    claim(on_thursday("别处的秘密", committee_code=ELSEWHERE), lan)

    browser = change(browse_both(by=make_coordinator()), wish, **THURSDAY)

    assert "兰：别的安排" in browser.text("#clashes")
    assert "别处的秘密" not in browser.text("main")
    browser.submit(CONFIRM)
    assert "还有别的安排" in browser.text("main")
    assert "别处的秘密" not in browser.text("main")
    assert "别处的秘密" in browse_both(by=lan).open(wish.url).text("#new-time")


def test_what_ends_when_the_new_time_begins_is_no_conflict(browse, session):  # C16, half-open
    lan, wish = make_volunteer("兰"), visit()
    claim(wish, lan)
    claim(on_thursday("送报纸", from_hour=-2), lan)
    claim(on_thursday("浇花", from_hour=2), lan)

    browser = change(browse(by=make_coordinator()), wish, **THURSDAY)

    assert browser.select("#told")
    assert not browser.select("#clashes")


def test_duties_of_every_feature_count(browse, session):  # C16
    lan, wish = make_volunteer("兰"), visit()
    claim(wish, lan)
    with writing(session):  # as a shift at a stall will write it
        times = {"starts_at": THURSDAY_9, "ends_at": THURSDAY_9 + HOUR}
        take_time(session, lan, person_id=lan.id, title="摊位值班", url="/me", **times)

    browser = change(browse(by=make_coordinator()), wish, **THURSDAY)

    assert "兰：别的安排" in browser.text("#clashes")


def test_the_mark_goes_when_the_helper_has_given_one_of_the_two_back(browse, session):  # C13
    her, lan, wish = make_coordinator(), make_volunteer("兰"), visit()
    claim(wish, lan)
    other = claim(on_thursday(), lan)
    change(browse(by=her), wish, **THURSDAY).submit(CONFIRM)
    assert browse(by=her).open("/desk").select("#queue-clashing a")

    browse(by=lan).open(other.wish.url).submit(f"form[action='/claims/{other.id}/withdrawal']")

    desk = browse(by=her).open("/desk")
    assert not desk.select("#queue-clashing")
    assert "还没有答复" not in desk.open(wish.url).text("main")


def test_what_helpers_have_then_comes_with_their_names_in_few_statements(app, browse, session):  # C13, F2
    her, lan, jun, wish = make_coordinator(), make_volunteer("兰"), make_volunteer("军"), visit(places=3)
    claim(wish, lan)
    claim(wish, jun)
    claim(on_thursday("送报纸", from_hour=-1), lan)
    claim(on_thursday("浇花", from_hour=1), lan)
    browser, page = change(browse(by=her), wish, **THURSDAY).submit(CONFIRM), wish.url

    with recording(app) as sent:
        browser.open(page)

    assert len(sent) <= 6
    assert [browser.text("main").count(said) for said in ("“送报纸”", "“浇花”")] == [1, 1]
    assert [row.get_text(strip=True) for row in browser.select(".row-title")] == ["兰", "军"]


@pytest.mark.parametrize("later", [23 * HOUR, 24 * HOUR + SECOND])
def test_because_of_the_new_time_it_is_given_back_freely_for_a_day(browse_both, session, later):  # W8, C13
    her, lan, wish = make_coordinator(), make_volunteer("兰"), visit()
    held = claim(wish, lan, at=MONDAY_9 - HOUR)
    tomorrow = {"when": "window", "day": "2026-11-24", "starts": "10:00", "ends": "11:00"}
    change(browse_both(by=her), wish, **tomorrow).submit(CONFIRM)

    with clock.standing_at(MONDAY_9 + later):
        browser = browse_both(by=lan).open(wish.url)
        browser.submit(f"form[action='/claims/{held.id}/withdrawal']")

    late = later > 24 * HOUR
    assert (held.state, held.ended_late) == (
        (ClaimState.CANNOT_COME, True) if late else (ClaimState.WITHDRAWN, False)
    )
    assert told(her)[-1] == "helper_cannot_come"  # short before the visit she is alerted either way


def test_how_long_one_may_think_about_it_is_the_towns(browse, session):  # W8
    with writing(session):
        session.get_one(Town, 1).rethink_hours = 1
    forget_kept()
    lan, wish = make_volunteer("兰"), visit()
    held = claim(wish, lan, at=MONDAY_9 - HOUR)
    today = {"when": "window", "day": "2026-11-23", "starts": "15:00", "ends": "16:00"}
    change(browse(by=make_coordinator()), wish, **today).submit(CONFIRM)

    with clock.standing_at(MONDAY_9 + HOUR + SECOND):
        browse(by=lan).open(wish.url).submit(f"form[action='/claims/{held.id}/withdrawal']")

    assert held.ended_late


def test_a_visit_that_was_missed_is_not_excused_by_its_new_time(browse, session):  # W8, V4
    lan, jun = make_volunteer("兰"), make_coordinator()
    held = claim(visit(), lan)
    change(browse(by=jun), held.wish, when="window", day="2026-11-23", starts="10:00", ends="11:00").submit(
        CONFIRM
    )

    with clock.standing_at(MONDAY_9 + 2 * HOUR + SECOND):
        browse(by=lan).open(held.wish.url).submit(f"form[action='/claims/{held.id}/withdrawal']", why="忘了")

    session.rollback()
    assert (held.state, held.ended_late) == (ClaimState.CANNOT_COME, True)


def test_nobody_changes_a_public_wish_of_their_own_nor_the_time_of_their_own_promise(
    browse, session
):  # W2, W8, C3
    jun = make_volunteer("君")
    give_role(jun, RoleKind.COORDINATOR, "block-5")
    own, promised = visit(author=jun), visit("送报纸")
    claim(promised, jun)
    browser = browse(by=jun)

    assert browser.open(f"{own.url}/arrangement").status == 403
    other_words = {"wording-title": "请捐款", "wording-text": "转账", "wording-version": "1"}
    assert browser.post(f"{own.url}/wording", **other_words).status == 403
    assert change(browser, promised, **THURSDAY).status == 403
    assert (own.title, promised.starts_at) == ("陪去医院", WEDNESDAY_14)


def test_whoever_took_it_on_at_the_new_time_has_no_excuse(browse, session):  # W8
    lan, wish = make_volunteer("兰"), visit()
    today = {"when": "window", "day": "2026-11-23", "starts": "15:00", "ends": "16:00"}
    change(browse(by=make_coordinator()), wish, **today)
    held = claim(wish, lan, at=MONDAY_9 + SECOND)

    with clock.standing_at(MONDAY_9 + HOUR):
        page = browse(by=lan).open(wish.url)
        page.submit(f"form[action='/claims/{held.id}/withdrawal']")

    assert held.ended_late


@pytest.mark.parametrize(
    ("before", "typed", "left"),
    [
        ({}, THURSDAY, [(THURSDAY_9, THURSDAY_9 + 2 * HOUR)]),
        ({"starts_at": WEDNESDAY_14, "ends_at": WEDNESDAY_14 + HOUR}, {"when": "any"}, []),
        (
            {"starts_at": WEDNESDAY_14, "ends_at": WEDNESDAY_14 + HOUR},
            {"when": "by", "deadline": "2026-11-26"},
            [],
        ),
    ],
    ids=["a window appears", "the window goes", "a deadline comes"],
)
def test_a_window_that_comes_or_goes_takes_or_frees_the_helpers_time(
    browse, session, before, typed, left
):  # C16
    wish = make_wish(**before)
    claim(wish, make_volunteer("兰"))

    change(browse(by=make_coordinator()), wish, **typed).submit(CONFIRM)

    assert [(duty.starts_at, duty.ends_at) for duty in duties(session)] == left
    assert list(wrong_duties(session)) == []


def test_nobody_loses_a_place(browse_both, session):  # C13
    wish = make_wish(places=3)
    claim(wish, make_volunteer("兰"))
    claim(wish, make_volunteer("军"))

    browser = change(browse_both(by=make_coordinator()), wish, places="1", road="虹桥路")

    assert (browser.status, wish.places) == (409, 3)
    assert "已经有 2 个名额有人" in browser.text("main")
    assert browser.one("#road")["value"] == "虹桥路"


@pytest.mark.parametrize(
    ("places", "typed", "state"),
    [
        (1, {"places": "2"}, WishState.OPEN),
        (1, {"as_many_as_come": "y"}, WishState.OPEN),
        (3, {"places": "1"}, WishState.FILLED),
    ],
)
def test_with_the_places_the_state_follows(browse, session, places, typed, state):  # C13, W1
    lan, wish = make_volunteer("兰"), make_wish(places=places)
    claim(wish, lan)

    change(browse(by=make_coordinator()), wish, **typed).submit(CONFIRM)

    assert (wish.state, wish.taken) == (state, 1)
    assert wish.places == (None if "as_many_as_come" in typed else int(typed["places"]))
    assert (told(lan)[-1], wish.retimed_at) == ("wish_changed", None)


def test_a_new_road_is_found_by_the_search(browse, session):  # W15
    wish = make_wish()

    change(browse(by=make_coordinator()), wish, road="虹桥路")

    assert browse().open("/wishes?q=虹桥").select(f"a[href='{wish.url}']")
    assert "虹桥路" in browse(by=wish.author).open("/notices").text("main")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"when": "window", "day": "2026-11-23", "starts": "08:00", "ends": "11:00"}, "时间已经过了"),
        ({"when": "window", "day": "2026-11-26", "starts": "11:00", "ends": "09:00"}, "结束"),
        ({"when": "window", "day": "2026-11-26", "starts": "", "ends": "09:00"}, "14:00"),
        ({"when": "by", "deadline": "2026-11-20"}, "今天起一年以内"),
        ({"places": "0"}, "1"),
        ({"road": "可乐路12弄3号"}, "门牌号"),
    ],
)
def test_what_is_typed_is_looked_at_as_when_the_wish_was_entered(
    browse_both, session, wrong, said
):  # W1, C19
    wish = visit()

    browser = change(browse_both(by=make_coordinator()), wish, **wrong, address="别处1号")

    assert (browser.status, wish.version) == (422, 1)
    assert said in browser.text(".error-summary")
    assert browser.one("#address")["value"] == "别处1号"


def test_a_time_that_stays_is_not_asked_to_lie_ahead(browse, session):
    wish = visit()

    with clock.standing_at(WEDNESDAY_14 + HOUR):  # the visit is going on, and one more is needed
        change(browse(by=make_coordinator()), wish, places="2")

    assert (wish.places, wish.starts_at) == (2, WEDNESDAY_14)


def test_what_the_form_shows_changes_nothing_and_tells_nobody(browse_both, session):
    lan, wish = make_volunteer("兰"), visit()
    claim(wish, lan)

    browser = change(browse_both(by=make_coordinator()), wish, address=ADDRESS)

    assert (browser.path, wish.version, told(lan)) == (wish.url, 1, [])
    assert "没有改动" in browser.flashes


def test_from_the_check_one_goes_back_to_what_was_typed(browse_both, session):  # P10
    wish = visit()
    claim(wish, make_volunteer("兰"))

    browser = change(browse_both(by=make_coordinator()), wish, **THURSDAY, address="别处1号").submit(BACK)

    assert (browser.one("#day")["value"], browser.one("#address")["value"]) == ("2026-11-26", "别处1号")
    assert (browser.one("#starts")["value"], wish.version) == ("09:00", 1)


def test_two_coordinators_do_not_overwrite_each_other_unread(browse_both, session):  # C1, C14
    wish = visit()
    late = browse_both(by=make_coordinator()).open(f"{wish.url}/arrangement")
    change(browse_both(by=make_coordinator()), wish, **THURSDAY)

    late.submit(FORM, when="by", deadline="2026-11-27", road="虹桥路")

    assert (late.status, wish.starts_at, wish.road) == (409, THURSDAY_9, "可乐路")
    assert "11月26日（周四）09:00–11:00" in late.text("main .facts")
    assert (late.one("#deadline")["value"], late.one("#road")["value"]) == ("2026-11-27", "虹桥路")
    late.submit(FORM)
    assert wish.road == "虹桥路"


def test_whoever_comes_after_the_check_is_shown_before_anybody_is_told(browse_both, session):  # C13, P10
    lan, jun, wish = make_volunteer("兰"), make_volunteer("军"), visit(places=2)
    claim(wish, lan)
    browser = change(browse_both(by=make_coordinator()), wish, **THURSDAY)
    claim(wish, jun)

    browser.submit(CONFIRM)

    assert (browser.status, wish.starts_at) == (409, WEDNESDAY_14)
    assert "军" in browser.text("#told")
    browser.submit(CONFIRM)
    assert (wish.starts_at, told(jun)[-1]) == (THURSDAY_9, "wish_changed")


def test_twice_is_once(browse_both, session):  # C11
    lan, wish = make_volunteer("兰"), visit()
    claim(wish, lan)
    browser = change(browse_both(by=make_coordinator()), wish, **THURSDAY).submit(CONFIRM)

    browser.again()

    assert (wish.version, told(lan).count("wish_changed")) == (2, 1)


@pytest.mark.parametrize("who", ["author", "helper", "other coordinator"])
def test_nobody_else_changes_it_and_the_author_reads_whom_to_ask(browse_both, session, who):  # W14, C6
    lan, wish = make_volunteer("兰"), visit()
    claim(wish, lan)
    by = {"author": wish.author, "helper": lan, "other coordinator": make_coordinator("grid-4")}[who]
    browser = browse_both(by=by).open(wish.url)

    assert not browser.select("a[href$='/arrangement']")
    assert ("想换时间或地点？" in browser.text("main")) == (who == "author")
    browser.post(f"{wish.url}/arrangement", when="any", places="1")

    assert (browser.status, wish.starts_at) == (403, WEDNESDAY_14)


def test_what_is_reported_done_is_not_changed(browse_both, session):
    wish = make_wish()
    report(claim(wish, make_volunteer("兰")))

    browser = browse_both(by=make_coordinator()).open(wish.url)
    browser.post(f"{wish.url}/arrangement", **THURSDAY, places="1")

    assert (browser.status, wish.starts_at) == (409, None)


def test_of_an_organisation_both_who_goes_and_who_speaks_are_told(browse, session):  # W20, C13
    gui, lan = make_person("桂"), make_person("兰")
    going, wish = join(make_organisation(speaker=gui), lan), visit()
    take_share(wish, going)

    change(browse(by=make_coordinator()), wish, **THURSDAY).submit(CONFIRM)

    assert (told(lan)[-1], told(gui)[-1]) == ("wish_changed", "wish_changed")
    assert duties(session, person_id=lan.id)[0].starts_at == THURSDAY_9


def test_a_member_named_after_the_time_was_set_has_it_as_a_duty(browse, session):  # W20, C16
    gui, lan, jun = make_person("桂"), make_person("兰"), make_person("军")
    organisation = make_organisation(speaker=gui)
    going, deputy = join(organisation, lan), join(organisation, jun)
    wish = make_wish()
    share = take_share(wish, going)
    browse(by=lan).open(wish.url).submit(f"form[action='/claims/{share.id}/absence']")
    change(browse(by=make_coordinator()), wish, **THURSDAY).submit(CONFIRM)
    assert duties(session) == []

    browse(by=gui).open(wish.url).submit(f"form[action='/claims/{share.id}/goer']", member=str(deputy.id))

    assert [(duty.person_id, duty.starts_at) for duty in duties(session)] == [(jun.id, THURSDAY_9)]
    assert list(wrong_duties(session)) == []


def test_nobody_promises_a_time_that_they_have_not_read(browse_both, session):  # C13, W4
    lan, wish = make_volunteer("兰"), visit()
    browser = browse_both(by=lan).open(wish.url)
    change(browse_both(by=make_coordinator()), wish, **THURSDAY)

    browser.submit(f"form[action='{wish.url}/claim']")

    assert (browser.status, wish.taken) == (409, 0)
    assert "11月26日（周四）09:00–11:00" in browser.text(".facts")
    browser.submit(f"form[action='{wish.url}/claim']")
    assert duties(session, person_id=lan.id)[0].starts_at == THURSDAY_9


def test_the_audit_names_a_duty_that_is_not_at_the_wishes_time(session):  # R8
    wish = visit()
    held = claim(wish, make_volunteer("兰"))
    assert list(wrong_duties(session)) == []
    with writing(session):
        duties(session)[0].ends_at += HOUR

    assert list(wrong_duties(session)) == [f"claim {held.id}: whoever goes has no duty at the wish's time"]


def test_times_are_the_same_after_the_journal_has_kept_them():
    for times in (Times(), Times(THURSDAY_9, THURSDAY_9 + HOUR), Times(deadline=WEDNESDAY_14)):
        assert Times.decoded(times.code) == times
