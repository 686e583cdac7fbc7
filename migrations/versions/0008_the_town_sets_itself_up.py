"""The town sets itself up: words in English, words of welcome, kinds and skills that are no longer offered.

Revision ID: 0008
Revises: 0007
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

TEXTS = (("help_hours_en", 60), ("welcome", 200), ("welcome_en", 200))


def upgrade() -> None:
    """Add the columns; what is there stays offered."""
    for name, length in TEXTS:
        op.add_column("towns", sa.Column(name, sa.String(length), server_default="", nullable=False))
    for table in ("categories", "skills"):
        op.add_column(table, sa.Column("retired", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    """Take the columns away."""
    for table in ("categories", "skills"):
        with op.batch_alter_table(table) as batch:
            batch.drop_column("retired")
    with op.batch_alter_table("towns") as batch:
        for name, _length in TEXTS:
            batch.drop_column(name)
