"""Every door is asked by everybody, in both ways, and opens for those in the table alone (D1, C6, C9)."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.routing import RoutingException
from werkzeug.test import TestResponse

from gridapp.accounts.models import Person, Role, RoleKind
from gridapp.accounts.workflow import end_role
from gridapp.areas.models import AreaCover
from gridapp.core.clock import now
from gridapp.people.workflow.merging import merge
from gridapp.web import access
from gridapp.wishes.models import Claim, Wish
from gridapp.wishes.workflow.claiming import give_back
from gridapp.wishes.workflow.entering import withdraw_wish
from tests.factories import HOME, actor, area
from tests.house.conftest import Town
from tests.house.doors import ACTORS, AFTER, DOORS, Door, after

# What is typed there should stand in no address and in no log, so it is asked by POST, and changes nothing.
ONLY_ASKS = {"POST /people/search", "POST /people/{neighbour}/merger"}


@pytest.mark.parametrize("door", DOORS, ids=str)
def test_a_door_opens_for_those_in_the_table_and_denial_changes_nothing(town: Town, door: Door):
    wrong = faults(town, door)
    if town.engine == "sqlite":  # the same code answers on both; once is enough for the other ways of asking
        wrong += faults(town, door, htmx=True)
        wrong += [fault for gone in door.where_nothing_is() for fault in both_ways(town, gone)]

    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("what", AFTER)
def test_when_something_happened_the_doors_follow_at_once(town: Town, what: str):  # A2, A5, W7
    town.change(lambda session: HAPPENINGS[what](session, town))

    wrong = [
        fault
        for number, (door, who) in enumerate(after(AFTER[what], DOORS))
        for fault in faults(town, door, htmx=bool(number % 2), who=who)
    ]

    assert not wrong, "\n".join(wrong)


def test_every_address_is_in_the_table(own_app: Flask):
    assert unlisted(own_app) == []


def test_an_address_that_the_table_does_not_know_is_named(own_app: Flask):  # negative control
    own_app.add_url_rule("/backdoor/<id:wish_id>", "backdoor", access.public(lambda wish_id: "open"))

    assert unlisted(own_app) == ["GET /backdoor/<id:wish_id>"]


def test_a_view_without_a_mark_does_not_start(own_app: Flask):  # negative control
    own_app.add_url_rule("/backdoor", "backdoor", lambda: "open")

    with pytest.raises(RuntimeError, match="backdoor"):
        access.refuse_unmarked(own_app)


@pytest.mark.parametrize("forged", [access.public, access.signed_in])
def test_a_forged_mark_is_found(town: Town, forged: Any):  # negative control
    app = town.another_app()
    app.view_functions["home.desk"] = forged(app.view_functions["home.desk"].__wrapped__)
    desk = next(door for door in DOORS if door.address == "/desk")

    assert faults(town, desk) == []
    assert faults(town, desk, app=app)


def both_ways(town: Town, door: Door) -> list[str]:
    """The faults of a door, asked by a page and by htmx."""
    return faults(town, door) + faults(town, door, htmx=True)


def faults(
    town: Town, door: Door, *, htmx: bool = False, who: tuple[str, ...] = ACTORS, app: Flask | None = None
) -> list[str]:
    """What is not as the table says: a verdict, a change that must not be, or a change that fails to come."""
    wrong, changes, before = [], 0, town.look()
    for by in who:
        heard = verdict(town, door, by, htmx=htmx, app=app)
        changed = town.look() != before
        if heard != door.verdicts[by]:
            wrong.append(f"{door} by {by}: {heard}, the table says {door.verdicts[by]}")
        if changed and (door.is_safe or heard != "ok"):
            wrong.append(f"{door} by {by}: {heard}, and yet something changed")
        if changed:
            changes += 1
            town.restore()
    if who == ACTORS and not changes and not door.is_safe and door.opens_for and str(door) not in ONLY_ASKS:
        wrong.append(f"{door} says ok and changes nothing: is its body in doors.py right?")
    return wrong


def verdict(town: Town, door: Door, by: str, *, htmx: bool, app: Flask | None) -> str:
    """One word of the table for what `by` hears."""
    try:
        response = town.ask(door, by, htmx=htmx, app=app)
    except AttributeError as broken:  # a view that trusts its mark, which was forged
        return f"broke: {broken}"
    where = leads_to(response)
    if where.startswith("/sign-in?"):
        return "in"
    if door.is_safe and where:
        return "on"
    return "ok" if response.status_code in (200, 204, 303) else str(response.status_code)


def leads_to(response: TestResponse) -> str:
    """The address to which a browser is sent, with htmx or without; empty for none."""
    return response.headers.get("HX-Redirect") or response.headers.get("Location") or ""


def unlisted(app: Flask) -> list[str]:
    """Addresses of the app for which the table has no row, and rows that lead nowhere."""
    listed: set[tuple[str, str]] = set()
    missing = []
    adapter = app.url_map.bind("localhost")
    for door in DOORS:
        path = next(iter(door.where_nothing_is()), door).address
        try:
            listed.add((str(adapter.match(path, method=door.method)[0]), door.method))
        except (RoutingException, LookupError):
            missing.append(f"{door} (no such address)")
    for rule in app.url_map.iter_rules():
        methods = (rule.methods or set()) - {"HEAD", "OPTIONS"}
        missing += [f"{m} {rule.rule}" for m in sorted(methods) if (rule.endpoint, m) not in listed]
    return missing


def _end_the_role(session: Any, town: Town) -> None:
    role = session.scalars(
        select(Role).where(Role.person_id == town.people["chief"], Role.kind == RoleKind.COORDINATOR)
    ).one()
    end_role(session, role, at=now(), by_id=None)


def _disable(session: Any, town: Town) -> None:
    for who in ("chief", "holder"):
        session.get_one(Person, town.people[who]).disabled_at = now()


def _move_the_committee(session: Any, town: Town) -> None:
    cover = session.get_one(AreaCover, (area("block-5").id, HOME))
    session.delete(cover)
    other = area("grid-4")
    session.add(AreaCover(area_id=other.id, committee_code=HOME, kind=other.kind))


def _put_together(session: Any, town: Town) -> None:
    """The neighbour becomes part of the twin, the applicant of the one who is approved."""
    chief = actor(session.get_one(Person, town.people["chief"]), now())
    mergings = town.app.extensions["gridapp"].mergings
    pairs = (("resident", int(town.things["twin"])), ("applied", town.people["approved"]))
    for gone, stays in ((town.people[gone], stays) for gone, stays in pairs):
        two = session.get_one(Person, gone), session.get_one(Person, stays)
        merge(session, *two, by=chief, reason="同一个人", at=now(), mergings=mergings)


def _give_the_claim_back(session: Any, town: Town) -> None:
    holder = actor(session.get_one(Person, town.people["holder"]), now())
    give_back(session, session.get_one(Claim, int(town.things["claim"])), by=holder, reason="", at=now())


def _withdraw_the_wish(session: Any, town: Town) -> None:
    author = actor(session.get_one(Person, town.people["author"]), now())
    wish = session.get_one(Wish, int(town.things["wish"]))
    withdraw_wish(session, wish, by=author, reason="已经有了。", at=now())


HAPPENINGS = {
    "a coordinator's role ended": _end_the_role,
    "accounts are disabled": _disable,
    "the committee came to another area": _move_the_committee,
    "two accounts became one": _put_together,
    "the claim was given back": _give_the_claim_back,
    "the wish was withdrawn": _withdraw_the_wish,
}
