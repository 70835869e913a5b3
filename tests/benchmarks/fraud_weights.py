"""Train the detector that comes with the code: the handbook's payments, and our own simulator's for what they lack.

`python tests/benchmarks/fraud_weights.py FOLDER [--data FILE]`. The handbook's have no device and no country; account
takeovers, card testing and rings are ours. FOLDER is models/fraud/weights when a release is made.
"""

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from rich.console import Console

from models.fraud.simulator import simulate
from models.fraud.training import Source, train_detector
from models.fraud.training_record import Effort
from models.fraud.transactions import Transactions
from tasks.fraud.transaction_file import read_transactions

DATA = Path(__file__).parents[3] / "shared/data/fraud/fdh_simulated_20180401_20180814.parquet"
FIRST = np.datetime64("2018-05-15", "us")
CUSTOMERS, TERMINALS, DAYS, SEED = 1500, 3000, 92, 20_180_515
console = Console()


def main(
    folder: Annotated[Path, typer.Argument(help="Where card and weights go.")],
    data: Annotated[Path, typer.Option(help="The handbook's simulated payments.")] = DATA,
) -> None:
    """Train on both, save, and show the card's measures."""
    handbook = read_transactions(data, max_rows=5_000_000)[0]
    whole = Transactions.concatenate([as_text(handbook[handbook.time >= FIRST], ""), as_text(own(), "own-")])
    name = (
        f"Fraud Detection Handbook simulation, 2018-05-15 to 2018-08-14, and own simulator ({CUSTOMERS:,} customers, "
        f"{DAYS} days, seed {SEED})"
    )
    source = Source(name, whole.digest(), simulated=True)
    training = train_detector(
        whole, source, effort=Effort(folds=3), on_step=lambda step, share: console.print(f"{share:.0%} {step}")
    )
    for file in training.ensemble.save(folder):
        console.print(f"{file.name}: {file.stat().st_size:,} bytes")
    card = training.detector.card
    for history, variant in card.variants.items():
        console.print(history, variant.trees, variant.thresholds, variant.metrics)
    console.print("with forest", training.ensemble.card.metrics)
    console.print([fold.metrics.average_precision for fold in training.folds], training.drift.alarms)


def own() -> Transactions:
    """Our simulator's payments of the same days."""
    return simulate(customers=CUSTOMERS, terminals=TERMINALS, days=DAYS, seed=SEED, start=FIRST).transactions


def as_text(rows: Transactions, prefix: str) -> Transactions:
    """Ids as strings that do not meet those of the other source; one currency for both."""

    def named(ids: np.ndarray) -> np.ndarray:
        return np.array([f"{prefix}{one}" for one in ids.tolist()], object)

    return replace(
        rows,
        transaction_id=named(rows.transaction_id),
        customer=named(rows.customer),
        terminal=named(rows.terminal),
        currency=np.full(len(rows), "EUR"),
    )


if __name__ == "__main__":
    typer.run(main)
