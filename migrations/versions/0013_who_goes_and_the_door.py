"""organisations claim and say who goes; a word at the door, incidents, and people who are kept apart

Revision ID: 0013
Revises: 0012
"""

import sqlalchemy as sa
from alembic import op

from gridapp.core.database import UtcDateTime

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

LIVE = "state IN ('offered', 'held', 'done', 'confirmed')"
ONE_LIVE = "going AND state IN ('offered', 'held', 'done', 'confirmed')"
OF_AN_ORGANISATION = "organisation_id IS NOT NULL AND state IN ('offered', 'held', 'done', 'confirmed')"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "incidents",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("thing", sa.String(length=40), nullable=False),
        sa.Column("thing_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("url", sa.String(length=120), nullable=False),
        sa.Column("committee_code", sa.String(length=12), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("reported_by_id", sa.Integer(), nullable=True),
        sa.Column("reported_as", sa.String(length=20), nullable=False),
        sa.Column("reported_at", UtcDateTime(), nullable=False),
        sa.Column("about_id", sa.Integer(), nullable=True),
        sa.Column("text", sa.String(length=1000), nullable=False),
        sa.Column("handled_by_id", sa.Integer(), nullable=True),
        sa.Column("handled_at", UtcDateTime(), nullable=True),
        sa.Column("handled_note", sa.String(length=1000), nullable=True),
        sa.CheckConstraint(
            "state <> 'handled' OR handled_by_id IS NOT NULL", name=op.f("ck_incidents_handled_by_somebody")
        ),
        sa.ForeignKeyConstraint(["about_id"], ["people.id"], name=op.f("fk_incidents_about_id_people")),
        sa.ForeignKeyConstraint(
            ["committee_code"], ["committees.code"], name=op.f("fk_incidents_committee_code_committees")
        ),
        sa.ForeignKeyConstraint(
            ["handled_by_id"], ["people.id"], name=op.f("fk_incidents_handled_by_id_people")
        ),
        sa.ForeignKeyConstraint(
            ["reported_by_id"], ["people.id"], name=op.f("fk_incidents_reported_by_id_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incidents")),
    )
    with op.batch_alter_table("incidents", schema=None) as batch_op:
        batch_op.create_index("ix_incidents_thing", ["thing", "thing_id"], unique=False)
        batch_op.create_index("ix_incidents_waiting", ["state", "committee_code", "id"], unique=False)

    op.create_table(
        "partings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("committee_code", sa.String(length=12), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=True),
        sa.Column("asked_as", sa.String(length=20), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["asked_by_id"], ["people.id"], name=op.f("fk_partings_asked_by_id_people")),
        sa.ForeignKeyConstraint(["author_id"], ["people.id"], name=op.f("fk_partings_author_id_people")),
        sa.ForeignKeyConstraint(
            ["committee_code"], ["committees.code"], name=op.f("fk_partings_committee_code_committees")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_partings_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partings")),
    )
    with op.batch_alter_table("partings", schema=None) as batch_op:
        batch_op.create_index("ix_partings_person", ["person_id", "state"], unique=False)
        batch_op.create_index("ix_partings_committee", ["committee_code", "state", "id"], unique=False)
        batch_op.create_index(
            "uq_partings_kept_once",
            ["person_id", "phone"],
            unique=True,
            sqlite_where=sa.text("state = 'kept'"),
            postgresql_where=sa.text("state = 'kept'"),
        )

    with op.batch_alter_table("claims", schema=None) as batch_op:
        batch_op.drop_index("uq_claims_one_live", sqlite_where=sa.text(LIVE), postgresql_where=sa.text(LIVE))
        batch_op.add_column(sa.Column("organisation_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("going", sa.Boolean(), nullable=False, server_default=sa.true()))
        batch_op.add_column(sa.Column("word", sa.String(length=10), nullable=True))
        batch_op.create_check_constraint(
            op.f("ck_claims_somebody_goes"), "going OR organisation_id IS NOT NULL"
        )
        batch_op.create_index(
            "uq_claims_one_live",
            ["wish_id", "person_id"],
            unique=True,
            sqlite_where=sa.text(ONE_LIVE),
            postgresql_where=sa.text(ONE_LIVE),
        )
        batch_op.create_index("ix_claims_organisation", ["organisation_id", "state", "id"], unique=False)
        batch_op.create_index(
            "uq_claims_one_of_an_organisation",
            ["wish_id", "organisation_id"],
            unique=True,
            sqlite_where=sa.text(OF_AN_ORGANISATION),
            postgresql_where=sa.text(OF_AN_ORGANISATION),
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_claims_organisation_id_organisations"),
            "organisations",
            ["organisation_id"],
            ["id"],
        )

    with op.batch_alter_table("claims", schema=None) as batch_op:
        batch_op.alter_column("going", existing_type=sa.Boolean(), server_default=None)
    op.add_column("wishes", sa.Column("kept_back_at", UtcDateTime(), nullable=True))


def downgrade() -> None:
    """Take back. A share for which nobody goes is given back: before, somebody always went."""
    gone = f"SELECT count(*) FROM claims WHERE wish_id = wishes.id AND NOT going AND claims.{LIVE}"  # noqa: S608 (our own words)
    op.execute(f"UPDATE wishes SET taken = taken - ({gone})")  # noqa: S608
    op.execute(f"UPDATE claims SET state = 'withdrawn' WHERE NOT going AND {LIVE}")  # noqa: S608
    op.execute(
        "ALTER TABLE wishes DROP COLUMN kept_back_at"
    )  # in place: a copy of the table would lose its triggers

    with op.batch_alter_table("claims", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_claims_organisation_id_organisations"), type_="foreignkey")
        batch_op.drop_index(
            "uq_claims_one_of_an_organisation",
            sqlite_where=sa.text(OF_AN_ORGANISATION),
            postgresql_where=sa.text(OF_AN_ORGANISATION),
        )
        batch_op.drop_index("ix_claims_organisation")
        batch_op.drop_index(
            "uq_claims_one_live", sqlite_where=sa.text(ONE_LIVE), postgresql_where=sa.text(ONE_LIVE)
        )
        batch_op.drop_constraint(op.f("ck_claims_somebody_goes"), type_="check")
        batch_op.drop_column("word")
        batch_op.drop_column("going")
        batch_op.drop_column("organisation_id")
        batch_op.create_index(
            "uq_claims_one_live",
            ["wish_id", "person_id"],
            unique=True,
            sqlite_where=sa.text(LIVE),
            postgresql_where=sa.text(LIVE),
        )

    with op.batch_alter_table("partings", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_partings_kept_once",
            sqlite_where=sa.text("state = 'kept'"),
            postgresql_where=sa.text("state = 'kept'"),
        )
        batch_op.drop_index("ix_partings_committee")
        batch_op.drop_index("ix_partings_person")

    op.drop_table("partings")
    with op.batch_alter_table("incidents", schema=None) as batch_op:
        batch_op.drop_index("ix_incidents_waiting")
        batch_op.drop_index("ix_incidents_thing")

    op.drop_table("incidents")
