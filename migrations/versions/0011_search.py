"""search of open wishes, and the indexes of their list

Revision ID: 0011
Revises: 0010
"""

import sqlalchemy as sa
from alembic import op

from gridapp.core.searching import Tokens, initials_of, tokens_of

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

AT_ONCE = 2000
OPEN = sa.text("state = 'open'")
# The list of open wishes: newest first within what the index begins with; the last one soonest first.
LISTS = {
    "ix_wishes_open": "",
    "ix_wishes_open_category": "category_code",
    "ix_wishes_open_committee": "committee_code",
    "ix_wishes_open_skill": "skill_code",
    "ix_wishes_open_last_moment": "coalesce(ends_at, deadline)",
}
# SQLite keeps a copy of nothing: the index reads `wishes`, and triggers tell it which wishes are open.
SQLITE = (
    (
        "CREATE VIRTUAL TABLE wish_search USING fts5(words, initials, content='wishes', content_rowid='id', "
        "tokenize='unicode61 remove_diacritics 0', prefix='1 2')"
    ),
    "INSERT INTO wish_search (rowid, words, initials) SELECT id, words, initials FROM wishes WHERE state = 'open'",
    """
    CREATE TRIGGER wish_search_insert AFTER INSERT ON wishes WHEN new.state = 'open' BEGIN
        INSERT INTO wish_search (rowid, words, initials) VALUES (new.id, new.words, new.initials);
    END
    """,
    """
    CREATE TRIGGER wish_search_delete AFTER DELETE ON wishes WHEN old.state = 'open' BEGIN
        INSERT INTO wish_search (wish_search, rowid, words, initials)
        VALUES ('delete', old.id, old.words, old.initials);
    END
    """,
    """
    CREATE TRIGGER wish_search_update AFTER UPDATE OF state, words, initials ON wishes
    WHEN old.state = 'open' OR new.state = 'open' BEGIN
        INSERT INTO wish_search (wish_search, rowid, words, initials)
        SELECT 'delete', old.id, old.words, old.initials WHERE old.state = 'open';
        INSERT INTO wish_search (rowid, words, initials)
        SELECT new.id, new.words, new.initials WHERE new.state = 'open';
    END
    """,
)
TRIGGERS = ("wish_search_insert", "wish_search_delete", "wish_search_update")


def upgrade() -> None:
    """Apply, and make every wish that is there one that can be found."""
    op.add_column("wishes", sa.Column("words", Tokens(), nullable=True))
    op.add_column("wishes", sa.Column("initials", Tokens(), nullable=True))
    op.drop_index("ix_wishes_state_category", "wishes")
    for name, first in LISTS.items():
        columns = [*([sa.text(first)] if first else []), "id"]
        op.create_index(name, "wishes", columns, sqlite_where=OPEN, postgresql_where=OPEN)
    connection = op.get_bind()
    fill(connection)
    if connection.dialect.name == "sqlite":
        for statement in SQLITE:
            connection.exec_driver_sql(statement)
        return
    for column in ("words", "initials"):
        op.create_index(
            f"ix_wishes_{column}",
            "wishes",
            [column],
            postgresql_using="gin",
            postgresql_where=OPEN,
        )


def fill(connection: sa.Connection) -> None:
    """Tokens for every wish, some at a time."""
    wishes = sa.table(
        "wishes",
        sa.column("id", sa.Integer),
        *(sa.column(name, sa.Text) for name in ("title", "text", "road")),
        *(sa.column(name, Tokens) for name in ("words", "initials")),
    )
    some = (
        sa.select(wishes.c.id, wishes.c.title, wishes.c.text, wishes.c.road)
        .where(wishes.c.id > sa.bindparam("after"))
        .order_by(wishes.c.id)
        .limit(AT_ONCE)
    )
    write = (
        sa.update(wishes)
        .where(wishes.c.id == sa.bindparam("of"))
        .values(words=sa.bindparam("words"), initials=sa.bindparam("initials"))
    )
    after = 0
    while rows := connection.execute(some, {"after": after}).all():
        after = rows[-1].id
        connection.execute(
            write,
            [
                {"of": row.id, "words": tokens_of(*row[1:]), "initials": initials_of(row.title, row.road)}
                for row in rows
            ],
        )


def downgrade() -> None:
    """Take back."""
    if op.get_bind().dialect.name == "sqlite":
        for name in TRIGGERS:
            op.execute(f"DROP TRIGGER {name}")
        op.execute("DROP TABLE wish_search")
    else:
        op.drop_index("ix_wishes_initials", "wishes")
        op.drop_index("ix_wishes_words", "wishes")
    for name in LISTS:
        op.drop_index(name, "wishes")
    op.create_index("ix_wishes_state_category", "wishes", ["state", "category_code", "id"])
    op.drop_column("wishes", "initials")
    op.drop_column("wishes", "words")
