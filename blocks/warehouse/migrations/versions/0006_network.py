"""Verdicts on network traffic, and what the rules found in it."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "network_verdicts",
        sa.Column("run_id", sa.String(36), nullable=False),
        sa.Column("record", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("judged_at", MOMENT, nullable=False),
        sa.Column("format", sa.Text(), nullable=False),
        sa.Column("time", MOMENT, nullable=True),
        sa.Column("src", sa.Text(), nullable=True),
        sa.Column("dst", sa.Text(), nullable=True),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("attack_class", sa.Text(), nullable=False),
        sa.Column("novelty", sa.Double(), nullable=False),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("rules_hit", sa.JSON(), nullable=False),
        sa.Column("model_version", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("run_id", "record", name="pk_network_verdicts"),
    )
    op.create_index("ix_network_verdicts_attack_class", "network_verdicts", ["attack_class", "judged_at"])
    op.create_table(
        "network_findings",
        sa.Column("run_id", sa.String(36), nullable=False),
        sa.Column("finding", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("found_at", MOMENT, nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("rules_version", sa.Text(), nullable=False),
        sa.Column("severity", sa.Text(), nullable=False),
        sa.Column("src", sa.Text(), nullable=False),
        sa.Column("dst", sa.Text(), nullable=True),
        sa.Column("port", sa.Integer(), nullable=True),
        sa.Column("first_time", MOMENT, nullable=True),
        sa.Column("last_time", MOMENT, nullable=True),
        sa.Column("flows", sa.Integer(), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("run_id", "finding", name="pk_network_findings"),
    )
    op.create_index("ix_network_findings_rule", "network_findings", ["rule", "found_at"])


def downgrade() -> None:
    """Drop them."""
    for table in ("network_findings", "network_verdicts"):
        op.drop_table(table)
