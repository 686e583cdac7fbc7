"""The queue of SQLite's writers: one at a time, nobody for ever, and threads stay free when nothing moves (C1, R5)."""

from __future__ import annotations

import fcntl
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from gridapp.core.writers import MOST_WHILE_STALLED, TooLong, WritersQueue

PATIENCE_S = 3.0


@pytest.fixture
def path(tmp_path: Path) -> str:
    return str(tmp_path / "town.writers")


def test_twenty_write_one_after_the_other(path: str):
    queue, inside, most = WritersQueue(path), [], []

    def write() -> None:
        queue.enter(PATIENCE_S)
        inside.append(1)
        most.append(len(inside))
        time.sleep(0.002)
        inside.pop()
        queue.leave()

    together(write, 20)

    assert most == [1] * 20


def test_somebody_else_who_writes_long_is_waited_for(path: str):
    queue = WritersQueue(path)
    with held_by_another_program(path) as let_go:
        threading.Timer(0.3, let_go).start()

        queue.enter(PATIENCE_S)

    queue.leave()


def test_nobody_waits_longer_than_asked_and_the_queue_works_again(path: str):
    queue = WritersQueue(path)
    with held_by_another_program(path):
        began = time.monotonic()
        with pytest.raises(TooLong):
            queue.enter(0.6)
        assert 0.5 < time.monotonic() - began < 1.5

    queue.enter(PATIENCE_S)
    queue.leave()


def test_while_nothing_moves_few_keep_waiting_and_the_others_are_told(path: str):
    queue, told = WritersQueue(path), []

    def write() -> None:
        began = time.monotonic()
        try:
            queue.enter(PATIENCE_S)
        except TooLong:
            told.append(time.monotonic() - began)

    with held_by_another_program(path):
        together(write, 6)

    early = [seconds for seconds in told if seconds < PATIENCE_S / 2]
    assert len(told) == 6
    assert len(early) == 6 - MOST_WHILE_STALLED


def test_a_queue_that_moves_sends_nobody_away_however_long_it_is(path: str):  # the control of the one above
    queue, sent_away = WritersQueue(path), []

    def write() -> None:
        try:
            queue.enter(PATIENCE_S)
        except TooLong:
            sent_away.append(1)
        else:
            time.sleep(0.1)
            queue.leave()

    together(write, 15)

    assert sent_away == []


def together(do, times: int) -> None:
    threads = [threading.Thread(target=do) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@contextmanager
def held_by_another_program(path: str) -> Iterator:
    """A lock of its own file description, as another process would have; yields what lets go."""
    file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(file, fcntl.LOCK_EX)
    try:
        yield lambda: fcntl.flock(file, fcntl.LOCK_UN)
    finally:
        os.close(file)
