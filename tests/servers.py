"""Real server processes and databases of their own, for tests that a test client cannot make (targets R1-R13).

- `running` serves a database with `gridapp serve` and yields its address
- `fresh_database` yields the address of a new database, migrated and seeded, on either engine
- `need_postgres` skips where no PostgreSQL answers, or fails where one is required
"""

from __future__ import annotations

import http.client
import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from sqlalchemy.engine import make_url

ROOT = Path(__file__).resolve().parent.parent
SECRET_KEY = "the-key-of-the-tests-which-signs-nothing-of-worth"
ENGINES = ("sqlite", "postgres")
READY_S = 30
STOP_S = 10


@dataclass
class Server:
    """A server with its workers, in a process group of their own."""

    url: str
    process: subprocess.Popen[bytes]
    log: Path
    kept: list[tempfile.TemporaryDirectory[str]] = field(default_factory=list)

    @property
    def address(self) -> tuple[str, int]:
        """Host and port, for raw connections."""
        host, port = self.url.removeprefix("http://").split(":")
        return host, int(port)

    def wait_until_ready(self, seconds: float = READY_S) -> None:
        """Return when `/readyz` says 200. Raises AssertionError with the server's log after `seconds`."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if self.process.poll() is not None:
                break
            if status_of(self.address, "/readyz") == 200:
                return
            time.sleep(0.05)
        raise AssertionError(f"the server did not become ready within {seconds} s:\n{self.log_tail()}")

    def log_tail(self) -> str:
        """The last lines that the server wrote."""
        return self.log.read_text(errors="replace")[-4000:]

    def stop(self) -> None:
        """Ask the server to end, as a service manager does; end the whole group when it does not."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(STOP_S)
        self.kill()

    def kill(self) -> None:
        """End every process of the server at once, as a power cut would (kill -9)."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        for folder in self.kept:
            folder.cleanup()
        self.kept.clear()


@contextmanager
def running(
    database_url: str, *, workers: int = 2, environ: Mapping[str, str] | None = None
) -> Iterator[str]:
    """Serve `database_url` with `workers` processes and yield the base address, `http://127.0.0.1:port`.

    `environ` is added to the environment. The server is stopped at the end, whatever happens.
    """
    with serving(database_url, workers=workers, environ=environ) as server:
        yield server.url


@contextmanager
def serving(
    database_url: str,
    *,
    workers: int = 2,
    environ: Mapping[str, str] | None = None,
    module: str = "gridapp.cli",
) -> Iterator[Server]:
    """As `running`, but yields the `Server`; `module` is another one with a command `serve`."""
    server = start(database_url, workers=workers, environ=environ, module=module)
    try:
        server.wait_until_ready()
        yield server
    finally:
        server.stop()


def start(
    database_url: str,
    *,
    workers: int = 2,
    port: int | None = None,
    environ: Mapping[str, str] | None = None,
    module: str = "gridapp.cli",
) -> Server:
    """Start a server and return at once; the caller waits for it and stops it."""
    folder = tempfile.TemporaryDirectory(prefix="gridapp-server-")
    log = Path(folder.name) / "log"
    port = port or free_port()
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", module, "serve"],
            cwd=ROOT,
            env=environment(database_url, HOST="127.0.0.1", PORT=str(port), GRIDAPP_WORKERS=str(workers))
            | dict(environ or {}),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    return Server(f"http://127.0.0.1:{port}", process, log, [folder])


def environment(database_url: str, **more: str) -> dict[str, str]:
    """This process's environment with none of its own settings of gridapp, and these instead."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("GRIDAPP_")}
    return inherited | {"GRIDAPP_DATABASE_URL": database_url, "GRIDAPP_SECRET_KEY": SECRET_KEY} | more


def gridapp(
    arguments: Sequence[str], database_url: str, *, seconds: float = 60
) -> subprocess.CompletedProcess[str]:
    """Run `gridapp ARGUMENTS` on the database to its end; the caller looks at the exit code and the output."""
    return subprocess.run(
        [sys.executable, "-m", "gridapp.cli", *arguments],
        cwd=ROOT,
        env=environment(database_url),
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )


@contextmanager
def fresh_database(engine: str, *, in_memory: bool = False) -> Iterator[str]:
    """Yield the address of a new database on `engine` ("sqlite" or "postgres"), migrated and seeded.

    With `in_memory` nothing waits for a disk: for tests that are not about what survives a crash.
    """
    with empty_database(engine, in_memory=in_memory) as database_url:
        done = gridapp(["upgrade"], database_url)
        assert done.returncode == 0, done.stdout + done.stderr
        yield database_url


@contextmanager
def empty_database(engine: str, *, in_memory: bool = False) -> Iterator[str]:
    """Yield the address of a new database without tables: a file in a folder of its own, or one on the server."""
    if engine == "sqlite":
        shared_memory = "/dev/shm" if in_memory and os.access("/dev/shm", os.W_OK) else None  # noqa: S108
        with tempfile.TemporaryDirectory(prefix="gridapp-test-", dir=shared_memory) as folder:
            yield f"sqlite:///{folder}/gridapp.sqlite3"
        return
    assert engine == "postgres", engine
    need_postgres()
    name = sql.Identifier(f"gridapp_test_{secrets.token_hex(6)}")
    with psycopg.connect(postgres_url(), autocommit=True) as server:
        server.execute(sql.SQL("CREATE DATABASE {}").format(name))
        if in_memory:
            server.execute(sql.SQL("ALTER DATABASE {} SET synchronous_commit TO off").format(name))
        try:
            yield make_url(postgres_url()).set(database=name.as_string().strip('"')).render_as_string(False)
        finally:
            server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))


def postgres_url() -> str:
    """The server on which tests make their databases."""
    return os.environ.get("GRIDAPP_TEST_POSTGRES_URL", "postgresql://postgres@127.0.0.1:5432/postgres")


def need_postgres() -> None:
    """Skip the test where no PostgreSQL answers; fail it where GRIDAPP_REQUIRE (a list with commas) names postgres."""
    trouble = _postgres_trouble()
    if not trouble:
        return
    reason = (
        f"no PostgreSQL answers at {postgres_url()} ({trouble}). Provide one, for example with "
        "`docker run -d -p 5432:5432 -e POSTGRES_HOST_AUTH_METHOD=trust postgres:15`, or name another "
        "in GRIDAPP_TEST_POSTGRES_URL"
    )
    if "postgres" in os.environ.get("GRIDAPP_REQUIRE", "").split(","):
        pytest.fail(reason)
    pytest.skip(reason)


def postgres_answers() -> bool:
    """Whether there is a PostgreSQL."""
    return not _postgres_trouble()


@cache
def _postgres_trouble() -> str:
    try:
        psycopg.connect(postgres_url(), connect_timeout=3).close()
    except psycopg.OperationalError as error:
        return str(error).strip().splitlines()[0]
    return ""


def free_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def status_of(address: tuple[str, int], path: str, *, seconds: float = 5) -> int | None:
    """The status of a GET of `path`; None when nobody answers within `seconds`."""
    connection = http.client.HTTPConnection(*address, timeout=seconds)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()
