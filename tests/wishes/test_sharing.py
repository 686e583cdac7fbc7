"""An organisation takes a share of a wish on and says who goes: that member alone sees the address (W6, W7, W20)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from gridapp.accounts.models import Duty
from gridapp.core.database import db, writing
from gridapp.organisations.models import OrganisationState
from gridapp.volunteers.models import HourEntry, VolunteerState
from gridapp.wishes.models import Claim, ClaimState, WishState
from tests.factories import (
    ADDRESS,
    MONDAY_9,
    claim,
    confirm,
    how_many,
    join,
    keep_apart,
    make_coordinator,
    make_organisation,
    make_person,
    make_volunteer,
    make_wish,
    report,
    steps_of,
    take_share,
    told,
    volunteer_of,
)

HOUR = timedelta(hours=1)


@pytest.fixture
def team(app):
    """桂 speaks for 同心公司; 兰 and 梅 have joined."""
    gui, lan, mei = make_person("桂"), make_person("兰"), make_person("梅")
    organisation = make_organisation(speaker=gui)
    return gui, lan, mei, join(organisation, lan), join(organisation, mei), organisation


def share(browser, wish, member):
    """The representative opens the wish and takes a share on for a member."""
    return browser.open(wish.url).submit(f"form[action='{wish.url}/share']", member=str(member.id))


def test_the_representative_takes_a_share_and_the_member_who_goes_sees_the_address(
    browse_both, team, session
):
    gui, lan, _mei, hers, _other, organisation = team
    wish = make_wish(places=3)

    browser = share(browse_both(by=gui), wish, hers)

    held = session.scalars(select(Claim)).one()
    assert (held.person_id, held.organisation_id, held.state) == (lan.id, organisation.id, ClaimState.HELD)
    assert "同心公司" in browser.text(".facts")
    assert told(lan)[-1] == "you_are_to_go"
    member = browse_both(by=lan).open(wish.url).submit("form[action$='/beneficiary']")
    assert ADDRESS in member.text(".contact")


def test_the_representative_sees_progress_and_never_the_beneficiary(browse_both, team):  # W20, W7
    gui, _lan, _mei, hers, _other, organisation = team
    wish = make_wish()
    held = take_share(wish, hers)
    browser = browse_both(by=gui).open(wish.url)

    assert not browser.select("form[action$='/beneficiary']")
    assert browser.post(f"{wish.url}/beneficiary").status == 403
    assert (
        browser.open(wish.url).post(f"/claims/{held.id}/completion", report="好了", minutes="9").status == 403
    )
    report(held)
    page = browser.open(f"{organisation.url}/claims")
    assert "想要一盏台灯" in page.text("main")
    assert "兰" in page.text("main")


def test_the_page_shows_everybody_what_is_left_and_which_organisations_take_part(browse, team):  # W6, W3
    wish = make_wish(places=3)
    take_share(wish, team[3])
    claim(wish, make_volunteer("军"))

    page = browse().open(wish.url)

    assert "1" in page.text(".facts")
    assert "同心公司" in page.text(".facts")
    assert "兰" not in page.body
    assert "军" not in page.body


def test_naming_another_moves_the_right_at_once_in_any_open_tab(browse_both, team):  # W7, W20
    gui, lan, mei, hers, other, _organisation = team
    wish = make_wish(starts_at=MONDAY_9 + 24 * HOUR, ends_at=MONDAY_9 + 26 * HOUR)
    held = take_share(wish, hers)
    old_word, tab = held.word, browse_both(by=lan).open(wish.url)

    browse_both(by=gui).open(wish.url).submit(f"form[action='/claims/{held.id}/goer']", member=str(other.id))

    assert tab.submit("form[action$='/beneficiary']").status == 403
    new = browse_both(by=mei).open(wish.url).submit("form[action$='/beneficiary']")
    assert ADDRESS in new.text(".contact")
    assert (told(lan)[-1], told(mei)[-1]) == ("claim_goes_to_another", "you_are_to_go")
    assert held.word != old_word
    assert [duty.person_id for duty in db.session().scalars(select(Duty))] == [mei.id]
    assert steps_of(held) == ["held", "named"]


def test_the_member_says_that_they_cannot_go_and_another_is_named(browse_both, team):  # W20
    gui, lan, mei, hers, other, _organisation = team
    wish = make_wish(starts_at=MONDAY_9 + 24 * HOUR, ends_at=MONDAY_9 + 26 * HOUR)
    held = take_share(wish, hers)
    browser = browse_both(by=lan).open(wish.url)

    browser.submit("form[action$='/absence']", why="孩子病了")

    assert (held.going, held.state, wish.state) == (False, ClaimState.HELD, WishState.FILLED)
    assert told(gui)[-1] == "member_cannot_go"
    assert browser.open(wish.url).post(f"{wish.url}/beneficiary").status == 403
    assert "想要一盏台灯" not in browser.open("/me").text("main")
    browse_both(by=gui).open(wish.url).submit(f"form[action='/claims/{held.id}/goer']", member=str(other.id))
    assert (held.going, held.person_id) == (True, mei.id)


def test_who_cannot_go_shortly_before_alerts_the_coordinator_and_the_author(browse, team):  # W8
    jun, lin = make_coordinator(), make_person("林")
    wish = make_wish(author=lin, starts_at=MONDAY_9 + 2 * HOUR, ends_at=MONDAY_9 + 3 * HOUR)
    take_share(wish, team[3])

    browse(by=team[1]).open(wish.url).submit("form[action$='/absence']")

    assert (told(jun)[-1], told(lin)[-1]) == ("helper_cannot_come", "helper_cannot_come")


def test_the_hours_are_the_members_and_the_representative_confirms_nothing(browse, team, session):  # V3, W11
    gui, lan, _mei, hers, _other, _organisation = team
    held = take_share(make_wish(), hers)
    report(held, minutes=40)

    assert (
        browse(by=gui)
        .open("/me")
        .post(f"/claims/{held.id}/confirmation", **{f"confirm-{held.id}-satisfied": "yes"})
        .status
        == 403
    )
    confirm(held, held.wish.author)

    entry = session.scalars(select(HourEntry)).one()
    assert (entry.person_id, entry.minutes) == (lan.id, 40)


def test_the_representative_gives_the_share_back(browse_both, team):  # W8
    gui, lan, _mei, hers, _other, _organisation = team
    wish = make_wish()
    held = take_share(wish, hers)

    browse_both(by=gui).open(wish.url).submit(f"form[action='/claims/{held.id}/withdrawal']")

    assert (held.state, wish.state, wish.taken) == (ClaimState.WITHDRAWN, WishState.OPEN, 0)
    assert told(lan)[-1] == "claim_withdrawn"


def test_a_member_does_not_give_the_organisations_share_back(browse, team):
    held = take_share(make_wish(), team[3])

    assert browse(by=team[1]).open(held.wish.url).post(f"/claims/{held.id}/withdrawal").status == 403
    assert held.state == ClaimState.HELD


def refused_to_share(browse, team, wish):
    """What the representative reads, whether the page says so already or only the answer to the form."""
    browser = browse(by=team[0]).open(wish.url)
    browser.post(f"{wish.url}/share", **{"share-member": str(team[3].id)})
    assert browser.status in (403, 409)
    assert not how_many(Claim, organisation_id=team[5].id, state=ClaimState.HELD)
    return browser.text(".reasons")


def make_busy(lan):
    """Somebody with something else to do from 11 to 12."""
    claim(make_wish("陪去医院", starts_at=MONDAY_9 + 2 * HOUR, ends_at=MONDAY_9 + 3 * HOUR), lan)


WHEN = {"starts_at": MONDAY_9 + 2 * HOUR, "ends_at": MONDAY_9 + 3 * HOUR}


def test_a_member_who_cannot_is_refused_in_words_that_tell_nothing_of_them(browse, session):  # W4, C16, W19
    """Busy, at their limit, on a break, suspended, kept apart: the representative reads one and the same."""
    said = set()
    for reason in ("busy", "limit", "suspended", "apart", "author"):
        gui, lan = make_person("桂"), make_volunteer("兰", max_live=1)
        organisation = make_organisation(speaker=gui)
        team = (gui, lan, None, join(organisation, lan), None, organisation)
        wish = make_wish(author=lan if reason == "author" else None, **WHEN)
        if reason == "busy":
            make_busy(lan)
        if reason == "limit":
            claim(make_wish(), lan)
        with writing(session):
            if reason == "suspended":
                volunteer_of(lan).state = VolunteerState.SUSPENDED
        if reason == "apart":
            earlier = make_wish(author=wish.author)
            keep_apart(claim(earlier, lan), wish.author)
            with writing(session):
                volunteer_of(lan).max_live = 3
        said.add(refused_to_share(browse, team, wish))

    assert len(said) == 1
    assert "陪去医院" not in said.pop()


def test_a_member_whom_nobody_has_met_is_named_to_the_representative(browse, session, team):  # A9
    with writing(session):
        team[1].phone_proven_at = None

    assert "兰" in refused_to_share(browse, team, make_wish())


@pytest.mark.parametrize(
    "reason", ["full", "closed", "own", "suspended", "left", "limit", "held", "kept back"]
)
def test_an_organisation_is_refused_for_the_same_reasons_as_a_person(browse, session, team, reason):  # W4
    gui, lan, _mei, hers, _other, organisation = team
    wish = make_wish(places=2, author=gui if reason == "own" else None)
    with writing(session):
        if reason == "suspended":
            organisation.state = OrganisationState.SUSPENDED
        if reason == "limit":
            organisation.max_live = 1
        if reason == "kept back":
            wish.kept_back_at = MONDAY_9
    if reason == "limit":
        take_share(make_wish(), team[4])
    if reason == "full":
        claim(wish, make_volunteer())
        claim(wish, make_volunteer())
    if reason == "closed":
        report(claim(single := make_wish(), make_volunteer()))
        wish = single
    if reason == "left":
        browse(by=lan).open(organisation.url).submit("form[action$='/end']")
    if reason == "held":
        take_share(wish, team[4])

    browser = browse(by=gui).open(wish.url)
    browser.post(f"{wish.url}/share", **{"share-member": str(hers.id)})

    assert browser.status in (403, 409, 422)
    assert browser.select(".reasons, .error-summary")
    assert how_many(Claim, person_id=lan.id) == 0


def test_nobody_else_takes_a_wish_on_for_an_organisation(browse, team):
    wish = make_wish()
    for curious in (team[1], make_volunteer("好奇的人"), make_coordinator()):
        browser = browse(by=curious).open(wish.url)
        assert not browser.select(f"form[action='{wish.url}/share']")
        assert browser.post(f"{wish.url}/share", **{"share-member": str(team[3].id)}).status == 403
    assert wish.taken == 0


def test_a_stranger_is_not_named(browse, team):
    other = make_organisation("别家", speaker=make_person("别人"))
    theirs = join(other, make_person("别家的人"))
    wish = make_wish()

    browser = browse(by=team[0]).open(wish.url).post(f"{wish.url}/share", **{"share-member": str(theirs.id)})

    assert browser.status == 422
    assert wish.taken == 0


def test_whoever_leaves_no_longer_goes(browse_both, team):  # A3
    _gui, lan, _mei, hers, _other, organisation = team
    held = take_share(make_wish(), hers)

    browse_both(by=lan).open(organisation.url).submit("form[action$='/end']")

    assert (held.going, held.state) == (False, ClaimState.HELD)
    assert steps_of(held) == ["held", "stepped_back"]
    assert browse_both(by=lan).open("/me").post(f"{held.wish.url}/beneficiary").status == 403


def test_the_same_tap_twice_is_one_share(browse_both, team):  # C11
    wish = make_wish(places=3)
    browser = share(browse_both(by=team[0]), wish, team[3])

    browser.again()

    assert (browser.status, wish.taken, how_many(Claim)) == (200, 1, 1)


@pytest.mark.parametrize("who", ["the same person twice", "the organisation twice", "nobody"])
def test_the_database_itself_holds_one_share_for_each(session, team, who):  # C1
    wish = make_wish(places=5)
    take_share(wish, team[3])
    facts = {
        "the same person twice": {"person_id": team[1].id},
        "the organisation twice": {"person_id": team[2].id, "organisation_id": team[5].id},
        "nobody": {"person_id": team[2].id, "going": False},
    }[who]

    with pytest.raises(IntegrityError), writing(session):
        session.add(Claim(wish_id=wish.id, state=ClaimState.HELD, since=MONDAY_9, **facts))
