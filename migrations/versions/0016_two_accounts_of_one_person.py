"""two accounts of one person become one; a statement of hours knows which accounts are on it

Revision ID: 0016
Revises: 0015
"""

import sqlalchemy as sa
from alembic import op

from gridapp.core.database import UtcDateTime

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    with op.batch_alter_table("people", schema=None) as batch_op:
        batch_op.add_column(sa.Column("merged_into_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("merged_at", UtcDateTime(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_people_merged_into_id_people"), "people", ["merged_into_id"], ["id"]
        )
        batch_op.create_check_constraint(
            op.f("ck_people_merged_at_some_time"), "(merged_into_id IS NULL) = (merged_at IS NULL)"
        )
        batch_op.create_check_constraint(op.f("ck_people_merged_into_another"), "merged_into_id <> id")
        batch_op.create_index("ix_people_merged_into", ["merged_into_id"], unique=False)
    with op.batch_alter_table("hours_statements", schema=None) as batch_op:
        batch_op.add_column(sa.Column("also_of", sa.JSON(), nullable=True))


def downgrade() -> None:
    """Take back. Accounts that became part of another stay closed: they are disabled, and a profile is suspended."""
    op.execute(
        "UPDATE people SET disabled_at = merged_at WHERE merged_into_id IS NOT NULL AND disabled_at IS NULL"
    )
    op.execute("UPDATE volunteers SET state = 'suspended' WHERE state = 'merged'")
    with op.batch_alter_table("hours_statements", schema=None) as batch_op:
        batch_op.drop_column("also_of")
    with op.batch_alter_table("people", schema=None) as batch_op:
        batch_op.drop_index("ix_people_merged_into")
        batch_op.drop_constraint(op.f("ck_people_merged_into_another"), type_="check")
        batch_op.drop_constraint(op.f("ck_people_merged_at_some_time"), type_="check")
        batch_op.drop_constraint(op.f("fk_people_merged_into_id_people"), type_="foreignkey")
        batch_op.drop_column("merged_at")
        batch_op.drop_column("merged_into_id")
