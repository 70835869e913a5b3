"""What an analysis leaves behind: a row, files, and artifacts on the run's page."""

import csv
import io
from datetime import datetime, timedelta
from typing import Any, Final

from prefect import task
from prefect.artifacts import create_image_artifact, create_markdown_artifact, create_table_artifact
from prefect.cache_policies import NO_CACHE
from pydantic import BaseModel

from blocks.asset_store import Asset, AssetStore
from blocks.warehouse import Rows, Warehouse
from tasks.provenance import Provenance, code_version, request_digest
from tasks.run import asset_path, run_id
from tasks.sentiment.collection import kept_posts
from tasks.sentiment.finding import Finding
from tasks.sentiment.history import score_history
from tasks.sentiment.page import linked, plain, summary

CHART: Final = "sentiment-history.png"
REACH: Final = timedelta(days=14)
FEWEST_POINTS: Final = 2


@task(
    name="publish-sentiment-rows",
    description="The score as a row of sentiment_scores; no number leaves no row.",
    persist_result=False,
    cache_policy=NO_CACHE,
    retries=2,
    retry_delay_seconds=0.5,
)
def publish_rows(finding: Finding) -> Rows:
    """One row, or none. Raises `WarehouseError`."""
    from blocks.warehouse.tables import sentiment_scores  # noqa: PLC0415 - SQLAlchemy where it is used

    run, together, collection = run_id(), finding.reading.together, finding.collection
    row: dict[str, Any] = {
        "run_id": run,
        "symbol": finding.symbol,
        "computed_at": collection.end,
        "window_start": collection.start,
        "window_end": collection.end,
        **together.model_dump(include={"score", "lower", "upper", "posts", "effective_posts"}),
        "volume": finding.volume,
        "model": finding.reading.model,
        "model_version": finding.reading.model_version,
        "sources": [report.model_dump(mode="json") for report in finding.sources],
    }
    return Warehouse.default().publish(sentiment_scores, [row] if finding.score is not None else [], run_id=run)


@task(
    name="publish-sentiment-files",
    description="The posts that were read, those that count as a table, and the picture of the score's history.",
    persist_result=False,
    cache_policy=NO_CACHE,
    retries=2,
    retry_delay_seconds=0.5,
)
def publish_files(finding: Finding) -> list[Asset]:
    """Picture (where there are two scores to draw), CSV of the weightiest posts, and all posts. Raises `BlockError`."""
    store, assets = AssetStore.default(), []
    if (drawn := _history(finding.symbol, finding.collection.end)) is not None:
        assets.append(store.put(asset_path(CHART), drawn, "image/png"))
    assets.append(store.put(asset_path("top-posts.csv"), posts_csv(finding), "text/csv"))
    return [*assets, kept_posts()]


@task(
    name="publish-sentiment-artifacts",
    description="Table of posts, summary and picture on the run's page.",
    persist_result=False,
    cache_policy=NO_CACHE,
)
def publish_artifacts(finding: Finding, assets: list[Asset], warnings: list[str]) -> None:
    """Artifacts sentiment-posts (table), sentiment-summary (markdown), and sentiment-history (image) where drawn."""
    told = f"{finding.symbol}, posts of {finding.collection.window}."
    create_table_artifact(_table(finding), key="sentiment-posts", description=told)
    create_markdown_artifact(summary(finding, assets, warnings), key="sentiment-summary", description=told)
    if chart := next((asset for asset in assets if asset.name == CHART), None):
        create_image_artifact(chart.url, key="sentiment-history", description=told)


def sentiment_provenance(request: BaseModel, finding: Finding, seed: int) -> Provenance:
    """The posts, model and code behind a score."""
    read = [outcome.source for outcome in finding.collection.outcomes if outcome.status == "ok"]
    return Provenance(
        code_version=code_version(),
        request_sha256=request_digest(request),
        seed=seed,
        model=finding.reading.model,
        model_version=finding.reading.model_version,
        weights_sha256=finding.reading.weights_sha256,
        data_source=", ".join(read) or "no source could be read",
        data_window=finding.collection.window,
        data_sha256=finding.collection.digest,
    )


def posts_csv(finding: Finding) -> bytes:
    """The posts that weigh the most; cells that a spreadsheet would run as a formula begin with an apostrophe."""
    output = io.StringIO(newline="")
    lines = csv.writer(output, lineterminator="\n")
    lines.writerow(["source", "created_at", "label", "polarity", "weight", "author", "url", "text"])
    for post in finding.reading.top_posts:
        words = [post.author or "", post.url or "", post.text]
        figures = [f"{post.polarity:.4f}", f"{post.weight:.4f}"]
        told = [f"'{word}" if word[:1] in "=+-@\t\r" and word else word for word in words]
        lines.writerow([post.source, post.created_at.isoformat(), post.label, *figures, *told])
    return output.getvalue().encode("utf-8", "replace")


def _history(symbol: str, until: datetime) -> bytes | None:
    rows = score_history(symbol, until - REACH, until)
    if len(rows) < FEWEST_POINTS:
        return None
    from tasks.sentiment.history_chart import history_chart  # noqa: PLC0415 - matplotlib where it is used

    return history_chart(symbol, rows)


def _table(finding: Finding) -> list[dict[str, Any]]:
    """One row a post. Prefect's UI reads cells as Markdown, so strangers' words are escaped in them too."""
    return [
        {
            "source": plain(post.source),
            "time (UTC)": f"{post.created_at:%Y-%m-%d %H:%M}",
            "says": post.label,
            "polarity": f"{post.polarity:+.2f}",
            "weight": f"{post.weight:.1%}",
            "text": plain(post.text),
            "link": linked("open", post.url) if post.url else "",
        }
        for post in finding.reading.top_posts
    ]
