"""Verdicts on network traffic, and what the rules found in it."""

from sqlalchemy import JSON, Column, Double, Index, Integer, String, Table, Text

from blocks.warehouse.tables.metadata import Instant, metadata

network_verdicts = Table(
    "network_verdicts",
    metadata,
    Column("run_id", String(36), primary_key=True),
    Column("record", Integer, primary_key=True, autoincrement=False),
    Column("judged_at", Instant, nullable=False),
    Column("format", Text, nullable=False),
    Column("time", Instant),
    Column("src", Text),
    Column("dst", Text),
    Column("score", Double, nullable=False),
    Column("attack_class", Text, nullable=False),
    Column("novelty", Double, nullable=False),
    Column("decision", Text, nullable=False),
    Column("reasons", JSON, nullable=False),
    Column("rules_hit", JSON, nullable=False),
    Column("model_version", Text, nullable=False),
    Index(None, "attack_class", "judged_at"),
    info={"partition_by": "judged_at", "cluster_by": ["decision", "attack_class"]},
)
"""The flagged records of a run and its highest scores; all verdicts are in the run's parquet."""

network_findings = Table(
    "network_findings",
    metadata,
    Column("run_id", String(36), primary_key=True),
    Column("finding", Integer, primary_key=True, autoincrement=False),
    Column("found_at", Instant, nullable=False),
    Column("rule", Text, nullable=False),
    Column("rules_version", Text, nullable=False),
    Column("severity", Text, nullable=False),
    Column("src", Text, nullable=False),
    Column("dst", Text),
    Column("port", Integer),
    Column("first_time", Instant),
    Column("last_time", Instant),
    Column("flows", Integer, nullable=False),
    Column("evidence", JSON, nullable=False),
    Column("description", Text, nullable=False),
    Index(None, "rule", "found_at"),
    info={"partition_by": "found_at", "cluster_by": ["severity", "rule"]},
)
