"""lists in and out: rows that came in, lists that went out, who confirmed hours of the past

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op

from gridapp.core.database import UtcDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "imported_rows",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("content", sa.String(length=64), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imported_rows")),
        sa.UniqueConstraint("kind", "key", name=op.f("uq_imported_rows_kind_key")),
    )
    op.create_table(
        "exports",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("format", sa.String(length=10), nullable=False),
        sa.Column("personal", sa.Boolean(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_exports_by_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exports")),
    )
    op.create_index("ix_exports_by", "exports", ["by_id", "at"])
    op.add_column("hour_entries", sa.Column("confirmed_by_name", sa.String(length=40), nullable=True))


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table("hour_entries") as table:
        table.drop_column("confirmed_by_name")
    op.drop_index("ix_exports_by", "exports")
    op.drop_table("exports")
    op.drop_table("imported_rows")
