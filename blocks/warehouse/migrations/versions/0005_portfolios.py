"""Portfolios: risk, orders, fills and accounts on paper."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "portfolio_risk",
        sa.Column("run_id", sa.String(36), nullable=False),
        sa.Column("measure", sa.Text(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("level", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("horizon_days", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("assessed_at", MOMENT, nullable=False),
        sa.Column("quote", sa.Text(), nullable=False),
        sa.Column("value", sa.Double(), nullable=False),
        sa.Column("lower", sa.Double(), nullable=True),
        sa.Column("upper", sa.Double(), nullable=True),
        sa.Column("data_source", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("run_id", "measure", "method", "level", "horizon_days", name="pk_portfolio_risk"),
    )
    op.create_index("ix_portfolio_risk_measure", "portfolio_risk", ["measure", "assessed_at"])
    _create_orders()
    op.create_table(
        "paper_accounts",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("run_id", sa.String(36), nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("quote", sa.Text(), nullable=False),
        sa.Column("cash", sa.Text(), nullable=False),
        sa.Column("amounts", sa.JSON(), nullable=False),
        sa.Column("fills", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("account", "version", name="pk_paper_accounts"),
    )
    op.create_index("ix_paper_accounts_run_id", "paper_accounts", ["run_id"])


def downgrade() -> None:
    """Drop them."""
    for table in ("paper_accounts", "portfolio_fills", "portfolio_orders", "portfolio_risk"):
        op.drop_table(table)


def _create_orders() -> None:
    """Orders proposed, and what became of them."""
    op.create_table(
        "portfolio_orders",
        sa.Column("run_id", sa.String(36), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("proposed_at", MOMENT, nullable=False),
        *(
            sa.Column(name, sa.Text(), nullable=False)
            for name in (
                "exchange",
                "quote",
                "symbol",
                "side",
                "amount",
                "price",
                "limit_price",
                "cost",
                "fee",
                "strategy",
                "execute",
            )
        ),
        sa.PrimaryKeyConstraint("run_id", "number", name="pk_portfolio_orders"),
    )
    op.create_index("ix_portfolio_orders_symbol", "portfolio_orders", ["symbol", "proposed_at"])
    op.create_table(
        "portfolio_fills",
        sa.Column("run_id", sa.String(36), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("executed_at", MOMENT, nullable=False),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("symbol", sa.Text(), nullable=False),
        sa.Column("side", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("filled", sa.Text(), nullable=False),
        sa.Column("price", sa.Text(), nullable=True),
        sa.Column("fee", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("exchange_order_id", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("run_id", "number", name="pk_portfolio_fills"),
    )
    op.create_index("ix_portfolio_fills_symbol", "portfolio_fills", ["symbol", "executed_at"])
