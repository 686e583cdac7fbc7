"""gridapp with the guard of limited places taken away: the negative control of the race tests (C1).

`python -m tests.load.unguarded serve` serves as `gridapp serve` does, but looks whether a place is
free, waits for a moment, and writes then; and its writers on SQLite begin as readers. Tests that
pass here would prove nothing.
"""

from __future__ import annotations

import time

from flask import Flask
from granian.constants import Interfaces
from granian.server import Server
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from gridapp import create_app
from gridapp.cli import THREADS
from gridapp.core import database
from gridapp.core.refusals import Refused
from gridapp.settings import from_environment
from gridapp.wishes.models import Wish, WishState
from gridapp.wishes.policies import FULL
from gridapp.wishes.workflow import claiming

BETWEEN_LOOK_AND_WRITE_S = 0.3


def take_place(session: Session, wish: Wish) -> None:
    """Check first and write later: what C1 forbids."""
    row = session.execute(select(Wish.state, Wish.taken, Wish.places).where(Wish.id == wish.id)).one()
    if row.state != WishState.OPEN or (row.places is not None and row.taken >= row.places):
        raise Refused([FULL])
    time.sleep(BETWEEN_LOOK_AND_WRITE_S)
    session.execute(
        update(Wish)
        .where(Wish.id == wish.id)
        .values(taken=Wish.taken + 1)
        .execution_options(synchronize_session=False)
    )
    session.refresh(wish, ["taken", "state", "places"])


def begin_writing(session: Session) -> None:
    """A transaction that does not say that it will write: on SQLite `BEGIN`, not `BEGIN IMMEDIATE`."""
    session.rollback()


def wsgi_app() -> Flask:
    """The app without its guards, as the server's workers load it."""
    claiming.take_place = take_place
    database.begin_writing = begin_writing
    return create_app()


def main() -> None:
    """Serve as `gridapp serve` does; the database is migrated already."""
    settings = from_environment()
    Server(
        "tests.load.unguarded:wsgi_app",
        factory=True,
        address=settings.host,
        port=settings.port,
        interface=Interfaces.WSGI,
        workers=settings.workers,
        blocking_threads=THREADS,
        log_access=False,
        log_level="warning",
    ).serve()


if __name__ == "__main__":
    main()
