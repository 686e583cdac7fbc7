"""photos are rows: two JPEGs, the thing that they belong to, a place among its photos

Revision ID: 0012
Revises: 0011
"""

import sqlalchemy as sa
from alembic import op

from gridapp.core.database import UtcDateTime

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "photos",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("thing", sa.String(length=40), nullable=False),
        sa.Column("thing_id", sa.Integer(), nullable=True),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("thumbnail", sa.LargeBinary(), nullable=True),
        sa.Column("jpeg", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("(state = 'pending') = (thing_id IS NULL)", name=op.f("ck_photos_belongs")),
        sa.CheckConstraint(
            "(state = 'removed') = (jpeg IS NULL) AND (state = 'removed') = (thumbnail IS NULL)",
            name=op.f("ck_photos_erased_when_removed"),
        ),
        sa.CheckConstraint("place BETWEEN 1 AND 3", name=op.f("ck_photos_place")),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_photos_by_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_photos")),
    )
    op.create_index(
        "uq_photos_place",
        "photos",
        ["thing", "thing_id", "place"],
        unique=True,
        sqlite_where=sa.text("state = 'shown'"),
        postgresql_where=sa.text("state = 'shown'"),
    )
    op.create_index("ix_photos_by", "photos", ["by_id", "at"])
    op.create_index("ix_photos_state", "photos", ["state", "at"])


def downgrade() -> None:
    """Take back."""
    op.drop_table("photos")
