"""At the door: a word, help with one tap, and "not this person again" (W19)."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from gridapp.accounts.models import RoleKind
from gridapp.core.access_log import Look
from gridapp.core.database import writing
from gridapp.core.masking import first_name
from gridapp.core.outbox import Message
from gridapp.safety.models import Incident, IncidentState, Parting, PartingState
from gridapp.wishes.models import Contact, Source
from gridapp.wishes.queries.door import at_the_door
from gridapp.wishes.workflow.claiming import WORDS
from tests.factories import (
    MONDAY_9,
    claim,
    give_role,
    how_many,
    journal_of,
    keep_apart,
    make_admin,
    make_coordinator,
    make_person,
    make_volunteer,
    make_wish,
    report_incident,
    steps_of,
    told,
)


def the_incident(session):
    session.rollback()
    return session.scalars(select(Incident)).one()


# -- the word --------------------------------------------------------------------------------------------


def test_the_holder_the_author_and_the_coordinator_know_the_word_and_nobody_else(browse):
    lin, lan, jun = make_person("林"), make_volunteer("王小兰"), make_coordinator()
    wish = make_wish(author=lin, places=2)
    word = claim(wish, lan).word

    for by in (lan, lin, jun):
        assert word in browse(by=by).open(wish.url).text("main .word")
    for by in (None, make_volunteer("好奇的人"), make_coordinator("grid-4")):
        assert word not in browse(by=by).open(wish.url).body


def test_in_english_the_word_comes_with_its_sound_and_meaning(browse):  # W19
    lan, wish = make_volunteer("王小兰"), make_wish()
    word = claim(wish, lan).word

    assert browse(by=lan).open(f"{wish.url}?lang=en").text("main .word") == f"{word} ({WORDS[word]})"


def test_the_author_is_told_who_comes_and_the_word(browse, session):
    lin = make_person("林")
    wish = make_wish(author=lin)
    held = claim(wish, make_volunteer("王小兰"))

    page = browse(by=lin).open("/notices").text("main")

    assert held.word in page
    assert "小兰" in page
    assert "王小兰" not in page
    parts = session.scalars(select(Message).where(Message.kind == "helper_comes")).one().parts
    assert parts == {"title": wish.title, "who": "小兰", "word": held.word}


def test_the_page_of_the_door_gets_first_names_and_words_of_those_who_come(session):
    wish = make_wish(places=3)
    first, second = claim(wish, make_volunteer("王小兰")), claim(wish, make_volunteer("李军"))

    came = at_the_door(session, wish)

    assert [(one.first_name, one.word) for one in came] == [("小兰", first.word), ("军", second.word)]
    assert first.word != second.word


def test_words_are_many_and_short_and_all_different():
    assert len(set(WORDS)) == len(WORDS) >= 30
    assert {len(word) for word in WORDS} == {2}


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("王小兰", "小兰"),
        ("欧阳小兰", "小兰"),
        ("李军", "军"),
        ("兰", "兰"),
        ("水阿姨（示例）", "水阿姨"),
        ("小沈", "小沈"),
        ("Anna Berg", "Anna"),
        ("", ""),
    ],
)
def test_a_first_name_leaves_the_family_name_out(name, said):
    assert first_name(name) == said


# -- incidents -------------------------------------------------------------------------------------------


def test_one_tap_tells_the_coordinator_and_the_town_office_at_once(browse_both, session):
    jun, admin, lan = make_coordinator(), make_admin(), make_volunteer("兰")
    wish = make_wish()
    claim(wish, lan)
    browser = browse_both(by=lan).open(wish.url)

    browser.submit(f"form[action='{wish.url}/incident']")

    found = the_incident(session)
    assert browser.path == f"/incidents/{found.id}"
    assert (told(jun)[-1], told(admin)[-1]) == ("incident_reported", "incident_reported")
    for by in (jun, admin):
        desk = browse_both(by=by).open("/desk")
        assert wish.title in desk.text("#queue-incidents")
        assert desk.select("#desk > section")[0]["id"] == "queue-incidents"


def test_what_happened_is_written_afterwards_and_read_by_few(browse_both, session):
    jun, lin, lan = make_coordinator(), make_person("林"), make_volunteer("兰")
    wish = make_wish(author=lin)
    claim(wish, lan)
    incident = report_incident(wish, lin)

    browse_both(by=lin).open(f"/incidents/{incident.id}").submit(
        "form[action$='/account']", text="她要收钱。"
    )

    assert incident.text == "她要收钱。"
    assert "她要收钱。" in browse_both(by=jun).open(f"/incidents/{incident.id}").text("main")
    for by in (lan, make_coordinator("grid-4"), make_person("好奇的邻居")):
        assert browse_both(by=by).open(f"/incidents/{incident.id}").status == 404
    assert "她要收钱。" not in browse_both(by=lan).open(wish.url).body


def test_the_coordinator_handles_it_with_a_note_and_the_reporter_is_told_without_it(browse_both, session):
    jun, lin = make_coordinator(), make_person("林")
    wish = make_wish(author=lin)
    claim(wish, make_volunteer("兰"))
    incident = report_incident(wish, lin)

    browse_both(by=jun).open(f"/incidents/{incident.id}").submit(
        "form[action$='/handling']", note="已和双方谈过，钱已退还。"
    )

    assert (incident.state, incident.handled_by_id) == (IncidentState.HANDLED, jun.id)
    assert steps_of(incident) == ["reported", "handled"]
    assert journal_of(incident)[-1].note.text == "已和双方谈过，钱已退还。"
    assert told(lin)[-1] == "incident_handled"
    assert "钱已退还" not in browse_both(by=lin).open(f"/incidents/{incident.id}").body


@pytest.mark.parametrize("form", ["account", "handling"])
def test_an_empty_text_is_refused_and_said_so(browse_both, form):  # C14
    jun = make_coordinator()
    wish = make_wish()
    claim(wish, make_volunteer("兰"))
    incident = report_incident(wish, jun)
    browser = browse_both(by=jun).open(f"/incidents/{incident.id}")

    browser.submit(f"form[action$='/{form}']")

    assert browser.status == 422
    assert browser.select(".error-summary")


def test_whoever_handles_it_sees_both_numbers_and_both_read_who_looked(browse_both, session):  # W19, C4
    lin, lan, jun = make_person("林"), make_volunteer("兰"), make_coordinator()
    wish = make_wish(author=lin)
    claim(wish, lan)
    incident = report_incident(wish, lin)
    browser = browse_both(by=jun).open(f"/incidents/{incident.id}")
    assert not browser.select(".call-number")

    browser.submit("form[action$='/phones']")

    assert {link["href"] for link in browser.select(".call-number")} == {
        f"tel:{lin.phone}",
        f"tel:{lan.phone}",
    }
    looks = session.execute(select(Look.about_id, Look.by_id, Look.fields)).all()
    assert sorted(looks) == sorted([(lin.id, jun.id, "phone"), (lan.id, jun.id, "phone")])


def test_what_was_sent_stands_there_as_sent(browse_both):  # C14
    lin = make_person("林")
    wish = make_wish(author=lin)
    claim(wish, make_volunteer("兰"))
    browser = browse_both(by=lin).open(wish.url).submit(f"form[action='{wish.url}/incident']")
    browser.submit("form[action$='/account']", text="他在门口要钱。")

    assert browser.text("article .prose") == "他在门口要钱。"
    assert not browser.select("form[action$='/account'] .button:not(.button-outline)")


def test_nobody_handles_what_is_about_themselves(browse, session):
    jun, lin = make_volunteer("君"), make_person("林")

    give_role(jun, RoleKind.COORDINATOR, "block-5")
    wish = make_wish(author=lin)
    claim(wish, jun)
    incident = report_incident(wish, lin)
    browser = browse(by=jun).open(f"/incidents/{incident.id}")

    assert not browser.select("form[action$='/handling']")
    assert browser.post(f"/incidents/{incident.id}/handling", note="没事").status == 403
    assert browse(by=make_admin()).open(f"/incidents/{incident.id}").select("form[action$='/handling']")


def test_two_taps_are_one_incident(browse_both):  # C11
    lan, wish = make_volunteer("兰"), make_wish()
    claim(wish, lan)
    browser = browse_both(by=lan).open(wish.url).submit(f"form[action='{wish.url}/incident']")

    browser.again()
    browser.open(wish.url).submit(f"form[action='{wish.url}/incident']")

    assert how_many(Incident) == 1


def test_who_has_nothing_to_do_with_the_wish_reports_nothing(browse):
    wish = make_wish(places=2)
    claim(wish, make_volunteer("兰"))
    browser = browse(by=make_volunteer("好奇的人")).open(wish.url)

    assert not browser.select("form[action$='/incident']")
    assert browser.post(f"{wish.url}/incident").status == 403
    assert how_many(Incident) == 0


# -- not this person again -------------------------------------------------------------------------------


def refusal_of(browser, wish):
    """All that somebody reads who wants to take the wish on, without numbers that differ."""
    shown = browser.open(wish.url).text("main")
    browser.post(f"{wish.url}/claim")
    return browser.status, shown.replace(str(wish.id), ""), browser.text(".reasons")


def test_who_is_kept_apart_reads_what_everybody_reads_of_a_wish_that_is_kept_back(browse, session):
    lin, lan = make_person("林"), make_volunteer("兰")
    keep_apart(claim(make_wish(author=lin), lan), lin)
    hers, kept_back = make_wish(author=lin), make_wish()
    with writing(session):
        kept_back.kept_back_at = MONDAY_9

    apart = refusal_of(browse(by=lan), hers)
    ordinary = refusal_of(browse(by=make_volunteer("梅")), kept_back)

    assert apart == ordinary
    assert apart[0] == 409


def test_without_a_parting_the_same_wish_is_theirs(browse):  # negative control
    lin, lan = make_person("林"), make_volunteer("兰")
    claim(make_wish(author=lin), lan)

    assert browse(by=lan).open((wish := make_wish(author=lin)).url).select(f"form[action='{wish.url}/claim']")


def test_the_author_says_it_and_the_person_is_told_nothing(browse_both, session):
    lin, lan = make_person("林"), make_volunteer("兰")
    wish = make_wish(author=lin)
    held = claim(wish, lan)
    before = told(lan)
    browser = browse_both(by=lin).open(wish.url)

    browser.submit(f"form[action='/claims/{held.id}/parting']")

    parting = session.scalars(select(Parting)).one()
    assert (parting.person_id, parting.author_id, parting.asked_as) == (lan.id, lin.id, "author")
    assert told(lan) == before
    assert steps_of(parting) == ["kept"]
    assert not browser.open(wish.url).select("form[action$='/parting']")
    page = browse_both(by=lan).open(wish.url)
    assert page.status == 200
    assert "/parting" not in page.body


def test_the_number_of_the_beneficiary_counts_whoever_enters_the_next_wish(browse):
    lan, jun = make_volunteer("兰"), make_coordinator()

    old = Contact("老伯", "+8619900001111", "可乐路1弄1号101室")
    by_jun = {"author": jun, "source": Source.OTHER, "consent_how": "in_person"}
    keep_apart(claim(make_wish(contact=old, **by_jun), lan), jun)
    again, another = make_wish(contact=old, **by_jun), make_wish(contact=None, **by_jun)

    assert browse(by=lan).open(again.url).post(f"{again.url}/claim").status == 409
    assert browse(by=lan).open(another.url).post(f"{another.url}/claim").status in (200, 303)


def test_the_coordinator_lifts_it_and_they_may_meet_again(browse_both, session):
    jun, lin, lan = make_coordinator(), make_person("林"), make_volunteer("兰")
    parting = keep_apart(claim(make_wish(author=lin), lan), lin)
    wish = make_wish(author=lin)

    browse_both(by=jun).open("/partings").submit(f"form[action='/partings/{parting.id}/lifting']")

    assert parting.state == PartingState.LIFTED
    assert steps_of(parting) == ["kept", "lifted"]
    assert browse_both(by=lan).open(wish.url).select(f"form[action='{wish.url}/claim']")


def test_partings_of_elsewhere_are_not_seen_and_not_lifted(browse):  # A5
    lin, lan = make_person("林"), make_volunteer("兰")
    parting = keep_apart(claim(make_wish(author=lin), lan), lin)
    browser = browse(by=make_coordinator("grid-4"))

    assert "兰" not in browser.open("/partings").text("main")
    assert browser.post(f"/partings/{parting.id}/lifting").status == 404


def test_a_stranger_keeps_nobody_apart(browse):
    wish = make_wish(places=2)
    held = claim(wish, make_volunteer("兰"))

    assert (
        browse(by=make_volunteer("好奇的人")).open(wish.url).post(f"/claims/{held.id}/parting").status == 404
    )
    assert how_many(Parting) == 0


def test_the_database_itself_keeps_each_pair_once(session):  # C1
    lin, lan = make_person("林"), make_volunteer("兰")
    parting = keep_apart(claim(make_wish(author=lin), lan), lin)
    facts = {"person_id": lan.id, "phone": parting.phone, "committee_code": parting.committee_code}

    with pytest.raises(IntegrityError), writing(session):
        session.add(Parting(**facts, asked_as="author", asked_at=MONDAY_9))


def test_the_coordinator_keeps_a_wish_back_and_offers_it_again(browse_both, session):
    jun, lan, wish = make_coordinator(), make_volunteer("兰"), make_wish()
    desk = browse_both(by=jun).open(wish.url)

    desk.submit("form[action$='/reservation']")
    assert browse_both(by=lan).open(wish.url).post(f"{wish.url}/claim").status == 409
    desk.open(wish.url).submit("form[action$='/offer']")

    assert browse_both(by=lan).open(wish.url).select(f"form[action='{wish.url}/claim']")
    assert steps_of(wish) == ["submitted", "published", "kept_back", "offered_again"]
