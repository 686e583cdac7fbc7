"""What each person sees of a wish, and what nobody but a few ever sees (W3, W7, W13, C4, C6)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gridapp.core.database import writing
from gridapp.wishes.models import Contact, Source, WishState
from gridapp.wishes.workflow.entering import withdraw_wish
from tests.factories import (
    ELSEWHERE,
    MONDAY_9,
    actor,
    claim,
    confirm,
    make_admin,
    make_coordinator,
    make_person,
    make_volunteer,
    make_wish,
    report,
)

CANARY = Contact("金丝雀阿婆", "+8619900009876", "金丝雀弄七七号404室")
TRACES = ("金丝雀", "19900009876", "199 0000 9876", "9000098", "404室")
MINUTE = timedelta(minutes=1)


def with_canary(author, state=WishState.OPEN, **facts):
    """A wish for somebody whose name, phone and address must not be seen."""
    return make_wish(
        author=author, state=state, source=Source.OTHER, consent_how="in_person", contact=CANARY, **facts
    )


@pytest.fixture
def cast():
    """Everybody who might look, by what they are to the wishes."""
    return {
        "visitor": None,
        "author": make_person("林"),
        "holder": make_volunteer("兰"),
        "volunteer": make_volunteer("军"),
        "resident": make_person("王"),
        "coordinator": make_coordinator(),
        "other coordinator": make_coordinator("grid-4", "别的书记"),
        "town admin": make_admin(),
    }


@pytest.fixture
def wishes(cast):
    """One wish for each state that a page can show."""
    author, holder = cast["author"], cast["holder"]
    wishes = {name: with_canary(author, title=name) for name in ("open", "filled", "done", "confirmed")}
    wishes["submitted"] = with_canary(author, WishState.SUBMITTED, title="submitted")
    held = {name: claim(wishes[name], holder) for name in ("filled", "done", "confirmed")}
    report(held["done"])
    report(held["confirmed"])
    confirm(held["confirmed"], author)
    return wishes


def test_no_page_that_anybody_opens_shows_for_whom_a_wish_is(browse_both, cast, wishes):  # W3, W7, C4
    pages = ["/", "/wishes", "/wishes?area=block-5", "/me", "/me/wishes", "/desk", "/notices"]
    pages += [address for wish in wishes.values() for address in (wish.url, f"{wish.url}/looks")]

    for who, person in cast.items():
        browser = browse_both(by=person)
        for page in pages:
            sent = browser.peek(page)
            assert not any(trace in sent for trace in TRACES), f"{who} sees the beneficiary on {page}"


def test_the_authors_own_form_alone_shows_it_and_only_while_it_can_be_sent(browse_both, cast, wishes):  # W7
    for name, wish in wishes.items():
        for who, person in cast.items():
            sent = browse_both(by=person).peek(f"{wish.url}/edit")

            shown = {trace for trace in TRACES if trace in sent}
            assert bool(shown) is (who == "author" and name == "submitted"), f"{who}, {name}: {shown}"


def test_no_refused_post_shows_it_either(browse_both, cast, wishes):  # W7, C6
    for who in ("author", "volunteer", "resident", "other coordinator"):
        browser = browse_both(by=cast[who])
        for wish in wishes.values():
            for path in ("beneficiary", "publication", "closure", "claim"):
                if (who, path) != ("volunteer", "claim"):
                    browser.post(f"{wish.url}/{path}")
                    assert not any(trace in browser.body for trace in TRACES), f"{who}: {wish.url}/{path}"


@pytest.mark.parametrize(
    ("state", "who_sees"),
    [
        ("submitted", {"author", "coordinator"}),
        (
            "open",
            {"visitor", "author", "coordinator", "volunteer", "resident", "other coordinator", "town admin"},
        ),
    ],
)
def test_a_wish_exists_for_those_in_whose_world_it_is(browse, cast, wishes, state, who_sees):  # C6
    del cast["holder"]

    seeing = {who for who, person in cast.items() if browse(by=person).open(wishes[state].url).status == 200}

    assert seeing == who_sees


@pytest.mark.parametrize(
    "address",
    ["/wishes/999999", "/wishes/2147483647", "/wishes/2147483648", "/wishes/0", "/wishes/x", "/wishes/-1"],
)
def test_what_does_not_exist_looks_like_what_one_may_not_see(browse, address):  # C6
    hidden = make_wish(state=WishState.SUBMITTED)
    browser = browse(by=make_person())

    assert browser.open(address).status == 404
    assert browser.text("main") == browser.open(hidden.url).text("main")


def test_the_public_page_shows_what_a_helper_needs_to_decide(browse):  # W3
    tomorrow = MONDAY_9 + timedelta(days=1)
    wish = make_wish(
        "陪去医院",
        places=3,
        starts_at=tomorrow,
        ends_at=tomorrow + timedelta(hours=2),
        road="福泉路",
        minutes=90,
    )
    claim(wish, make_volunteer())

    page = browse().open(wish.url)

    assert (page.text("h1"), page.text(".prose")) == ("陪去医院", "晚上看书用。")
    for part in ("刘家宅一居委会", "福泉路", "9:00–11:00", "2", "3"):
        assert part in page.text(".facts")
    assert not page.select(".steps")


def test_who_took_a_wish_on_is_no_strangers_business(browse, cast, wishes):  # C4
    cast["holder"].name = "稀有的名字"

    for who in ("visitor", "volunteer", "resident", "other coordinator", "author"):
        assert "稀有的名字" not in browse(by=cast[who]).open(wishes["filled"].url).body

    assert "稀有" not in browse(by=cast["volunteer"]).open("/wishes").body


def test_everybody_concerned_reads_the_story_with_roles_and_what_comes_next(browse, cast, wishes):  # W13
    stories = {who: browse(by=person).open(wishes["confirmed"].url) for who, person in cast.items()}

    told = {who for who, page in stories.items() if page.select(".steps")}
    assert told == {"author", "coordinator", "holder"}
    assert (
        len(stories["author"].select(".steps > li")) == 6
    )  # entered, agreed, published, taken on, done, confirmed
    assert stories["author"].text(".steps") == stories["coordinator"].text(".steps")


def test_what_one_helper_wrote_another_helper_does_not_read(browse, session):  # W13
    author, jun, lan = make_person("林"), make_volunteer("军"), make_volunteer("兰")
    wish = make_wish(author=author, places=2)
    first = claim(wish, jun)
    claim(wish, lan, at=MONDAY_9 + MINUTE)
    browse(by=jun).open(wish.url).submit(f"form[action='/claims/{first.id}/withdrawal']", why="我家里有急事")

    seeing = {
        person.name
        for person in (author, jun, lan, make_coordinator())
        if "我家里有急事" in browse(by=person).open(wish.url).text(".steps")
    }

    assert seeing == {"林", "军", "街区书记"}


def test_who_once_took_a_wish_on_still_finds_it_when_it_was_taken_back(browse, session):  # C6, W13
    author, lan = make_person("林"), make_volunteer("兰")
    wish = make_wish(author=author)
    claim(wish, lan)
    with writing(session):
        withdraw_wish(session, wish, by=actor(author), reason="已经买到了", at=MONDAY_9)

    assert browse(by=lan).open(wish.url).status == 200
    assert browse(by=author).open(wish.url).status == 200
    assert browse(by=make_volunteer("军")).open(wish.url).status == 404
    assert browse().open(wish.url).status == 404


def test_the_desk_shows_a_coordinator_the_own_committees_alone(browse):  # A5, W18
    mine, theirs = (
        make_wish(state=WishState.SUBMITTED),
        make_wish(state=WishState.SUBMITTED, committee_code=ELSEWHERE),
    )

    desk = browse(by=make_coordinator()).open("/desk")

    assert desk.select(f"#queue-to-check a[href='{mine.url}']")
    assert not desk.select(f"#queue-to-check a[href='{theirs.url}']")


def test_a_title_full_of_markup_is_only_text(browse):  # D7
    wish = make_wish("<b hx-get='/me'>灯</b>", text="<script>alert(1)</script>")

    page = browse().open(wish.url)

    assert page.text("h1") == "<b hx-get='/me'>灯</b>"
    assert page.text(".prose") == "<script>alert(1)</script>"
    assert not page.select("[hx-get='/me'], main script")
