"""Portfolios: their risk, orders proposed and filled, and accounts on paper. Money and amounts are decimal text."""

from sqlalchemy import JSON, Column, Double, Index, Integer, String, Table, Text

from blocks.warehouse.tables.metadata import Instant, metadata

portfolio_risk = Table(
    "portfolio_risk",
    metadata,
    Column("run_id", String(36), primary_key=True),
    Column("measure", Text, primary_key=True),
    Column("method", Text, primary_key=True),
    Column("level", Integer, primary_key=True, autoincrement=False),
    Column("horizon_days", Integer, primary_key=True, autoincrement=False),
    Column("assessed_at", Instant, nullable=False),
    Column("quote", Text, nullable=False),
    Column("value", Double, nullable=False),
    Column("lower", Double),
    Column("upper", Double),
    Column("data_source", Text, nullable=False),
    Index(None, "measure", "assessed_at"),
    info={"partition_by": "assessed_at", "cluster_by": ["measure", "method"]},
)
"""One row a figure, in percent of the portfolio: `level` is the confidence in percent, 0 where a figure has none."""

portfolio_orders = Table(
    "portfolio_orders",
    metadata,
    Column("run_id", String(36), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("proposed_at", Instant, nullable=False),
    Column("exchange", Text, nullable=False),
    Column("quote", Text, nullable=False),
    Column("symbol", Text, nullable=False),
    Column("side", Text, nullable=False),
    Column("amount", Text, nullable=False),
    Column("price", Text, nullable=False),
    Column("limit_price", Text, nullable=False),
    Column("cost", Text, nullable=False),
    Column("fee", Text, nullable=False),
    Column("strategy", Text, nullable=False),
    Column("execute", Text, nullable=False),
    Index(None, "symbol", "proposed_at"),
    info={"partition_by": "proposed_at", "cluster_by": ["symbol", "side"]},
)
"""Orders as they were proposed, whatever became of them."""

portfolio_fills = Table(
    "portfolio_fills",
    metadata,
    Column("run_id", String(36), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("executed_at", Instant, nullable=False),
    Column("mode", Text, nullable=False),
    Column("symbol", Text, nullable=False),
    Column("side", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("filled", Text, nullable=False),
    Column("price", Text),
    Column("fee", Text, nullable=False),
    Column("reason", Text),
    Column("exchange_order_id", Text),
    Index(None, "symbol", "executed_at"),
    info={"partition_by": "executed_at", "cluster_by": ["symbol", "mode"]},
)
"""What became of orders that were approved: filled, partly filled or not, on paper or at the exchange."""

paper_accounts = Table(
    "paper_accounts",
    metadata,
    Column("account", Text, primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("run_id", String(36), nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("event", Text, nullable=False),
    Column("quote", Text, nullable=False),
    Column("cash", Text, nullable=False),
    Column("amounts", JSON, nullable=False),
    Column("fills", JSON, nullable=False),
    Index(None, "run_id"),
    info={"partition_by": "recorded_at", "cluster_by": ["account"]},
)
"""Every state that an account on paper was in. A run writes the next version in one row, with its fills: whoever comes
second to a version has to look at the account again, so nothing is filled twice."""
