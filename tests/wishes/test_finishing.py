"""Reported done, confirmed or not, and the hours that come of it (W11, V3)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select

from gridapp.accounts.models import Duty, RoleKind
from gridapp.core import clock
from gridapp.core.database import writing
from gridapp.volunteers.models import HourEntry
from gridapp.volunteers.queries import earned_minutes
from gridapp.volunteers.workflow import earn
from gridapp.wishes.models import ClaimState, WishState
from tests.factories import (
    MONDAY_9,
    claim,
    confirm,
    give_role,
    journal_of,
    make_coordinator,
    make_person,
    make_volunteer,
    make_wish,
    report,
    steps_of,
    told,
)

HOUR = timedelta(hours=1)
DONE = {"report": "送到了，还换了灯泡", "minutes": "40"}


@pytest.fixture
def lin():
    return make_person("林")


@pytest.fixture
def lan():
    return make_volunteer("兰")


@pytest.fixture
def held(lin, lan):
    """A wish of Lin's that Lan has taken on."""
    return claim(make_wish(author=lin), lan)


def tell_done(browser, held, **fields):
    return browser.open(held.wish.url).submit(
        f"form[action='/claims/{held.id}/completion']", **{**DONE, **fields}
    )


def judge(browser, held, satisfied="yes", words=""):
    return browser.open(held.wish.url).submit(
        f"form[action='/claims/{held.id}/confirmation']", satisfied=satisfied, words=words
    )


def hours(session):
    return session.scalars(select(HourEntry).order_by(HourEntry.id)).all()


def test_the_helper_says_what_was_done_and_how_long_it_took(browse_both, lin, lan, held):  # W11, C15
    her = make_coordinator()

    browser = tell_done(browse_both(by=lan), held)

    assert (browser.status, held.state, held.wish.state) == (200, ClaimState.DONE, WishState.DONE)
    assert (held.report, held.minutes, held.reported_at) == ("送到了，还换了灯泡", 40, MONDAY_9)
    assert browser.flashes
    assert (told(lin)[-1], told(her)[-1]) == ("claim_done", "claim_done")


@pytest.mark.parametrize(
    "missing",
    [
        {"report": ""},
        {"report": " "},
        {"report": "长" * 301},
        {"minutes": ""},
        {"minutes": "0"},
        {"minutes": "1441"},
    ],
)
def test_done_needs_a_sentence_and_minutes(browse_both, session, lan, held, missing):  # W11
    browser = tell_done(browse_both(by=lan), held, **missing)

    assert (browser.status, held.state) == (422, ClaimState.HELD)
    assert browser.select(".error-summary")
    assert steps_of(held) == ["held"]


def test_a_visit_is_not_reported_before_it_has_begun(browse_both, lan):  # W11
    starts = MONDAY_9 + HOUR
    held = claim(make_wish(starts_at=starts, ends_at=starts + HOUR), lan)
    browser = browse_both(by=lan).open(held.wish.url)
    assert not browser.select(f"form[action='/claims/{held.id}/completion']")
    assert browser.post(f"/claims/{held.id}/completion", **DONE).status == 409

    with clock.standing_at(starts):
        tell_done(browse_both(by=lan), held)

    assert held.state == ClaimState.DONE


def test_reporting_frees_the_helpers_time(browse, session, lan):  # C16
    held = claim(make_wish(starts_at=MONDAY_9, ends_at=MONDAY_9 + HOUR), lan)

    tell_done(browse(by=lan), held)

    assert session.scalars(select(Duty.cancelled_at)).all() == [MONDAY_9]


def test_nobody_reports_what_another_holds(browse_both, lin, held):  # C6
    for person, status in ((make_volunteer("军"), 404), (lin, 403), (make_coordinator(), 403)):
        assert browse_both(by=person).post(f"/claims/{held.id}/completion", **DONE).status == status

    assert held.state == ClaimState.HELD


def test_hours_are_earned_when_it_is_confirmed_and_not_before(
    browse_both, session, lin, lan, held
):  # V3, W11
    tell_done(browse_both(by=lan), held)
    assert (hours(session), earned_minutes(session, lan.id)) == ([], 0)

    browser = judge(browse_both(by=lin), held, words="谢谢小兰")

    assert (browser.status, held.state, held.wish.state) == (200, ClaimState.CONFIRMED, WishState.CONFIRMED)
    (entry,) = hours(session)
    assert (entry.person_id, entry.minutes, entry.day) == (lan.id, 40, date(2026, 11, 23))
    assert (entry.thing, entry.thing_id, entry.corrects_id) == ("claims", held.id, None)
    assert (entry.recorded_by_id, entry.confirmed_by_id, entry.confirmed_as) == (lan.id, lin.id, "author")
    assert (entry.place, entry.organiser) == ("刘家宅一居委会", "新泾镇")
    assert "想要一盏台灯" in entry.service


def test_the_helper_reads_the_thanks(browse_both, lin, lan, held):  # W11
    report(held)

    judge(browse_both(by=lin), held, words="谢谢小兰，灯很亮")

    assert told(lan)[-1] == "claim_confirmed"
    assert "谢谢小兰，灯很亮" in browse_both(by=lan).open(held.wish.url).text("main")


def test_the_coordinator_may_confirm_instead(browse_both, session, lin, held):  # W11
    her = make_coordinator()
    report(held)

    browse_both(by=her).open("/desk").follow(f"#queue-to-confirm a[href='{held.wish.url}']").submit(
        f"form[action='/claims/{held.id}/confirmation']"
    )

    (entry,) = hours(session)
    assert (entry.confirmed_by_id, entry.confirmed_as) == (her.id, "coordinator")
    assert told(lin)[-1] == "claim_confirmed"


def test_nobody_confirms_their_own_help_even_when_they_are_coordinator(
    browse_both, session, held, lan
):  # W11
    give_role(lan, RoleKind.COORDINATOR, "block-5")
    report(held)
    browser = browse_both(by=lan).open(held.wish.url)
    assert not browser.select(f"form[action='/claims/{held.id}/confirmation']")
    assert not browse_both(by=lan).open("/desk").select(f"#queue-to-confirm #claim-{held.id}")

    browser.post(f"/claims/{held.id}/confirmation", **{f"confirm-{held.id}-satisfied": "yes"})

    assert (browser.status, held.state, hours(session)) == (403, ClaimState.DONE, [])


def test_nobody_who_is_not_concerned_confirms(browse_both, session, held):  # C6
    report(held)
    for person in (make_volunteer("军"), make_person("王"), make_coordinator("grid-4")):
        browser = browse_both(by=person)
        browser.post(f"/claims/{held.id}/confirmation", **{f"confirm-{held.id}-satisfied": "yes"})
        assert browser.status == 404

    assert (held.state, hours(session)) == (ClaimState.DONE, [])


def test_what_was_not_reported_cannot_be_confirmed(browse_both, session, lin, held):  # W11
    browser = browse_both(by=lin).open(held.wish.url)
    assert not browser.select(f"form[action='/claims/{held.id}/confirmation']")

    browser.post(f"/claims/{held.id}/confirmation", **{f"confirm-{held.id}-satisfied": "yes"})

    assert (browser.status, held.state, hours(session)) == (409, ClaimState.HELD, [])


def test_not_satisfied_reopens_the_wish_with_the_reason_and_gives_no_hours(
    browse_both, session, lin, lan, held
):  # W11
    her, wish = make_coordinator(), held.wish
    report(held)

    browser = judge(browse_both(by=lin), held, satisfied="no", words="灯不亮")

    assert (browser.status, held.state, wish.state, wish.taken) == (
        200,
        ClaimState.RETURNED,
        WishState.OPEN,
        0,
    )
    assert hours(session) == []
    assert (told(lan)[-1], told(her)[-1]) == ("claim_returned", "claim_returned")
    assert "灯不亮" in browse_both(by=lan).open(wish.url).text("main")
    assert steps_of(wish) == ["submitted", "published", "filled", "done", "reopened"]


def test_not_satisfied_needs_a_reason(browse_both, lin, held):  # W11
    report(held)

    browser = judge(browse_both(by=lin), held, satisfied="no")

    assert (browser.status, held.state) == (422, ClaimState.DONE)
    assert browser.select("details[open] .error-summary")
    assert browser.one("details[open] input[name$=satisfied]")["value"] == "no"


def test_an_answer_that_is_neither_yes_nor_no_is_refused(browse_both, session, lin, held):  # W11
    report(held)

    browser = judge(browse_both(by=lin), held, satisfied="maybe", words="嗯")

    assert (browser.status, held.state, hours(session)) == (422, ClaimState.DONE, [])


def test_what_was_returned_can_be_finished_by_the_same_helper(browse, session, lin, lan, held):  # W11
    report(held)
    judge(browse(by=lin), held, satisfied="no", words="灯不亮")

    with clock.standing_at(MONDAY_9 + HOUR):
        again = claim(held.wish, lan, at=clock.now())
        report(again, minutes=15, at=clock.now())
        judge(browse(by=lin), again)

    assert [entry.minutes for entry in hours(session)] == [15]
    assert held.wish.state == WishState.CONFIRMED


def test_a_shared_wish_is_done_when_all_are_and_confirmed_when_all_are(browse, session, lin):  # W6, W11
    wish = make_wish(author=lin, places=2)
    one, two = claim(wish, make_volunteer("甲")), claim(wish, make_volunteer("乙"))
    seen = []
    for step in (
        lambda: report(one, 30),
        lambda: judge(browse(by=lin), one),
        lambda: report(two, 50),
        lambda: judge(browse(by=lin), two),
    ):
        step()
        seen.append(wish.state)

    assert seen == ["filled", "filled", "done", "confirmed"]
    assert [entry.minutes for entry in hours(session)] == [30, 50]


def test_one_share_sent_back_frees_one_place_and_keeps_the_others_hours(browse, session, lin):  # W6, W11
    wish = make_wish(author=lin, places=2)
    one, two = claim(wish, make_volunteer("甲")), claim(wish, make_volunteer("乙"))
    report(one)
    report(two)
    confirm(one, lin)

    judge(browse(by=lin), two, satisfied="no", words="没来")

    assert (wish.state, wish.taken, len(hours(session))) == (WishState.OPEN, 1, 1)


def test_the_day_is_when_the_help_was_in_the_town(browse, session, lin, lan):  # V3, C12
    starts = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)  # Tuesday, 1:00 in Shanghai
    held = claim(make_wish(author=lin, starts_at=starts, ends_at=starts + HOUR), lan)
    with clock.standing_at(starts + timedelta(days=3)):
        report(held, at=clock.now())
        judge(browse(by=lin), held)

    assert [entry.day for entry in hours(session)] == [date(2026, 11, 24)]


def test_the_same_confirmation_twice_is_one_entry_of_hours_and_one_message(
    browse_both, session, lin, lan, held
):  # C11
    report(held)
    browser = judge(browse_both(by=lin), held)

    browser.again()

    assert (browser.status, len(hours(session))) == (200, 1)
    assert told(lan).count("claim_confirmed") == 1
    assert steps_of(held) == ["held", "done", "confirmed"]


def test_the_same_report_twice_is_one(browse_both, lin, lan, held):  # C11
    browser = tell_done(browse_both(by=lan), held)

    browser.again()

    assert browser.status == 200
    assert steps_of(held) == ["held", "done"]
    assert told(lin).count("claim_done") == 1


def test_author_and_coordinator_confirm_at_once_and_the_hours_count_once(
    browse_both, session, lin, held
):  # C1, V3
    report(held)
    late = browse_both(by=make_coordinator()).open(held.wish.url)
    judge(browse_both(by=lin), held)

    late.submit(f"form[action='/claims/{held.id}/confirmation']")

    assert (late.status, len(hours(session))) == (409, 1)
    assert late.select(".reasons")


def test_when_the_ledger_refuses_nothing_else_has_happened(browse_both, session, lin, lan, held):  # C15, C1
    report(held)
    with writing(session):
        earn(
            session,
            held,
            person_id=lan.id,
            minutes=1,
            day=date(2026, 11, 23),
            service="先有的",
            place="",
            organiser="",
            confirmed_by=lin.id,
            confirmed_as="author",
            at=MONDAY_9,
        )

    browser = judge(browse_both(by=lin), held)

    assert (browser.status, held.state, held.wish.state) == (409, ClaimState.DONE, WishState.DONE)
    assert "claim_confirmed" not in told(lan)
    assert steps_of(held) == ["held", "done"]
    assert session.scalar(select(func.sum(HourEntry.minutes))) == 1


def test_each_step_is_journaled_with_from_to_by_and_at(browse, lin, lan, held):  # C2
    tell_done(browse(by=lan), held)
    with clock.standing_at(MONDAY_9 + HOUR):
        judge(browse(by=lin), held, words="谢谢")

    steps = [(e.from_state, e.to_state, e.by_id, e.by_role, e.at) for e in journal_of(held)]
    assert steps == [
        (None, "held", lan.id, "volunteer", MONDAY_9),
        ("held", "done", lan.id, "volunteer", MONDAY_9),
        ("done", "confirmed", lin.id, "author", MONDAY_9 + HOUR),
    ]
    assert [(e.from_state, e.to_state, e.by_id) for e in journal_of(held.wish)[2:]] == [
        ("open", "filled", lan.id),
        ("filled", "done", lan.id),
        ("done", "confirmed", lin.id),
    ]


def test_after_seven_days_the_desk_says_that_somebody_should_call(browse, held):  # W11
    report(held)
    her = make_coordinator()
    for after, marked in ((timedelta(days=7), False), (timedelta(days=7, seconds=1), True)):
        with clock.standing_at(MONDAY_9 + after):
            desk = browse(by=her).open("/desk")

        assert desk.select(f"#queue-to-confirm #claim-{held.id}")
        assert bool(desk.select(f"#claim-{held.id} .mark")) is marked


def test_what_nobody_confirmed_begins_with_the_number_to_call(browse_both, held):  # W11
    report(held)
    her = make_coordinator()
    with clock.standing_at(MONDAY_9 + timedelta(days=7, seconds=1)):
        browser = browse_both(by=her).open(held.wish.url)
        first = browser.select(f"#claim-{held.id} form")[0]
        browser.submit(f"#claim-{held.id} form[action$='/beneficiary']")

    assert first["action"] == f"{held.wish.url}/beneficiary"
    assert browser.select(".contact .call-number")
    assert not browser.select(f"#claim-{held.id} form[action$='/beneficiary']")


def test_what_waits_for_its_author_stands_first_with_what_to_do(browse, held, lin):  # W13
    later = make_wish("后来的心愿", author=lin)
    report(held)

    page = browse(by=lin).open("/me/wishes")

    waiting = page.one(".rows .row")
    assert waiting["id"] == f"wish-{held.wish_id}"
    assert waiting.select(f".actions a[href='{held.wish.url}']")
    assert [slip["id"] for slip in page.select(".slips article")] == [f"wish-{later.id}"]
