"""A database that goes away, hangs or loses its servers, against real processes (R3, R4, R5, R9)."""

from __future__ import annotations

import random
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager

import pytest
from sqlalchemy import delete, select
from sqlalchemy.engine import make_url

from gridapp.core.database import db, writing
from gridapp.wishes.models import Claim
from tests.faults.proxy import Wire
from tests.load.crowd import (
    Answer,
    Connection,
    Request,
    Visitor,
    ask,
    at_once,
    inside,
    make_volunteers,
    make_wish,
)
from tests.servers import (
    READY_S,
    ROOT,
    Server,
    empty_database,
    environment,
    fresh_database,
    gridapp,
    serving,
    start,
)

pytestmark = pytest.mark.load  # what is measured here is time

IN_WORDS = "We cannot reach our records for a moment."
READABLE_S, HEALTHY_S, RECOVERED_S = 6, 1, 3
# A busy machine wakes processes late; this is added to each limit of time.
SLACK_S = 0.5
ACKNOWLEDGED_EACH_TIME = 8
EITHER_ENGINE = pytest.mark.parametrize(
    "engine", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]
)


@pytest.mark.postgres
@pytest.mark.parametrize("trouble", [Wire.cut, Wire.clog], ids=["killed", "hung"])
def test_people_read_that_the_records_cannot_be_reached_and_go_on_afterwards(
    trouble: Callable[[Wire], None],
) -> None:
    """R5: a readable 503 with Retry-After on pages and forms, `/healthz` free meanwhile, recovers by itself."""
    with _served_over_a_wire() as (wire, server, visitors, wish_id):
        claim = f"/wishes/{wish_id}/claim"
        forms = [Request(claim, visitor, visitor.form()) for visitor in visitors]
        pages = [Request(f"/wishes/{wish_id}", visitor) for visitor in visitors] + [Request("/wishes")] * 4

        trouble(wire)
        with _health_watched(server) as health:
            answers = at_once(server.address, forms + pages, connections=len(forms + pages))
            answers += [ask(server.address, pages[0]), ask(server.address, forms[0])]
        wire.mend()
        recovered = _seconds_until(lambda: ask(server.address, pages[0]).status == 200)
        claimed = [ask(server.address, form).status for form in forms]

    print(
        f"\n503 within {max(a.seconds for a in answers):.1f} s, health {max(health):.2f} s, back {recovered:.1f} s"
    )
    assert [_said(answer) for answer in answers] == ["503 in words, try again later"] * len(answers)
    assert max(answer.seconds for answer in answers) <= READABLE_S + SLACK_S
    assert max(health) <= HEALTHY_S + SLACK_S
    assert recovered <= RECOVERED_S + SLACK_S
    assert claimed == [303] * len(forms)


@pytest.mark.parametrize("seconds", [3, 10])
def test_while_another_program_holds_the_file_people_read_on_and_writers_are_told_in_time(
    seconds: float,
) -> None:
    """R5 on SQLite: twelve forms at once wait a while, then read a 503 in words; pages and `/healthz` stay free."""
    with fresh_database("sqlite") as url, serving(url) as server:
        with inside(url) as app:
            wish_id, visitors = make_wish(places=None), make_volunteers(app, 12)
        forms = [Request(f"/wishes/{wish_id}/claim", visitor, visitor.form()) for visitor in visitors]
        pages = [Request(f"/wishes/{wish_id}", visitor) for visitor in visitors]
        assert {ask(server.address, page).status for page in pages} == {200}

        with (
            _held_by_another_program(make_url(url).database or "", seconds) as let_go,
            _health_watched(server) as health,
        ):
            refused: list[Answer] = []
            waited = threading.Thread(
                target=lambda: refused.extend(at_once(server.address, forms, connections=12))
            )
            waited.start()
            time.sleep(1)
            read = [ask(server.address, page) for page in pages]
            waited.join()
            let_go.wait()
        recovered = _seconds_until(lambda: ask(server.address, forms[0]).status == 303)
        claimed = [ask(server.address, form).status for form in forms]

    late = [answer for answer in refused if answer.status != 303]
    print(
        f"\n{len(late)} of 12 writers told within {max(a.seconds for a in refused):.1f} s, pages within "
        f"{max(a.seconds for a in read):.1f} s, health {max(health):.2f} s, back {recovered:.1f} s"
    )
    assert [_said(answer) for answer in late] == ["503 in words, try again later"] * len(late)
    assert len(late) == 12 if seconds > READABLE_S else len(late) < 12
    assert max(answer.seconds for answer in refused) <= READABLE_S + SLACK_S
    assert {answer.status for answer in read} == {200}
    assert max(health) <= HEALTHY_S + SLACK_S
    assert recovered <= RECOVERED_S + SLACK_S
    assert claimed == [303] * len(forms)


@EITHER_ENGINE
def test_what_a_volunteer_was_told_is_theirs_survives_five_power_cuts(engine: str) -> None:
    """R3 in its fast form: kill -9 of every process under writes; nothing acknowledged is lost, the audit is green."""
    with fresh_database(engine) as url:
        with inside(url) as app:
            wishes = [make_wish(places=None) for _ in range(20)]
            visitors = make_volunteers(app, 24, max_live=20)
        forms = [(visitor, wish_id) for wish_id in wishes for visitor in visitors]
        random.Random(engine).shuffle(forms)
        promised: list[tuple[int, int]] = []
        waits = []
        for _ in range(5):
            began = time.monotonic()
            server = start(url)
            try:
                server.wait_until_ready()
                waits.append(time.monotonic() - began)
                promised += _claims_until_the_power_goes(server, forms)
            finally:
                server.kill()

        lost = _lost(url, promised)
        audit = gridapp(["audit"], url)

    print(
        f"\n{engine}: {len(promised)} claims acknowledged, {len(lost)} lost; ready again {max(waits):.1f} s at most"
    )
    assert len(promised) >= 5 * ACKNOWLEDGED_EACH_TIME
    assert lost == []
    assert audit.returncode == 0, audit.stderr


@EITHER_ENGINE
def test_a_claim_that_vanished_would_be_noticed_twice(engine: str) -> None:
    """The negative control of R3: take one acknowledged row away, and both the list and the audit say so."""
    with fresh_database(engine) as url, serving(url) as server:
        with inside(url) as app:
            wish_id, (visitor,) = make_wish(places=None), make_volunteers(app, 1)
        assert ask(server.address, Request(f"/wishes/{wish_id}/claim", visitor, visitor.form())).status == 303
        promised = [(visitor.person_id, wish_id)]
        assert _lost(url, promised) == []

        with inside(url), writing(db.session()):
            db.session().execute(delete(Claim).where(Claim.wish_id == wish_id))

        assert _lost(url, promised) == promised
        assert gridapp(["audit"], url).returncode == 1


@EITHER_ENGINE
def test_four_servers_may_start_at_once_on_an_empty_database(engine: str) -> None:
    """R9's boot: of four processes one makes the tables, the others wait, and all succeed."""
    with empty_database(engine) as url:
        ended = _four_at_once([sys.executable, "-m", "gridapp.cli", "upgrade"], url)

        assert [code for code, _output in ended] == [0] * 4, ended
        assert gridapp(["audit"], url).returncode == 0


@pytest.mark.postgres
def test_without_the_lock_four_starts_at_once_get_into_each_others_way() -> None:
    """The negative control of R9's boot."""
    unlocked = (
        "from contextlib import nullcontext; from gridapp.web import migrations; "
        "migrations._alone = nullcontext; from gridapp.cli import main; main(['upgrade'])"
    )
    failures = 0
    for _ in range(5):
        with empty_database("postgres") as url:
            failures += sum(
                code != 0 for code, _output in _four_at_once([sys.executable, "-c", unlocked], url)
            )
        if failures:
            break
    assert failures > 0


@contextmanager
def _served_over_a_wire() -> Iterator[tuple[Wire, Server, list[Visitor], int]]:
    """A server whose database lies behind a wire, six volunteers, and a wish that all of them may take on."""
    with fresh_database("postgres") as url:
        parsed = make_url(url)
        with inside(url) as app:
            wish_id, visitors = make_wish(places=None), make_volunteers(app, 6)
        with Wire((parsed.host or "127.0.0.1", parsed.port or 5432)) as wire:
            over = parsed.set(host="127.0.0.1", port=wire.port).render_as_string(hide_password=False)
            with serving(over) as server:
                warm = [Request(f"/wishes/{wish_id}", visitor) for visitor in visitors] * 2
                assert {answer.status for answer in at_once(server.address, warm, connections=12)} == {200}
                yield wire, server, visitors, wish_id


@contextmanager
def _held_by_another_program(file: str, seconds: float) -> Iterator[threading.Event]:
    """Hold the write lock of a SQLite file for `seconds` as a tool at the console would; the event tells its end."""
    let_go = threading.Event()

    def end() -> None:
        other.execute("ROLLBACK")
        let_go.set()

    with closing(sqlite3.connect(file, isolation_level=None, check_same_thread=False)) as other:
        other.execute("BEGIN IMMEDIATE")
        threading.Timer(seconds, end).start()
        yield let_go


@contextmanager
def _health_watched(server: Server) -> Iterator[list[float]]:
    """Ask `/healthz` five times a second within the block; how long each answer took is in the list."""
    seconds: list[float] = []
    enough = threading.Event()

    def watch() -> None:
        while not seconds or not enough.wait(0.2):
            answer = ask(server.address, Request("/healthz"))
            seconds.append(answer.seconds if answer.status == 200 else float("inf"))

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield seconds
    finally:
        enough.set()
        watcher.join()


def _claims_until_the_power_goes(server: Server, forms: list[tuple[Visitor, int]]) -> list[tuple[int, int]]:
    """Four people at a time claim until every process is killed; returns what was acknowledged: (person, wish)."""
    acknowledged: list[tuple[int, int]] = []
    enough = threading.Event()

    def write() -> None:
        with Connection(server.address) as connection:
            while forms:
                visitor, wish_id = forms.pop()
                answer = connection.send(Request(f"/wishes/{wish_id}/claim", visitor, visitor.form()))
                if answer.status == 0:
                    return
                if answer.status == 303:
                    acknowledged.append((visitor.person_id, wish_id))
                if len(acknowledged) >= ACKNOWLEDGED_EACH_TIME:
                    enough.set()

    writers = [threading.Thread(target=write) for _ in range(4)]
    for writer in writers:
        writer.start()
    enough.wait(READY_S)
    time.sleep(random.uniform(0, 0.1))
    server.kill()
    for writer in writers:
        writer.join()
    return acknowledged


def _lost(url: str, promised: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Which of these (person, wish) have no claim."""
    with inside(url):
        there = {
            (row.person_id, row.wish_id)
            for row in db.session().execute(select(Claim.person_id, Claim.wish_id))
        }
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(make_url(url).database or "")) as file:
            assert file.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    return [one for one in promised if one not in there]


def _four_at_once(command: list[str], url: str) -> list[tuple[int, str]]:
    """Exit code and output of four processes that were started together."""
    processes = [
        subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment(url),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for _ in range(4)
    ]
    ended = []
    for process in processes:
        output, _nothing = process.communicate(timeout=60)
        ended.append((process.returncode, output[-2000:]))
    return ended


def _said(answer: Answer) -> str:
    """What an answer tells, in short, so that a failing comparison is readable."""
    words = "in words" if IN_WORDS in answer.text else f"but: {answer.text[:80]}"
    again = "try again later" if answer.retry_after.isdigit() else "without Retry-After"
    return f"{answer.status} {words}, {again}"


def _seconds_until(holds: Callable[[], bool], *, at_most: float = 20) -> float:
    began = time.monotonic()
    while time.monotonic() - began < at_most:
        if holds():
            break
        time.sleep(0.1)
    return time.monotonic() - began
