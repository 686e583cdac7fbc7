"""A coordinator checks each wish before it is public (W2, Y2)."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from gridapp.accounts.models import RoleKind
from gridapp.accounts.workflow import end_role
from gridapp.core.database import writing
from gridapp.wishes.models import Contact, Source, Wish, WishState
from tests.factories import (
    ADDRESS,
    BENEFICIARY_PHONE,
    MONDAY_9,
    NOBODYS,
    give_role,
    journal_of,
    make_admin,
    make_coordinator,
    make_person,
    make_volunteer,
    make_wish,
    steps_of,
    told,
)

FOR_HER = {"source": Source.OTHER, "contact": Contact("阿婆", BENEFICIARY_PHONE, ADDRESS)}
STEPS = {
    "publication": {"version": "1"},
    "rejection": {"decline-why": "太大了"},
    "question": {"ask-why": "哪一天？"},
    "closure": {},
}


def submitted(**facts):
    return make_wish(state=WishState.SUBMITTED, **facts)


def test_the_coordinator_finds_the_wish_on_the_desk_and_publishes_it(browse_both, browse):  # W2, W18
    her, lin = make_coordinator(), make_person("林")
    wish = submitted(author=lin)
    browser = browse_both(by=her).open("/desk").follow(f"#queue-to-check a[href='{wish.url}']")

    browser.submit(f"form[action='{wish.url}/publication']")

    assert (browser.status, wish.state, wish.published_at) == (200, WishState.OPEN, MONDAY_9)
    assert browser.flashes
    assert browse().open("/wishes").select(f"#wish-{wish.id}")
    assert told(lin) == ["wish_published"]
    assert not browser.open("/desk").select(f"#queue-to-check a[href='{wish.url}']")


def test_each_check_is_journaled_with_who_from_and_to(browse):  # C2
    her = make_coordinator()
    for path, to_state, step in (
        ("publication", "open", "published"),
        ("rejection", "declined", "declined"),
        ("question", "asked_back", "asked_back"),
    ):
        wish = submitted()

        browse(by=her).post(f"{wish.url}/{path}", **STEPS[path])

        last = journal_of(wish)[-1]
        assert (last.step, last.from_state, last.to_state) == (step, "submitted", to_state)
        assert (last.by_id, last.by_role, last.at) == (her.id, "coordinator", MONDAY_9)


def test_whoever_is_declined_reads_why_and_nobody_else_does(browse_both, browse):  # W2
    her, lin = make_coordinator(), make_person("林")
    wish = submitted(author=lin)
    browser = browse_both(by=her).open(wish.url)

    browser.submit(f"form[action='{wish.url}/rejection']", why="我们没有这么大的车")

    assert (browser.status, wish.state) == (200, WishState.DECLINED)
    assert "没有这么大的车" in browse(by=lin).open(wish.url).text("main")
    assert "没有这么大的车" in browse(by=lin).open("/notices").text("main")
    assert browse(by=make_volunteer()).open(wish.url).status == 404


@pytest.mark.parametrize("path", ["rejection", "question"])
def test_no_is_not_said_without_a_word(browse_both, path):  # W2, C14
    wish = submitted()
    browser = browse_both(by=make_coordinator()).open(wish.url)

    browser.submit(f"form[action='{wish.url}/{path}']")

    assert (browser.status, wish.state) == (422, WishState.SUBMITTED)
    assert browser.select(".error-summary")


def test_a_question_is_answered_by_an_edit_and_the_wish_is_checked_again(browse_both):  # W2
    her, lin = make_coordinator(), make_person("林")
    wish = submitted(author=lin)
    browse_both(by=her).open(wish.url).submit(f"form[action='{wish.url}/question']", why="哪种台灯？")
    assert (wish.state, told(lin)) == (WishState.ASKED_BACK, ["wish_asked_back"])
    author = browse_both(by=lin).open(wish.url)
    assert "哪种台灯？" in author.text("main")

    author.follow(f".note a[href='{wish.url}/edit']")
    author.submit("#wish-form form", title="想要一盏夹式台灯", reply="夹在床头的那种，我只和您说")

    assert (wish.state, wish.title) == (WishState.SUBMITTED, "想要一盏夹式台灯")
    assert told(her) == ["wish_submitted", "wish_answered"]
    assert steps_of(wish) == ["submitted", "asked_back", "answered"]
    checking = browse_both(by=her).open(wish.url)
    assert "夹在床头的那种" in checking.text("article .note")
    checking.submit(f"form[action='{wish.url}/publication']")
    assert "夹在床头的那种" not in browse_both().open(wish.url).body


def test_an_answer_that_comes_too_late_is_not_swallowed(browse_both):  # C14
    lin = make_person("林")
    wish, browser = submitted(author=lin), browse_both(by=make_coordinator())
    browser.open(wish.url).submit(f"form[action='{wish.url}/question']", why="哪种台灯？")
    author, other_tab = (browse_both(by=lin).open(f"{wish.url}/edit") for _tab in range(2))
    author.submit("#wish-form form", reply="夹式的")

    other_tab.submit("#wish-form form", reply="还是落地的")

    assert other_tab.status == 409
    assert other_tab.text("[name=reply]") == "还是落地的"
    assert wish.state_note == "夹式的"


def test_while_a_question_is_open_nobody_publishes(browse):  # W2
    her, wish = make_coordinator(), submitted()
    browser = browse(by=her)
    browser.post(f"{wish.url}/question", **STEPS["question"])

    browser.post(f"{wish.url}/publication")

    assert (browser.status, wish.state) == (409, WishState.ASKED_BACK)


def test_a_wish_that_waits_does_not_exist_for_anybody_else(browse_both):  # W2, C6
    wish, _in_charge = submitted(), make_coordinator()
    others = (make_coordinator("grid-4"), make_volunteer(), make_admin())
    for person in others:
        browser = browse_both(by=person)

        assert browser.open(wish.url).status == 404
        for path, typed in STEPS.items():
            assert browser.post(f"{wish.url}/{path}", **typed).status == 404

    assert steps_of(wish) == ["submitted"]


def test_who_wanders_in_without_a_role_reads_but_does_not_close(browse_both):  # W2, C6
    wish = make_wish()
    for person in (make_coordinator("grid-4"), make_volunteer(), wish.author):
        browser = browse_both(by=person).open(wish.url)
        assert not browser.select(f"form[action='{wish.url}/closure']")

        for path, typed in STEPS.items():
            assert browser.post(f"{wish.url}/{path}", **typed).status == 403

    assert steps_of(wish) == ["submitted", "published"]


def test_nobody_checks_a_wish_of_their_own(browse_both):  # W2
    her = make_coordinator()
    wish = submitted(author=her)
    browser = browse_both(by=her).open(wish.url)
    assert not browser.select(f"form[action='{wish.url}/publication']")

    for path in ("publication", "rejection", "question"):
        assert browser.post(f"{wish.url}/{path}", **STEPS[path]).status == 403

    assert wish.state == WishState.SUBMITTED


def test_where_nobody_is_in_charge_the_town_admin_checks(browse_both):  # A5
    admin, wish = make_admin(), submitted(committee_code=NOBODYS)
    browser = browse_both(by=admin).open("/desk").follow(f"#queue-to-check a[href='{wish.url}']")

    browser.submit(f"form[action='{wish.url}/publication']")

    assert wish.state == WishState.OPEN


def test_whose_role_ended_a_moment_ago_decides_nothing_in_an_open_tab(browse_both, session):  # A2
    lan = make_person("兰")
    role = give_role(lan, RoleKind.COORDINATOR, "block-5")
    wish = submitted()
    browser = browse_both(by=lan).open(wish.url)
    with writing(session):
        end_role(session, role, at=MONDAY_9, by_id=None)

    browser.post(f"{wish.url}/publication")

    assert (browser.status, wish.state) == (404, WishState.SUBMITTED)


def test_of_two_coordinators_the_second_reads_that_it_was_decided(browse_both):  # C1, W2
    first, second, wish = make_coordinator(), make_coordinator(), submitted()
    late = browse_both(by=second).open(wish.url)
    browse_both(by=first).open(wish.url).submit(f"form[action='{wish.url}/publication']")

    late.submit(f"form[action='{wish.url}/publication']")

    assert late.status == 409
    assert late.select(".reasons")
    assert steps_of(wish) == ["submitted", "published"]


def test_the_same_check_twice_is_one(browse_both):  # C11
    lin = make_person("林")
    wish = submitted(author=lin)
    browser = browse_both(by=make_coordinator()).open(wish.url)

    browser.submit(f"form[action='{wish.url}/publication']").again()

    assert browser.status == 200
    assert steps_of(wish) == ["submitted", "published"]
    assert told(lin) == ["wish_published"]


def test_the_coordinator_reads_beforehand_just_what_everybody_will_read(browse):  # W3
    her, wish = make_coordinator(), submitted(places=3, minutes=40)
    before = browse(by=her).open(wish.url)

    browse(by=her).post(f"{wish.url}/publication", version="1")

    after = browse().open(wish.url)
    assert [before.text(part) for part in ("h1", ".prose", ".facts")] == [
        after.text(part) for part in ("h1", ".prose", ".facts")
    ]


def test_without_the_persons_consent_nothing_is_published_and_the_reason_is_said(browse_both):  # Y2
    her, wish = make_coordinator(), submitted(**FOR_HER)
    browser = browse_both(by=her).open(wish.url)
    assert browser.select("select[name=consent]")

    browser.submit(f"form[action='{wish.url}/publication']")

    assert (browser.status, wish.state) == (422, WishState.SUBMITTED)
    assert browser.select(".reasons")


def test_publishing_writes_down_who_asked_and_how_and_for_what(browse_both):  # Y2
    her, wish = make_coordinator(), submitted(**FOR_HER)

    browse_both(by=her).open(wish.url).submit(f"form[action='{wish.url}/publication']", consent="by_phone")

    assert wish.state == WishState.OPEN
    assert (wish.consent_by_id, wish.consent_how, wish.consent_at) == (her.id, "by_phone", MONDAY_9)
    assert wish.consent_for


def test_consent_that_the_author_recorded_is_not_asked_again(browse_both):  # Y2
    her, wish = make_coordinator(), submitted(consent_how="in_person", **FOR_HER)
    browser = browse_both(by=her).open(wish.url)
    assert not browser.select("select[name=consent]")

    browser.submit(f"form[action='{wish.url}/publication']")

    assert (wish.state, wish.consent_by_id) == (WishState.OPEN, wish.author_id)


@pytest.mark.parametrize("state", ["open", "filled", "done", "confirmed"])
def test_the_database_itself_refuses_to_publish_without_consent(session, state):  # Y2
    wish = submitted(**FOR_HER)

    with pytest.raises(IntegrityError), writing(session):
        session.execute(text("UPDATE wishes SET state = :state"), {"state": state})

    assert wish.state == WishState.SUBMITTED


def test_the_database_does_not_mind_a_wish_for_oneself_or_one_with_consent(
    session,
):  # Y2, the negative control
    submitted()
    submitted(consent_how="in_person", **FOR_HER)

    with writing(session):
        session.execute(text("UPDATE wishes SET state = 'open'"))

    assert session.scalar(select(func.count()).select_from(Wish).where(Wish.state == WishState.OPEN)) == 2


def test_consent_cannot_be_taken_away_from_a_wish_that_is_public(session):  # Y2
    make_wish(consent_how="in_person", **FOR_HER)

    with pytest.raises(IntegrityError), writing(session):
        session.execute(text("UPDATE wishes SET consent_at = NULL"))


def test_what_is_over_before_it_was_checked_is_not_published(browse_both):  # W2
    her, wish = make_coordinator(), submitted(deadline=MONDAY_9)
    browser = browse_both(by=her).open(wish.url)

    browser.submit(f"form[action='{wish.url}/publication']")

    assert (browser.status, wish.state) == (409, WishState.SUBMITTED)
    assert browser.select(".reasons")
