"""A look names the person who may read that it happened.

Revision ID: 0004
Revises: 0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column, and fill it for the looks that were written before."""
    with op.batch_alter_table("looks") as looks:
        looks.add_column(sa.Column("about_id", sa.Integer(), nullable=True))
        looks.create_foreign_key("fk_looks_about_id_people", "people", ["about_id"], ["id"])
        looks.create_index("ix_looks_about", ["about_id", "id"])
    op.execute(
        "UPDATE looks SET about_id = (SELECT author_id FROM wishes WHERE wishes.id = looks.thing_id) "
        "WHERE thing = 'wishes'"
    )
    op.execute(
        "UPDATE looks SET about_id = (SELECT person_id FROM volunteers WHERE volunteers.id = looks.thing_id) "
        "WHERE thing = 'volunteers'"
    )


def downgrade() -> None:
    """Take the column away."""
    with op.batch_alter_table("looks") as looks:
        looks.drop_index("ix_looks_about")
        looks.drop_constraint("fk_looks_about_id_people", type_="foreignkey")
        looks.drop_column("about_id")
