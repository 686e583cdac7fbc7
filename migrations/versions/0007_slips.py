"""slips, wishes that are alike, new times, erased text

Revision ID: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

from gridapp.core.database import UtcDateTime

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply. Columns are added one by one: SQLite would rebuild a table that others refer to."""
    op.create_table(
        "wish_slips",
        sa.Column("wish_id", sa.Integer(), nullable=False),
        sa.Column("code_hash", sa.String(length=200), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("issued_by_id", sa.Integer(), nullable=False),
        sa.Column("issued_at", UtcDateTime(), nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["wish_id"], ["wishes.id"], name=op.f("fk_wish_slips_wish_id_wishes")),
        sa.ForeignKeyConstraint(
            ["issued_by_id"], ["people.id"], name=op.f("fk_wish_slips_issued_by_id_people")
        ),
        sa.PrimaryKeyConstraint("wish_id", name=op.f("pk_wish_slips")),
    )
    op.add_column("beneficiaries", sa.Column("through", sa.String(length=40), nullable=True))
    op.add_column("wishes", sa.Column("retimed_at", UtcDateTime(), nullable=True))
    op.add_column("wishes", sa.Column("erased_at", UtcDateTime(), nullable=True))
    op.create_index("ix_beneficiaries_phone", "beneficiaries", ["phone", "wish_id"])
    op.create_index("ix_wishes_alike", "wishes", ["committee_code", "category_code", "submitted_at"])


def downgrade() -> None:
    """Take back."""
    op.drop_index("ix_wishes_alike", "wishes")
    op.drop_index("ix_beneficiaries_phone", "beneficiaries")
    op.drop_column("wishes", "erased_at")
    op.drop_column("wishes", "retimed_at")
    op.drop_column("beneficiaries", "through")
    op.drop_table("wish_slips")
