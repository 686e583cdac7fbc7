"""A town with somebody in every part and something behind every door, put back after whatever changed it.

`town` is built once for each engine and process. Its people bear the names of the columns in `doors.py`,
its things the names that stand in braces there.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from flask import Flask
from sqlalchemy import Table, insert, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from gridapp import create_app
from gridapp.accounts.models import Person, Role, SignIn
from gridapp.accounts.workflow import hash_password, start_sign_in
from gridapp.areas.queries import forget_kept
from gridapp.core import clock, outbox
from gridapp.core.database import Base, db, writing
from gridapp.core.tables import reading
from gridapp.people.workflow.recovering import make_code
from gridapp.settings import from_environment
from gridapp.sheets.views.carried import Carried, seal
from gridapp.volunteers import workflow as volunteers
from gridapp.volunteers.models import HourEntry, VolunteerState
from gridapp.wishes.models import UNFINISHED, WishState
from gridapp.wishes.queries import claims_on
from gridapp.wishes.queries.arranging import seal_of
from gridapp.wishes.workflow import claiming, door
from gridapp.wishes.workflow.slips import issue_slip
from tests.conftest import MONDAY_9, empty
from tests.factories import (
    A_PHOTO,
    ELSEWHERE,
    HOME,
    NOBODYS,
    actor,
    add_photos,
    area,
    claim,
    confirm,
    invite,
    join,
    keep_apart,
    make_admin,
    make_coordinator,
    make_organisation,
    make_person,
    make_town,
    make_volunteer,
    make_wish,
    report,
    report_incident,
    take_share,
    volunteer_of,
)
from tests.house.doors import ACTORS, DOORS, Door

CODE = "4821097355"  # of the slip of `wish`
UNCOUNTED = {"tries": None, "sign_ins": {"seen_at"}}  # may change when somebody is denied; None: every column
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
HTMX = {"HX-Request": "true", "HX-Current-URL": "http://localhost/"}
Fingerprint = dict[str, Any]


@dataclass
class Town:
    """The town, and a way to knock at its doors as anybody."""

    app: Flask
    engine: str
    things: dict[str, str]
    people: dict[str, int]
    cookies: dict[str, str] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    rows: dict[str, list[Any]] = field(default_factory=dict)
    first: dict[str, list[Any]] = field(default_factory=dict)
    others: list[Flask] = field(default_factory=list)
    look: Callable[[], Fingerprint] = dict

    def ask(
        self,
        door: Door,
        by: str,
        *,
        htmx: bool = False,
        address: str | None = None,
        token: str | None = None,
        app: Flask | None = None,
        **more: Any,
    ) -> TestResponse:
        """One request of `by` at `door`, with its body and a valid token, or at another `address` of it."""
        body = self.body(door, by) | ({} if token is None else {"csrf_token": token})
        return self.client(by, app).open(
            address or door.address.format(**self.things),
            method=door.method,
            data=None if door.is_safe else {name: value for name, value in body.items() if value != []},
            headers={"Referer": "http://localhost/", **(HTMX if htmx else {}), **more.pop("headers", {})},
            **more,
        )

    def body(self, door: Door, by: str) -> dict[str, Any]:
        """What a form at `door` sends."""
        typed = {name.format(**self.things): value.format(**self.things) for name, value in door.body.items()}
        return {"csrf_token": self.tokens[by], "key": "a-key-of-this-form", **typed}

    def client(self, by: str, app: Flask | None = None) -> Any:
        """A browser that is signed in as `by`."""
        client = (app or self.app).test_client()
        client.set_cookie("session", self.cookies[by])
        return client

    def another_app(self, **environment: str) -> Flask:
        """A second app on the same database, for tests that change the app or its settings."""
        app = new_app(self.app.config["SQLALCHEMY_DATABASE_URI"], **environment)
        self.others.append(app)
        return app

    def restore(self) -> None:
        """Put every row back as it was."""
        with self.app.app_context(), writing(db.session()):
            session, tables = db.session(), Base.metadata.sorted_tables
            for table in reversed(tables):
                session.execute(table.delete())
            for table in tables:
                if self.rows[table.name]:
                    session.execute(insert(table), self.rows[table.name])
            if self.engine == "postgres":
                session.execute(text("SELECT " + ", ".join(_next_ids())))
        forget_kept()

    def change(self, do: Callable[[Any], Any]) -> None:
        """Let `do(session)` happen, and take what comes of it as the state that `restore` puts back."""
        with self.app.app_context():
            with writing(db.session()):
                do(db.session())
            self.rows = _every_row(db.session())
        forget_kept()


@pytest.fixture
def own_app(tmp_path: Path) -> Flask:
    """An app that no other test sees; its database is empty."""
    return new_app(f"sqlite:///{tmp_path}/empty.sqlite3")


def new_app(database_url: str, **environment: str) -> Flask:
    """An app on `database_url`, with the secret of the tests, so that sessions are good for all of them."""
    known = {"GRIDAPP_SECRET_KEY": "for tests alone", "GRIDAPP_DATABASE_URL": database_url}
    return create_app(from_environment(known | environment), testing=True)


@pytest.fixture(scope="session")
def built_town(app_of_engine: Flask, engine_name: str) -> Iterator[Town]:
    """The town as it is built, once."""
    with clock.standing_at(MONDAY_9):
        town = build(app_of_engine, engine_name)
        with _looking(app_of_engine.config["SQLALCHEMY_DATABASE_URI"], engine_name) as town.look:
            yield town
    for app in town.others:
        with app.app_context():
            db.engine.dispose()


def build(app: Flask, engine: str) -> Town:
    """Make the town in the app's database, sign everybody in, and remember every row."""
    with app.app_context():
        empty(db.session())
        make_town(db.session())
        town = Town(app, engine, *_people_and_things())
        tokens = _sign_everybody_in(town.people)
        db.session.remove()
    for name in ACTORS:
        _open_session(town, name, tokens.get(name))
    with app.app_context():
        town.first = _every_row(db.session())
    return town


@pytest.fixture
def town(built_town: Town) -> Iterator[Town]:
    """The town as it was built, on Monday at 9:00; requests run without an app context around them, as in life."""
    with clock.standing_at(MONDAY_9):
        built_town.rows = built_town.first
        built_town.restore()
        yield built_town


def safe_doors() -> list[Any]:
    """A parameter for each door that is opened with GET and that somebody may open."""
    return [pytest.param(door, id=str(door)) for door in DOORS if door.is_safe and door.opens_for]


def _every_row(session: Session) -> dict[str, list[Any]]:
    tables = Base.metadata.sorted_tables
    return {
        t.name: [dict(row._mapping) for row in session.execute(select(t).order_by(*_order(t)))]
        for t in tables
    }


def _order(table: Table) -> list[Any]:
    """Rows that name another one of their own table come after all others, so that they can be written in this order."""
    naming = [
        c.is_not(None) for c in table.columns if any(key.column.table is table for key in c.foreign_keys)
    ]
    return [*naming, *table.primary_key.columns]


def a_list() -> Carried:
    """Somebody new, on the way to be confirmed by the town admin."""
    rows = [["姓名", "手机", "居民区"], ["示例甲", "19900001001", HOME]]
    table = reading.Table([reading.Row(n, cells, n) for n, cells in enumerate(rows, 1)], False)
    return Carried("people", "list.csv", table)


def _people_and_things() -> tuple[dict[str, str], dict[str, int]]:
    session, since = db.session(), MONDAY_9 - timedelta(hours=2)
    who: dict[str, Person] = {
        "resident": make_person("居民甲"),
        "applied": make_volunteer("报名人", state=VolunteerState.APPLIED),
        "approved": make_volunteer("志愿者乙"),
        "holder": make_volunteer("志愿者丙", max_live=5),
        "former": make_volunteer("志愿者丁"),
        "author": make_person("许愿人"),
        "chief": make_coordinator(),
        "other": make_coordinator("grid-4", "别处书记"),
        "admin": make_admin(),
    }
    guest = make_volunteer("外来志愿者", committee=ELSEWHERE)
    stranger = make_volunteer("别处志愿者", committee=ELSEWHERE)
    wish = make_wish("想要一盏台灯", author=who["author"], places=5)
    held = claim(wish, who["holder"], at=since)
    guests = claim(wish, guest, at=since + timedelta(minutes=1))
    given_back = claim(wish, who["former"], at=since + timedelta(minutes=2))
    done = make_wish("陪去医院", author=who["author"])
    reported = claim(done, who["holder"], at=since)
    report(reported, at=since, photos=A_PHOTO)
    true = claim(make_wish("修一扇窗", author=who["author"]), who["holder"], at=since)
    report(true, at=since)
    confirm(true, who["author"], at=since)
    closed = make_person("停用的人")
    lost = make_person("忘记密码的人")
    private = {
        "new": make_wish("想学用手机", author=who["author"], state=WishState.SUBMITTED),
        "elsewhere": make_wish("别处的愿望", state=WishState.SUBMITTED, committee_code=ELSEWHERE),
        "nobodys": make_wish("没人管的愿望", state=WishState.SUBMITTED, committee_code=NOBODYS),
    }
    photos = {
        "photo": add_photos(wish, who["author"])[0],
        "new_photo": add_photos(private["new"], who["author"])[0],
        "delivery": reported.photos[0],
        "portrait": add_photos(volunteer_of(who["holder"]), who["holder"])[0],
    }
    with writing(session):
        session.get_one(Person, closed.id).disabled_at = since
        make_code(
            session,
            session.get_one(Person, lost.id),
            code_hash=hash_password("12345678"),
            new_phone=None,
            by=actor(who["chief"]),
            at=since,
        )
        by = actor(who["former"])
        claiming.give_back(session, given_back, by=by, reason="", at=since)
        former = volunteer_of(who["former"])
        until = (MONDAY_9 + timedelta(days=9)).date()
        volunteers.pause(session, former, until=until, at=since, today=MONDAY_9.date())
        start_sign_in(session, who["holder"], device="another phone", at=since)
        statement = volunteers.make_statement(session, who["holder"], at=since)
        everybody = [person.id for person in who.values()]
        outbox.notify(session, "wish_claimed", wish, to=everybody, at=MONDAY_9, parts={"title": wish.title})
        issue_slip(session, wish, code_hash=hash_password(CODE), by=actor(who["author"]), at=since)
    organisation = make_organisation(speaker=who["former"], at=since)
    going = join(organisation, who["holder"], at=since)
    deputy = join(organisation, make_person("另一位成员"), at=since)
    member = join(organisation, make_person("新成员", proven=False), at=since)
    entered = make_organisation("老裁缝合作社", speaker=who["author"], approved=False, at=since)
    share = take_share(make_wish("送一次报纸"), going, at=since)
    incident = report_incident(done, who["holder"], at=since)
    parting = keep_apart(guests, who["author"], at=since)
    reserved = make_wish("留给别人的愿望")
    with writing(session):
        door.keep_back(session, reserved, by=actor(who["chief"]), at=since)
    things = {
        "share": share.id,
        "incident": incident.id,
        "parting": parting.id,
        "reserved": reserved.id,
        "deputy": deputy.id,
        "organisation": organisation.id,
        "entered": entered.id,
        "member": member.id,
        "invitation": invite(organisation, who["approved"].phone or "", at=since).id,
        "wish": wish.id,
        "code": CODE,
        **{name: one.id for name, one in private.items()},
        **{name: one.id for name, one in photos.items()},
        "done_wish": done.id,
        "claim": held.id,
        "seal": seal_of([row[0].id for row in claims_on(session, wish) if row[0].state in UNFINISHED], []),
        "given_back": given_back.id,
        "reported": reported.id,
        "applicant": volunteer_of(who["applied"]).id,
        "helper": volunteer_of(who["approved"]).id,
        "veteran": volunteer_of(who["holder"]).id,
        "guest": volunteer_of(guest).id,
        "stranger": volunteer_of(stranger).id,
        "entry": session.scalars(select(HourEntry.id)).one(),
        "statement": statement.ref,
        "device": session.scalars(select(SignIn.id).where(SignIn.device == "another phone")).one(),
        "list": "skills",
        "entry_code": "chat",
        "neighbour": who["resident"].id,
        "secretary": who["chief"].id,
        "closed": closed.id,
        "lost_phone": lost.phone,
        "twin": lost.id,
        "abroad": stranger.id,
        "role": session.scalars(select(Role.id).where(Role.person_id == who["chief"].id)).one(),
        "block": area("block-5").id,
        "area": "block-5",
        "sheet": "wishes",
        "sealed": seal(a_list(), who["admin"].id),
        "home": HOME,
        "phone": who["resident"].phone,
    }
    return {name: str(value) for name, value in things.items()}, {n: p.id for n, p in who.items()}


def _sign_everybody_in(people: Mapping[str, int]) -> dict[str, str]:
    session = db.session()
    with writing(session):
        return {
            name: start_sign_in(session, session.get_one(Person, id_), device="test", at=MONDAY_9)
            for name, id_ in people.items()
        }


def _open_session(town: Town, name: str, token: str | None) -> None:
    client = town.app.test_client()
    if token:
        with client.session_transaction() as cookie:
            cookie["_user_id"], cookie["_fresh"] = token, True
    found = TOKEN.search(client.get("/me" if token else "/sign-in").text)
    assert found is not None
    session = client.get_cookie("session")
    assert session is not None
    town.tokens[name], town.cookies[name] = found[1], session.value


def _next_ids() -> Iterator[str]:
    for table in Base.metadata.sorted_tables:
        if table.autoincrement_column is not None:
            name = table.name
            newest = f"coalesce((SELECT max(id) FROM {name}), 0)"
            yield f"setval(pg_get_serial_sequence('{name}', 'id'), {newest} + 1)"


class _looking:  # noqa: N801 (read as a word)
    """Yields a function that tells every row of the database, over a connection of its own."""

    def __init__(self, url: str, engine: str):
        self.is_postgres = engine == "postgres"
        self.connection: Any
        if self.is_postgres:
            plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
            self.connection = psycopg.connect(plain, autocommit=True)
        else:
            self.connection = sqlite3.connect(make_url(url).database or "")

    def __enter__(self) -> Callable[[], Fingerprint]:
        return self._look

    def __exit__(self, *_wrong: object) -> None:
        self.connection.close()

    def _look(self) -> Fingerprint:
        tables = {
            table.name: [c.name for c in table.columns if c.name not in (UNCOUNTED.get(table.name) or ())]
            for table in Base.metadata.sorted_tables
            if UNCOUNTED.get(table.name, ()) is not None
        }
        if not self.is_postgres:
            read = self.connection.execute
            return {n: read(f"SELECT {', '.join(cs)} FROM {n}").fetchall() for n, cs in tables.items()}
        digest = "md5(string_agg(x::text, '|' ORDER BY x::text))"
        parts = (
            f"SELECT '{n}', {digest} FROM (SELECT {', '.join(cs)} FROM {n}) x" for n, cs in tables.items()
        )
        return dict(self.connection.execute(" UNION ALL ".join(parts)).fetchall())
