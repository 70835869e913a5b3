"""What the shipped detector and rules catch of each kind of fraud in a simulation of other seeds than its training.

`python tests/benchmarks/fraud_scenarios.py [--weights FOLDER]`. Sixty days of payments; labels are known after a week;
the last two weeks are judged. Everything here is simulated: it shows which kinds the method sees, not how often it is
right about real fraud.
"""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from rich.console import Console
from rich.table import Table

from models.fraud.detector import SHIPPED_WEIGHTS
from models.fraud.ensemble import load_ensemble
from models.fraud.features import LABEL_DELAY, FeatureTable, point_in_time
from models.fraud.rules import Lists, default_rules
from models.fraud.rules.columns import REVIEW, Matches
from models.fraud.scenario import SCENARIOS
from models.fraud.simulator import Simulation, simulate

CUSTOMERS, DAYS, JUDGED_DAYS = 2000, 60, 14
SEEDS = (1001, 1002, 1003)
console = Console()


def main(
    weights: Annotated[Path, typer.Option(help="Folder of a detector with its forests.")] = SHIPPED_WEIGHTS,
) -> None:
    """Judge what the seeds' last days hold, and count."""
    ensemble = load_ensemble(weights)
    detector = ensemble.detector
    thresholds = detector.variant("labelled").thresholds
    found: list[np.ndarray] = []
    for seed in SEEDS:
        made = simulate(customers=CUSTOMERS, terminals=2 * CUSTOMERS, days=DAYS, seed=seed)
        features, scenario, columns = judged(made)
        scores = detector.score(features)
        by_score = (scores >= thresholds.review).astype(np.int8) + (scores >= thresholds.block)
        matches = Matches.of(columns, len(scenario), default_rules(), Lists(), datetime.now(UTC))
        together = matches.decide(by_score.astype(np.int8))
        second = ensemble.score(features) >= ensemble.card.thresholds.review
        strange = ensemble.unusual(features)
        found.append(
            np.column_stack([scenario, by_score >= REVIEW, together >= REVIEW, by_score > REVIEW, second, strange])
        )
    rows = np.concatenate(found)
    table = Table(title=f"{len(rows):,} payments of {len(SEEDS)} simulations, the last {JUDGED_DAYS} days of each")
    for column in ("kind", "payments", "flagged by score", "with rules", "blocked", "by forests", "called unusual"):
        table.add_column(column, justify="left" if column == "kind" else "right")
    for number, name in enumerate(("genuine", *SCENARIOS)):
        own = rows[rows[:, 0] == number]
        shares = own[:, 1:].mean(axis=0) if len(own) else np.zeros(5)
        digits = 2 if number == 0 else 0
        table.add_row(name.replace("_", " "), f"{len(own):,}", *(f"{share:.{digits}%}" for share in shares))
    console.print(table)


def judged(made: Simulation) -> tuple[FeatureTable, np.ndarray, dict[str, np.ndarray]]:
    """Features of the last days' payments, their scenarios, and columns for the rules."""
    rows = made.transactions
    start = rows.time.max() - np.timedelta64(JUDGED_DAYS, "D")
    known = np.where(rows.time < rows.time.max() - LABEL_DELAY, rows.label, -1).astype(np.int8)
    later = rows.time >= start
    everything = point_in_time(type(rows)(*rows.columns[:6], known, *rows.columns[7:]))
    features = everything[np.flatnonzero(later)]
    return features, made.scenario[later], {name: features.values[:, at] for at, name in enumerate(features.names)}


if __name__ == "__main__":
    typer.run(main)
