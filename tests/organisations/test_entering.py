"""An organisation is entered by who will speak for it, and its coordinator decides (W20, A2, A4, A5)."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from gridapp.accounts.models import Role, RoleKind
from gridapp.core.access_log import Look
from gridapp.core.database import writing
from gridapp.organisations.models import Organisation, OrganisationState
from tests.factories import (
    HOME,
    MONDAY_9,
    how_many,
    journal_of,
    make_coordinator,
    make_organisation,
    make_person,
    steps_of,
    told,
)

FORM = "form[action='/me/organisation']"


def the_organisation(session):
    session.rollback()
    return session.scalars(select(Organisation)).one()


def test_somebody_enters_an_organisation_and_the_coordinator_finds_it_on_the_desk(browse_both, session):
    gui, jun = make_person("桂"), make_coordinator()
    entering = browse_both(by=gui).open("/me/organisation")

    entering.submit(FORM, name="同心公司", kind="company", committee=HOME)

    found = the_organisation(session)
    assert (found.state, entering.path) == (OrganisationState.APPLIED, found.url)
    assert told(jun) == ["organisation_applied"]
    assert "同心公司" in browse_both(by=jun).open("/desk").text("#queue-organisations")


def test_approving_makes_the_one_who_entered_it_speak_for_it(browse_both, session):  # A2, A9
    gui, jun = make_person("桂", proven=False), make_coordinator()
    entered = make_organisation(speaker=gui, approved=False)

    browse_both(by=jun).open(entered.url).submit("form[action$='/approval']")

    role = session.scalars(select(Role).where(Role.kind == RoleKind.REPRESENTATIVE)).one()
    assert (role.person_id, role.place_id, role.starts_at, role.ends_at) == (
        gui.id,
        entered.id,
        MONDAY_9,
        None,
    )
    assert gui.phone_proven_at == MONDAY_9
    assert steps_of(entered) == ["applied", "approved", "represented"]
    assert told(gui) == ["organisation_approved"]


def test_whoever_decides_can_call_whoever_entered_it(browse_both):  # A9, C4
    gui, jun = make_person("桂"), make_coordinator()
    entered = make_organisation(speaker=gui, approved=False)

    browser = browse_both(by=jun).open(entered.url).submit("form[action$='/phone']")

    assert [link["href"] for link in browser.select(".call-number")] == [f"tel:{gui.phone}"]
    assert how_many(Look, about_id=gui.id, by_id=jun.id, fields="phone") == 1


def test_a_declined_organisation_reads_why_and_is_entered_anew_under_its_number(browse_both, session):
    gui, jun = make_person("桂"), make_coordinator()
    entered = make_organisation("同心公司", speaker=gui, approved=False)
    browse_both(by=jun).open(entered.url).submit("form[action$='/rejection']", reason="请先来居委会登记。")

    browser = browse_both(by=gui).open("/me/organisation")
    assert "请先来居委会登记。" in browser.text("main")
    browser.submit(FORM, name="同心有限公司", kind="partner", committee=HOME)

    found = the_organisation(session)
    assert (found.id, found.name, found.state) == (entered.id, "同心有限公司", OrganisationState.APPLIED)
    assert steps_of(found) == ["applied", "declined", "applied"]


def test_a_reason_is_asked_for_and_what_was_typed_stays(browse_both):  # C14
    entered = make_organisation(approved=False)
    browser = browse_both(by=make_coordinator()).open(entered.url)

    browser.submit("form[action$='/rejection']", reason="  ")

    assert browser.status == 422
    assert browser.select(".error-summary a[href='#reason']")
    assert entered.state == OrganisationState.APPLIED


def test_suspending_stops_it_with_a_reason_and_can_be_taken_back(browse_both):
    gui, jun = make_person("桂"), make_coordinator()
    organisation = make_organisation(speaker=gui)
    desk = browse_both(by=jun).open(organisation.url)

    desk.submit("form[action$='/suspension']", reason="请先来谈一谈。")
    assert "请先来谈一谈。" in browse_both(by=gui).open(organisation.url).text("main")
    desk.open(organisation.url).submit("form[action$='/approval']")

    assert organisation.state == OrganisationState.APPROVED
    assert organisation.state_note is None
    assert [entry.note.text for entry in journal_of(organisation) if entry.note] == ["请先来谈一谈。"]


def test_nobody_decides_on_their_own_organisation_even_as_coordinator(browse):  # A4
    jun = make_coordinator()
    entered = make_organisation(speaker=jun, approved=False)

    browser = browse(by=jun).open(entered.url)

    assert not browser.select("form[action$='/approval']")
    assert browser.post(f"{entered.url}/approval").status == 403
    assert entered.state == OrganisationState.APPLIED


def test_one_application_at_a_time(browse_both, session):
    gui = make_person("桂")
    make_organisation(speaker=gui, approved=False)
    browser = browse_both(by=gui).open("/me/organisation")

    assert not browser.select(FORM)
    browser.post("/me/organisation", name="第二家", kind="company", committee=HOME)

    assert browser.status == 409
    the_organisation(session)


@pytest.mark.parametrize(
    ("name", "kind", "committee"),
    [
        ("", "company", HOME),
        ("同心公司", "", HOME),
        ("同心公司", "company", ""),
        ("同心 13812345678", "company", HOME),
    ],
)
def test_what_is_missing_or_private_is_refused_in_words(browse_both, session, name, kind, committee):  # C19
    browser = browse_both(by=make_person("桂")).open("/me/organisation")

    browser.submit(FORM, name=name, kind=kind or None, committee=committee)

    assert browser.status == 422
    assert browser.select(".error-summary")
    assert session.scalars(select(Organisation)).all() == []


def test_the_same_form_twice_is_one_organisation(browse_both, session):  # C11
    browser = browse_both(by=make_person("桂")).open("/me/organisation")
    browser.submit(FORM, name="同心公司", kind="company", committee=HOME)

    browser.again()

    assert browser.path == the_organisation(session).url


def test_a_coordinator_of_elsewhere_finds_no_trace_of_it(browse):  # A5
    organisation = make_organisation("同心公司")
    browser = browse(by=make_coordinator("grid-4"))

    assert browser.open(organisation.url).status == 404
    assert "同心公司" not in browser.open("/organisations").text("main")
    assert "同心公司" not in browser.open("/desk").text("main")


def test_the_list_shows_what_is_in_charge_by_state(browse):
    make_organisation("同心公司")
    make_organisation("老裁缝", approved=False)
    browser = browse(by=make_coordinator())

    assert "同心公司" in browser.open("/organisations").text("main")
    waiting = browser.open("/organisations?state=applied").text("main")
    assert "老裁缝" in waiting
    assert "同心公司" not in waiting


def test_two_coordinators_decide_at_once_and_the_second_reads_it(browse_both, session):  # C1
    jun, other = make_coordinator(), make_coordinator(name="另一位书记")
    entered = make_organisation(approved=False)
    browser = browse_both(by=other).open(entered.url)
    browse_both(by=jun).open(entered.url).submit("form[action$='/approval']")

    browser.submit("form[action$='/approval']")

    assert browser.status == 409
    assert len(session.scalars(select(Role).where(Role.kind == RoleKind.REPRESENTATIVE)).all()) == 1


def test_a_representative_has_a_place_in_the_database_itself(session):  # A2
    from sqlalchemy.exc import IntegrityError

    with pytest.raises(IntegrityError), writing(session):
        session.add(Role(person_id=make_person().id, kind=RoleKind.REPRESENTATIVE, starts_at=MONDAY_9))
