"""A coordinator decides on volunteers of the own area alone, and says why (V2, A9, C2)."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from gridapp.accounts.models import Person
from gridapp.core.database import db, writing
from gridapp.core.journal import JournalEntry, broken_chains
from gridapp.core.outbox import Message
from gridapp.volunteers.models import Volunteer, VolunteerState
from gridapp.volunteers.workflow import apply
from tests.browsing import Browser
from tests.conftest import MONDAY_9
from tests.factories import (
    ELSEWHERE,
    HOME,
    NEXT_DOOR,
    NOBODYS,
    how_many,
    make_admin,
    make_coordinator,
    make_volunteer,
    make_wish,
    volunteer_of,
)

APPLIED, APPROVED, SUSPENDED = VolunteerState.APPLIED, VolunteerState.APPROVED, VolunteerState.SUSPENDED


def make_applicant(
    name: str = "新", *, committee: str | None = HOME, areas: tuple[str, ...] = ()
) -> Volunteer:
    """Somebody who waits for a decision."""
    return volunteer_of(make_volunteer(name, committee=committee, state=APPLIED, areas=areas))


def state_of(volunteer: Volunteer) -> VolunteerState:
    """Where the volunteer stands in the database."""
    db.session().rollback()
    return VolunteerState(volunteer.state)


def step_form(volunteer: Volunteer, step: str) -> str:
    """The form for a step."""
    return f"form[action='/volunteers/{volunteer.id}/{step}']"


def test_approving_at_the_desk_states_that_the_person_was_met_and_proves_the_number(browse_both):  # V2, A9
    coordinator, new = make_coordinator(), make_applicant()
    browser = browse_both(by=coordinator).open("/desk")

    browser.submit(step_form(new, "approval"))

    assert state_of(new) == APPROVED
    assert new.person.phone_proven_at is not None
    assert not browser.select(f"#queue-volunteers #volunteer-{new.id}")
    assert how_many(Message, person_id=new.person_id, kind="volunteer_approved") == 1


def test_each_decision_is_in_the_journal_with_who_and_why(browse):  # V2, C2
    coordinator, new = make_coordinator(), make_applicant()
    browser = browse(by=coordinator).open(f"/volunteers/{new.id}")

    browser.submit(step_form(new, "approval"))
    browser.submit(step_form(new, "suspension"), reason="三次未到")

    steps = db.session().scalars(
        select(JournalEntry).where(JournalEntry.thing == "volunteers").order_by(JournalEntry.number)
    )
    told = [(s.step, s.from_state, s.to_state, s.by_id, s.note and s.note.text) for s in steps]
    assert told == [
        ("applied", None, "applied", new.person_id, None),
        ("approved", "applied", "approved", coordinator.id, None),
        ("suspended", "approved", "suspended", coordinator.id, "三次未到"),
    ]
    assert how_many(JournalEntry, thing="people", thing_id=new.person_id, step="phone_proven") == 1
    assert list(broken_chains(db.session())) == []


def test_whoever_was_declined_reads_why_and_can_apply_again(browse_both):  # V2
    coordinator, new = make_coordinator(), make_applicant()
    browse_both(by=coordinator).open(f"/volunteers/{new.id}").submit(
        step_form(new, "rejection"), reason="请先来居委会见面"
    )
    browser = browse_both(by=new.person).open("/me/profile")

    assert "请先来居委会见面" in browser.text(".note")
    assert "请先来居委会见面" in browser.open("/notices").text("main")
    browser.open("/me/profile").submit("form[action='/me/profile']")

    assert state_of(new) == APPLIED
    assert new.state_note is None


def test_a_second_application_is_told_to_the_coordinator_like_the_first(browse):  # V2, C15
    coordinator, new = make_coordinator(), make_applicant()
    browse(by=coordinator).open(f"/volunteers/{new.id}").submit(
        step_form(new, "rejection"), reason="请先见面"
    )

    browse(by=new.person).open("/me/profile").submit("form[action='/me/profile']")

    assert browse(by=coordinator).open("/desk").select(f"#queue-volunteers #volunteer-{new.id}")
    assert how_many(Message, person_id=coordinator.id, kind="volunteer_applied") == 2


def test_a_suspended_volunteer_reads_why_at_the_wish_and_is_let_in_again(browse_both):  # V2, W4
    coordinator, lan = make_coordinator(), volunteer_of(make_volunteer("兰"))
    wish, desk = make_wish(), browse_both(by=coordinator).open(f"/volunteers/{lan.id}")

    desk.submit(step_form(lan, "suspension"), reason="等您来谈谈")
    browser = browse_both(by=lan.person).open(wish.url)

    assert "等您来谈谈" in browser.text(".reasons")
    assert browser.post(f"{wish.url}/claim").status == 403
    desk.submit(step_form(lan, "approval"))
    assert state_of(lan) == APPROVED
    assert browser.open(wish.url).select(f"form[action='{wish.url}/claim']")


@pytest.mark.parametrize(("step", "before"), [("rejection", APPLIED), ("suspension", APPROVED)])
def test_no_decision_against_somebody_without_a_reason(browse_both, step, before):  # V2, P7
    lan = volunteer_of(make_volunteer("兰", state=before))
    browser = browse_both(by=make_coordinator()).open(f"/volunteers/{lan.id}")

    browser.submit(step_form(lan, step), reason="  ")

    assert browser.status == 422
    assert browser.select(".error-summary a[href='#reason']")
    assert state_of(lan) == before


def test_who_lives_next_door_in_the_same_block_is_decided_on_by_the_same_coordinator(browse):  # V2, A1
    new = make_applicant(committee=NEXT_DOOR)

    browse(by=make_coordinator()).open(f"/volunteers/{new.id}").submit(step_form(new, "approval"))

    assert state_of(new) == APPROVED


@pytest.mark.parametrize("step", ["approval", "rejection", "suspension", "phone", "correction"])
def test_a_coordinator_of_another_area_finds_nobody_here(browse, step):  # V2, A5, C6
    new = make_applicant(committee=ELSEWHERE)
    browser = browse(by=make_coordinator("block-5")).open("/desk")

    browser.post(f"/volunteers/{new.id}/{step}", reason="为什么")

    assert browser.status == 404
    assert state_of(new) == APPLIED


def test_somebody_from_outside_is_decided_on_by_a_coordinator_of_an_area_they_named(browse_both):  # V2, A1
    here, there = make_coordinator("block-5"), make_coordinator("grid-4")
    outside = make_applicant(committee=None, areas=("grid-4",))

    assert browse_both(by=here).open(f"/volunteers/{outside.id}").status == 404
    browser = browse_both(by=there).open("/desk").submit(step_form(outside, "approval"))

    assert browser.status == 200
    assert state_of(outside) == APPROVED


def test_the_coordinator_of_a_named_area_is_told_of_somebody_from_outside(session):  # V2, C15
    here, there = make_coordinator("block-5"), make_coordinator("grid-4")

    make_applicant(committee=None, areas=("grid-4",))

    assert [how_many(Message, person_id=one.id, kind="volunteer_applied") for one in (here, there)] == [0, 1]


def test_somebody_from_outside_whose_areas_nobody_coordinates_comes_to_the_town(browse):  # V2, A5
    admin = make_admin()

    new = make_applicant(committee=None, areas=("grid-4",))

    assert how_many(Message, person_id=admin.id, kind="volunteer_applied") == 1
    browse(by=admin).open("/desk").submit(step_form(new, "approval"))
    assert state_of(new) == APPROVED


def test_naming_an_area_shows_a_neighbour_to_its_coordinator_who_does_not_decide(browse_both):  # V2, A5, C6
    lan = volunteer_of(make_volunteer("兰", committee=HOME, areas=("grid-4",)))
    browser = browse_both(by=make_coordinator("grid-4")).open(f"/volunteers/{lan.id}")

    assert browser.status == 200
    assert not browser.select("form[action^='/volunteers/']")
    for step in ("approval", "suspension", "phone"):
        assert browser.post(f"/volunteers/{lan.id}/{step}", reason="不行").status == 403
    assert state_of(lan) == APPROVED


def test_nobody_decides_on_themselves(browse_both):  # V2
    coordinator = make_coordinator()
    own = make_own(coordinator)
    browser = browse_both(by=coordinator).open(f"/volunteers/{own.id}")

    assert not browser.select(step_form(own, "approval"))
    assert browser.post(f"/volunteers/{own.id}/approval").status == 403
    assert not browser.open("/desk").select(f"#volunteer-{own.id}")
    assert state_of(own) == APPLIED


def make_own(person: Person) -> Volunteer:
    """The person's own application."""
    with writing(db.session()):
        return apply(db.session(), person, at=MONDAY_9)


def test_several_are_approved_at_once(browse_both):  # V2
    new = [make_applicant(name) for name in ("甲", "乙", "丙")]
    browser = browse_both(by=make_coordinator()).open("/desk")

    tick_all_and_send(browser, new[:2])

    assert [state_of(one) for one in new] == [APPROVED, APPROVED, APPLIED]
    assert [row["id"] for row in browser.select("#queue-volunteers .row")] == [f"volunteer-{new[2].id}"]


def tick_all_and_send(browser: Browser, volunteers: list[Volunteer]) -> None:
    """Tick these on the desk, and send."""
    browser.submit("form#approvals", volunteer=[str(one.id) for one in volunteers])


def test_if_one_of_several_was_decided_meanwhile_none_is_approved(browse_both):  # V2, C6
    coordinator, first, second = make_coordinator(), make_applicant("甲"), make_applicant("乙")
    browser = browse_both(by=coordinator).open("/desk")
    browse_both(by=coordinator).open("/desk").submit(step_form(second, "approval"))

    tick_all_and_send(browser, [first, second])

    assert browser.status == 409
    assert browser.select("#queue-volunteers .reasons")
    assert browser.select(f"input[name=volunteer][value='{first.id}'][checked]")
    assert state_of(first) == APPLIED
    assert how_many(Message, person_id=first.person_id) == 0


def test_several_of_whom_one_lives_elsewhere_are_not_found_at_all(browse_both):  # V2, A5
    here, there = make_applicant("甲"), make_applicant("乙", committee=ELSEWHERE)
    browser = browse_both(by=make_coordinator()).open("/desk")

    browser.post("/volunteers/approvals", volunteer=[str(here.id), str(there.id)])

    assert browser.status == 404
    assert (state_of(here), state_of(there)) == (APPLIED, APPLIED)


def test_nobody_ticked_is_said(browse_both):  # P7
    for name in ("甲", "乙"):
        make_applicant(name)
    browser = browse_both(by=make_coordinator()).open("/desk")

    browser.submit("form#approvals")

    assert browser.status == 422
    assert browser.select("#queue-volunteers .reasons")
    assert len(browser.select("#queue-volunteers .row")) == 2


def test_of_two_coordinators_one_decides_and_the_other_reads_so(browse_both):  # C1, C6
    new = make_applicant()
    first, second = (browse_both(by=make_coordinator()).open(f"/volunteers/{new.id}") for _ in range(2))
    first.submit(step_form(new, "approval"))

    second.submit(step_form(new, "rejection"), reason="没见到人")

    assert second.status == 409
    assert second.select(".reasons")
    assert state_of(new) == APPROVED


def test_of_two_coordinators_at_their_desks_the_second_keeps_the_desk(browse_both):  # C6, C9
    new, other = make_applicant("甲"), make_applicant("乙")
    first, second = (browse_both(by=make_coordinator()).open("/desk") for _ in range(2))
    first.submit(step_form(new, "approval"))

    second.submit(step_form(new, "approval"))

    assert second.status == 409
    assert second.select("#queue-volunteers .reasons")
    assert [row["id"] for row in second.select("#queue-volunteers .row")] == [f"volunteer-{other.id}"]


def test_the_queue_and_its_count_hold_only_those_one_decides_on(browse):  # V2, A5
    mine, outside = make_applicant("甲"), make_applicant("丙", committee=None, areas=("block-5",))
    make_applicant("乙", committee=ELSEWHERE)
    make_applicant("丁", committee=NOBODYS)
    make_volunteer("戊")

    browser = browse(by=make_coordinator()).open("/desk")

    assert [row["id"] for row in browser.select("#queue-volunteers .row")] == [
        f"volunteer-{mine.id}",
        f"volunteer-{outside.id}",
    ]
    assert browser.text("#queue-volunteers .badge") == "2"
