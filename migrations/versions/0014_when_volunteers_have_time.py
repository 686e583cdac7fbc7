"""when in a week volunteers have time

Revision ID: 0014
Revises: 0013
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column(
        "volunteers", sa.Column("free_times", sa.String(length=240), server_default="", nullable=False)
    )


def downgrade() -> None:
    """Take back."""
    op.drop_column("volunteers", "free_times")
