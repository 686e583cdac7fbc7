"""The front page says to each what waits for them: visitor, resident, volunteer, coordinator (A8, W18, P5)."""

from __future__ import annotations

from gridapp.volunteers.models import VolunteerState
from gridapp.wishes.models import WishState
from tests.browsing import Browser
from tests.conftest import MONDAY_9
from tests.factories import (
    ELSEWHERE,
    NEXT_DOOR,
    claim,
    earn,
    make_admin,
    make_coordinator,
    make_person,
    make_volunteer,
    make_wish,
    report,
    volunteer_of,
)

MAIN = "main#main"


def bar(browser: Browser) -> list[str]:
    """Where the bar leads."""
    return [str(link["href"]) for link in browser.select("nav.bar a")]


def slips(browser: Browser) -> list[str]:
    """The wishes that are shown."""
    return [str(slip["id"]) for slip in browser.select(f"{MAIN} .slips [id^=wish-]")]


def test_a_visitor_sees_what_the_town_offers_and_the_way_in(browse):  # A8
    wish = make_wish("想要一盏台灯")

    browser = browse().open("/")

    for address in ("/wishes", "/wishes/new", "/sign-up", "/areas"):
        assert browser.select(f"{MAIN} a[href='{address}']"), address
    assert slips(browser) == [f"wish-{wish.id}"]
    assert not browser.select(f"{MAIN} a[href='/desk']")
    assert "021 0000 0000" in browser.text("footer")


def test_a_resident_sees_wishes_of_their_own_committee_first_of_all(browse):  # A8
    far, near = make_wish("远处", committee_code=ELSEWHERE), make_wish("近处")

    browser = browse(by=make_person("兰")).open("/")

    assert "兰" in browser.text("h1")
    assert slips(browser) == [f"wish-{near.id}"]
    assert f"wish-{far.id}" not in slips(browser)


def test_where_nothing_is_wished_nearby_the_newest_of_the_town_are_shown(browse):  # A8
    far = make_wish("远处", committee_code=ELSEWHERE)

    assert slips(browse(by=make_person("兰")).open("/")) == [f"wish-{far.id}"]
    assert slips(browse(by=make_person("客", committee=None)).open("/")) == [f"wish-{far.id}"]


def test_a_wish_that_is_not_public_or_over_is_on_no_front_page(browse):  # W2, W3
    make_wish("未核对", state=WishState.SUBMITTED)
    claim(make_wish("已有人"), make_volunteer())

    for by in (None, make_person("兰")):
        browser = browse(by=by).open("/")
        assert slips(browser) == []
        assert "未核对" not in browser.body


def test_a_volunteer_finds_what_they_took_on_at_the_front_and_under_me(browse):  # W13
    lan, wish = make_volunteer("兰"), make_wish("想要一盏台灯")
    held = claim(wish, lan)
    browser = browse(by=lan)

    for address in ("/", "/me"):
        row = browser.open(address).one(f"#claim-{held.id}")
        assert row.select(f"a[href='{wish.url}']")
        assert "想要一盏台灯" in row.get_text()


def test_me_shows_minutes_and_the_way_to_everything_of_ones_own(browse):  # V3
    lan = make_volunteer("兰")
    earn(lan, 70)

    browser = browse(by=lan).open("/me")

    assert "1 小时 10 分钟" in browser.text(MAIN)
    for address in ("/me/hours", "/me/wishes", "/me/profile"):
        assert browser.select(f"{MAIN} a[href='{address}']")
    assert not browser.select("[id^=claim-]")


def test_an_applicant_reads_that_somebody_will_meet_them(browse):  # V2, C14
    browser = browse(by=make_volunteer("新", state=VolunteerState.APPLIED)).open("/me")

    assert browser.select(f"{MAIN} .note-wait")


def test_a_coordinator_finds_what_waits_with_its_count(browse):  # W18
    coordinator = make_coordinator()
    for name in ("甲", "乙"):
        make_volunteer(name, state=VolunteerState.APPLIED)
    make_wish("未核对", state=WishState.SUBMITTED, committee_code=NEXT_DOOR)
    make_wish("别处的", state=WishState.SUBMITTED, committee_code=ELSEWHERE)
    report(claim(make_wish("做完的"), make_volunteer()))

    browser = browse(by=coordinator).open("/")

    waiting = {"volunteers": "2", "to-check": "1", "to-confirm": "1"}
    for queue, count in waiting.items():
        tile = browser.text(f"a.tile[href='/desk#queue-{queue}'] span")
        assert [sign for sign in tile if sign.isdigit()] == [count], tile
    browser.open("/desk")
    assert {queue: browser.text(f"#queue-{queue} .badge") for queue in waiting} == waiting


def test_each_row_of_the_desk_leads_to_the_action_in_one_tap(browse_both):  # W18
    new = volunteer_of(make_volunteer("新", state=VolunteerState.APPLIED))
    wish = make_wish("未核对", state=WishState.SUBMITTED)
    browser = browse_both(by=make_coordinator()).open("/desk")

    assert browser.select(f"#volunteer-{new.id} form[action='/volunteers/{new.id}/approval']")
    browser.follow(f"#queue-to-check #wish-{wish.id} a")

    assert browser.select(f"form[action='{wish.url}/publication']")


def test_an_empty_desk_says_that_nothing_waits(browse):  # C14
    browser = browse(by=make_coordinator()).open("/desk")

    assert browser.status == 200
    assert not browser.select("#desk .row")
    assert all(queue.select("p.meta") for queue in browser.select("#desk .queue"))


def test_the_bar_has_at_most_five_items_and_says_where_one_is(browse):  # P5
    for by in (None, make_person("兰"), make_coordinator(), make_admin()):
        browser = browse(by=by).open("/wishes")
        assert len(bar(browser)) <= 5
        assert [link["href"] for link in browser.select("nav.bar [aria-current=page]")] == ["/wishes"]


def test_only_whoever_has_a_desk_is_shown_the_way_to_it(browse):  # C6
    shown = ["/desk" in bar(browse(by=by).open("/")) for by in (None, make_volunteer(), make_coordinator())]

    assert shown == [False, False, True]


def test_every_way_in_the_bar_leads_somewhere(browse):  # P5, C6
    for by in (None, make_person("兰"), make_coordinator(), make_admin()):
        browser = browse(by=by).open("/")
        assert {browser.open(address).status for address in bar(browser)} == {200}


def test_the_clock_of_the_town_decides_what_is_today(browse):  # C12, P14
    lan = make_volunteer("兰")
    claim(make_wish("想要一盏台灯", deadline=MONDAY_9.replace(hour=15, minute=59)), lan)

    assert "今天" in browse(by=lan).open("/me").text("[id^=claim-]")
