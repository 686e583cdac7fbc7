"""Who is told of a case, who finds it on the desk and who may decide are the same people, at every moment (A2, V2, C3)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from gridapp.accounts.models import Role, RoleKind
from gridapp.core.database import db, writing
from gridapp.core.outbox import Message
from gridapp.volunteers import queries as volunteers
from gridapp.volunteers import workflow
from gridapp.volunteers.models import VolunteerState
from gridapp.volunteers.policies import deciding_refusals
from gridapp.wishes.models import Source, WishState
from gridapp.wishes.policies import checking_refusals
from gridapp.wishes.queries import deciding
from tests.factories import (
    ELSEWHERE,
    HOME,
    MONDAY_9,
    NOBODYS,
    actor,
    give_role,
    make_admin,
    make_coordinator,
    make_person,
    make_volunteer,
    make_wish,
    volunteer_of,
)

SOON, LATER = timedelta(days=30), timedelta(days=60)
AT = MONDAY_9


@pytest.fixture
def staff(session):
    """Everybody who might decide: the coordinators of block-5 and of grid-4, and the town admin."""
    return {"block": make_coordinator(), "grid": make_coordinator("grid-4", "网格长"), "admin": make_admin()}


def deciders_of_volunteer(person, staff) -> set[str]:
    """Who decides on an applicant; asserts that those are the people who were told and who find them."""
    volunteer, there = volunteer_of(person), present(staff)
    told = names_of(told_of("volunteer_applied"), staff)
    decides = {n for n, p in there.items() if not deciding_refusals(db.session(), actor(p), volunteer)}
    queued = {
        n for n, p in there.items() if volunteer.id in db.session().scalars(volunteers.applied(actor(p)))
    }
    listed = {n for n, p in there.items() if volunteer.id in listed_for(p)}
    assert told == decides == queued
    assert decides <= listed
    return decides


def deciders_of_wish(wish, staff) -> set[str]:
    """The same for who checks a wish."""
    told = names_of(told_of("wish_submitted"), staff)
    decides = {n for n, p in staff.items() if not checking_refusals(actor(p), wish)}
    queued = {n for n, p in staff.items() if wish.id in db.session().scalars(deciding.to_check(actor(p)))}
    assert told == decides == queued
    return decides


def present(staff):
    """Those who can sign in; what a disabled person's role would allow reaches nobody."""
    return {name: person for name, person in staff.items() if person.disabled_at is None}


def told_of(kind):
    return set(db.session().scalars(select(Message.person_id).where(Message.kind == kind)))


def names_of(ids, staff):
    return {name for name, person in staff.items() if person.id in ids}


def listed_for(person):
    page = volunteers.page_in_world(db.session(), actor(person), state=None, after=None)
    return {row.id for row in page.rows}


def set_role(person, **changes):
    with writing(db.session()):
        role = db.session().scalars(select(Role).where(Role.person_id == person.id)).one()
        for name, value in changes.items():
            setattr(role, name, value)


def disable(person):
    with writing(db.session()):
        person.disabled_at = AT - timedelta(hours=1)


def apply(committee=None, areas=("grid-4",)):
    """Somebody applies now."""
    return make_volunteer("外来", committee=committee, areas=areas, state=VolunteerState.APPLIED)


def test_whoever_coordinates_an_area_that_an_outsider_named_decides(staff):  # V2
    assert deciders_of_volunteer(apply(), staff) == {"grid"}


def test_a_role_that_begins_in_a_month_decides_nothing_yet(staff):  # A2, V2
    set_role(staff["grid"], starts_at=AT + SOON)

    assert deciders_of_volunteer(apply(), staff) == {"admin"}


def test_a_role_that_ends_in_a_month_decides_until_then(staff):  # A2, V2
    set_role(staff["grid"], ends_at=AT + SOON)

    assert deciders_of_volunteer(apply(), staff) == {"grid"}


@pytest.mark.parametrize("committee", [None, ELSEWHERE])
def test_who_is_disabled_decides_nothing(staff, committee):  # A2, V2
    disable(staff["grid"])

    assert deciders_of_volunteer(apply(committee), staff) == {"admin"}


def test_an_admin_who_is_disabled_is_not_told(staff):  # A2
    disable(staff["admin"])
    disable(staff["grid"])

    assert deciders_of_volunteer(apply(), staff) == set()


def test_the_only_coordinator_who_wants_to_help_is_decided_on_by_the_town(staff):  # V2, C3
    with writing(db.session()):
        staff["block"].committee_code = HOME
    her = staff["block"]
    volunteer_for(her)

    assert deciders_of_volunteer(her, staff) == {"admin"}


def test_with_two_coordinators_the_other_one_decides(staff):  # V2
    staff["second"] = make_coordinator(name="副书记")
    volunteer_for(staff["block"])

    assert deciders_of_volunteer(staff["block"], staff) == {"second"}


def test_the_only_admin_is_decided_on_by_the_towns_coordinators(staff):  # V2, C3
    volunteer_for(staff["admin"])

    assert deciders_of_volunteer(staff["admin"], staff) == {"block", "grid"}


def volunteer_for(person):
    """A member of staff applies."""
    with writing(db.session()):
        workflow.apply(db.session(), person, at=AT)


def submitted(author, committee=HOME, **facts):
    return make_wish(author=author, state=WishState.SUBMITTED, committee_code=committee, at=AT, **facts)


def test_a_residents_wish_is_checked_by_the_coordinator(staff):  # W2
    assert deciders_of_wish(submitted(make_person()), staff) == {"block"}


def test_a_coordinators_own_wish_is_checked_by_the_town(staff):  # W2, C3
    assert deciders_of_wish(submitted(staff["block"]), staff) == {"admin"}


def test_a_coordinators_own_wish_is_checked_by_the_other_one_where_there_is_one(staff):  # W2
    staff["second"] = make_coordinator(name="副书记")

    assert deciders_of_wish(submitted(staff["block"]), staff) == {"second"}


def test_what_a_coordinator_enters_for_somebody_else_is_theirs_to_check(staff):  # C10
    wish = submitted(staff["block"], source=Source.OTHER, consent_how="in_person")

    assert deciders_of_wish(wish, staff) == {"block"}


def test_the_only_admins_own_wish_is_checked_by_any_coordinator(staff):  # W2, C3
    assert deciders_of_wish(submitted(staff["admin"], NOBODYS), staff) == {"block", "grid"}


def test_of_two_admins_the_other_one_checks(staff):  # W2
    staff["second"] = make_person("副镇长", committee=NOBODYS)
    give_role(staff["second"], RoleKind.TOWN_ADMIN, "town")

    assert deciders_of_wish(submitted(staff["admin"], NOBODYS), staff) == {"second"}


def test_the_town_finds_the_coordinators_own_wish_and_publishes_it(browse_both, staff):  # W2, W18
    wish = submitted(staff["block"])
    browser = browse_both(by=staff["admin"]).open("/desk")
    assert browser.select(f"a[href='{wish.url}']")

    browser.open(wish.url).submit(f"form[action='{wish.url}/publication']")

    assert (browser.status, wish.state) == (200, WishState.OPEN)


def test_others_from_elsewhere_still_do_not_see_it(browse_both, staff):  # A5
    wish = submitted(staff["block"])

    assert browse_both(by=staff["grid"]).open(wish.url).status == 404
