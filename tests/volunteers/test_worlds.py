"""Each coordinator sees the own world alone, for as long as the role lasts; phones only by a logged reveal (A2, A5, C4)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from gridapp.accounts import workflow as accounts
from gridapp.accounts.models import Person, RoleKind
from gridapp.core import clock
from gridapp.core.access_log import Look
from gridapp.core.database import db, writing
from gridapp.core.phones import spoken
from gridapp.volunteers.models import VolunteerState
from tests.browsing import Browser
from tests.conftest import MONDAY_9
from tests.factories import (
    ELSEWHERE,
    HOME,
    NEXT_DOOR,
    NOBODYS,
    area,
    claim,
    confirm,
    how_many,
    make_admin,
    make_coordinator,
    make_person,
    make_volunteer,
    make_wish,
    report,
    volunteer_of,
)

A_WEEK, A_SECOND = timedelta(days=7), timedelta(seconds=1)


def page_of(person: Person) -> str:
    """The address of the person as a volunteer."""
    return f"/volunteers/{volunteer_of(person).id}"


def coordinator_from(start: datetime, end: datetime | None = None) -> Person:
    """Somebody whose role at the block has a first and a last moment."""
    person = make_person("书记")
    with writing(db.session()):
        role = accounts.give_role(
            db.session(), person, RoleKind.COORDINATOR, at=start, by_id=None, area_id=area("block-5").id
        )
        role.ends_at = end
    return person


def says_phone(browser: Browser, person: Person) -> bool:
    """Whether the number can be read anywhere in the answer."""
    digits = (person.phone or "").removeprefix("+86")
    return digits in browser.body or spoken(person.phone) in browser.body


def test_a_coordinator_finds_their_own_people_in_the_list_and_no_others(browse):  # A5
    mine, next_door = make_volunteer("兰花花"), make_volunteer("邻家军", committee=NEXT_DOOR)
    helper = make_volunteer("远来客", committee=ELSEWHERE, areas=("block-5",))
    outside = make_volunteer("外来人", committee=None, areas=("block-5",))
    for name, committee in (("别处人", ELSEWHERE), ("无主人", NOBODYS), ("外区人", None)):
        make_volunteer(name, committee=committee, areas=() if committee else ("grid-4",))

    browser = browse(by=make_coordinator()).open("/volunteers")

    assert {row["id"] for row in browser.select("main [id^=volunteer-]")} == {
        f"volunteer-{volunteer_of(one).id}" for one in (mine, next_door, helper, outside)
    }
    assert not any(name in browser.body for name in ("别处人", "无主人", "外区人"))


def test_somebody_elsewhere_and_nobody_at_all_answer_alike(browse_both):  # A5, C6
    other = make_volunteer("别处人", committee=ELSEWHERE)
    browser = browse_both(by=make_coordinator())

    there = browser.open(page_of(other)).status, browser.text("body")
    nowhere = browser.open("/volunteers/2147483647").status, browser.text("body")

    assert there == nowhere
    assert there[0] == 404
    assert "别处人" not in there[1]


@pytest.mark.parametrize("number", ["0", "-1", "01", "2147483648", "9223372036854775808", "x", "1.0"])
def test_an_address_that_is_no_number_of_ours_is_not_found(browse, number):  # D7, C6
    assert browse(by=make_coordinator()).open(f"/volunteers/{number}").status == 404


def test_who_takes_a_wish_on_here_is_in_this_world_until_a_week_after_it_ended(browse):  # A5
    coordinator, far = make_coordinator(), make_volunteer("远来客", committee=ELSEWHERE)
    browser, address = browse(by=coordinator), page_of(far)
    assert browser.open(address).status == 404

    wish = make_wish(committee_code=HOME)
    held = claim(wish, far)
    assert browser.open(address).status == 200
    report(held)
    confirm(held, wish.author)

    with clock.standing_at(MONDAY_9 + A_WEEK - A_SECOND):
        assert browser.open(address).status == 200
    with clock.standing_at(MONDAY_9 + A_WEEK):
        assert browser.open(address).status == 404


def test_who_only_helps_here_is_not_decided_on_here(browse_both):  # A5, V2
    far = make_volunteer("远来客", committee=ELSEWHERE)
    claim(make_wish(), far)
    browser = browse_both(by=make_coordinator()).open(page_of(far))

    assert browser.post(f"{page_of(far)}/suspension", reason="不该").status == 403
    assert volunteer_of(far).state == VolunteerState.APPROVED


def test_a_resident_and_a_visitor_find_no_desk(browse_both):  # C6
    lan = make_volunteer("兰")
    for address in ("/desk", "/volunteers", page_of(lan)):
        assert browse_both(by=lan).open(address).status == 404
        assert browse_both().open(address).path.startswith("/sign-in?next=")


def test_the_town_admin_gets_what_no_coordinator_covers(browse):  # A5
    make_coordinator("block-5")
    make_coordinator("grid-4")
    covered, lone = make_volunteer("有人管"), make_volunteer("没人管", committee=NOBODYS)
    browser = browse(by=make_admin())

    assert browser.open(page_of(lone)).status == 200
    assert browser.open(page_of(covered)).status == 404
    assert "有人管" not in browser.open("/volunteers").body


def test_where_everybody_has_a_coordinator_the_admins_desk_opens_and_is_empty(browse):  # A5, C6
    admin = make_admin()
    for code in ("block-5", "grid-4"):
        make_coordinator(code)
    rest = make_person("新泾书记")
    with writing(db.session()):
        accounts.give_role(
            db.session(), rest, RoleKind.COORDINATOR, at=MONDAY_9, by_id=None, area_id=area("town").id
        )

    browser = browse(by=admin).open("/")

    assert browser.follow("nav.bar a[href='/desk']").status == 200
    assert not browser.select("#desk .row")


def test_what_a_coordinator_leaves_comes_to_the_town_at_once(browse):  # A3, A5
    lan = make_volunteer("兰")
    coordinator_from(MONDAY_9 - A_WEEK, end=MONDAY_9)
    browser = browse(by=make_admin())

    with clock.standing_at(MONDAY_9 - A_SECOND):
        assert browser.open(page_of(lan)).status == 404
    with clock.standing_at(MONDAY_9):
        assert browser.open(page_of(lan)).status == 200


def test_a_role_counts_from_its_first_to_its_last_moment(browse):  # A2
    first, last = MONDAY_9 + timedelta(days=1), MONDAY_9 + timedelta(days=3)
    browser = browse(by=coordinator_from(first, last))

    answers = []
    for moment in (first - A_SECOND, first, last - A_SECOND, last):
        with clock.standing_at(moment):
            answers.append(browser.open("/desk").status)

    assert answers == [404, 200, 200, 404]


def test_several_roles_add_up(browse):  # A2
    person, there = make_coordinator("block-5"), make_volunteer("别处人", committee=ELSEWHERE)
    with writing(db.session()):
        accounts.give_role(
            db.session(), person, RoleKind.COORDINATOR, at=MONDAY_9, by_id=None, area_id=area("grid-4").id
        )

    browser = browse(by=person)

    assert [browser.open(page_of(one)).status for one in (there, make_volunteer("兰"))] == [200, 200]


def test_a_trainer_is_no_coordinator(browse):  # A2, C6
    trainer = make_person("戊老师")
    with writing(db.session()):
        accounts.give_role(db.session(), trainer, RoleKind.TRAINER, at=MONDAY_9, by_id=None, place="社工办")

    assert browse(by=trainer).open("/desk").status == 404


def test_no_page_that_is_only_opened_shows_a_number(browse):  # C4
    coordinator, lan = make_coordinator(), make_volunteer("兰")
    new, wish = make_volunteer("新", state=VolunteerState.APPLIED), make_wish()
    claim(wish, lan)

    for by in (coordinator, lan, None):
        browser = browse(by=by)
        for address in (
            "/",
            "/desk",
            "/volunteers",
            page_of(lan),
            page_of(new),
            wish.url,
            "/me",
            "/notices",
            "/me/profile",
        ):
            browser.open(address)
            assert not any(says_phone(browser, one) for one in (lan, new, wish.author)), (address, by)


def test_a_coordinator_sees_a_number_after_asking_and_each_look_is_written_down(browse_both):  # C4, W7
    coordinator, lan = make_coordinator(), make_volunteer("兰")
    browser = browse_both(by=coordinator).open(page_of(lan))
    assert "****" in browser.text(".facts")

    browser.submit(f"form[action='{page_of(lan)}/phone']")

    assert browser.status == 200
    assert says_phone(browser, lan)
    assert browser.headers["Cache-Control"] == "no-store"
    look = db.session().scalars(select(Look)).one()
    assert (look.thing, look.thing_id, look.fields, look.by_id) == (
        "volunteers",
        volunteer_of(lan).id,
        "phone",
        coordinator.id,
    )
    assert not says_phone(browser.open(page_of(lan)), lan)


def test_a_number_is_not_revealed_by_opening_its_address(browse):  # C4, W7
    lan = make_volunteer("兰")
    browser = browse(by=make_coordinator())

    assert browser.open(f"{page_of(lan)}/phone").status in (404, 405)
    assert not says_phone(browser, lan)
    assert how_many(Look) == 0


def test_who_may_not_see_a_number_leaves_no_look_and_reads_no_digit(browse_both):  # C4, A5
    far = make_volunteer("远来客", committee=ELSEWHERE)
    claim(make_wish(), far)
    browser = browse_both(by=make_coordinator()).open(page_of(far))

    browser.post(f"{page_of(far)}/phone")

    assert browser.status == 403
    assert not says_phone(browser, far)
    assert how_many(Look) == 0


def test_the_list_goes_on_behind_a_real_link_and_filters_stay(browse):  # P20, W15
    for number in range(23):
        make_volunteer(f"志{number}")
    make_volunteer("停", state=VolunteerState.SUSPENDED)
    browser = browse(by=make_coordinator()).open("/volunteers?state=approved")

    first = {row["id"] for row in browser.select("main .rows .row")}
    second = {row["id"] for row in browser.follow("a[href*='after=']").select("main .rows .row")}

    assert (len(first), len(second)) == (20, 3)
    assert not first & second


@pytest.mark.parametrize(
    "query", ["after=9223372036854775808", "after=-1", "after=x", "state=x", "state=%00", "colour=red"]
)
def test_a_filter_that_nobody_offers_does_no_harm(browse, query):  # D7
    make_volunteer("兰")

    browser = browse(by=make_coordinator()).open(f"/volunteers?{query}")

    assert browser.status == 200
