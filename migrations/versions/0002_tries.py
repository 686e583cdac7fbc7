"""each try is a row, so that limits hold in every stretch of five minutes

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

from gridapp.core.database import UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply. Counters of the last minutes are forgotten: nobody is locked out by an upgrade."""
    op.drop_table("tries")
    op.create_table(
        "tries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tries")),
    )
    op.create_index("ix_tries_at", "tries", ["at"])
    op.create_index("ix_tries_key", "tries", ["key", "at"])


def downgrade() -> None:
    """Take back."""
    op.drop_table("tries")
    op.create_table(
        "tries",
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_tries")),
    )
