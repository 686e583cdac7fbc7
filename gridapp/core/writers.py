"""The queue of SQLite's writers: fair between processes, and nobody waits in it for ever (C1, R5).

SQLite lets waiting writers starve when there are many, so whoever writes first holds an exclusive lock of a
side file. A thread that waits for a file lock cannot stop waiting; so one doorman in each process waits on
behalf of the others, who wait for the doorman with a limit of time.

While the queue moves, everybody may wait. Once nothing has moved for a moment (another program holds the
database, or the lock), only few keep waiting, so that threads stay free for pages that only read.
"""

from __future__ import annotations

import fcntl
import os
import threading
from collections import deque

from gridapp.core.clock import monotonic

STALLED_S = 0.5
LOOK_S = 0.2  # how often somebody who waits looks whether the queue has stalled
MOST_WHILE_STALLED = 2


class TooLong(Exception):
    """The lock was not to be had in time."""


class _Turn:
    """One writer who waits."""

    def __init__(self) -> None:
        self.came = threading.Event()


class WritersQueue:
    """Writers of one database file, over all processes of this machine; `path` is the side file."""

    def __init__(self, path: str):
        self._path = path
        self._pid = 0
        self._starting = threading.Lock()

    def enter(self, seconds: float) -> None:
        """Return when it is this thread's turn to write; raise TooLong after `seconds`, or earlier when crowded."""
        with self._starting:
            if self._pid != os.getpid():
                self._begin()
        turn = _Turn()
        with self._changed:
            if not self._held and not self._waiting:
                if self._take_at_once():
                    return
                self._moved = monotonic()
            self._waiting.append(turn)
            self._changed.notify_all()
        self._wait(turn, monotonic() + seconds)

    def leave(self) -> None:
        """Let the next one write."""
        fcntl.flock(self._file, fcntl.LOCK_UN)
        with self._changed:
            self._held = False
            self._moved = monotonic()
            self._changed.notify_all()

    def _begin(self) -> None:
        """Start anew in this process: a lock of a file that was opened before a fork would be shared."""
        self._file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        self._changed = threading.Condition()
        self._waiting: deque[_Turn] = deque()
        self._held = False
        self._moved = monotonic()
        self._pid = os.getpid()
        threading.Thread(target=self._keep_door, name="writers", daemon=True).start()

    def _take_at_once(self) -> bool:
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        self._held, self._moved = True, monotonic()
        return True

    def _wait(self, turn: _Turn, until: float) -> None:
        while not turn.came.wait(min(LOOK_S, max(0.0, until - monotonic()))):
            with self._changed:
                if turn.came.is_set():
                    return
                if monotonic() >= until or self._is_crowded(turn):
                    self._waiting.remove(turn)
                    raise TooLong

    def _is_crowded(self, turn: _Turn) -> bool:
        stalled = monotonic() - self._moved >= STALLED_S
        return stalled and self._waiting.index(turn) >= MOST_WHILE_STALLED

    def _keep_door(self) -> None:
        """Wait for the file's lock whenever somebody waits, and hand it to the first who still does."""
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._waiting and not self._held)
            fcntl.flock(self._file, fcntl.LOCK_EX)
            with self._changed:
                self._moved = monotonic()
                if self._waiting:
                    self._held = True
                    self._waiting.popleft().came.set()
                else:
                    fcntl.flock(self._file, fcntl.LOCK_UN)
