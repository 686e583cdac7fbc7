"""A person and an organisation reach for the last place at once (C1, W5, W6), on a database that both really share."""

from __future__ import annotations

import contextlib
import threading
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from gridapp.accounts.models import Person
from gridapp.core import clock
from gridapp.core.database import db, writing
from gridapp.core.refusals import Refused
from gridapp.organisations.models import Membership
from gridapp.wishes.models import Claim, ClaimState, Wish
from gridapp.wishes.workflow import claiming, sharing
from tests.conftest import MONDAY_9
from tests.factories import (
    actor,
    how_many,
    join,
    make_organisation,
    make_person,
    make_town,
    make_volunteer,
    make_wish,
)
from tests.house.conftest import new_app
from tests.servers import fresh_database


@pytest.mark.parametrize("guarded", [True, False], ids=["guarded", "negative control"])
def test_a_person_and_an_organisation_reach_for_the_last_place_and_one_holds_it(
    engine_name: str, monkeypatch: pytest.MonkeyPatch, guarded: bool
):
    with fresh_database(engine_name) as url, clock.standing_at(MONDAY_9):
        app = new_app(url)
        with app.app_context():
            ids = prepare()
            real, both_have_looked = claiming.take_place, threading.Barrier(2)

            def reach(session: Any, wish: Wish) -> None:
                with contextlib.suppress(
                    threading.BrokenBarrierError
                ):  # on SQLite the second waits for the first
                    both_have_looked.wait(2)
                if guarded:
                    return real(session, wish)
                session.execute(text("UPDATE wishes SET places = 2, taken = taken + 1"))
                return session.refresh(wish, ["taken", "state", "places"])

            for module in (claiming, sharing):
                monkeypatch.setattr(module, "take_place", reach)
            refused = both_go(app, ids)

            held = how_many(Claim, wish_id=ids["wish"], state=ClaimState.HELD)
            assert (held, refused) == ((1, ["full"]) if guarded else (2, []))
            db.session.remove()
            db.engine.dispose()


def prepare() -> dict[str, int]:
    """A wish with one place, a volunteer, and a member whose representative has the same wish in view."""
    make_town(db.session())
    speaker = make_person("桂")
    member = join(make_organisation(speaker=speaker), make_person("兰"))
    people = {"speaker": speaker.id, "volunteer": make_volunteer("军").id}
    return {"wish": make_wish(places=1).id, "member": member.id, **people}


def both_go(app: Flask, ids: dict[str, int]) -> list[str]:
    """Let both take the wish on at once; the codes of what was refused."""
    refused: list[str] = []

    def go(who: str) -> None:
        with app.app_context():
            session = db.session()
            try:
                with writing(session):
                    wish, person = session.get_one(Wish, ids["wish"]), session.get_one(Person, ids[who])
                    when: Any = {"by": actor(person), "at": MONDAY_9, "today": MONDAY_9.date()}
                    if who == "speaker":
                        member = session.get_one(Membership, ids["member"])
                        sharing.take_share(session, wish, member, **when)
                    else:
                        claiming.claim_wish(session, wish, **when)
            except Refused as no:
                refused.append(no.refusals[0].code)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=go, args=(who,)) for who in ("speaker", "volunteer")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return refused
