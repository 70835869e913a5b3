"""The tables that runs publish to; PostgreSQL, SQLite and BigQuery are all made from these definitions.

`info["partition_by"]` and `info["cluster_by"]` are what BigQuery needs to know; the others index the same columns.
`info["merged"]` marks a table whose rows are written again by `Warehouse.merge`.
"""

from blocks.warehouse.tables.alerts import (
    fraud_alert_events,
    fraud_alert_sources,
    fraud_alert_webhooks,
    fraud_alerts,
)
from blocks.warehouse.tables.applications import application_builds
from blocks.warehouse.tables.candles import candle_spans, candles
from blocks.warehouse.tables.forecasts import forecast_scores, price_forecasts
from blocks.warehouse.tables.images import generated_images
from blocks.warehouse.tables.lists import fraud_list_entries
from blocks.warehouse.tables.market import market_findings
from blocks.warehouse.tables.metadata import metadata
from blocks.warehouse.tables.network import network_findings, network_verdicts
from blocks.warehouse.tables.payments import payment_labels, payment_verdicts, payments, verdict_windows
from blocks.warehouse.tables.portfolio import paper_accounts, portfolio_fills, portfolio_orders, portfolio_risk
from blocks.warehouse.tables.publications import publications
from blocks.warehouse.tables.sentiment import sentiment_scores
from blocks.warehouse.tables.verdicts import transaction_verdicts
from blocks.warehouse.tables.videos import generated_videos

__all__ = [
    "application_builds",
    "candle_spans",
    "candles",
    "forecast_scores",
    "fraud_alert_events",
    "fraud_alert_sources",
    "fraud_alert_webhooks",
    "fraud_alerts",
    "fraud_list_entries",
    "generated_images",
    "generated_videos",
    "market_findings",
    "metadata",
    "network_findings",
    "network_verdicts",
    "paper_accounts",
    "payment_labels",
    "payment_verdicts",
    "payments",
    "portfolio_fills",
    "portfolio_orders",
    "portfolio_risk",
    "price_forecasts",
    "publications",
    "sentiment_scores",
    "transaction_verdicts",
    "verdict_windows",
]
