"""With number and code anybody who holds the slip sees how the wish stands, and says whether it came true (W13, W11)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from gridapp.accounts.workflow import hash_password
from gridapp.core import clock
from gridapp.core.database import writing
from gridapp.core.journal import broken_chains
from gridapp.safety.models import Incident
from gridapp.volunteers.models import HourEntry
from gridapp.wishes.models import ClaimState, WishState
from gridapp.wishes.policies import confirming_refusals
from gridapp.wishes.policies.slips import SlipHolder
from gridapp.wishes.workflow.checking import ask_back
from gridapp.wishes.workflow.slips import issue_slip
from tests.factories import (
    ADDRESS,
    MONDAY_9,
    actor,
    claim,
    how_many,
    journal_of,
    make_coordinator,
    make_person,
    make_volunteer,
    make_wish,
    report,
    told,
)
from tests.house.test_statements import recording

CODE = "4821097355"
HASH = hash_password(CODE)
WINDOW = {"starts_at": MONDAY_9 + timedelta(days=1), "ends_at": MONDAY_9 + timedelta(days=1, hours=2)}


@pytest.fixture
def lin(app):
    return make_person("林示例")


@pytest.fixture
def lan(app):
    return make_volunteer("张小兰")


def slip_for(session, wish, by=None, code_hash=HASH):
    """Print the wish's slip."""
    with writing(session):
        issue_slip(session, wish, code_hash=code_hash, by=actor(by or wish.author), at=MONDAY_9)
    return wish


def type_in(browser, wish, code=CODE):
    """Type number and code."""
    return browser.open("/track").submit("#track form", ref=str(getattr(wish, "id", wish)), code=code)


def say(browser, held, satisfied="yes", words=""):
    """Answer on the slip's page."""
    form = f"form[action='/track/confirmation']:has([name$=satisfied][value={satisfied}])"
    return browser.submit(form, words=words)


def test_with_one_tap_the_slip_tells_that_something_was_not_right(browse_both, session, lin, lan):  # W19, C11
    her, wish = make_coordinator(), slip_for(session, make_wish(author=lin))
    claim(wish, lan)
    browser = type_in(browse_both(), wish)

    browser.submit("form[action='/track/incident']", text="他要收钱。")

    incident = session.scalars(select(Incident)).one()
    assert (incident.reported_by_id, incident.reported_as, incident.text) == (
        None,
        "beneficiary",
        "他要收钱。",
    )
    assert (incident.about_id, told(her)[-1]) == (lan.id, "incident_reported")
    assert not browser.select("form[action='/track/incident']")
    browser.again()
    assert how_many(Incident) == 1
    assert "他要收钱。" not in browse_both(by=lan).open(wish.url).body


def test_before_anybody_has_taken_it_on_there_is_nobody_to_report(browse, session, lin):  # W19
    browser = type_in(browse(), slip_for(session, make_wish(author=lin)))

    assert not browser.select("form[action='/track/incident']")
    assert browser.post("/track/incident").status == 409
    assert how_many(Incident) == 0


def test_whoever_holds_the_slip_reads_the_story_without_an_account(browse_both, session, lin, lan):  # W13
    wish = slip_for(session, make_wish(author=lin, **WINDOW))
    claim(wish, lan)

    browser = type_in(browse_both(), wish)

    assert (browser.status, browser.path) == (200, "/track")
    assert browser.headers["Cache-Control"] == "no-store"
    assert "想要一盏台灯" in browser.text("h1")
    assert len(browser.select(".steps li")) == len(journal_of(wish))  # "filled" is told by the claim
    assert "明天 09:00–11:00" in browser.text(".facts")
    assert "小兰" in browser.text(".facts")


@pytest.mark.parametrize("typed", ["48210 97355", "４８２１０ ９７３５５", "48210-97355"])
def test_the_code_is_taken_however_it_is_grouped(browse, session, lin, typed):
    wish = slip_for(session, make_wish(author=lin))

    assert "想要一盏台灯" in type_in(browse(), wish, typed).text("h1")


def test_nothing_personal_stands_on_the_page(browse_both, session, lin, lan):  # C4, W3
    wish = slip_for(session, make_wish(author=lin))
    held = claim(wish, lan)
    report(held)

    page = type_in(browse_both(), wish).body

    found = [
        one
        for one in ("林示例", lin.phone[3:], lin.phone[-4:], ADDRESS, "501", "张小兰", lan.phone[-4:])
        if one in page
    ]
    assert found == []
    assert CODE not in page


def test_the_qr_code_leads_to_the_form_filled_in_and_tells_nothing_by_itself(browse_both, session, lin):  # D3
    wish = slip_for(session, make_wish(author=lin))
    right, wrong = (
        browse_both().open(f"/track/{wish.id}/{CODE}"),
        browse_both().open(f"/track/{wish.id}/0000000000"),
    )

    assert "想要一盏台灯" not in right.text("main")
    assert right.text("main") == wrong.text("main")
    assert right.headers["Cache-Control"] == "no-store"
    assert right.headers["Referrer-Policy"] in ("no-referrer", "same-origin")

    right.submit("#track form")
    assert "想要一盏台灯" in right.text("h1")


def test_an_unknown_number_and_a_wrong_code_sound_the_same(browse_both, session, lin):  # D5
    wish = slip_for(session, make_wish(author=lin))
    without_slip = make_wish("没有纸条", author=lin)

    answers = [
        type_in(browse_both(), ref, code)
        for ref, code in ((wish.id, "0000000000"), (999_999_999, CODE), (without_slip.id, CODE))
    ]

    assert [one.status for one in answers] == [422, 422, 422]
    assert len({one.text("#track .error-summary") for one in answers}) == 1


def test_after_many_wrong_codes_the_number_is_shut_for_everybody_for_an_hour(browse, session, lin):  # D5
    wish = slip_for(session, make_wish(author=lin))
    guesser = browse()
    for number in range(20):
        assert type_in(guesser, wish, f"{number:010d}").status == 422
    assert type_in(guesser, wish, "0000000000").status == 429  # from one address

    with clock.standing_at(MONDAY_9 + timedelta(minutes=6)):
        for number in range(10):
            type_in(guesser, wish, f"{number:010d}")
        assert type_in(browse(), wish).status == 429

    with clock.standing_at(MONDAY_9 + timedelta(minutes=61)):
        assert type_in(browse(), wish).status == 200


def test_right_codes_are_no_tries(browse, session, lin):  # D5
    wish = slip_for(session, make_wish(author=lin))

    assert {type_in(browse(), wish).status for _time in range(25)} == {200}


def test_a_new_slip_shuts_the_page_that_the_old_one_opened(browse_both, session, lin):  # C10
    wish = slip_for(session, make_wish(author=lin))
    browser = type_in(browse_both(), wish)

    slip_for(session, wish, code_hash=hash_password("1111122222"))

    assert browser.open("/track").select("#track input[name=code]")
    assert type_in(browser, wish).status == 422


def test_the_page_is_open_for_two_hours_and_can_be_closed(browse_both, session, lin):
    wish = slip_for(session, make_wish(author=lin))
    browser = type_in(browse_both(), wish)

    with clock.standing_at(MONDAY_9 + timedelta(hours=2)):
        assert browser.open("/track").select("#track input[name=code]")
    browser.open("/track").submit("form[action='/track/closure']")

    assert browser.open("/track").select("#track input[name=code]")


def test_the_beneficiary_says_that_it_came_true_and_the_hours_are_earned(
    browse_both, session, lin, lan
):  # W11, V3
    held = claim(slip_for(session, make_wish(author=lin)), lan)
    report(held)
    browser = type_in(browse_both(), held.wish)

    say(browser, held, words="谢谢姑娘，灯很亮")

    assert (browser.status, held.state, held.answer) == (200, ClaimState.CONFIRMED, "谢谢姑娘，灯很亮")
    assert held.wish.state == WishState.CONFIRMED
    hours = session.scalars(select(HourEntry)).one()
    assert (hours.minutes, hours.confirmed_as, hours.person_id) == (40, "beneficiary", lan.id)
    said = journal_of(held)[-1]
    assert (said.step, said.by_id, said.by_role) == ("confirmed", None, "beneficiary")
    assert (told(lan)[-1], told(lin)[-1]) == ("claim_confirmed", "claim_confirmed")
    assert list(broken_chains(session)) == []


def test_not_satisfied_needs_a_reason_and_opens_the_wish_again(browse_both, session, lin, lan):  # W11
    her = make_coordinator()
    held = claim(slip_for(session, make_wish(author=lin)), lan)
    report(held)
    browser = type_in(browse_both(), held.wish)

    say(browser, held, satisfied="no")
    assert (browser.status, held.state) == (422, ClaimState.DONE)

    say(browser, held, satisfied="no", words="灯不亮")
    assert (browser.status, held.state, held.wish.state) == (200, ClaimState.RETURNED, WishState.OPEN)
    assert {told(who)[-1] for who in (lan, lin, her)} == {"claim_returned"}


def test_said_twice_is_said_once(browse_both, session, lin, lan):  # C11
    held = claim(slip_for(session, make_wish(author=lin)), lan)
    report(held)
    browser = type_in(browse_both(), held.wish)

    say(browser, held).again()

    assert browser.status in (200, 409)
    assert len(session.scalars(select(HourEntry)).all()) == 1
    assert told(lan).count("claim_confirmed") == 1


def test_thanks_with_a_phone_number_are_refused_with_what_was_typed(browse_both, session, lin, lan):  # C19
    held = claim(slip_for(session, make_wish(author=lin)), lan)
    report(held)
    browser = type_in(browse_both(), held.wish)

    say(browser, held, words="谢谢，打我电话13812345678")

    assert (browser.status, held.state) == (422, ClaimState.DONE)
    assert "13812345678" in browser.text("#track textarea")


@pytest.mark.parametrize("path", ["/track/confirmation", "/track/closure"])
def test_without_an_open_slip_nothing_is_said(browse_both, session, lin, lan, path):  # C6
    held = claim(slip_for(session, make_wish(author=lin)), lan)
    report(held)
    browser = browse_both()

    browser.post(path, **{f"confirm-{held.id}-satisfied": "yes"})

    assert (browser.status, held.state) == (403, ClaimState.DONE)


def test_the_slip_of_one_wish_says_nothing_about_another(browse_both, session, lin, lan):  # D1
    mine, other = claim(slip_for(session, make_wish(author=lin)), lan), claim(make_wish("别人的愿望"), lan)
    report(mine)
    report(other)
    browser = type_in(browse_both(), mine.wish)

    browser.post("/track/confirmation", **{f"confirm-{other.id}-satisfied": "yes"})

    assert (browser.status, other.state) == (409, ClaimState.DONE)
    holder = SlipHolder(mine.wish_id, lin.id)
    assert [one.code for one in confirming_refusals(holder, other)] == ["not_yours"]


def test_a_slip_that_ends_while_its_holder_types_says_nothing_any_more(browse_both, session, lin, lan):  # C1
    held = claim(slip_for(session, make_wish(author=lin)), lan)
    report(held)
    browser = type_in(browse_both(), held.wish)
    slip_for(session, held.wish, code_hash=hash_password("1111122222"))

    say(browser, held)

    assert (browser.status, held.state) == (403, ClaimState.DONE)


def test_nobody_confirms_their_own_help_with_a_slip(browse_both, session, lin, lan):  # W11
    held = claim(slip_for(session, make_wish(author=lin)), lan)
    report(held)
    browser = type_in(browse_both(by=lan), held.wish)

    say(browser, held)

    assert (browser.status, held.state) == (403, ClaimState.DONE)


def test_nor_does_a_coordinator_who_helped_and_printed_the_slip(session, lin):  # W11
    helper = make_volunteer("帮忙的书记")
    held = claim(make_wish(author=lin), helper)
    report(held)

    holder = SlipHolder(held.wish_id, issued_by_id=helper.id)

    assert [one.code for one in confirming_refusals(holder, held)] == ["own_case"]


def test_a_question_to_the_author_does_not_puzzle_the_person(browse, session, lin):  # W13
    wish = slip_for(session, make_wish(author=lin, state=WishState.SUBMITTED))
    with writing(session):
        ask_back(session, wish, by=actor(make_coordinator()), question="几号楼的王阿婆？", at=MONDAY_9)

    page = type_in(browse(), wish)

    assert "审核中" in page.text(".mark")
    assert "王阿婆" not in page.body


def test_the_page_takes_few_statements(app, browse, session, lin, lan):  # F2
    wish = slip_for(session, make_wish(author=lin))
    report(claim(wish, lan))
    browser = type_in(browse(), wish)
    browser.open("/track")

    with recording(app) as sent:
        browser.open("/track")

    assert len(sent) <= 6
