"""What a page costs beside a bare one, and how soon a server answers: `make bench` (F1 in its first form, F7).

The bare page is Flask and Jinja with nothing of ours: it sends the same SQL statements with the same
parameters, looks up the same number of texts, and answers with the same number of bytes. Both are called
in the same process, in turns, as WSGI applications; what counts is the CPU time of the process, so that
others on the machine disturb little.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest import mock

import psutil
from babel.support import Translations
from flask import Flask, render_template
from flask_babel import Babel
from jinja2 import DictLoader
from sqlalchemy import Engine, create_engine, event
from werkzeug.test import EnvironBuilder

from gridapp.core.database import db
from tests import factories
from tests.load.crowd import Request, Visitor, ask, inside, make_volunteers, make_wish, signed_in_before
from tests.servers import SECRET_KEY, fresh_database, start

ROUNDS, REQUESTS = 10, 30
TARGET_F1, TARGET_START_S, TARGET_WORKER_MB = 1.5, 3.0, 150
WISHES, PLACES = 60, 30
BARE = """<!doctype html>
<html lang="en"><head><title>{{ _("Wishes") }}</title></head><body>
<p>{% for text in texts %}{{ _(text) }} {% endfor %}</p>
<ul>{% for row in rows %}<li>{% for value in row %}<span>{{ value }}</span>{% endfor %}</li>{% endfor %}</ul>
<!-- {{ filler }} --></body></html>
"""


@dataclass
class Work:
    """What one page asks for: SQL statements with parameters, texts to translate, and the bytes that it becomes."""

    statements: list[tuple[str, Any]] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    length: int = 0


def main() -> None:
    """Measure on a SQLite database that the run makes for itself, and print."""
    with fresh_database("sqlite") as url:
        with inside(url) as app:
            people = make_volunteers(app, 2 * PLACES + 1)
            pages = _make_pages(app, people[-1])
            claims = make_wish("很多人想帮的忙", places=PLACES)
            engine = db.engine
        print(f"{ROUNDS} x {REQUESTS} requests each, CPU milliseconds of one process, median of the rounds\n")
        print(f"{'page':8}{'gridapp':>9}{'bare':>9}{'ratio':>8}{'statements':>12}{'texts':>7}{'bytes':>8}")
        for name, (path, visitor) in pages.items():
            print(_compared(name, app, engine, url, path, visitor))
        print(f"(F1 asks for a ratio of at most {TARGET_F1})\n")
        print(_claims(app, claims, people[:-1]))
        engine.dispose()
        print(_second_start(url))


def _make_pages(app: Flask, volunteer: Visitor) -> dict[str, tuple[str, Visitor]]:
    """A board of open wishes, some to check and some to confirm; and who opens which page."""
    for number in range(WISHES):
        make_wish(f"想要一盏台灯 {number}")
    for number in range(20):
        factories.make_wish(f"想修一把椅子 {number}", state=factories.WishState.SUBMITTED)
    helper = factories.make_volunteer(max_live=20)
    for number in range(10):
        factories.report(factories.claim(factories.make_wish(f"想学用手机 {number}"), helper))
    coordinator = signed_in_before(app, factories.make_coordinator().id)
    wish = f"/wishes/{make_wish()}"
    return {"list": ("/wishes", volunteer), "detail": (wish, volunteer), "desk": ("/desk", coordinator)}


def _compared(name: str, app: Flask, engine: Engine, url: str, path: str, visitor: Visitor) -> str:
    environ = _environ(path, visitor)
    _call(app, environ)  # templates are compiled, what is kept for a while is read
    work = _work_of(app, engine, environ)
    plain = create_engine(url)
    bare = _bare_app(app, plain, work)
    assert len(_call(bare, environ)) == work.length
    ours, theirs = [], []
    for _ in range(ROUNDS):
        ours.append(_milliseconds(lambda: _call(app, environ), REQUESTS))
        theirs.append(_milliseconds(lambda: _call(bare, environ), REQUESTS))
    plain.dispose()
    ratio = statistics.median(mine / its for mine, its in zip(ours, theirs, strict=True))
    return (
        f"{name:8}{statistics.median(ours):9.2f}{statistics.median(theirs):9.2f}{ratio:8.2f}"
        f"{len(work.statements):12}{len(work.texts):7}{work.length:8}"
    )


def _work_of(app: Flask, engine: Engine, environ: dict[str, Any]) -> Work:
    """Watch one request."""
    work = Work()

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_more: Any) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA")):
            work.statements.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", note)
    with _texts_noted(work.texts):
        work.length = len(_call(app, environ))
    event.remove(engine, "before_cursor_execute", note)
    return work


@contextmanager
def _texts_noted(texts: list[str]) -> Iterator[None]:
    plain, plural = Translations.ugettext, Translations.ungettext

    def ugettext(self: Translations, text: str) -> str:
        texts.append(text)
        return plain(self, text)

    def ungettext(self: Translations, one: str, many: str, number: int) -> str:
        texts.append(one)
        return plural(self, one, many, number)

    with mock.patch.multiple(
        Translations, ugettext=ugettext, gettext=ugettext, ungettext=ungettext, ngettext=ungettext
    ):
        yield


def _bare_app(app: Flask, engine: Engine, work: Work) -> Flask:
    """Flask, Jinja and Flask-Babel, and as much to do as `work` says."""
    bare = Flask("bare", root_path=app.root_path, static_folder=None)
    bare.config.update(
        SECRET_KEY=SECRET_KEY,
        BABEL_TRANSLATION_DIRECTORIES=app.config["BABEL_TRANSLATION_DIRECTORIES"],
    )
    bare.jinja_loader = DictLoader({"bare.html": BARE})
    Babel(bare, locale_selector=lambda: "zh")
    # A text that says %(name)s wants a name; the bare page looks up as many, all without.
    texts = [text if "%(" not in text else "Wishes" for text in work.texts]
    filler = [""]

    @bare.get("/<path:_path>")
    def page(_path: str) -> str:
        rows: list[Sequence[Any]] = []
        with engine.connect() as connection:
            for statement, parameters in work.statements:
                found = connection.exec_driver_sql(statement, parameters).all()
                rows = max(rows, list(found), key=len)
        return render_template("bare.html", texts=texts, rows=rows, filler=filler[0])

    filler[0] = "x" * max(0, work.length - len(_call(bare, _environ("/page", None))))
    return bare


def _claims(app: Flask, wish_id: int, people: Sequence[Visitor]) -> str:
    """What a claim costs: one that wins a place, and one that comes when all are taken."""
    environs = [_environ(f"/wishes/{wish_id}/claim", visitor, visitor.form()) for visitor in people]
    turn = iter(environs)
    wins = _milliseconds(lambda: _call(app, next(turn), "303"), PLACES)
    losses = _milliseconds(lambda: _call(app, next(turn), "409"), PLACES)
    return (
        f"a claim that wins {wins:.1f} ms, one that reads that all {PLACES} places are taken {losses:.1f} ms"
    )


def _second_start(url: str) -> str:
    """From the command to the first page, on a database that is there already; and what a worker holds (F7)."""
    began = time.monotonic()
    server = start(url)
    try:
        while ask(server.address, Request("/wishes")).status != 200:
            assert server.process.poll() is None, server.log_tail()
            time.sleep(0.02)
        took = time.monotonic() - began
        workers = psutil.Process(server.process.pid).children(recursive=True)
        largest = max(worker.memory_info().rss for worker in workers) / 1024**2
    finally:
        server.stop()
    return (
        f"second start to first page {took:.1f} s (F7: {TARGET_START_S:.0f}), "
        f"largest worker {largest:.0f} MB (F7: {TARGET_WORKER_MB})"
    )


def _environ(path: str, visitor: Visitor | None, form: dict[str, str] | None = None) -> dict[str, Any]:
    headers = {"Cookie": visitor.cookie} if visitor else {}
    builder = EnvironBuilder(path, method="POST" if form else "GET", data=form, headers=headers)
    try:
        return builder.get_environ()
    finally:
        builder.close()


def _call(app: Flask, environ: dict[str, Any], status: str = "200") -> bytes:
    """Carry out one request through WSGI; returns the body."""
    answered: list[str] = []
    chunks = app.wsgi_app(dict(environ), lambda line, _headers, _trouble=None: answered.append(line))
    body = b"".join(chunks)
    close = getattr(chunks, "close", None)
    if close:
        close()
    assert answered[0].startswith(status), (answered, body.decode())
    return body


def _milliseconds(do: Callable[[], object], times: int) -> float:
    began = time.process_time()
    for _ in range(times):
        do()
    return (time.process_time() - began) * 1000 / times


if __name__ == "__main__":
    main()
