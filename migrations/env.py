"""How alembic runs our revisions: on the app's own engine, within one transaction."""

from contextlib import contextmanager

from alembic import context
from sqlalchemy import text

from gridapp.core.database import Base, UtcDateTime, db
from gridapp.core.searching import Tokens


def render_item(type_, obj, autogen_context):
    """Write a column type of ours into a revision by its name."""
    for kind in (UtcDateTime, Tokens):
        if type_ == "type" and isinstance(obj, kind):
            autogen_context.imports.add(f"from {kind.__module__} import {kind.__name__}")
            return f"{kind.__name__}()"
    return False


def is_ours(name, type_, _parents):
    """Whether models describe it: not the search of SQLite, a virtual table with a handful of tables of its own."""
    return type_ != "table" or not name.startswith("wish_search")


def is_here(thing, _name, type_, _reflected, _other):
    """Whether this engine has it: an inverted index is PostgreSQL's."""
    is_inverted = type_ == "index" and thing.dialect_options["postgresql"]["using"] == "gin"
    return not is_inverted or db.engine.dialect.name == "postgresql"


@contextmanager
def references_rest(connection):
    """Let revisions rebuild tables that others refer to.

    SQLite changes a table by making it anew, and dropping the old one would break every reference to it. Its
    pragma counts only outside of a transaction, so it is given before the transaction begins; that every
    reference leads somewhere is looked at before the commit instead.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    raw = connection.connection.driver_connection
    raw.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        raw.execute("PRAGMA foreign_keys=ON")


def refuse_loose_ends(connection):
    """Raise RuntimeError, which rolls everything back, when a reference leads nowhere."""
    if connection.dialect.name == "sqlite":
        loose = connection.execute(text("PRAGMA foreign_key_check")).all()
        if loose:
            named = ", ".join(sorted({f"{table} row {row} (to {parent})" for table, row, parent, _ in loose}))
            raise RuntimeError(
                f"after the migration these rows refer to nothing, so it was not done: {named}"
            )


with (
    db.engine.connect().execution_options(write=True) as connection,
    references_rest(connection),
    # One transaction over all revisions. Left to itself, alembic would begin one for each on SQLite, of which it
    # believes that tables cannot be made in a transaction.
    connection.begin(),
):
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        render_item=render_item,
        compare_type=True,
        include_name=is_ours,
        include_object=is_here,
    )
    with context.begin_transaction():
        context.run_migrations()
    refuse_loose_ends(connection)
