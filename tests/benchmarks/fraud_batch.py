"""1.3 million payments judged through the flow: a parquet file in, scores, rows, picture and artifacts out.

`python tests/benchmarks/fraud_batch.py [--data FILE]`. The bar: at most 60 s and 3 GiB on 2 cores.
"""

import os
import resource
import tempfile
import time
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from servers import prefect_server

DATA = Path(__file__).parents[3] / "shared/data/fraud/fdh_simulated_20180401_20180814.parquet"
MOST_SECONDS, MOST_GIB = 60, 3
console = Console()


def main(data: Annotated[Path, typer.Option(help="Payments, CSV or parquet.")] = DATA) -> None:
    """Judge the file once in this process, with a Prefect server of its own, and show time and memory."""
    with prefect_server() as url, tempfile.TemporaryDirectory() as home:
        os.environ.update(PREFECT_API_URL=url, DATA_DIR=home, PREFECT_LOGGING_LEVEL="WARNING")
        from blocks.asset_store import AssetStore
        from flows import TransactionAnalysisRequest, analyze_transactions

        uri = AssetStore.default().put(f"uploads/benchmark/{data.name}", data).uri
        before, processor = time.perf_counter(), time.process_time()
        result = analyze_transactions(request=TransactionAnalysisRequest(transactions_uri=uri))
        seconds, processor = time.perf_counter() - before, time.process_time() - processor
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    table = Table(title=f"{result.transactions:,} payments, file to parquet through the flow")
    for column in ("", "measured", "bar"):
        table.add_column(column, justify="left" if not column else "right")
    table.add_row("seconds", f"{seconds:.1f}", f"{MOST_SECONDS}")
    table.add_row("seconds of processor time", f"{processor:.1f}", "")
    table.add_row("payments a second", f"{result.transactions / seconds:,.0f}", "")
    table.add_row("peak memory, GiB", f"{peak:.2f}", f"{MOST_GIB}")
    for decision, count in result.counts.items():
        table.add_row(decision, f"{count:,}", "")
    table.add_row("rows in the warehouse", f"{result.rows[0].count:,}", "")
    for asset in result.assets:
        table.add_row(asset.name, f"{asset.bytes:,} bytes", "")
    console.print(table)
    for warning in result.warnings:
        console.print(f"- {warning}")


if __name__ == "__main__":
    typer.run(main)
