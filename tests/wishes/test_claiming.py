"""Who may take a wish on, and what they read when they may not (W4-W6, C16)."""

from __future__ import annotations

from datetime import timedelta

from gridapp.accounts.models import RoleKind
from gridapp.volunteers.models import VolunteerState
from tests.conftest import MONDAY_9
from tests.factories import claim, give_role, make_person, make_volunteer, make_wish


def test_a_volunteer_takes_a_wish_on_and_it_stands_under_me(browse_both):  # W4
    wish, lan = make_wish("想要一盏台灯"), make_volunteer("兰")
    browser = browse_both(by=lan).open(wish.url)

    browser.submit(f"form[action='{wish.url}/claim']")

    assert browser.status == 200
    assert "志愿者认领了" in browser.text(".steps") or browser.select(
        f"form[action='{wish.url}/beneficiary']"
    )
    assert "想要一盏台灯" in browser.open("/me").text("main")


def test_whoever_taps_second_reads_who_was_first_and_what_else_there_is(browse_both):  # W4, W5
    wish, other = make_wish(places=1), make_wish("想学用手机")
    jun, lan = make_volunteer("军"), make_volunteer("兰")
    browser = browse_both(by=lan).open(wish.url)
    claim(wish, jun)

    browser.submit(f"form[action='{wish.url}/claim']")

    assert browser.status == 409
    assert browser.select(".reasons")
    assert browser.select(f"#alternatives article#wish-{other.id}")


def test_a_clash_names_the_other_duty_and_touching_ends_do_not_clash(browse):  # C16
    nine, ten, eleven = (MONDAY_9 + timedelta(days=1, hours=h) for h in (0, 1, 2))
    first = make_wish("陪去医院", starts_at=nine, ends_at=eleven)
    lan = make_volunteer("兰")
    claim(first, lan)
    clashing = make_wish("一起买菜", starts_at=ten, ends_at=eleven + timedelta(hours=1))
    touching = make_wish("修水龙头", starts_at=eleven, ends_at=eleven + timedelta(hours=1))

    browser = browse(by=lan)

    assert "陪去医院" in browser.open(clashing.url).text(".reasons")
    assert browser.open(touching.url).select(f"form[action='{touching.url}/claim']")


def test_nobody_takes_on_their_own_wish_even_when_they_are_coordinator(browse):  # W4
    lan = make_volunteer("兰")
    give_role(lan, RoleKind.COORDINATOR, "block-5")
    wish = make_wish(author=lan)

    browser = browse(by=lan).open(wish.url).post(f"{wish.url}/claim")

    assert browser.status == 403


def test_an_applicant_reads_that_the_coordinator_comes_first(browse_both):  # W4, A9
    wish, new = make_wish(), make_volunteer("新", state=VolunteerState.APPLIED)
    browser = browse_both(by=new).open(wish.url)

    assert not browser.select(f"form[action='{wish.url}/claim']")
    assert browser.select(".reasons")
    assert browser.post(f"{wish.url}/claim").status == 403


def test_the_limit_is_said_with_its_numbers(browse):  # W4, V1
    lan = make_volunteer("兰", max_live=1)
    claim(make_wish(), lan)
    wish = make_wish("第二个")

    assert browse(by=lan).open(wish.url).select(".reasons")
    assert browse(by=lan).open(wish.url).post(f"{wish.url}/claim").status == 409


def test_a_wish_of_three_places_is_shared_and_the_page_says_how_many_are_left(browse):  # W6
    wish = make_wish(places=3)
    claim(wish, make_volunteer("军"))

    page = browse(by=make_person("过路人")).open(wish.url)

    assert "2" in page.text(".facts")


def test_a_visitor_is_led_to_sign_in_and_comes_back(browse_both):  # C6
    wish = make_wish()
    browser = browse_both().open(wish.url)

    browser.follow(f"a[href='/sign-in?next={wish.url}']")

    assert browser.one("input[name=next]")["value"] == wish.url
