"""A PostgreSQL that hangs must not hold our threads (R5).

Its own time limits (`statement_timeout`) do not help when it is the server that stands still, and TCP's
do not either while a stopped process leaves its kernel to acknowledge. So we stop waiting ourselves; and
after a failure one thread at a time looks whether the server is back, while the others are told at once.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import psycopg
from psycopg.pq import TransactionStatus
from sqlalchemy import Engine, event

PING_S = 1.0  # what a busy machine still keeps, and threads are free for others in time
STATEMENT_MS = 5000  # the server's own limits
LOCK_MS = 4000
IDLE_MS = 60_000
STATEMENT_S = 5.5  # a little more than the server's own limit, which is the better one
OPTIONS = (
    f"-c timezone=UTC -c statement_timeout={STATEMENT_MS} -c lock_timeout={LOCK_MS} "
    f"-c idle_in_transaction_session_timeout={IDLE_MS}"
)


class Gate:
    """Lets everybody connect while that works, and one at a time when it does not."""

    def __init__(self) -> None:
        self.shut = False
        self._trying = threading.Lock()

    def connect(self, make: Callable[[], psycopg.Connection[Any]]) -> psycopg.Connection[Any]:
        """The new connection. Raises OperationalError when it fails, at once while another thread tries."""
        alone = self.shut
        if alone and not self._trying.acquire(blocking=False):
            raise psycopg.OperationalError(
                "the database did not answer a moment ago, and another thread is trying"
            )
        try:
            connection = make()
            self.shut = False
            return connection
        except psycopg.OperationalError:
            self.shut = True
            raise
        finally:
            if alone:
                self._trying.release()


_gate = Gate()


class ImpatientConnection(psycopg.Connection[Any]):
    """A connection that is closed when the server does not answer in time."""

    def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        """Wait for an answer: a ping's, which SQLAlchemy sends in autocommit, much shorter than another's."""
        try:
            return super().wait(gen, interval, timeout or (PING_S if self.autocommit else STATEMENT_S))
        except psycopg.OperationalError:
            if self.pgconn.transaction_status == TransactionStatus.ACTIVE:
                _gate.shut = True
                self.pgconn.finish()
            raise


def be_impatient(engine: Engine) -> None:
    """Let `engine` (of PostgreSQL) make impatient connections: for servers, not for commands that may take long."""
    event.listen(
        engine,
        "do_connect",
        lambda _dialect, _record, args, params: _gate.connect(
            lambda: ImpatientConnection.connect(*args, **{**params, "options": OPTIONS})
        ),
    )
