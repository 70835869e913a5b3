"""The detector against the Fraud Detection Handbook's bars, each window scored as a test file that training never saw.

`python tests/benchmarks/fraud_bars.py [--data FILE]`. The bars are for data outside the provided file (2018-04-01 to
08-14): the later 47 days begin where it ends. Here the same is done inside it: the handbook's own week with what was
known before it, and 47 days with half as many days to learn from as the bar has.
"""

import resource
import time
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from rich.console import Console
from rich.table import Table

from models.fraud.metrics import Metrics
from models.fraud.training import Source, Training, train_detector
from models.fraud.training_record import Effort
from models.fraud.transactions import Transactions
from tasks.fraud.transaction_file import read_transactions

DATA = Path(__file__).parents[3] / "shared/data/fraud/fdh_simulated_20180401_20180814.parquet"
WINDOWS = {
    "handbook week (08-08 to 08-14)": ("2018-08-08", "2018-08-15", {"average_precision": 0.66, "roc_auc": 0.88,
                                                                    "card_precision_100": 0.28}),
    "later 47 days (06-29 to 08-14)": ("2018-06-29", "2018-08-15", {"average_precision": 0.70, "brier": 0.0024}),
}  # fmt: skip
console = Console()


def main(
    data: Annotated[Path, typer.Option(help="The handbook's simulated payments.")] = DATA,
    folds: Annotated[int, typer.Option(help="Prequential weeks.")] = 3,
    trials: Annotated[int, typer.Option(help="Parameter sets to try.")] = 0,
) -> None:
    """Train on what lies before each window, score it, and hold the measures against the bars."""
    rows = read_transactions(data, max_rows=5_000_000)[0]
    table = Table(title="Known compromised cards removed; bars in brackets")
    for column in ("window", "scores of", "AP", "AUC", "CP@100", "Brier"):
        table.add_column(column, justify="left" if column in {"window", "scores of"} else "right")
    notes = []
    for name, (start, end, bars) in WINDOWS.items():
        began = time.perf_counter()
        training = trained(rows, start, end, Effort(tuning_trials=trials, folds=folds))
        for member, metrics in members(training).items():
            table.add_row(name, member, *(shown(metrics, field, bars) for field in FIELDS))
        table.add_section()
        weeks = ", ".join(f"{fold.judged[5:10]} {fold.metrics.average_precision:.3f}" for fold in training.folds)
        notes.append(
            f"{name}: {metrics.transactions:,} payments, {metrics.frauds:,} frauds; fitted on "
            f"{training.detector.card.data.fitted}; {time.perf_counter() - began:.0f} s; AP of weeks before: {weeks}"
        )
    console.print(table)
    for note in notes:
        console.print(note)
    console.print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MiB")


FIELDS = ("average_precision", "roc_auc", "card_precision_100", "brier")


def trained(rows: Transactions, start: str, end: str, effort: Effort) -> Training:
    """A detector of what was known when the window began."""
    first, last = np.datetime64(start, "us"), np.datetime64(end, "us")
    source = Source("Fraud Detection Handbook simulation", "0" * 64, simulated=True)
    train, test = rows[rows.time < first], rows.between(first, last)
    return train_detector(train, source, test=test, effort=effort)


def members(training: Training) -> dict[str, Metrics]:
    """Measures of each model and of all together."""
    card, forests = training.detector.card, training.ensemble.card
    found = {
        "XGBoost": card.variants["labelled"].metrics,
        "random forest": forests.forest_metrics,
        "both": forests.metrics,
    }
    return {name: metrics for name, metrics in found.items() if metrics is not None}


def shown(metrics: Metrics, field: str, bars: dict[str, float]) -> str:
    """A measure, with its bar where there is one; bold where the bar is reached."""
    value = float(getattr(metrics, field))
    text = f"{value:.5f}" if field == "brier" else f"{value:.4f}"
    if field not in bars:
        return text
    reached = value <= bars[field] if field == "brier" else value >= bars[field]
    return f"[bold green]{text}[/] ({bars[field]:g})" if reached else f"[red]{text}[/] ({bars[field]:g})"


if __name__ == "__main__":
    typer.run(main)
