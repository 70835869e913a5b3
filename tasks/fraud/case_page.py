"""What a case leaves behind: its picture, its payments as a file, and the page in the Prefect UI."""

import csv
import io
from collections.abc import Sequence
from typing import Any, Final

from prefect import task
from prefect.artifacts import create_image_artifact, create_markdown_artifact
from prefect.cache_policies import NO_CACHE

from blocks.asset_store import Asset, AssetStore
from models.fraud.money import format_minor
from tasks.fraud.case import CaseFile
from tasks.fraud.publish import inert, plain
from tasks.run import asset_path

PICTURE, PAYMENTS = "case.png", "case-payments.csv"
LISTED: Final = 30
NEXT_STEPS: Final = """```bash
curl -X PATCH {gateway}/api/v1/fraud/alerts/{alert_id} \\
  -H 'Content-Type: application/json' \\
  -d '{{"state": "confirmed_fraud", "note": "…", "version": {version}}}'
```
`confirmed_fraud` and `false_positive` label its payments; `escalated`, `closed` and an `assignee` do not."""


@task(
    name="publish-case-files",
    description="The case's picture, and its payments as CSV, as assets of the run.",
    persist_result=False,
    cache_policy=NO_CACHE,
    retries=2,
    retry_delay_seconds=0.5,
)
def publish_case_files(case: CaseFile) -> list[Asset]:
    """The picture, and the payments where the case has any. Raises `AssetStoreError`."""
    from tasks.fraud.case_picture import case_picture  # noqa: PLC0415 - drawing is loaded when it is needed

    store = AssetStore.default()
    assets = [store.put(asset_path(PICTURE), case_picture(case), "image/png")]
    if case.payments:
        assets.append(store.put(asset_path(PAYMENTS), payments_csv(case), "text/csv"))
    return assets


def payments_csv(case: CaseFile) -> bytes:
    """The payments as CSV (UTF-8) in the order of time; no cell is a formula to a spreadsheet."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(
        ("transaction_id", "time", "merchant_or_terminal_id", "amount_minor", "currency", "device", "country", "score",
         "decision", "in_alert")
    )  # fmt: skip
    for one in case.payments:
        cells = (
            *(inert(one.transaction_id), one.time.isoformat(), inert(one.terminal_id), one.amount_minor, one.currency),
            *(inert(one.device), inert(one.country), one.score, one.decision, one.flagged),
        )
        writer.writerow("" if cell is None else cell for cell in cells)
    return text.getvalue().encode()


def publish_case_page(case: CaseFile, assets: list[Asset], gateway: str) -> None:
    """The page and the picture, among the run's artifacts; opened again, a case has a new version of its page."""
    create_markdown_artifact(
        case_page(case, assets, gateway), key=f"fraud-case-{case.alert.alert_id}", description=_plain(case.alert.title)
    )
    create_image_artifact(
        assets[0].url, key="fraud-case-picture", description="What happened, who is connected, and why."
    )


def case_page(case: CaseFile, assets: list[Asset], gateway: str) -> str:
    """The page as Markdown; nothing that came with the data is markup in it."""
    alert = case.alert
    lines = [
        f"# {_plain(alert.title)}",
        f"**{_plain(alert.subject)}** · {alert.state.replace('_', ' ')}"
        + (f" · with {_plain(alert.assignee)}" if alert.assignee else "")
        + f" · score **{alert.score:.1%}** · {alert.hits:,} in it · {case.when}",
        f"![What happened, who is connected, and why]({assets[0].url})",
        "## Why",
        *(f"- {_plain(str(reason))}" for reason in case.top.get("reasons", ["no reasons were kept"])),
        "## What is in it",
        _evidence_table(case),
        "## What to do",
        NEXT_STEPS.format(gateway=gateway, alert_id=alert.alert_id, version=alert.version),
        "## What happened",
        *(
            f"- {event.at:%Y-%m-%d %H:%M:%S} **{_plain(event.event)}** by {_plain(event.by)}"
            + (f": {_plain(str(event.details['note']))}" if event.details.get("note") else "")
            for event in case.history[-LISTED:]
        ),
        "## Files",
        *(f"- [{asset.name}]({asset.url}) ({asset.bytes:,} bytes)" for asset in assets),
    ]
    if case.warnings:
        lines += ["## Mind", *(f"- {_plain(warning)}" for warning in case.warnings)]
    return "\n\n".join(lines)


def _evidence_table(case: CaseFile) -> str:
    if case.alert.kind == "transaction":
        flagged = sorted((one for one in case.payments if one.flagged), key=lambda one: -(one.score or 0))
        rows = [
            (one.transaction_id, f"{one.time:%Y-%m-%d %H:%M:%S}", format_minor(one.amount_minor, one.currency),
             one.terminal_id, f"{one.score:.1%}" if one.score is not None else "", one.decision or "")
            for one in flagged
        ]  # fmt: skip
        return _table(("payment", "time (UTC)", "amount", "merchant or terminal", "score", "decision"), rows)
    return _table(("time (UTC)", "score", "why"), [_finding(one) for one in case.alert.evidence])


def _finding(evidence: dict[str, Any]) -> tuple[str, ...]:
    when = str(evidence.get("time", ""))[:19].replace("T", " ")
    return when, f"{float(evidence['score']):.1%}", "; ".join(map(str, evidence.get("reasons", ())))


def _table(heads: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    shown = [f"| {' | '.join(map(_plain, row))} |" for row in rows[:LISTED]]
    more = [f"\nand {len(rows) - LISTED:,} more"] if len(rows) > LISTED else []
    return "\n".join([f"| {' | '.join(heads)} |", "|" + " --- |" * len(heads), *shown, *more])


def _plain(text: str) -> str:
    return plain(" ".join(text.split()))
