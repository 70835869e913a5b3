"""Applications that were built."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "application_builds",
        sa.Column("run_id", sa.String(36), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("owner", sa.Text(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("slug", sa.String(40), nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("backend", sa.String(20), nullable=False),
        sa.Column("frontend", sa.String(20), nullable=True),
        sa.Column("pattern", sa.String(20), nullable=False),
        sa.Column("entities", sa.Integer(), nullable=False),
        sa.Column("files", sa.Integer(), nullable=False),
        sa.Column("proof", sa.Text(), nullable=False),
        sa.Column("uri", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("run_id", name="pk_application_builds"),
    )
    op.create_index("ix_application_builds_owner", "application_builds", ["owner", "created_at"])


def downgrade() -> None:
    """Drop it."""
    op.drop_table("application_builds")
