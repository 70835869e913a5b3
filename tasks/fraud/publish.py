"""What an analysis leaves behind: files, rows, and artifacts on the run's page."""

import csv
import io
from typing import TYPE_CHECKING, Any, Final

from prefect import task
from prefect.artifacts import create_image_artifact, create_markdown_artifact, create_table_artifact
from prefect.cache_policies import NO_CACHE

from blocks.asset_store import Asset, AssetStore
from blocks.warehouse import Rows, Warehouse
from models.fraud.money import format_minor
from tasks.fraud.payments import Payments
from tasks.fraud.score import Assessment
from tasks.fraud.verdict import Verdict
from tasks.markdown import literal
from tasks.run import asset_path, run_id

if TYPE_CHECKING:
    from collections.abc import Iterator

VERDICTS, CHART = "verdicts.csv", "verdicts.png"
COLUMNS: Final = (
    "transaction_id",
    "time",
    "customer_id",
    "merchant_or_terminal_id",
    "amount_minor",
    "currency",
    "score",
    "decision",
    "reasons",
    "model_version",
)
LISTED: Final = 50


@task(
    name="publish-verdict-files",
    description="Verdicts as CSV, and the picture of payments and reasons, as assets of the run.",
    persist_result=False,
    cache_policy=NO_CACHE,
    retries=2,
    retry_delay_seconds=0.5,
)
def publish_files(payments: Payments, assessment: Assessment) -> list[Asset]:
    """The CSV of all verdicts, highest score first, and the chart. Raises `AssetStoreError`."""
    from tasks.fraud.chart import verdict_chart  # noqa: PLC0415 - drawing is loaded when it is needed

    store = AssetStore.default()
    return [
        store.put(asset_path(VERDICTS), verdicts_csv(payments, assessment), "text/csv"),
        store.put(asset_path(CHART), verdict_chart(payments, assessment), "image/png"),
    ]


@task(
    name="publish-verdict-rows",
    description="Verdicts as rows of transaction_verdicts.",
    persist_result=False,
    cache_policy=NO_CACHE,
    retries=2,
    retry_delay_seconds=0.5,
)
def publish_rows(payments: Payments, assessment: Assessment) -> Rows:
    """One row a payment. Raises `WarehouseError`.

    `scored_at` is when the run's CSV was first stored, so that a run which is repeated publishes the same rows.
    """
    from blocks.warehouse.tables import transaction_verdicts  # noqa: PLC0415 - SQLAlchemy where it is used

    run, scored_at = run_id(), AssetStore.default().stat(asset_path(VERDICTS)).created
    rows = [
        {
            "run_id": run,
            "transaction_id": verdict.transaction_id,
            "scored_at": scored_at,
            "time": verdict.features_as_of,
            "customer_id": customer,
            "terminal_id": terminal,
            "amount_minor": amount,
            "currency": currency,
            "score": verdict.score,
            "decision": verdict.decision,
            "reasons": [reason.model_dump() for reason in verdict.reasons],
            "rules": [hit.model_dump() for hit in verdict.rules],
            "model_version": verdict.model_version,
        }
        for verdict, customer, terminal, amount, currency in _with_payment(payments, assessment)
    ]
    return Warehouse.default().publish(transaction_verdicts, rows, run_id=run)


def _with_payment(payments: Payments, assessment: Assessment) -> "Iterator[tuple[Verdict, str, str, int, str]]":
    batch = payments.batch
    columns = (column.tolist() for column in (batch.customer, batch.terminal, batch.amount, batch.currency))
    return zip(assessment.verdicts, *columns, strict=True)


def verdicts_csv(payments: Payments, assessment: Assessment) -> bytes:
    """Verdicts as CSV (UTF-8), highest score first; ids that a spreadsheet would run as a formula are quoted."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    ranked = sorted(_with_payment(payments, assessment), key=lambda row: (-row[0].score, row[0].transaction_id))
    for verdict, customer, terminal, amount, currency in ranked:
        writer.writerow(
            (
                inert(verdict.transaction_id),
                verdict.features_as_of.isoformat(),
                inert(customer),
                inert(terminal),
                amount,
                currency,
                verdict.score,
                verdict.decision,
                "; ".join(verdict.why),
                verdict.model_version,
            )
        )
    return text.getvalue().encode()


def inert(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula (OWASP: CSV injection)."""
    return f"'{cell}" if cell.lstrip().startswith(("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")) else cell  # noqa: RUF001 - the wide forms are meant


def publish_artifacts(payments: Payments, assessment: Assessment, assets: list[Asset], warnings: list[str]) -> None:
    """The flagged payments as a table, a summary, and the chart, on the run's page in the Prefect UI."""
    create_table_artifact(
        _flagged_table(payments, assessment), key="fraud-flagged", description="Payments to block or review."
    )
    create_markdown_artifact(_summary(assessment, assets, warnings), key="fraud-summary", description="Fraud analysis")
    chart = next(asset for asset in assets if asset.name == CHART)
    create_image_artifact(chart.url, key="fraud-timeline", description="Payments by time and amount, and why.")


def _flagged_table(payments: Payments, assessment: Assessment) -> list[dict[str, Any]]:
    ranked = sorted(_with_payment(payments, assessment), key=lambda row: -row[0].score)
    flagged = [row for row in ranked if row[0].decision != "approve"]
    return [
        {
            "transaction": plain(verdict.transaction_id),
            "customer": plain(customer),
            "amount": format_minor(amount, currency),
            "score": f"{verdict.score:.4f}",
            "decision": verdict.decision,
            "why": plain("; ".join(verdict.why[:3])),
        }
        for verdict, customer, _, amount, currency in (flagged or ranked)[:LISTED]
    ]


def _summary(assessment: Assessment, assets: list[Asset], warnings: list[str]) -> str:
    counts = assessment.counts
    lines = [
        "# Fraud analysis",
        f"**{sum(counts.values()):,} payments**: {counts['block']:,} blocked, {counts['review']:,} to review, "
        f"{counts['approve']:,} approved.",
        f"Model {assessment.model} {assessment.model_version} ({assessment.detector}), history: {assessment.history}.",
        *(f"- [{asset.name}]({asset.url}) ({asset.bytes:,} bytes)" for asset in assets),
    ]
    if warnings:
        lines += ["## Mind", *(f"- {plain(warning)}" for warning in warnings)]
    return "\n\n".join(lines)


def plain(text: str) -> str:
    """Text that Markdown and HTML leave alone."""
    return literal(text)
