"""Roles are given and ended by rules, no wider than one's own, and never to oneself (A2, A4)."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from gridapp.accounts.models import Person, Role, RoleKind
from gridapp.accounts.queries import actor_of, coordinators_of
from gridapp.core import clock
from gridapp.core.database import db, writing
from gridapp.core.refusals import Refused
from gridapp.people import queries
from gridapp.people.models import Grant
from gridapp.people.words import GIVEN_HERE
from gridapp.people.workflow import roles
from gridapp.volunteers.models import VolunteerState
from tests.conftest import MONDAY_9
from tests.factories import (
    ELSEWHERE,
    HOME,
    NEXT_DOOR,
    actor,
    area,
    give_role,
    how_many,
    journal_of,
    make_admin,
    make_coordinator,
    make_person,
    make_volunteer,
    told,
    volunteer_of,
)
from tests.people.areas import make_committee_area

A_DAY = timedelta(days=1)


def grant(kind: RoleKind = RoleKind.COORDINATOR, code: str | None = "block-5", **more: object) -> Grant:
    """A role as it is asked for."""
    asked = {"place": None, "post": "书记", "starts_at": MONDAY_9, "ends_at": None, **more}
    return Grant(kind, area(code).id if code else None, **asked)  # type: ignore[arg-type]


def give(person: Person, asked: Grant, by: Person, at: datetime = MONDAY_9) -> Role:
    """`by` gives the role."""
    with writing(db.session()):
        return roles.give(db.session(), person, asked, by=actor(by, at), at=at)


def refused(person: Person, asked: Grant, by: Person) -> list[str]:
    """Why `by` may not."""
    with pytest.raises(Refused) as no:
        give(person, asked, by)
    return [one.code for one in no.value.refusals]


def form_of(person: Person) -> str:
    return f"form[action='/people/{person.id}/roles']"


def test_the_town_office_makes_somebody_coordinator_of_an_area(browse_both):  # A2, C13
    admin, lan = make_admin(), make_person("兰")
    browser = browse_both(by=admin).open(f"/people/{lan.id}")

    browser.submit(form_of(lan), kind="coordinator", area=str(area("block-5").id), post="第五街区书记")

    assert browser.status == 200
    assert "第五街区书记" in browser.text(".rows")
    assert told(lan) == ["role_given_coordinator"]
    assert actor(lan).charge == {HOME, NEXT_DOOR}
    role = db.session().scalars(select(Role).where(Role.person_id == lan.id)).one()
    assert [(one.step, one.by_id, one.by_role) for one in journal_of(role)] == [
        ("given", admin.id, "town_admin")
    ]


@pytest.mark.parametrize("kind", GIVEN_HERE)
def test_the_town_office_gives_every_kind_of_role(browse, kind):  # A2
    admin, lan = make_admin(), make_person("兰")
    browser = browse(by=admin).open(f"/people/{lan.id}")

    browser.submit(form_of(lan), kind=kind, area=str(area("grid-4").id), place="示例站点")

    assert browser.status == 200
    assert told(lan) == [f"role_given_{kind}"]
    assert browse(by=lan).open("/notices").select("#main .row")
    assert [role.kind for role in actor(lan).roles] == [kind]


def test_a_coordinator_gives_the_own_role_for_a_part_of_the_own_area(browse_both):  # A4
    chief, lan = make_coordinator(), make_person("兰")
    part = make_committee_area(HOME)
    browser = browse_both(by=chief).open(f"/people/{lan.id}")

    browser.submit(form_of(lan), kind="coordinator", area=str(part.id))

    assert browser.status == 200
    assert actor(lan).charge == {HOME}


def test_a_coordinator_is_offered_nothing_wider_than_the_own_role(browse):  # A4
    chief, lan = make_coordinator(), make_person("兰")

    browser = browse(by=chief).open(f"/people/{lan.id}")

    assert [one["value"] for one in browser.select("#kind option")] == ["", "coordinator"]
    assert [one["value"] for one in browser.select("#area option")] == ["", str(area("block-5").id)]


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (RoleKind.COORDINATOR, "grid-4"),
        (RoleKind.COORDINATOR, "town"),
        (RoleKind.TOWN_ADMIN, "town"),
        (RoleKind.TRAINER, "town"),
        (RoleKind.OFFICER, None),
    ],
)
def test_nobody_gives_a_role_wider_than_the_own(session, kind, code):  # A4
    chief, lan = make_coordinator(), make_person("兰")

    assert refused(lan, grant(kind, code), chief) == ["wider_than_own"]
    assert actor(lan).roles == ()


def test_a_form_that_the_page_does_not_show_is_refused_alike(browse_both):  # A4, C6
    chief, lan = make_coordinator(), make_person("兰")
    browser = browse_both(by=chief).open(f"/people/{lan.id}")

    browser.post(f"/people/{lan.id}/roles", kind="town_admin", area="", post="")

    assert browser.status == 422
    assert actor(lan).roles == ()


def test_nobody_gives_a_role_that_lasts_longer_than_the_own(session):  # A4
    chief, lan = make_coordinator(), make_person("兰")
    with writing(session):
        session.scalars(select(Role).where(Role.person_id == chief.id)).one().ends_at = MONDAY_9 + 9 * A_DAY

    assert refused(lan, grant(), chief) == ["longer_than_own"]
    assert refused(lan, grant(ends_at=MONDAY_9 + 10 * A_DAY), chief) == ["longer_than_own"]
    give(lan, grant(ends_at=MONDAY_9 + 9 * A_DAY), chief)


def test_nobody_gives_a_role_to_oneself(browse_both):  # A4
    admin = make_admin()
    browser = browse_both(by=admin).open(f"/people/{admin.id}")
    assert not browser.select(form_of(admin))

    browser.post(f"/people/{admin.id}/roles", kind="coordinator", area=str(area("block-5").id))

    assert browser.status == 403
    assert [role.kind for role in actor(admin).roles] == ["town_admin"]


def test_the_same_role_is_given_once_even_by_two_at_once(app):  # C1, C11
    first, second, lan = make_admin(), make_admin(), make_person("兰")

    to, givers = lan.id, (first.id, second.id)

    outcomes = at_once(app, [lambda by=by: give_anew(to, by) for by in givers])

    assert sorted(outcomes) == ["given", "held_already"]
    assert how_many(Role, person_id=lan.id) == 1


def test_without_the_lock_it_is_given_twice(app, monkeypatch):  # negative control
    monkeypatch.setattr(roles, "lock_person", lambda _session, _id: None)
    monkeypatch.setattr("tests.people.test_roles.UNGUARDED", True)
    first, second, lan = make_admin(), make_admin(), make_person("兰")

    to, givers = lan.id, (first.id, second.id)

    outcomes = at_once(app, [lambda by=by: give_anew(to, by) for by in givers])

    assert outcomes == ["given", "given"]


UNGUARDED = False
meet = threading.Barrier(2, timeout=5)


def give_anew(person_id: int, by_id: int) -> str:
    """One giver in a thread of their own; unguarded, both have read before either writes."""
    session, asked = db.session(), grant()
    try:
        if UNGUARDED:
            person, by = (
                session.get_one(Person, person_id),
                actor_of(session, session.get_one(Person, by_id), at=MONDAY_9),
            )
            assert not roles.giving_refusals(session, by, person, asked, at=MONDAY_9)
            session.rollback()
            meet.wait()
            with writing(session):
                roles.give_role(session, person, asked.kind, at=MONDAY_9, by_id=by_id, area_id=asked.area_id)
            return "given"
        with writing(session):
            by = actor_of(session, session.get_one(Person, by_id), at=MONDAY_9)
            roles.give(session, session.get_one(Person, person_id), asked, by=by, at=MONDAY_9)
        return "given"
    except Refused as no:
        return no.refusals[0].code


def at_once(app: Flask, steps: list) -> list[str]:
    """What comes of the steps, each in a thread with a session of its own, at the same moment."""
    db.session().rollback()
    ready, outcomes = threading.Barrier(len(steps), timeout=5), []

    def one(step: object) -> None:
        with app.app_context():
            ready.wait()
            outcomes.append(step())  # type: ignore[operator]
            db.session.remove()

    threads = [threading.Thread(target=one, args=(step,)) for step in steps]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def test_a_role_counts_from_its_first_day_to_the_end_of_its_last(browse):  # A2
    admin, lan = make_admin(), make_person("兰")
    browser = browse(by=admin).open(f"/people/{lan.id}")
    browser.submit(
        form_of(lan), kind="coordinator", area=str(area("block-5").id), starts="2026-11-25", ends="2026-11-26"
    )
    midnight = datetime.fromisoformat("2026-11-25T00:00+08:00")

    assert actor(lan, midnight - timedelta(seconds=1)).charge == set()
    assert actor(lan, midnight).charge == {HOME, NEXT_DOOR}
    assert actor(lan, midnight + 2 * A_DAY - timedelta(seconds=1)).charge == {HOME, NEXT_DOOR}
    assert actor(lan, midnight + 2 * A_DAY).charge == set()


def test_what_a_temporary_coordinator_no_longer_decides_the_town_office_does(session):  # A2, A3
    admin, lan = make_admin(), make_person("兰")
    give(lan, grant(code="grid-4", ends_at=MONDAY_9 + A_DAY), admin)
    outsider = volunteer_of(make_volunteer(committee=None, state=VolunteerState.APPLIED, areas=("grid-4",)))

    from gridapp.volunteers.queries import standing_towards

    assert coordinators_of(session, ELSEWHERE, at=MONDAY_9) == [lan.id]
    assert standing_towards(session, actor(admin), outsider)[1] is False
    assert coordinators_of(session, ELSEWHERE, at=MONDAY_9 + A_DAY) == [admin.id]
    assert standing_towards(session, actor(admin, MONDAY_9 + A_DAY), outsider)[1] is True


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"kind": ""}, "kind"),
        ({"kind": "coordinator"}, "area"),
        ({"kind": "staff"}, "place"),
        ({"kind": "trainer", "starts": "2026-11-22"}, "starts"),
        ({"kind": "trainer", "starts": "2026-11-25", "ends": "2026-11-24"}, "ends"),
        ({"kind": "king"}, "kind"),
    ],
)
def test_what_is_wrong_stands_at_its_field_and_nothing_typed_is_lost(browse_both, typed, field):  # P7, C14
    admin, lan = make_admin(), make_person("兰")
    browser = browse_both(by=admin).open(f"/people/{lan.id}")

    browser.submit(form_of(lan), **typed, post="第五街区书记")

    assert browser.status == 422
    assert browser.select(f"#{field}-error")
    assert browser.one("#post")["value"] == "第五街区书记"


def test_whoever_has_no_account_to_sign_in_with_gets_no_role(session):  # A6
    admin, lan = make_admin(), make_person("兰")
    with writing(session):
        session.get_one(Person, lan.id).phone = None

    assert refused(lan, grant(), admin) == ["no_account"]


# -- who sees whom


def test_a_coordinator_finds_whoever_lives_in_the_area_and_nobody_else(browse):  # A5
    chief, lan, wei = make_coordinator(), make_person("兰花"), make_person("兰草", committee=ELSEWHERE)
    browser = browse(by=chief).open("/people")
    assert "兰花" in browser.text(".rows")
    assert "兰草" not in browser.text(".rows")

    for sought in ("兰", wei.phone, lan.phone):
        browser.open("/people").submit("form[action='/people/search']", q=sought)
        assert "兰草" not in browser.text("main")
        assert ("兰花" in browser.text("main")) == (sought != wei.phone)
    assert browse(by=chief).open(f"/people/{wei.id}").status == 404


def test_a_number_elsewhere_reads_like_a_number_nobody_has(browse):  # A5: a curious neighbour
    chief, wei = make_coordinator(), make_person("草", committee=ELSEWHERE)

    answers = []
    for number in (wei.phone, "+8619911112222"):
        browser = browse(by=chief).open("/people").submit("form[action='/people/search']", q=number)
        answers.append(browser.text("main").replace(number or "", ""))

    assert answers[0] == answers[1]


def test_what_is_sought_stands_in_no_address_and_numbers_are_masked(browse_both):  # C4
    admin, lan = make_admin(), make_person("兰")
    browser = browse_both(by=admin).open("/people").submit("form[action='/people/search']", q=lan.phone)

    assert browser.path == "/people/search"
    assert (lan.phone or "")[-4:] in browser.text(".rows")
    assert (lan.phone or "").removeprefix("+86") not in browser.text(".rows")


def test_the_list_goes_on_page_by_page(browse):  # P20
    admin = make_admin()
    people = [make_person(f"居民{number}") for number in range(25)]
    browser = browse(by=admin).open("/people")
    first = browser.text(".rows")

    browser.follow("a[href^='/people?after=']")

    both = first + browser.text(".rows")
    assert all(person.name in both for person in people)
    browser.open("/people").submit("form[action='/people/search']", q="居民")
    assert len(browser.select(".rows > .row")) == 20
    browser.submit(".actions form[action='/people/search']")
    assert len(browser.select(".rows > .row")) == 5


def test_wild_signs_of_a_name_mean_themselves(browse):  # D7
    admin = make_admin()
    make_person("兰")
    browser = browse(by=admin)

    for sought in ("%", "_", "\\", "兰%"):
        assert browser.open("/people").submit("form[action='/people/search']", q=sought).select(".empty")


def test_who_has_a_role_now_is_shown_alone(browse):
    admin, chief = make_admin(), make_coordinator()
    make_person("没有职务的人")
    browser = browse(by=admin).open("/people?roles=now")

    assert {one["id"] for one in browser.select(".rows > .row")} == {
        f"person-{admin.id}",
        f"person-{chief.id}",
    }


def test_a_resident_does_not_see_the_pages_of_people(browse):  # C6
    lan = make_person("兰")

    for path in ("/people", f"/people/{lan.id}"):
        assert browse(by=lan).open(path).status == 404


def test_the_number_is_shown_once_to_whoever_is_in_charge_and_each_look_is_kept(browse_both):  # C4
    from gridapp.core.access_log import Look

    chief, lan = make_coordinator(), make_person("兰")
    browser = browse_both(by=chief).open(f"/people/{lan.id}")

    browser.submit(f"form[action='/people/{lan.id}/phone']")

    assert browser.select(f"a[href='tel:{lan.phone}']")
    assert how_many(Look, thing="people", thing_id=lan.id, by_id=chief.id) == 1
    assert not browser.open(f"/people/{lan.id}").select("a[href^='tel:+86']")


def test_a_sub_coordinator_from_elsewhere_is_seen_and_their_neighbours_are_not(session):  # A5
    chief, wei = make_coordinator(), make_person("草", committee=ELSEWHERE)
    make_committee_area(HOME, "home")
    assert not queries.is_in_world(session, actor(chief), wei)

    give_role(wei, RoleKind.COORDINATOR, "home")

    assert queries.is_in_world(session, actor(chief), wei)


def test_a_history_of_roles_stays(browse):  # A3
    admin, chief = make_admin(), make_coordinator()
    role = actor(chief).roles[0]
    with writing(db.session()):
        from gridapp.accounts.workflow import end_role

        end_role(db.session(), db.session().get_one(Role, role.id), at=clock.now(), by_id=admin.id)

    browser = browse(by=admin).open(f"/people/{chief.id}")

    assert browser.one(f"details #role-{role.id}")
