"""Scores of a large file of payments as parquet, written in parts."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from prefect import task
from prefect.cache_policies import NO_CACHE

from blocks.asset_store import Asset, AssetStore
from tasks.fraud.score import DECISIONS, AllScores, Assessment
from tasks.run import asset_path

SCORES: Final = "scores.parquet"
ROWS_A_GROUP: Final = 131_072


@task(
    name="publish-score-file",
    description="Score and decision of every payment of a large file, as parquet.",
    persist_result=False,
    cache_policy=NO_CACHE,
    retries=2,
    retry_delay_seconds=0.5,
)
def publish_scores(assessment: Assessment) -> list[Asset]:
    """transaction_id, time, score and decision of each payment, in the file's order; nothing for a small body.

    Raises `AssetStoreError`.
    """
    if assessment.everything is None:
        return []
    with TemporaryDirectory(prefix="scores-") as folder:
        path = Path(folder) / SCORES
        write_scores(assessment.everything, path)
        return [AssetStore.default().put(asset_path(SCORES), path, "application/vnd.apache.parquet")]


def write_scores(scores: AllScores, path: Path) -> None:
    """The columns as a parquet file, a group of rows at a time."""
    import pyarrow as pa  # noqa: PLC0415 - pyarrow where it is used
    import pyarrow.parquet as pq  # noqa: PLC0415

    names = pa.array(DECISIONS, pa.string())
    schema = pa.schema(
        [
            ("transaction_id", pa.string()),
            ("time", pa.timestamp("us", tz="UTC")),
            ("score", pa.float64()),
            ("decision", pa.dictionary(pa.int8(), pa.string())),
        ]
    )
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        for start in range(0, len(scores.score), ROWS_A_GROUP):
            part = slice(start, start + ROWS_A_GROUP)
            columns = [
                pa.array(scores.transaction_id[part].tolist(), pa.string()),
                pa.array(scores.time[part], pa.timestamp("us")).cast(pa.timestamp("us", tz="UTC")),
                pa.array(scores.score[part]),
                pa.DictionaryArray.from_arrays(pa.array(scores.decision[part]), names),
            ]
            writer.write_table(pa.Table.from_arrays(columns, schema=schema))
