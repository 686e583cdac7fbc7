"""How alembic runs our revisions: on the app's own engine, within one transaction."""

from alembic import context

from gridapp.core.database import Base, UtcDateTime, db


def render_item(type_, obj, autogen_context):
    """Write our column type into a revision by its name."""
    if type_ == "type" and isinstance(obj, UtcDateTime):
        autogen_context.imports.add("from gridapp.core.database import UtcDateTime")
        return "UtcDateTime()"
    return False


with db.engine.connect().execution_options(write=True) as connection:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        render_item=render_item,
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
