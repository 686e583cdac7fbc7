"""Many people at once, over real connections: sessions made before, and requests sent side by side (R1, R7)."""

from __future__ import annotations

import http.client
import itertools
import queue
import secrets
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import psutil
from flask import Flask
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import func, select

from gridapp import create_app
from gridapp.accounts.models import Person, SignIn
from gridapp.accounts.queries import token_hash
from gridapp.areas.models import Town
from gridapp.areas.queries import forget_kept
from gridapp.core.clock import now
from gridapp.core.database import db, writing
from gridapp.core.journal import record
from gridapp.settings import from_environment
from gridapp.volunteers.models import Volunteer, VolunteerState
from gridapp.wishes.models import PLACE_TAKEN, Claim, Wish, WishState
from tests import factories
from tests.servers import environment

PATIENCE_S = 30


@dataclass(frozen=True)
class Visitor:
    """Somebody who has signed in before: what their browser sends."""

    person_id: int
    cookie: str
    csrf: str

    def form(self, key: str | None = None) -> dict[str, str]:
        """The hidden fields of a form that this person has open; `key` is the form's own (C11)."""
        return {"csrf_token": self.csrf, "key": secrets.token_urlsafe(12) if key is None else key}


@dataclass(frozen=True)
class Request:
    """One request, ready to be sent; with a form it is a POST, and from htmx if that is said."""

    path: str
    visitor: Visitor | None = None
    form: dict[str, str] | None = None
    htmx: bool = False


@dataclass(frozen=True)
class Answer:
    """What came back, and after how many seconds; status 0 when nothing did."""

    status: int
    text: str
    location: str
    retry_after: str
    seconds: float


class Connection:
    """One keep-alive connection, opened again when the server has closed it."""

    def __init__(self, address: tuple[str, int], seconds: float = PATIENCE_S):
        self._http = http.client.HTTPConnection(*address, timeout=seconds)

    def __enter__(self) -> Connection:
        return self

    def __exit__(self, *_exception: object) -> None:
        self._http.close()

    def open(self) -> None:
        """Connect now, so that the first request does not pay for it."""
        self._http.connect()
        self._http.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def send(self, request: Request) -> Answer:
        """Send one request and read the whole answer. Never sends twice by itself."""
        headers = {"Cookie": f"lang=en; {request.visitor.cookie}" if request.visitor else "lang=en"}
        if request.htmx:
            headers["HX-Request"] = "true"
        body = None
        if request.form is not None:
            body = urlencode(request.form)
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        began = time.perf_counter()
        try:
            self._http.request("GET" if body is None else "POST", request.path, body, headers)
            response = self._http.getresponse()
            text = response.read().decode()
        except (OSError, http.client.HTTPException) as error:
            self._http.close()
            return Answer(0, repr(error), "", "", time.perf_counter() - began)
        found = response.headers.get
        took = time.perf_counter() - began
        return Answer(response.status, text, found("Location", ""), found("Retry-After", ""), took)


def ask(address: tuple[str, int], request: Request, *, seconds: float = PATIENCE_S) -> Answer:
    """Send one request on a connection of its own."""
    with Connection(address, seconds) as connection:
        return connection.send(request)


def at_once(address: tuple[str, int], requests: Sequence[Request], *, connections: int) -> list[Answer]:
    """Send `requests` in their order over so many keep-alive connections, each as fast as it is answered.

    All begin at the same moment. Returns the answers in the order of the requests.
    """
    waiting: queue.SimpleQueue[int] = queue.SimpleQueue()
    for number in range(len(requests)):
        waiting.put(number)
    answers: list[Answer | None] = [None] * len(requests)
    start = threading.Barrier(connections)

    def work() -> None:
        with Connection(address) as connection:
            connection.open()
            start.wait()
            while True:
                try:
                    number = waiting.get_nowait()
                except queue.Empty:
                    return
                answers[number] = connection.send(requests[number])

    threads = [threading.Thread(target=work) for _ in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [answer for answer in answers if answer is not None]


@contextmanager
def inside(database_url: str) -> Iterator[Flask]:
    """The app on the server's own database and key, within its context: to write what a test begins with.

    There is a town (`factories.make_town`) when the block begins.
    """
    app = create_app(from_environment(environment(database_url)))
    with app.app_context():
        forget_kept()
        try:
            if db.session().get(Town, 1) is None:
                factories.make_town(db.session())
            yield app
        finally:
            db.session.remove()
            db.engine.dispose()


_numbers = itertools.count(1)  # a person without a number must be reached through somebody (A6)


def make_volunteers(app: Flask, number: int, *, max_live: int = 3) -> list[Visitor]:
    """Approved volunteers with proven numbers, each signed in on one device, without 40 ms of password each."""
    at = now()
    tokens = [secrets.token_urlsafe(32) for _ in range(number)]
    with writing(db.session()):
        people = [
            Person(
                name=f"志愿者{n}",
                phone=f"+86191{next(_numbers):08d}",
                phone_proven_at=at,
                created_at=at,
                committee_code=factories.HOME,
            )
            for n in range(number)
        ]
        db.session().add_all(people)
        db.session().flush()
        ids = [person.id for person in people]
        for person_id, token in zip(ids, tokens, strict=True):
            volunteer = Volunteer(
                person_id=person_id, state=VolunteerState.APPROVED, applied_at=at, max_live=max_live
            )
            db.session().add(volunteer)
            db.session().flush()
            record(
                db.session(), volunteer, "made", at=at, by_id=None, by_role="system", to_state=volunteer.state
            )
            db.session().add(
                SignIn(
                    token_hash=token_hash(token),
                    person_id=person_id,
                    device="test",
                    started_at=at,
                    seen_at=at,
                )
            )
    return [_visitor(app, person_id, token) for person_id, token in zip(ids, tokens, strict=True)]


def signed_in_before(app: Flask, person_id: int) -> Visitor:
    """A device of this person, signed in a moment ago."""
    token = secrets.token_urlsafe(32)
    with writing(db.session()):
        db.session().add(
            SignIn(
                token_hash=token_hash(token),
                person_id=person_id,
                device="test",
                started_at=now(),
                seen_at=now(),
            )
        )
    return _visitor(app, person_id, token)


def make_wish(title: str = "想要一盏台灯", **facts: Any) -> int:
    """An open wish entered and published through the workflow; returns its id."""
    wish_id = factories.make_wish(title, at=now(), state=WishState.OPEN, **facts).id
    db.session().rollback()
    return wish_id


def holders(wish_id: int) -> tuple[int, int]:
    """How many people hold a place of the wish, and how many places the wish says are taken."""
    db.session().rollback()
    people = select(func.count(Claim.person_id.distinct())).where(
        Claim.wish_id == wish_id, Claim.state.in_(PLACE_TAKEN)
    )
    taken = select(Wish.taken).where(Wish.id == wish_id)
    held = db.session().scalar(people) or 0, db.session().scalar(taken) or 0
    db.session().rollback()
    return held


class Busyness:
    """How much of the machine's work, from its making to `share()`, was done for others than this test.

    A limit of time holds on a machine that the test has for itself; where others work at the same
    time, `limit / (1 - share)` is fair.
    """

    def __init__(self) -> None:
        self._all, self._ours = _busy_seconds(), _our_seconds()

    def share(self) -> float:
        """From 0 (alone) to nearly 1."""
        everything = max(_busy_seconds() - self._all, 0.01)
        return min(max(1 - (_our_seconds() - self._ours) / everything, 0.0), 0.95)


def _busy_seconds() -> float:
    times = psutil.cpu_times()
    return float(sum(times[:8]) - times.idle - getattr(times, "iowait", 0.0))


def _our_seconds() -> float:
    """CPU seconds of this process, of what it has started, and of the machine's PostgreSQL."""
    seconds = 0.0
    me = psutil.Process()
    ours = {me.pid, *(child.pid for child in me.children(recursive=True))}
    for process in psutil.process_iter(["pid", "name", "cpu_times"]):
        if process.info["pid"] in ours or process.info["name"] == "postgres":
            seconds += sum(process.info["cpu_times"][:2])
    return seconds


def percentile(answers: Sequence[Answer], share: float) -> float:
    """The seconds within which this share of the answers came."""
    times = sorted(answer.seconds for answer in answers)
    return times[min(len(times) - 1, int(len(times) * share))]


def _visitor(app: Flask, person_id: int, token: str) -> Visitor:
    """The cookie as the app signs it, and the token that Flask-WTF takes for it."""
    csrf = secrets.token_hex(20)
    content = {"csrf_token": csrf, "_user_id": token, "_fresh": True, "_permanent": True}
    cookie = app.session_interface.get_signing_serializer(app).dumps(content)  # type: ignore[attr-defined]
    signed = URLSafeTimedSerializer(app.secret_key or "", salt="wtf-csrf-token").dumps(csrf)
    return Visitor(person_id, f"{app.config['SESSION_COOKIE_NAME']}={cookie}", str(signed))
