"""Who may take a wish on, and what they read when they may not (W4-W6, C16)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from gridapp.accounts.models import Duty, RoleKind
from gridapp.accounts.workflow import take_time
from gridapp.core.database import writing
from gridapp.volunteers.models import VolunteerState
from gridapp.wishes.models import Claim, ClaimState, Contact, Source, WishState
from tests.factories import (
    ELSEWHERE,
    MONDAY_9,
    NEXT_DOOR,
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
    volunteer_of,
)

HOUR = timedelta(hours=1)


def take_on(browser, wish):
    """Open the wish and tap its one button."""
    return browser.open(wish.url).submit(f"form[action='{wish.url}/claim']")


def refused(browser, wish, status):
    """The page has no button and says why; whoever sends the form all the same gets `status` and the reason."""
    assert not browser.open(wish.url).select(f"form[action='{wish.url}/claim']")
    assert browser.select(".reasons")
    browser.post(f"{wish.url}/claim")
    assert browser.select(".reasons")
    return browser.status == status


def claims(session):
    return session.scalar(select(func.count()).select_from(Claim))


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


def test_taking_on_is_journaled_and_tells_author_and_coordinator_alone(browse_both, session):  # C2, C15
    her, lin, lan = make_coordinator(), make_person("林"), make_volunteer("兰")
    wish = make_wish(author=lin)
    before = told(lan)

    take_on(browse_both(by=lan), wish)

    held = session.scalars(select(Claim)).one()
    (entry,) = journal_of(held)
    assert (entry.step, entry.from_state, entry.to_state, entry.by_id) == ("held", None, "held", lan.id)
    assert (entry.by_role, entry.at, held.since) == ("volunteer", MONDAY_9, MONDAY_9)
    assert (told(lin)[-1], told(her)[-1], told(lan)) == ("helper_comes", "wish_claimed", before)


def test_a_coordinator_who_helps_is_not_told_of_the_own_deed(browse):  # C15
    lan = make_volunteer("兰")
    give_role(lan, RoleKind.COORDINATOR, "block-5")
    wish = make_wish()

    take_on(browse(by=lan), wish)

    assert wish.state == WishState.FILLED
    assert "wish_claimed" not in told(lan)


def test_the_same_tap_twice_is_one_claim_and_one_message(browse_both, session):  # C11
    lin, lan = make_person("林"), make_volunteer("兰")
    wish = make_wish(author=lin, places=3)
    browser = take_on(browse_both(by=lan), wish)

    browser.again()

    assert (browser.status, claims(session), wish.taken) == (200, 1, 1)
    assert told(lin) == ["wish_published", "helper_comes"]


def test_nobody_takes_a_wish_on_twice(browse_both, session):  # W4
    lan, wish = make_volunteer("兰"), make_wish(places=3)
    browser = take_on(browse_both(by=lan), wish)
    assert not browser.select(f"form[action='{wish.url}/claim']")

    browser.post(f"{wish.url}/claim")

    assert (browser.status, claims(session), wish.taken) == (409, 1, 1)


def test_the_database_itself_holds_one_live_claim_for_each_person(session):  # C1, W4
    lan, wish = make_volunteer("兰"), make_wish(places=3)
    claim(wish, lan)

    with pytest.raises(IntegrityError), writing(session):
        session.add(Claim(wish_id=wish.id, person_id=lan.id, state=ClaimState.HELD, since=MONDAY_9))

    assert claims(session) == 1


@pytest.mark.parametrize("change", ["taken = 2", "taken = -1", "places = 0", "places = 10000"])
def test_the_database_itself_gives_no_place_that_is_not_there(session, change):  # C1, W5
    make_wish(places=1)

    with pytest.raises(IntegrityError), writing(session):
        session.execute(text(f"UPDATE wishes SET {change}"))


def test_a_resident_reads_how_to_become_a_volunteer(browse_both):  # W4
    wish = make_wish()
    browser = browse_both(by=make_person("王"))

    assert refused(browser, wish, 403)
    assert browser.select(".reasons a[href='/me/profile']")


@pytest.mark.parametrize("state", [VolunteerState.DECLINED, VolunteerState.SUSPENDED, VolunteerState.PAUSED])
def test_only_approved_volunteers_take_a_wish_on(browse, session, state):  # W4
    wish, lan = make_wish(), make_volunteer("兰", state=state)
    with writing(session):
        volunteer_of(lan).paused_until = date(2026, 12, 1) if state == VolunteerState.PAUSED else None

    browser = browse(by=lan)

    assert refused(browser, wish, 409 if state == VolunteerState.PAUSED else 403)
    assert wish.taken == 0


def test_a_volunteer_whose_number_nobody_has_proven_waits(browse, session):  # W4, A9
    wish, lan = make_wish(), make_volunteer("兰")
    with writing(session):
        lan.phone_proven_at = None

    assert refused(browse(by=lan), wish, 403)


def test_who_was_suspended_a_moment_ago_takes_nothing_on_in_an_open_tab(browse_both, session):  # W4, A2
    wish, lan = make_wish(), make_volunteer("兰")
    browser = browse_both(by=lan).open(wish.url)
    with writing(session):
        volunteer_of(lan).state = VolunteerState.SUSPENDED

    browser.submit(f"form[action='{wish.url}/claim']")

    assert (browser.status, wish.taken) == (403, 0)
    assert browser.select(".reasons")


@pytest.mark.parametrize("state", ["done", "confirmed", "filled"])
def test_what_others_have_made_come_true_is_not_taken_on(browse, state):  # W4
    author, jun = make_person("林"), make_volunteer("军")
    wish = make_wish(author=author)
    his = claim(wish, jun)
    if state != "filled":
        report(his)
    if state == "confirmed":
        confirm(his, author)

    assert wish.state == state
    assert refused(browse(by=make_volunteer("兰")), wish, 409)


@pytest.mark.parametrize("window", [False, True])
def test_what_is_over_is_not_taken_on(browse, window):  # W4
    when = {"starts_at": MONDAY_9 - 2 * HOUR, "ends_at": MONDAY_9} if window else {"deadline": MONDAY_9}
    wish, still = make_wish(**when), make_wish(deadline=MONDAY_9 + timedelta(seconds=1))
    browser = browse(by=make_volunteer("兰"))

    assert refused(browser, wish, 409)
    assert take_on(browser, still).status == 200


def test_when_it_is_full_there_are_three_nearby_whatever_their_kind(browse_both):  # W4
    far = [make_wish(committee_code=ELSEWHERE) for _ in range(2)]
    near = [make_wish() for _ in range(2)]
    other_kind = make_wish(category_code="repair")
    make_wish(deadline=MONDAY_9)
    full = make_wish()
    claim(full, make_volunteer("军"))

    browser = browse_both(by=make_volunteer("兰"))

    assert refused(browser, full, 409)
    shown = [article["id"] for article in browser.select("#alternatives article")]
    assert shown == [f"wish-{wish.id}" for wish in (other_kind, near[1], near[0])]
    assert not {f"wish-{wish.id}" for wish in far} & set(shown)


def test_what_another_feature_has_written_down_clashes_too(browse, session):  # C16
    wish, lan = (
        make_wish("陪去医院", starts_at=MONDAY_9 + HOUR, ends_at=MONDAY_9 + 3 * HOUR),
        make_volunteer("兰"),
    )
    with writing(session):
        take_time(
            session,
            lan,
            person_id=lan.id,
            title="急救培训",
            url="/training/1",
            starts_at=MONDAY_9 + 2 * HOUR,
            ends_at=MONDAY_9 + 4 * HOUR,
        )
    browser = browse(by=lan)

    assert refused(browser, wish, 409)
    assert "急救培训" in browser.text(".reasons")
    assert browser.select(".reasons a[href='/training/1']")


def test_a_visit_takes_the_helpers_time_and_a_wish_without_a_day_does_not(browse, session):  # C16
    lan = make_volunteer("兰")
    visit = make_wish("陪去医院", starts_at=MONDAY_9 + HOUR, ends_at=MONDAY_9 + 3 * HOUR)

    take_on(browse(by=lan), visit)
    take_on(browse(by=lan), make_wish())

    duty = session.scalars(select(Duty)).one()
    assert (duty.person_id, duty.title, duty.url) == (lan.id, "陪去医院", visit.url)
    assert (duty.starts_at, duty.ends_at, duty.cancelled_at) == (visit.starts_at, visit.ends_at, None)


def test_the_limit_counts_what_is_still_to_be_done(browse):  # W4, V1
    lan = make_volunteer("兰", max_live=2)
    first, second, third = make_wish(), make_wish(), make_wish()
    claim(first, lan)
    hers = claim(second, lan)
    assert refused(browse(by=lan), third, 409)

    report(hers)

    assert take_on(browse(by=lan), third).status == 200


def test_a_volunteer_of_another_area_may_help_here(browse):  # W4
    wish = make_wish(committee_code=NEXT_DOOR)

    assert take_on(browse(by=make_volunteer("远", committee=ELSEWHERE)), wish).status == 200


def test_three_share_a_wish_of_three_and_the_fourth_reads_that_it_is_full(browse_both):  # W5, W6
    wish = make_wish(places=3)
    for name in ("甲", "乙", "丙"):
        assert wish.state == WishState.OPEN
        assert take_on(browse_both(by=make_volunteer(name)), wish).status == 200

    assert (wish.taken, wish.state) == (3, WishState.FILLED)
    assert steps_of(wish) == ["submitted", "published", "filled"]
    assert refused(browse_both(by=make_volunteer("丁")), wish, 409)


def test_as_many_as_come_is_never_full(browse):  # W6
    wish = make_wish(places=None)

    for name in ("甲", "乙", "丙"):
        assert take_on(browse(by=make_volunteer(name)), wish).status == 200

    assert (wish.taken, wish.state) == (3, WishState.OPEN)


def test_a_visitor_who_sends_the_form_is_led_to_sign_in(browse_both):  # C6
    wish = make_wish()
    browser = browse_both()

    browser.open(wish.url).post(f"{wish.url}/claim")

    assert browser.status in (200, 204)
    assert browser.path.startswith("/sign-in") or "/sign-in?next=" in browser.headers["HX-Redirect"]
    assert wish.taken == 0


def test_nobody_takes_on_a_wish_that_is_for_themselves(browse_both):  # W4, V3
    lan = make_volunteer("兰")
    wish = make_wish(source=Source.OTHER, consent_how="in_person", contact=Contact("兰", lan.phone, "某处"))
    browser = browse_both(by=lan).open(wish.url)
    assert not browser.select(f"form[action='{wish.url}/claim']")

    browser.post(f"{wish.url}/claim")

    assert (browser.status, wish.taken) == (403, 0)
