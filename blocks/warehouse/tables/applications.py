"""Applications that were asked for."""

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table, Text

from blocks.warehouse.tables.metadata import Instant, metadata

application_builds = Table(
    "application_builds",
    metadata,
    Column("run_id", String(36), primary_key=True),
    Column("created_at", Instant, nullable=False),
    Column("owner", Text, nullable=True),
    Column("title", Text, nullable=False),
    Column("slug", String(40), nullable=False),
    Column("language", String(2), nullable=False),
    Column("backend", String(20), nullable=False),
    Column("frontend", String(20), nullable=True),
    Column("pattern", String(20), nullable=False),
    Column("entities", Integer, nullable=False),
    Column("files", Integer, nullable=False),
    Column("proof", Text, nullable=False),  # JSON: the rank of each part
    Column("uri", Text, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("bytes", BigInteger, nullable=False),
    Index(None, "owner", "created_at"),
    info={"partition_by": "created_at", "cluster_by": ["backend"]},
)
