"""The payment store: payments, their labels, the verdicts' audit chain, and the windows of runs."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

MOMENT = sa.DateTime(timezone=True)
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

REFUSAL = "the audit of verdicts is append-only"
POSTGRESQL = (
    f"""CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$""",
    """CREATE TRIGGER payment_verdicts_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON payment_verdicts
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change()""",
)
SQLITE = tuple(
    f"""CREATE TRIGGER payment_verdicts_no_{event.lower()} BEFORE {event} ON payment_verdicts
    BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"""
    for event in ("UPDATE", "DELETE")
)


def upgrade() -> None:
    """Create the tables, and close the audit to changes."""
    op.create_table(
        "payments",
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("transaction_id", sa.Text(), nullable=False),
        sa.Column("time_us", sa.BigInteger(), nullable=False),
        sa.Column("customer_id", sa.Text(), nullable=False),
        sa.Column("terminal_id", sa.Text(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("device", sa.Text(), nullable=False),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("label", sa.SmallInteger(), nullable=False),
        sa.Column("contents_sha256", sa.String(64), nullable=False),
        sa.Column("given", sa.Text(), nullable=False),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("owner", "transaction_id", name="pk_payments"),
    )
    op.create_index("ix_payments_owner", "payments", ["owner", "customer_id", "time_us"])
    op.create_index("ix_payments_terminal", "payments", ["owner", "terminal_id", "time_us"])
    op.create_table(
        "payment_labels",
        sa.Column("id", SERIAL, autoincrement=True, nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("transaction_id", sa.Text(), nullable=False),
        sa.Column("is_fraud", sa.Boolean(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("labelled_at", MOMENT, nullable=False),
        sa.Column("applied", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_payment_labels"),
    )
    op.create_index("ix_payment_labels_applied", "payment_labels", ["applied", "id"])
    op.create_table(
        "payment_verdicts",
        sa.Column("sequence", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("transaction_id", sa.Text(), nullable=False),
        sa.Column("run_id", sa.String(36), nullable=False),
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("previous", sa.String(64), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("sequence", name="pk_payment_verdicts"),
        sa.UniqueConstraint("owner", "transaction_id", name="uq_payment_verdicts_owner"),
    )
    op.create_index("ix_payment_verdicts_run_id", "payment_verdicts", ["run_id", "sequence"])
    op.create_table(
        "verdict_windows",
        sa.Column("run_id", sa.String(36), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.Column("closed_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("run_id", name="pk_verdict_windows"),
    )
    op.create_index("ix_verdict_windows_state", "verdict_windows", ["state", "owner"])
    for statement in POSTGRESQL if op.get_bind().dialect.name == "postgresql" else SQLITE:
        op.execute(statement)


def downgrade() -> None:
    """Drop them; SQLite drops a table's triggers with it."""
    for table in ("verdict_windows", "payment_verdicts", "payment_labels", "payments"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_audit_change()")
