"""A time that changes after somebody promised to come: how long they may think about it, and whom it puts in conflict.

Revision ID: 0015
Revises: 0014
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

RETIMED = sa.text("retimed_at IS NOT NULL")


def upgrade() -> None:
    """Add the town's limit, and the index of the few wishes that were given a new time."""
    op.add_column("towns", sa.Column("rethink_hours", sa.Integer(), server_default="24", nullable=False))
    op.create_index(
        "ix_wishes_retimed",
        "wishes",
        ["committee_code"],
        unique=False,
        sqlite_where=RETIMED,
        postgresql_where=RETIMED,
    )


def downgrade() -> None:
    """Take both away."""
    op.drop_index("ix_wishes_retimed", "wishes", sqlite_where=RETIMED, postgresql_where=RETIMED)
    with op.batch_alter_table("towns") as batch:
        batch.drop_column("rethink_hours")
