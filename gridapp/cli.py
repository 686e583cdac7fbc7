"""The command line. Exit codes: 0 done, 1 refused or nothing done, 2 wrong use."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, NoReturn

import click
from flask import Flask
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server
from sqlalchemy import select
from sqlalchemy.orm import Session

from gridapp import create_app, loading
from gridapp.accounts.models import RoleKind
from gridapp.accounts.queries import actor_of, person_by_phone
from gridapp.accounts.workflow import enter_admin, give_role, hash_password
from gridapp.areas.models import Area, AreaCover, AreaKind, Committee
from gridapp.areas.queries import forget_kept
from gridapp.core.clock import now
from gridapp.core.database import db, writing
from gridapp.core.impatience import be_impatient
from gridapp.core.journal import broken_chains, record, untold_states
from gridapp.core.phones import BadPhone, normalised
from gridapp.settings import BadSetting, Settings, from_environment
from gridapp.sheets.commands import CommandRefused, bring_in, take_out
from gridapp.web.migrations import upgrade as upgrade_database

DEMO_PASSWORD = "gridapp-demo"  # noqa: S105 (printed at every start of the demo)
THREADS = 4


def wsgi_app() -> Flask:
    """The app as the server's workers load it."""
    app = create_app()
    with app.app_context():
        if db.engine.dialect.name == "postgresql":
            be_impatient(db.engine)
    return app


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="gridapp")
def main() -> None:
    """gridapp: neighbourhood help for a town. Settings come from the environment; the README lists them."""


@main.command()
@click.option("--demo-if-empty", is_flag=True, help="Load the demo when the database holds nobody.")
def serve(demo_if_empty: bool) -> None:
    """Upgrade the database, then serve it. Writes the database; reads the settings."""
    settings = _settings()
    app = _app(settings)
    with app.app_context():
        _upgrade(app)
        if demo_if_empty and loading.is_empty() and not settings.on_loopback:
            _refuse(
                "The database is empty, and the demo is for this machine alone, because everybody knows its password; "
                f"HOST is {settings.host}. Take HOST=127.0.0.1, or set the town up first: gridapp admin PHONE."
            )
        if demo_if_empty and loading.is_empty():
            click.echo("The database is empty: loading the demo.")
            _load_demo(app)
        has_demo = loading.has_demo()
    _let_go(app)
    if has_demo and not settings.on_loopback:
        _refuse(
            f"The database holds demo people, whose password everybody knows, so it is served on this machine alone; "
            f"HOST is {settings.host}. Take another database (GRIDAPP_DATABASE_URL), or HOST=127.0.0.1."
        )
    if not settings.secret_key:
        if not has_demo and not settings.debug:
            _refuse(_no_key())
        os.environ["GRIDAPP_SECRET_KEY"] = _demo_key()
    _greet(settings, has_demo)
    Server(
        "gridapp.cli:wsgi_app",
        factory=True,
        address=settings.host,
        port=settings.port,
        interface=Interfaces.WSGI,
        workers=settings.workers,
        blocking_threads=THREADS,
        log_access=False,
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
    ).serve()


@main.command()
def upgrade() -> None:
    """Make or upgrade the tables, and add skills and categories that are missing."""
    app = _app(_settings())
    with app.app_context():
        _upgrade(app)
    click.echo("The database is up to date.")


@main.command()
def demo() -> None:
    """Load the demo into an empty database; refuses one that holds anything else."""
    app = _app(_settings())
    with app.app_context():
        _upgrade(app)
        if not loading.is_empty():
            _refuse("The database is not empty, so no demo is loaded into it. Nothing was changed.")
        _load_demo(app)
    click.echo(f"The demo is loaded. Password of all demo people: {DEMO_PASSWORD}")


@main.command()
@click.option("--people", type=click.IntRange(100), default=100_000, show_default=True)
@click.option("--wishes", type=click.IntRange(0), default=1_000_000, show_default=True)
@click.option("--seed", type=int, default=31010510, help="The same seed makes the same town.")
def load(people: int, wishes: int, seed: int) -> None:
    """Add made-up PEOPLE and WISHES to the demo, to see how gridapp carries them; a million take minutes.

    Loads the demo into an empty database; refuses a town that is not made up.
    """
    app = _app(_settings())
    with app.app_context():
        _upgrade(app)
        if loading.is_empty():
            _load_demo(app)
        if not loading.is_made_up():
            _refuse("The database holds a town that is not made up. Nothing was changed.")
        loading.fill(app.extensions["gridapp"], people=people, wishes=wishes, seed=seed, at=now())
    click.echo(f"{people} people and {wishes} wishes are loaded. Nobody can sign in as one of them.")


@main.command(name="import")
@click.argument("kind")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--map",
    "mapping",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A TOML file that says what a foreign list calls our columns and words; see docs/importing.md.",
)
@click.option("--sheet", help="The sheet of a workbook; without it the first visible one.")
@click.option("--dry-run", is_flag=True, help="Only say what would be done.")
@click.option(
    "--report",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write what is wrong into this .csv or .xlsx: row, cell, what is there, what is wrong, what to do.",
)
@click.option("--as", "as_phone", help="Phone of the town admin who brings it in; without it the first one.")
def import_(kind: str, file: Path, **how: Any) -> None:
    """Read FILE, a list of KIND, as CSV (UTF-8 or GB18030) or XLSX: all rows or, when one has an error, none.

    KIND is areas, people, volunteers, hours or wishes. Writes the database; a second import of a list changes
    nothing. Exits with 1 and names row and column of each error when something is wrong.
    """
    app = _app(_settings())
    with app.test_request_context():
        _carried_out(bring_in, kind, file, **how)


@main.command()
@click.argument("kind")
@click.option("--format", "file_format", type=click.Choice(["csv", "xlsx"]), default="csv", show_default=True)
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="The file; without it CSV goes to stdout."
)
@click.option(
    "--with-personal-data",
    "personal",
    is_flag=True,
    help="Names, phones and addresses in full; each is written into the access log.",
)
@click.option("--as", "as_phone", help="Phone of the town admin who takes it out; needed for personal data.")
def export(kind: str, **how: Any) -> None:
    """Write the town's list of KIND (areas, people, volunteers, hours, wishes), masked unless asked otherwise.

    Reads the database, and writes down that a list was taken out. What is written can be imported again, when it
    is not masked.
    """
    app = _app(_settings())
    with app.test_request_context():
        _carried_out(take_out, kind, **how)


@main.command()
def audit() -> None:
    """Check the journal's chains, that every state is the one that they led to, and every feature's invariants; names
    what is off and exits with 1."""
    app = _app(_settings())
    with app.app_context():
        session = db.session()
        wrong = [*broken_chains(session), *untold_states(session)]
        for feature in app.extensions["gridapp"].features:
            for check in feature.invariants.values():
                wrong += check(session)
    for line in wrong:
        click.echo(line, err=True)
    if wrong:
        _refuse(f"{len(wrong)} things are off.")
    click.echo("Everything holds: the journal's chains and every invariant.")


@main.command()
@click.argument("phone")
@click.option("--name", help="Name of the person, when the number has no account yet.")
def admin(phone: str, name: str | None) -> None:
    """Make the person with PHONE the town's admin; asks for a password when the account is new."""
    app = _app(_settings())
    try:
        number = normalised(phone, mobile=True)
    except BadPhone:
        raise click.BadParameter(f"{phone!r} is not a mobile number", param_hint="PHONE") from None
    with app.app_context():
        person = person_by_phone(db.session(), number)
        password = None
        if person is None:
            name = name or click.prompt("Name")
            password = hash_password(click.prompt("Password", hide_input=True, confirmation_prompt=True))
        session = db.session()
        with writing(session):
            person = person_by_phone(session, number)
            if person is None:
                person = enter_admin(
                    session, phone=number, password_hash=password or "", name=name or "", at=now()
                )
            if actor_of(session, person, at=now()).is_town_admin:
                _refuse(f"{number} is town admin already. Nothing was changed.")
            give_role(session, person, RoleKind.TOWN_ADMIN, at=now(), by_id=None, area_id=_town(session).id)
    click.echo(f"{number} is town admin now.")


def _let_go(app: Flask) -> None:
    """Close connections before the server forks its workers."""
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def _carried_out(command: Callable[..., None], *what: Any, **how: Any) -> None:
    """Carry out a command that may say no: 1 in words, 2 for wrong use."""
    try:
        command(*what, **how)
    except CommandRefused as refused:
        _refuse(str(refused))


def _settings() -> Settings:
    try:
        return from_environment()
    except BadSetting as bad:
        _refuse(str(bad))


def _app(settings: Settings) -> Flask:
    """An app for the command line, which signs no cookies that last."""
    if not settings.secret_key:
        settings = replace(settings, secret_key=secrets.token_urlsafe(32))
    return create_app(settings)


def _upgrade(app: Flask) -> None:
    features = app.extensions["gridapp"].features

    def seed_and_tidy() -> None:
        with writing(db.session()):
            for feature in features:
                if feature.seed:
                    feature.seed(db.session())
        for feature in features:
            while feature.tidy and _tidied(feature.tidy):
                pass  # a little at a time: a server that runs meanwhile writes in between

    upgrade_database(seed_and_tidy)


def _tidied(tidy: Callable[[Session, datetime], bool]) -> bool:
    with writing(db.session()):
        return tidy(db.session(), now())


def _load_demo(app: Flask) -> None:
    with (
        writing(db.session()),
        click.progressbar(
            [feature for feature in app.extensions["gridapp"].features if feature.demo], label="Demo"
        ) as features,
    ):
        for feature in features:
            feature.demo(db.session(), now())
            forget_kept()


def _town(session: Session) -> Area:
    town = session.scalars(select(Area).where(Area.kind == AreaKind.TOWN)).first()
    if town is None:
        town = Area(code="town", kind=AreaKind.TOWN, name="Town")
        session.add(town)
        session.flush()
        record(session, town, "made", at=now(), by_id=None, by_role="system")
        for code in session.scalars(select(Committee.code)):
            session.add(AreaCover(area_id=town.id, committee_code=code, kind=AreaKind.TOWN))
    return town


def _demo_key() -> str:
    """A key for the demo, kept beside its database, so that a restart signs nobody out."""
    path = Path("var") / "demo-secret-key"
    path.parent.mkdir(mode=0o700, exist_ok=True)
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(48))
    return path.read_text()


def _no_key() -> str:
    try:
        create_app(from_environment())
    except BadSetting as bad:
        return str(bad)
    return ""


def _greet(settings: Settings, has_demo: bool) -> None:
    click.echo(f"\n  gridapp serves on http://{settings.host}:{settings.port}   (stop it with Ctrl+C)\n")
    if has_demo:
        click.echo(f"  Demo people, all with the password {DEMO_PASSWORD}:")
        for phone, who in (
            ("19900000001", "town admin"),
            ("19900000002", "coordinator of 第五街区"),
            ("19900000003", "coordinator of 第四网格"),
            ("19900000011", "volunteer, approved (to …35)"),
            ("19900000036", "volunteer, applied (to …40)"),
            ("19900000050", "resident"),
        ):
            click.echo(f"    {phone}  {who}")
        click.echo("")


def _refuse(text: str) -> NoReturn:
    click.echo(text, err=True)
    raise SystemExit(1)


if __name__ == "__main__":
    main()
