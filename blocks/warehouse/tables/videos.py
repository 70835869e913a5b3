"""Videos that were made."""

from sqlalchemy import BigInteger, Column, Float, Index, Integer, String, Table, Text

from blocks.warehouse.tables.metadata import Instant, metadata

generated_videos = Table(
    "generated_videos",
    metadata,
    Column("run_id", String(36), primary_key=True),
    Column("created_at", Instant, nullable=False),
    Column("prompt", Text, nullable=False),
    Column("style", Text, nullable=True),
    Column("model", Text, nullable=False),
    Column("model_version", Text, nullable=False),
    Column("seed", BigInteger, nullable=True),
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
    Column("frames", Integer, nullable=False),
    Column("frames_per_second", Float, nullable=False),
    Column("hdr", String(10), nullable=False),
    Column("max_cll", Integer, nullable=True),
    Column("max_fall", Integer, nullable=True),
    Column("uri", Text, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("bytes", BigInteger, nullable=False),
    Index(None, "model", "created_at"),
    info={"partition_by": "created_at", "cluster_by": ["model"]},
)
