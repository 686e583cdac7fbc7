"""a wish that somebody took has not expired; a spent key keeps no words, which nobody wrote

Revision ID: 0010
Revises: 0009
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply. A wish that a race has closed over its helpers is taken on, as its claims say."""
    op.execute("UPDATE wishes SET state = 'filled', places = taken WHERE state = 'expired' AND taken > 0")
    with op.batch_alter_table("wishes") as wishes:
        wishes.create_check_constraint(
            op.f("ck_wishes_nobody_helped_what_expired"), "state <> 'expired' OR taken = 0"
        )
    with op.batch_alter_table("spent_keys") as keys:
        keys.drop_column("message")


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table("spent_keys") as keys:
        keys.add_column(sa.Column("message", sa.String(length=600), nullable=True))
    with op.batch_alter_table("wishes") as wishes:
        wishes.drop_constraint(op.f("ck_wishes_nobody_helped_what_expired"), type_="check")
