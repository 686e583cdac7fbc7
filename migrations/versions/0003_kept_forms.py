"""forms that came too late wait for their owner

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

from gridapp.core.database import UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "kept_forms",
        sa.Column("person_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("ref_hash", sa.String(length=64), nullable=False),
        sa.Column("page", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("typed", sa.Text(), nullable=False),
        sa.Column("kept_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_kept_forms_person_id_people")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_kept_forms")),
    )
    op.create_index("ix_kept_forms_kept_at", "kept_forms", ["kept_at"])


def downgrade() -> None:
    """Take back."""
    op.drop_index("ix_kept_forms_kept_at", table_name="kept_forms")
    op.drop_table("kept_forms")
