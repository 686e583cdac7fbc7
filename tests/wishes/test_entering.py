"""What a wish may say, and what happens to what was typed (W1, Y2, C11, C14, C15)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from gridapp.areas.models import Town
from gridapp.areas.queries import forget_kept
from gridapp.core import clock
from gridapp.core.database import begin_writing, writing
from gridapp.core.idempotency import SpentKey
from gridapp.core.outbox import Message
from gridapp.wishes.models import Beneficiary, Claim, Contact, Source, Wish, WishState
from gridapp.wishes.queries import beneficiary_of
from gridapp.wishes.workflow.entering import submit_wish
from tests.factories import (
    ADDRESS,
    ELSEWHERE,
    HOME,
    MONDAY_9,
    NOBODYS,
    actor,
    journal_of,
    make_admin,
    make_coordinator,
    make_person,
    make_wish,
    steps_of,
    told,
)

FORM = "#wish-form form"
ONE_ENGINE = pytest.mark.parametrize(
    "engine_name", ["sqlite"], indirect=True
)  # the form refuses before any engine is asked
# Several of these wishes say the same; test_duplicates.py is about that.
TYPED = {
    "anyway": "yes",
    "title": "想要一盏台灯",
    "text": "晚上看书用。",
    "category": "item",
    "address": ADDRESS,
}
FOR_HER = {
    "source": "other",
    "beneficiary_name": "阿婆",
    "beneficiary_phone": "199 0000 9999",
    "consent": "in_person",
}


def enter(browser, **fields):
    """Fill in the form of a new wish and send it."""
    return browser.open("/wishes/new").submit(FORM, **{**TYPED, **fields})


def only_wish(session):
    return session.scalars(select(Wish)).one()


def wishes(session):
    return session.scalar(select(func.count()).select_from(Wish))


def test_a_resident_enters_a_wish_and_reads_its_number_and_what_comes_next(browse_both, session):  # W1, C14
    lin = make_person("林")

    browser = enter(browse_both(by=lin))

    wish = only_wish(session)
    assert (browser.status, browser.path) == (200, wish.url)
    assert str(wish.id) in browser.flashes
    assert (wish.state, wish.title, wish.places) == (WishState.SUBMITTED, "想要一盏台灯", 1)
    assert "想要一盏台灯" in browser.open("/me/wishes").text("main")


def test_name_and_phone_and_committee_are_not_asked_of_somebody_who_is_known(browse_both, session):  # P11
    lin = make_person("林", committee=ELSEWHERE)

    enter(browse_both(by=lin))

    wish = only_wish(session)
    known = beneficiary_of(session, wish)
    assert (known.name, known.phone, known.address) == ("林", lin.phone, ADDRESS)
    assert wish.committee_code == ELSEWHERE


def test_a_visitor_is_led_to_sign_in_before_typing_a_wish(browse):  # C6
    browser = browse().open("/wishes/new")

    assert browser.one("input[name=next]")["value"] == "/wishes/new"


@ONE_ENGINE
@pytest.mark.parametrize(
    ("field", "value", "status"),
    [
        ("title", "灯" * 40, 200),
        ("title", "灯" * 41, 422),
        ("title", " 　 ", 422),
        ("text", "说" * 4000, 200),
        ("text", "说" * 4001, 422),
        ("text", "", 422),
        ("category", "", 422),
        ("committee", "", 422),
        ("road", "路" * 40, 200),
        ("road", "路" * 41, 422),
        ("places", "1", 200),
        ("places", "9999", 200),
        ("places", "0", 422),
        ("places", "10000", 422),
        ("places", "-1", 422),
        ("places", "", 422),
        ("places", "两个", 422),
        ("minutes", "1440", 200),
        ("minutes", "1441", 422),
        ("value", "300", 200),
        ("value", "301", 422),
        ("address", "", 422),
        ("address", "弄" * 121, 422),
    ],
)
def test_a_wish_has_its_limits_and_says_them(browse, session, field, value, status):  # W1, P7
    browser = enter(browse(by=make_person()), **{field: value})

    assert browser.status == status
    assert wishes(session) == (1 if status == 200 else 0)
    if status == 422:
        assert browser.select(f".error-summary a[href='#{field}']")
        assert browser.select(f"#{field}[aria-invalid=true]")


def test_what_was_typed_stays_when_the_form_is_refused(browse_both):  # C14, P7
    browser = enter(browse_both(by=make_person()), title="灯" * 41, text="晚上看书用，\n白天也用。")

    assert browser.status == 422
    assert browser.one("#title")["value"] == "灯" * 41
    assert browser.one("#text").get_text().strip() == "晚上看书用，\n白天也用。"
    assert browser.one("#address")["value"] == ADDRESS


def test_as_many_as_come_needs_no_number(browse_both, session):  # W1
    enter(browse_both(by=make_person()), as_many_as_come="y", places="")

    assert only_wish(session).places is None


def test_the_value_limit_is_the_towns_and_for_things_alone(browse, session):  # W1
    with writing(session):
        session.get_one(Town, 1).value_limit_yuan = 500
    forget_kept()
    lin = make_person()

    assert enter(browse(by=lin), value="501").status == 422
    assert enter(browse(by=lin), value="500").status == 200
    assert enter(browse(by=lin), value="9000", category="company").status == 200


@ONE_ENGINE
@pytest.mark.parametrize(
    ("when", "status"),
    [
        ({"when": "by", "deadline": "2026-11-23"}, 200),
        ({"when": "by", "deadline": "2026-11-22"}, 422),
        ({"when": "by", "deadline": "2027-11-24"}, 200),
        ({"when": "by", "deadline": "2027-11-25"}, 422),
        ({"when": "by", "deadline": ""}, 422),
        ({"when": "by", "deadline": "morgen"}, 422),
        ({"when": "by", "deadline": "0001-01-01"}, 422),
        ({"when": "by", "deadline": "9999-12-31"}, 422),
        ({"when": "window", "day": "2026-11-24", "starts": "14:00", "ends": "16:00"}, 200),
        ({"when": "window", "day": "2026-11-24", "starts": "１４：００", "ends": "16:00"}, 200),
        ({"when": "window", "day": "2026-11-24", "starts": "14:00", "ends": "14:00"}, 422),
        ({"when": "window", "day": "2026-11-24", "starts": "16:00", "ends": "14:00"}, 422),
        ({"when": "window", "day": "2026-11-22", "starts": "14:00", "ends": "16:00"}, 422),
        ({"when": "window", "day": "2026-11-23", "starts": "09:00", "ends": "16:00"}, 422),
        ({"when": "window", "day": "2026-11-23", "starts": "09:01", "ends": "16:00"}, 200),
        ({"when": "window", "day": "2026-11-24", "starts": "", "ends": "16:00"}, 422),
        ({"when": "window", "day": "2026-11-24", "starts": "14:00", "ends": ""}, 422),
        ({"when": "window", "day": "2026-11-24", "starts": "25:00", "ends": "26:00"}, 422),
        ({"when": "window", "day": "0001-01-01", "starts": "00:00", "ends": "00:01"}, 422),
        ({"when": "window", "day": "9999-12-31", "starts": "23:00", "ends": "23:59"}, 422),
        ({"when": "window", "day": "", "starts": "14:00", "ends": "16:00"}, 422),
    ],
    ids=lambda value: "-".join(value.values()) if isinstance(value, dict) else str(value),
)
def test_a_day_is_still_to_come_and_a_window_is_in_order(browse, session, when, status):  # W1
    browser = enter(browse(by=make_person()), **when)

    assert browser.status == status
    assert wishes(session) == (1 if status == 200 else 0)


def test_days_and_times_are_the_towns_and_kept_in_utc(browse_both, session):  # C12
    browser = browse_both(by=make_person())

    enter(browser, when="window", day="2026-11-24", starts="14:00", ends="16:00")
    window = only_wish(session)
    enter(browser, when="by", deadline="2026-11-26", title="到二十六号")
    until = session.scalars(select(Wish).where(Wish.deadline.is_not(None))).one()

    assert window.starts_at == datetime(2026, 11, 24, 6, 0, tzinfo=UTC)
    assert window.ends_at == datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
    assert until.deadline == datetime(2026, 11, 26, 15, 59, tzinfo=UTC)
    assert "14:00–16:00" in browser.open(window.url).text(".facts")


def test_a_wish_for_somebody_else_keeps_both_people_and_how_consent_was_given(
    browse_both, session
):  # Y2, C10
    lin = make_person("林")

    browser = enter(browse_both(by=lin), **FOR_HER)

    wish = only_wish(session)
    known = beneficiary_of(session, wish)
    assert browser.status == 200
    assert (known.name, known.phone) == ("阿婆", "+8619900009999")
    assert (wish.author_id, wish.source) == (lin.id, Source.OTHER)
    assert (wish.consent_by_id, wish.consent_how, wish.consent_at) == (lin.id, "in_person", MONDAY_9)
    assert wish.consent_for


@ONE_ENGINE
@pytest.mark.parametrize("missing", ["beneficiary_name", "beneficiary_phone"])
def test_somebody_else_has_a_name_and_can_be_called(browse, session, missing):  # C10
    browser = enter(browse(by=make_person()), **{**FOR_HER, missing: ""})

    assert browser.status == 422
    assert browser.select(f".error-summary a[href='#{missing}']")
    assert wishes(session) == 0


@ONE_ENGINE
@pytest.mark.parametrize("typed", ["１９９００００９９９９", "+86 199 0000 9999", "199-0000-9999"])
def test_a_phone_is_understood_in_whatever_way_it_is_typed(browse, session, typed):  # P12
    enter(browse(by=make_person()), **{**FOR_HER, "beneficiary_phone": typed})

    assert beneficiary_of(session, only_wish(session)).phone == "+8619900009999"


def test_without_consent_it_can_be_sent_and_waits(browse, session):  # Y2
    enter(browse(by=make_person()), **{**FOR_HER, "consent": ""})

    wish = only_wish(session)
    assert (wish.state, wish.consent_at, wish.consent_by_id) == (WishState.SUBMITTED, None, None)


def test_only_the_coordinator_in_charge_is_told_of_a_new_wish(browse_both):  # C15
    near, far, admin = make_coordinator(), make_coordinator("grid-4", "别的书记"), make_admin()

    enter(browse_both(by=make_person()))

    assert (told(near), told(far), told(admin)) == (["wish_submitted"], [], [])


def test_where_nobody_is_in_charge_the_town_admin_is_told(browse):  # C15, A5
    near, admin = make_coordinator(), make_admin()

    enter(browse(by=make_person(committee=NOBODYS)))

    assert (told(near), told(admin)) == ([], ["wish_submitted"])


def test_entering_is_journaled_with_who_and_when(browse_both, session):  # C2
    lin = make_person("林")

    enter(browse_both(by=lin))

    (entry,) = journal_of(only_wish(session))
    assert (entry.step, entry.from_state, entry.to_state) == ("submitted", None, "submitted")
    assert (entry.by_id, entry.by_role, entry.at) == (lin.id, "author", MONDAY_9)


def test_the_same_form_twice_is_one_wish_and_one_message_and_the_same_answer(browse_both, session):  # C11
    coordinator = make_coordinator()
    browser = enter(browse_both(by=make_person()))
    address = browser.path

    browser.again()

    assert wishes(session) == 1
    assert told(coordinator) == ["wish_submitted"]
    assert (browser.status, browser.path) == (200, address)
    assert address.rpartition("/")[2] in browser.flashes


def test_the_same_words_in_a_form_loaded_anew_are_the_same_wish_for_half_an_hour(
    browse_both, session
):  # C11, P8
    browser = browse_both(by=make_person())
    enter(browser)
    first = browser.path

    enter(browser)
    assert (wishes(session), browser.path) == (1, first)

    with clock.standing_at(MONDAY_9 + timedelta(minutes=31)):
        enter(browser)
    assert wishes(session) == 2


def test_a_form_that_was_refused_has_not_spent_its_key(browse, session):  # C11
    browser = enter(browse(by=make_person()), title="")
    assert (browser.status, session.scalar(select(func.count()).select_from(SpentKey))) == (422, 0)

    browser.again(title="想要一盏台灯")

    assert browser.status == 200
    assert only_wish(session).title == "想要一盏台灯"


def test_what_fails_half_way_leaves_neither_wish_nor_message_nor_journal(session):  # C15, C1
    coordinator, lin = make_coordinator(), make_person()
    facts = {"title": "灯", "text": "灯", "category_code": "item", "committee_code": HOME}
    begin_writing(session)
    submit_wish(
        session, by=actor(lin), at=MONDAY_9, facts=facts, contact=Contact("林", lin.phone or "", ADDRESS)
    )
    assert told(coordinator) == ["wish_submitted"]

    session.rollback()

    assert [
        session.scalar(select(func.count()).select_from(table)) for table in (Wish, Beneficiary, Message)
    ] == [0] * 3


def test_the_author_sees_and_changes_everything_until_the_wish_is_public(browse_both, session):  # W7, W2
    lin = make_person("林")
    wish = make_wish(author=lin, state=WishState.SUBMITTED)
    browser = browse_both(by=lin).open(wish.url).follow(f"a[href='{wish.url}/edit']")
    assert browser.one("#address")["value"] == ADDRESS

    browser.submit(FORM, title="想要一盏大台灯", address="福泉路9号")

    assert (browser.path, wish.title, wish.state) == (wish.url, "想要一盏大台灯", WishState.SUBMITTED)
    assert beneficiary_of(session, wish).address == "福泉路9号"
    assert steps_of(wish) == ["submitted", "changed"]


def test_nobody_else_opens_or_sends_the_authors_form(browse_both):  # W7, C6
    wish = make_wish(state=WishState.SUBMITTED)
    for person, status in ((make_person(), 404), (make_coordinator(), 403)):
        browser = browse_both(by=person)

        assert browser.open(f"{wish.url}/edit").status == status
        assert ADDRESS not in browser.body
        assert browser.post(f"{wish.url}/edit", **TYPED).status == status

    assert wish.title == "想要一盏台灯"


def test_what_is_public_the_author_no_longer_changes(browse_both):  # W14
    lin = make_person()
    wish = make_wish(author=lin)
    browser = browse_both(by=lin)

    assert browser.open(f"{wish.url}/edit").status == 409
    assert ADDRESS not in browser.body
    assert browser.post(f"{wish.url}/edit", **TYPED).status == 409
    assert steps_of(wish) == ["submitted", "published"]


def test_whoever_names_another_person_has_to_ask_that_person_too(browse_both, session):  # Y2
    lin = make_person("林")
    contact = Contact("阿婆", "+8619900009999", ADDRESS)
    wish = make_wish(
        author=lin, state=WishState.SUBMITTED, source=Source.OTHER, consent_how="in_person", contact=contact
    )
    browser = browse_both(by=lin).open(f"{wish.url}/edit")

    assert not browser.select("[name=consent] option[selected]:not([value=''])"), "agreeing is not inherited"
    assert "当面" in browser.text(".only-other")

    browser.submit(FORM, beneficiary_name="阿公", beneficiary_phone="199 0000 8888")

    assert beneficiary_of(session, wish).name == "阿公"
    assert (wish.consent_at, wish.consent_how, wish.consent_by_id) == (None, None, None)
    dropped = next(entry for entry in journal_of(wish) if entry.step == "consent_dropped")
    assert (dropped.by_id, dropped.reason) == (lin.id, f"in_person, asked by {lin.id}, 2026-11-22T01:00Z")


def test_whoever_names_another_person_and_has_asked_them_says_so(browse_both, session):  # Y2
    lin = make_person("林")
    contact = Contact("阿婆", "+8619900009999", ADDRESS)
    wish = make_wish(
        author=lin, state=WishState.SUBMITTED, source=Source.OTHER, consent_how="in_person", contact=contact
    )

    browse_both(by=lin).open(f"{wish.url}/edit").submit(FORM, beneficiary_name="阿公", consent="by_phone")

    assert (wish.consent_at, wish.consent_how, wish.consent_by_id) == (MONDAY_9, "by_phone", lin.id)
    assert [entry.reason for entry in journal_of(wish) if entry.step == "consent_recorded"] == [
        "in_person",
        "by_phone",
    ]


def test_a_wish_with_ones_own_number_is_ones_own_whatever_it_is_called(browse_both, session):  # W2, W4
    her = make_coordinator()
    browser = browse_both(by=her).open("/wishes/new")

    browser.submit(FORM, **{**TYPED, **FOR_HER, "beneficiary_phone": her.phone})

    assert browser.status == 422
    assert browser.select(".error-summary a[href='#beneficiary_phone']")
    contact = Contact("阿婆", her.phone, ADDRESS)
    assert make_wish(author=her, state=WishState.SUBMITTED, source=Source.OTHER, contact=contact).source == (
        Source.SELF
    )


def test_what_came_up_on_a_visit_is_answered_by_whoever_entered_it(browse_both):  # W1, W2
    lin = make_person("林")
    wish = make_wish(author=lin, state=WishState.SUBMITTED, source=Source.VISIT)

    browser = browse_both(by=lin).open(f"{wish.url}/edit").submit(FORM, title="别的")

    assert (browser.status, wish.title, wish.source) == (200, "别的", Source.VISIT)


def test_an_edit_that_names_the_same_person_keeps_the_consent(browse_both, session):  # Y2
    lin = make_person("林")
    contact = Contact("阿婆", "+8619900009999", ADDRESS)
    wish = make_wish(
        author=lin, state=WishState.SUBMITTED, source=Source.OTHER, consent_how="in_person", contact=contact
    )
    asked = wish.consent_at

    browse_both(by=lin).open(f"{wish.url}/edit").submit(FORM, title="别的")

    assert (wish.title, wish.consent_at, asked) == ("别的", asked, MONDAY_9 - timedelta(days=1))


def test_for_whom_a_wish_is_does_not_change(browse):  # W14
    lin = make_person("林")
    wish = make_wish(author=lin, state=WishState.SUBMITTED)

    browse(by=lin).open(f"{wish.url}/edit").submit(FORM, source="other")

    assert wish.source == Source.SELF


def test_the_same_edit_twice_is_one_change(browse_both, session):  # C11
    lin = make_person("林")
    wish = make_wish(author=lin, state=WishState.SUBMITTED)
    browser = browse_both(by=lin).open(f"{wish.url}/edit").submit(FORM, title="别的")

    browser.again()

    assert browser.status == 200
    assert steps_of(wish) == ["submitted", "changed"]
    assert session.scalar(select(func.count()).select_from(Claim)) == 0
