"""Who belongs to an organisation has agreed, and nobody learns more of them than they need (W20, C4, A3)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from gridapp.accounts.models import Role, RoleKind
from gridapp.core.database import writing
from gridapp.organisations import workflow
from gridapp.organisations.models import Membership, MembershipState
from gridapp.organisations.policies import MOST_INVITED
from tests.factories import (
    MONDAY_9,
    how_many,
    invite,
    join,
    make_coordinator,
    make_organisation,
    make_person,
    steps_of,
    told,
)


def ask(browser, organisation, phone):
    """Open the organisation's page and invite the number."""
    return browser.open(organisation.url).submit("form[action$='/invitation']", phone=phone)


def test_somebody_is_invited_by_number_and_joins(browse_both, session):
    gui, lan = make_person("桂"), make_person("兰")
    organisation = make_organisation(speaker=gui)

    ask(browse_both(by=gui), organisation, lan.phone)
    browse_both(by=lan).open("/me/organisation").submit("form[action$='/acceptance']")

    (_first, hers) = session.scalars(select(Membership).order_by(Membership.id)).all()
    assert (hers.state, hers.person_id, hers.phone) == (MembershipState.JOINED, lan.id, None)
    assert (told(lan), told(gui)[-1]) == (["organisation_invites"], "member_joined")
    assert "兰" in browse_both(by=gui).open(organisation.url).text("main")
    assert steps_of(hers) == ["invited", "joined"]


def test_inviting_tells_nobody_whether_a_number_has_an_account(browse, session):  # A5: a curious colleague
    organisation, lan = make_organisation(speaker=(gui := make_person("桂"))), make_person("兰")
    known = ask(browse(by=gui), organisation, lan.phone)
    of_known = (known.status, known.flashes, known.text(f"#membership-{newest(session)}"))
    unknown = ask(browse(by=gui), organisation, "+8619955556666")

    of_unknown = (unknown.status, unknown.flashes, unknown.text(f"#membership-{newest(session)}"))

    digits = {lan.phone[-4:]: "", "6666": "", lan.phone[3:6]: "", "199": ""}
    assert plain(of_known, digits) == plain(of_unknown, digits)
    assert "兰" not in known.body


def newest(session):
    session.rollback()
    return session.scalars(select(Membership.id).order_by(Membership.id.desc()).limit(1)).one()


def plain(answer, digits):
    said = str(answer)
    for number in digits:
        said = said.replace(number, "")
    return said


def test_whoever_signs_up_later_finds_the_invitation(browse, session):
    organisation = make_organisation("同心公司")
    invite(organisation, "+8619955556666")
    late = make_person("晚来的")
    with writing(session):
        late.phone = "+8619955556666"

    assert "同心公司" in browse(by=late).open("/me/organisation").text("main")


def test_saying_no_forgets_the_number_and_names_nobody(browse_both, session):
    gui, lan = make_person("桂"), make_person("兰")
    asked = invite(make_organisation(speaker=gui), lan.phone)

    browse_both(by=lan).open("/me/organisation").submit("form[action$='/refusal']")

    assert (asked.state, asked.phone) == (MembershipState.REFUSED, None)
    assert told(gui)[-1] == "member_refused"
    assert "兰" not in browse_both(by=gui).open("/notices").text("main")


def test_nobody_answers_for_somebody_else(browse_both):
    asked = invite(make_organisation(), make_person("兰").phone)
    browser = browse_both(by=make_person("好奇的邻居"))

    browser.open("/me/organisation").post(f"/memberships/{asked.id}/acceptance")

    assert browser.status == 404
    assert asked.state == MembershipState.INVITED


def test_members_see_each_others_names_and_no_numbers(browse):  # C4
    organisation, lan, mei = make_organisation(), make_person("兰"), make_person("梅")
    join(organisation, lan)
    join(organisation, mei)
    invite(organisation, "+8619955556666")

    page = browse(by=mei).open(organisation.url)

    assert "兰" in page.text("main")
    assert lan.phone[-4:] not in page.body
    assert "6666" not in page.body


def test_the_representative_sees_numbers_masked(browse):  # C4
    gui, lan = make_person("桂"), make_person("兰")
    organisation = make_organisation(speaker=gui)
    join(organisation, lan)

    page = browse(by=gui).open(organisation.url)

    assert f"****{lan.phone[-4:]}" in page.text("main")
    assert lan.phone[3:] not in page.body


def test_a_member_leaves_and_sees_the_page_no_longer(browse_both):
    gui, lan = make_person("桂"), make_person("兰")
    organisation = make_organisation(speaker=gui)
    hers = join(organisation, lan)
    browser = browse_both(by=lan).open(organisation.url)

    browser.submit("form[action$='/end']")

    assert hers.state == MembershipState.LEFT
    assert told(gui)[-1] == "member_left"
    assert browser.open(organisation.url).status == 404


def test_the_representative_takes_a_member_off_the_list_and_the_member_is_told(browse_both):
    gui, lan = make_person("桂"), make_person("兰")
    organisation = make_organisation(speaker=gui)
    hers = join(organisation, lan)

    browse_both(by=gui).open(organisation.url).submit(f"form[action='/memberships/{hers.id}/end']")

    assert hers.state == MembershipState.REMOVED
    assert told(lan)[-1] == "member_removed"


def test_an_invitation_is_taken_back_before_it_is_read(browse_both):  # C15
    gui, lan = make_person("桂"), make_person("兰")
    organisation = make_organisation(speaker=gui)
    asked = invite(organisation, lan.phone)

    browse_both(by=gui).open(organisation.url).submit(f"form[action='/memberships/{asked.id}/end']")

    assert (asked.state, asked.phone, told(lan)) == (MembershipState.REVOKED, None, [])


def test_a_member_ends_nobody_elses_membership(browse):
    organisation, lan, mei = make_organisation(), make_person("兰"), make_person("梅")
    join(organisation, lan)
    hers = join(organisation, mei)
    browser = browse(by=lan).open(organisation.url)

    assert not browser.select(f"form[action='/memberships/{hers.id}/end']")
    assert browser.post(f"/memberships/{hers.id}/end").status == 403


def test_whoever_speaks_for_it_hands_over_before_leaving(browse_both, session):  # A3
    gui, lan = make_person("桂"), make_person("兰")
    organisation = make_organisation(speaker=gui)
    hers, own = join(organisation, lan), session.scalars(select(Membership).limit(1)).one()
    browser = browse_both(by=gui).open(organisation.url)
    assert browser.post(f"/memberships/{own.id}/end").status == 409

    browser.open(organisation.url).submit(f"form[action='/memberships/{hers.id}/representation']")

    roles = session.scalars(select(Role).where(Role.kind == RoleKind.REPRESENTATIVE).order_by(Role.id)).all()
    assert [(role.person_id, role.ends_at) for role in roles] == [(gui.id, MONDAY_9), (lan.id, None)]
    assert told(lan)[-1] == "representative_changed"
    assert not browser.open(organisation.url).select("form[action$='/invitation']")


def test_a_member_does_not_make_themselves_the_representative(browse):  # A4
    organisation, lan = make_organisation(), make_person("兰")
    hers = join(organisation, lan)

    assert browse(by=lan).open(organisation.url).post(f"/memberships/{hers.id}/representation").status == 403


def test_the_coordinator_notes_that_a_member_was_met(browse_both):  # A9
    jun, lan = make_coordinator(), make_person("兰", proven=False)
    organisation = make_organisation()
    hers = join(organisation, lan)

    browse_both(by=jun).open(organisation.url).submit(f"form[action='/memberships/{hers.id}/meeting']")

    assert lan.phone_proven_at == MONDAY_9
    assert steps_of(lan) == ["phone_proven"]


def test_nobody_is_invited_twice_and_not_more_than_wait_at_a_time(browse, session):
    gui = make_person("桂")
    organisation = make_organisation(speaker=gui)
    for number in range(MOST_INVITED - 1):
        invite(organisation, f"+86188{number:08d}")
    assert ask(browse(by=gui), organisation, "18800000001").status == 409

    assert ask(browse(by=gui), organisation, "18800009999").status == 200

    assert not browse(by=gui).open(organisation.url).select("form[action$='/invitation']")
    assert browse(by=gui).post(f"{organisation.url}/invitation", phone="18800008888").status == 409
    assert how_many(Membership, state=MembershipState.INVITED) == MOST_INVITED


def test_the_database_itself_holds_one_invitation_for_each_number(session):  # C1
    organisation = make_organisation()
    invite(organisation, "+8619955556666")

    with pytest.raises(IntegrityError), writing(session):
        session.add(Membership(organisation_id=organisation.id, phone="+8619955556666", since=MONDAY_9))


def test_what_nobody_answers_for_thirty_days_lapses_and_the_number_is_forgotten(session):  # Y3
    organisation = make_organisation(at=MONDAY_9 - timedelta(days=60))
    old = invite(organisation, "+8619955556666", at=MONDAY_9 - timedelta(days=31))
    new = invite(organisation, "+8619955557777", at=MONDAY_9 - timedelta(days=29))

    with writing(session):
        workflow.forget_old_invitations(session, MONDAY_9)

    assert (old.state, old.phone) == (MembershipState.LAPSED, None)
    assert new.state == MembershipState.INVITED


def test_a_suspended_organisation_invites_nobody_and_its_invitations_wait(browse, session):
    gui, lan = make_person("桂"), make_person("兰")
    organisation = make_organisation(speaker=gui)
    asked = invite(organisation, lan.phone)
    browse(by=make_coordinator()).open(organisation.url).submit(
        "form[action$='/suspension']", reason="请先来谈一谈。"
    )

    assert (
        browse(by=gui).open("/me").post(f"{organisation.url}/invitation", phone="18800008888").status == 409
    )
    assert browse(by=lan).open("/me").post(f"/memberships/{asked.id}/acceptance").status == 409
    assert asked.state == MembershipState.INVITED
