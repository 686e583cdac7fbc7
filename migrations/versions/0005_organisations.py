"""organisations, and who belongs to them

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

from gridapp.core.database import UtcDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "organisations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("committee_code", sa.String(length=12), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("state_note", sa.String(length=300), nullable=True),
        sa.Column("max_live", sa.Integer(), nullable=False),
        sa.Column("applied_by_id", sa.Integer(), nullable=False),
        sa.Column("applied_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("max_live BETWEEN 1 AND 50", name=op.f("ck_organisations_max_live")),
        sa.ForeignKeyConstraint(
            ["applied_by_id"], ["people.id"], name=op.f("fk_organisations_applied_by_id_people")
        ),
        sa.ForeignKeyConstraint(
            ["committee_code"], ["committees.code"], name=op.f("fk_organisations_committee_code_committees")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisations")),
    )
    with op.batch_alter_table("organisations", schema=None) as batch_op:
        batch_op.create_index("ix_organisations_applied_by", ["applied_by_id"], unique=False)
        batch_op.create_index("ix_organisations_committee", ["committee_code", "state", "id"], unique=False)

    op.create_table(
        "memberships",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "(state = 'invited') = (phone IS NOT NULL)", name=op.f("ck_memberships_number_while_it_waits")
        ),
        sa.CheckConstraint(
            "state <> 'joined' OR person_id IS NOT NULL", name=op.f("ck_memberships_joined_is_somebody")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_memberships_organisation_id_organisations"),
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_memberships_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_memberships")),
    )
    with op.batch_alter_table("memberships", schema=None) as batch_op:
        batch_op.create_index("ix_memberships_organisation", ["organisation_id", "state"], unique=False)
        batch_op.create_index("ix_memberships_person", ["person_id", "state"], unique=False)
        batch_op.create_index("ix_memberships_phone", ["phone"], unique=False)
        batch_op.create_index(
            "uq_memberships_one_invitation",
            ["organisation_id", "phone"],
            unique=True,
            sqlite_where=sa.text("state = 'invited'"),
            postgresql_where=sa.text("state = 'invited'"),
        )
        batch_op.create_index(
            "uq_memberships_one_membership",
            ["organisation_id", "person_id"],
            unique=True,
            sqlite_where=sa.text("state = 'joined'"),
            postgresql_where=sa.text("state = 'joined'"),
        )

    with op.batch_alter_table("roles", schema=None) as batch_op:
        batch_op.add_column(sa.Column("place_id", sa.Integer(), nullable=True))
        batch_op.create_index("ix_roles_place", ["place_id", "kind"], unique=False)
        batch_op.create_check_constraint(
            op.f("ck_roles_represents_somebody"), "kind <> 'representative' OR place_id IS NOT NULL"
        )


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table("roles", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_roles_represents_somebody"), type_="check")
        batch_op.drop_index("ix_roles_place")
        batch_op.drop_column("place_id")

    with op.batch_alter_table("memberships", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_memberships_one_membership",
            sqlite_where=sa.text("state = 'joined'"),
            postgresql_where=sa.text("state = 'joined'"),
        )
        batch_op.drop_index(
            "uq_memberships_one_invitation",
            sqlite_where=sa.text("state = 'invited'"),
            postgresql_where=sa.text("state = 'invited'"),
        )
        batch_op.drop_index("ix_memberships_phone")
        batch_op.drop_index("ix_memberships_person")
        batch_op.drop_index("ix_memberships_organisation")

    op.drop_table("memberships")
    with op.batch_alter_table("organisations", schema=None) as batch_op:
        batch_op.drop_index("ix_organisations_committee")
        batch_op.drop_index("ix_organisations_applied_by")

    op.drop_table("organisations")
