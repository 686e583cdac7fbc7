"""What a volunteer says about themselves: what matching uses, and nothing else (V1, A1)."""

from __future__ import annotations

import pytest

from gridapp.core.database import db
from gridapp.core.journal import JournalEntry
from gridapp.core.outbox import Message
from gridapp.volunteers.models import Volunteer, VolunteerState
from tests.factories import (
    area,
    claim,
    how_many,
    make_coordinator,
    make_person,
    make_volunteer,
    make_wish,
    volunteer_of,
)

FORM = "form[action='/me/profile']"


def test_a_volunteer_writes_down_what_they_can_do(browse_both):  # V1
    lan = make_volunteer("兰")
    browser = browse_both(by=lan).open("/me/profile")

    browser.submit(
        FORM,
        skills=["cook", "repair"],
        languages=["zh", "wuu"],
        free_times=["1-morning", "1-evening", "6-morning", "6-afternoon", "6-evening"],
        areas=[str(area("grid-4").id)],
        max_live="5",
        cannot_do="爬楼",
    )

    saved = volunteer_of(lan)
    assert [skill.code for skill in saved.skills] == ["cook", "repair"]
    assert ([one.code for one in saved.areas], saved.languages) == (["grid-4"], "zh wuu")
    assert (saved.max_live, saved.cannot_do, saved.state) == (5, "爬楼", VolunteerState.APPROVED)
    assert saved.free_times == "1-morning 1-evening 6-morning 6-afternoon 6-evening"
    shown = browser.open("/me/profile")
    assert len(shown.select("#free_times input[checked]")) == 5
    assert {box["value"] for box in shown.select("#skills input[checked]")} == {"cook", "repair"}
    assert how_many(JournalEntry, thing="volunteers", step="profile_saved", by_id=lan.id) == 1


def test_only_what_matching_uses_is_asked(browse):  # V1, Y6
    asked = {
        box.get("name") for box in browse(by=make_volunteer()).open("/me/profile").select(f"{FORM} [name]")
    }

    assert asked - {"csrf_token", "key", "whose"} == {
        "skills",
        "languages",
        "areas",
        "free_times",
        "max_live",
        "cannot_do",
        "photo",  # a choice of one's own: who opens the door knows whom to expect (W19)
    }


def test_a_resident_applies_with_their_profile_and_the_coordinator_is_told(browse_both):  # V2
    coordinator, lan = make_coordinator(), make_person("兰", proven=False)
    browser = browse_both(by=lan).open("/me/profile")

    browser.submit(FORM, skills=["chat"])

    assert browser.path == "/me"
    assert browser.select(".note-wait")
    assert volunteer_of(lan).state == VolunteerState.APPLIED
    assert how_many(Message, person_id=coordinator.id, kind="volunteer_applied") == 1


def test_the_coordinator_reads_when_a_volunteer_has_time(browse):  # V1
    lan, coordinator = make_volunteer("兰"), make_coordinator()
    whole_saturday = ["6-morning", "6-afternoon", "6-evening"]
    browse(by=lan).open("/me/profile").submit(FORM, free_times=["1-morning", "1-evening", *whole_saturday])

    page = browse(by=coordinator).open(f"/volunteers/{volunteer_of(lan).id}")

    assert "周一上午、晚上；周六全天" in page.text(".facts")


def test_what_is_sent_many_times_is_ticked_once(browse):  # D7, V1
    lan = make_volunteer("兰")
    page = browse(by=lan).open("/me/profile")

    page.submit(FORM, free_times=["6-evening", "1-morning"] * 99, languages=["wuu", "zh"] * 99)

    assert page.status == 200
    saved = volunteer_of(lan)
    db.session().refresh(saved)
    assert (sorted(saved.free_times.split()), sorted(saved.languages.split())) == (
        ["1-morning", "6-evening"],
        ["wuu", "zh"],
    )


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("max_live", "0"),
        ("max_live", "21"),
        ("max_live", "many"),
        ("max_live", ""),
        ("cannot_do", "累" * 201),
    ],
)
def test_what_cannot_be_is_said_and_the_rest_is_kept(browse, field, typed):  # V1, P7
    lan = make_volunteer("兰")
    browser = browse(by=lan).open("/me/profile")

    browser.submit(FORM, **{"skills": ["cook"], field: typed})

    assert browser.status == 422
    assert browser.select(f".error-summary a[href='#{field}']")
    assert browser.select("#skills input[value=cook][checked]")
    assert volunteer_of(lan).skills == []


@pytest.mark.parametrize(
    "forged",
    [
        {"skills": "juggling"},
        {"areas": "99999999999999999999"},
        {"languages": "xx"},
        {"free_times": "8-morning"},
    ],
)
def test_what_is_on_no_list_is_not_taken(browse, forged):  # D7
    lan = make_volunteer("兰")

    browser = browse(by=lan).open("/me/profile").post("/me/profile", max_live="3", **forged)

    assert browser.status == 422
    assert (volunteer_of(lan).skills, volunteer_of(lan).areas) == ([], [])


def test_somebody_from_outside_names_areas_or_nobody_could_decide_on_them(browse_both):  # A1
    lan = make_person("兰", committee=None)
    browser = browse_both(by=lan).open("/me/profile")

    browser.submit(FORM)
    assert browser.status == 422
    assert browser.select(".error-summary a[href^='#areas']")
    assert how_many(Volunteer) == 0

    browser.submit(FORM, areas=[str(area("block-5").id)])
    assert [one.code for one in volunteer_of(lan).areas] == ["block-5"]


def test_whoever_lowers_the_number_keeps_what_they_have_taken_on(browse):  # V1, W4
    lan = make_volunteer("兰")
    for title in ("一", "二"):
        claim(make_wish(title), lan)

    browser = browse(by=lan).open("/me/profile").submit(FORM, max_live="1")

    assert len(browser.open("/me").select("[id^=claim-]")) == 2


def test_a_form_sent_twice_applies_once(browse):  # C11
    lan = make_person("兰")
    browser = browse(by=lan).open("/me/profile")
    form = {field: browser.one(f"{FORM} [name={field}]")["value"] for field in ("csrf_token", "key")}

    statuses = [
        browser.client.post("/me/profile", data={**form, "max_live": "3"}).status_code for _ in range(2)
    ]

    assert statuses == [303, 303]
    assert how_many(Volunteer) == how_many(JournalEntry, thing="volunteers", step="applied") == 1


def test_a_key_that_no_form_of_ours_carries_does_no_harm(browse):  # D7
    lan = make_volunteer("兰")
    browser = browse(by=lan).open("/me/profile")
    token = browser.one("[name=csrf_token]")["value"]

    for key in ("\0", "a" * 500, "锁" * 200, "' OR 1=1 --"):
        data = {"csrf_token": token, "max_live": "4", "key": key}
        assert browser.client.post("/me/profile", data=data).status_code == 303
