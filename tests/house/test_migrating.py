"""Tables change under the rows that are in them, whoever refers to them, on both engines (R9)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import alembic.command
import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from gridapp.core.database import db, writing
from gridapp.web import migrations
from tests.house.conftest import Town, new_app
from tests.house.test_code import fill
from tests.servers import empty_database

REVISION = '''"""A revision of the test."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "test", "{head}"


def upgrade() -> None:
    """Apply."""
    {step}


def downgrade() -> None:
    """Take back."""
'''
REBUILD = """with op.batch_alter_table("people") as people:
        people.alter_column("name", type_=sa.String(60), existing_nullable=False)  # SQLite makes the table anew
        people.add_column(sa.Column("shoe_size", sa.Integer(), nullable=False, server_default="40"))"""
LOSE_SOMEBODY = 'op.execute("DELETE FROM people")'


def test_a_table_that_everything_refers_to_is_made_anew_with_its_rows(town: Town, tmp_path: Path):  # R9
    with a_town_with_rows(town) as config_with:
        people = how_many("people")

        alembic.command.upgrade(config_with(REBUILD, tmp_path), "test")

        assert how_many("people WHERE shoe_size = 40") == people > 10
        assert references_are_guarded()


def test_a_migration_that_leaves_loose_ends_is_not_done(town: Town, tmp_path: Path):  # R9
    with a_town_with_rows(town) as config_with:
        people = how_many("people")

        with pytest.raises((RuntimeError, DatabaseError), match=r"refer|foreign key"):
            alembic.command.upgrade(config_with(LOSE_SOMEBODY, tmp_path), "test")

        assert how_many("people") == people
        assert references_are_guarded()


def test_several_revisions_are_one_transaction(town: Town, tmp_path: Path):  # R9
    with a_town_with_rows(town) as config_with:
        config = config_with(REBUILD, tmp_path)
        alembic.command.downgrade(config, "base")

        alembic.command.upgrade(config, "test")

        assert how_many("people") == 0


@contextmanager
def a_town_with_rows(town: Town) -> Iterator[Callable[[str, Path], Config]]:
    """A database of its own with the town's rows; gives what makes alembic's configuration with a further revision."""
    with empty_database(town.engine) as url:
        app = new_app(url)
        with app.app_context():
            migrations.upgrade()
            with writing(db.session()):
                fill(town)

            def config_with(step: str, folder: Path) -> Config:
                config = migrations.config_for(app)
                head = ScriptDirectory.from_config(config).get_current_head()
                (folder / "test_revision.py").write_text(REVISION.format(head=head, step=step))
                ours = Path(config.get_main_option("script_location") or "") / "versions"
                config.set_main_option("version_locations", f"{ours}:{folder}")
                config.set_main_option("path_separator", ":")
                return config

            yield config_with
            db.session.remove()
            db.engine.dispose()


def how_many(what: str) -> int:
    """How many rows there are."""
    with db.engine.connect() as connection:
        return connection.scalar(text(f"SELECT count(*) FROM {what}")) or 0


def references_are_guarded() -> bool:
    """Whether the connections still refuse a row that refers to nothing."""
    db.session().rollback()
    with pytest.raises(DatabaseError, match=r"(?i)foreign key"), writing(db.session()):
        db.session().execute(text("UPDATE wishes SET author_id = 999999"))
    return True
