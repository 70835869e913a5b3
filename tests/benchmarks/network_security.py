"""How the network detector does on attacks it never saw, on NSL-KDD's 20 % training file, and how fast it is.

`python tests/benchmarks/network_security.py [--data FOLDER] [--test FILE]`. The bar (AUC >= .96 and accuracy >= .79 on
KDDTest+) is on a file that is not provided with the project; `--test` names it where it is at hand. Without it the
figures are from attack kinds of the training file, held out whole one group after the other.
"""

import resource
import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, TypeVar

import numpy as np
import typer
from rich.console import Console
from rich.table import Table

from models.network_security.attack_class import NORMAL, class_of
from models.network_security.detector import NetworkDetector, load_detector
from models.network_security.evaluation import measures
from models.network_security.rules.rule_set import RuleSet
from models.network_security.training import LabelledRecords, Training, train_detector
from tasks.network_security.judge import judge_traffic
from tasks.network_security.picture import traffic_picture
from tasks.network_security.publish import verdicts_parquet
from tasks.network_security.read import read_traffic
from tasks.network_security.traffic import Traffic

DATA = Path(__file__).parents[3] / "shared/data/fraud"
TRAIN = "KDDTrain+_20Percent.txt"
T = TypeVar("T")
console = Console()


def main(
    data: Annotated[Path, typer.Option(help="Folder of the training file.")] = DATA,
    test: Annotated[Path | None, typer.Option(help="A labelled file to judge, such as KDDTest+.txt.")] = None,
) -> None:
    """Train, measure on held-out attack kinds, judge a test file if one is named, and take the time."""
    seconds: dict[str, float] = {}
    traffic = timed(seconds, "read the file", lambda: read_traffic(data / TRAIN))
    assert traffic.attack is not None
    records = LabelledRecords(traffic.table, traffic.attack, TRAIN, "0" * 64, "nsl-kdd")
    training = timed(
        seconds, "train, hold out, measure", lambda: train_detector(records, name="network-detector-nsl-kdd")
    )
    show_members(training)
    show_held_out(training)
    load_detector()
    assessment = timed(seconds, "judge and explain", lambda: judge_traffic.fn(traffic, None, RuleSet(), "shipped"))
    timed(seconds, "parquet of all verdicts", lambda: verdicts_parquet(traffic, assessment))
    timed(seconds, "picture", lambda: traffic_picture(traffic, assessment))
    show_seconds(seconds, len(traffic))
    if test is not None:
        show_test(load_detector(), read_traffic(test), set(traffic.attack.tolist()))


def timed(seconds: dict[str, float], name: str, work: Callable[[], T]) -> T:
    """The result of `work`, its time noted."""
    began = time.perf_counter()
    result = work()
    seconds[name] = time.perf_counter() - began
    return result


def show_members(training: Training) -> None:
    """The members alone at their natural cut, and together at the threshold, on the simulated future."""
    future, opinions, metrics = training.future, training.opinions, training.metrics
    table = Table(title="Simulated future: half of the attacks of unseen kinds, a quarter of normal traffic changed")
    for column in ("", "AUC", "AUC unseen", "AP unseen", "accuracy", "found unseen", "false alarms", "… changed"):
        table.add_column(column, justify="left" if not column else "right")
    alone = {
        "XGBoost at 0.5": opinions.booster,
        "random forest at 0.5": opinions.forest,
        "both at 0.5": opinions.supervised,
    }
    for name, odds in alone.items():
        found = measures(future, 1 / (1 + np.exp(-odds)), odds >= 0, odds >= 0, by_name=True)
        table.add_row(name, *figures(found))
    table.add_row("with novelty, at its threshold", *figures(metrics), style="bold")
    console.print(table)


def figures(found: object) -> list[str]:
    """The measures of a row."""
    names = ("roc_auc", "roc_auc_unseen", "average_precision_unseen", "accuracy", "found_unseen", "false_alarms",
             "false_alarms_changed")  # fmt: skip
    return [f"{getattr(found, name):.4f}" for name in names]


def show_held_out(training: Training) -> None:
    """What was found of each attack while its kind was held out."""
    table = Table(title="Each attack judged by a model that never saw its group")
    for column in ("class", "attack", "records", "found", "by trees at 0.5"):
        table.add_column(column, justify="left" if column in {"class", "attack"} else "right")
    for one in sorted(training.metrics.held_out, key=lambda one: (one.attack_class, -one.records)):
        table.add_row(one.attack_class, one.attack, f"{one.records:,}", f"{one.found:.1%}", f"{one.found_by_trees:.1%}")
    console.print(table)


def show_seconds(seconds: dict[str, float], records: int) -> None:
    """How long each step took."""
    table = Table(title=f"Seconds for {records:,} records")
    table.add_column("step")
    table.add_column("s", justify="right")
    for name, took in seconds.items():
        table.add_row(name, f"{took:.2f}")
    console.print(table)
    console.print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MiB")


def show_test(detector: NetworkDetector, test: Traffic, known: set[str]) -> None:
    """The shipped detector on a labelled file, by class, and apart for attacks that training had no name of."""
    from sklearn.metrics import roc_auc_score

    if test.attack is None:
        raise typer.BadParameter("the test file has no labels")
    judged, malicious = detector.judge(test.table), test.attack != NORMAL
    called = judged.score >= detector.card.combination.threshold
    console.print(
        f"test file: AUC {roc_auc_score(malicious, judged.score):.4f}, accuracy {(called == malicious).mean():.4f}, "
        f"precision {malicious[called].mean():.4f}, recall {called[malicious].mean():.4f}"
    )
    classes = np.array([class_of(name) for name in test.attack.tolist()], dtype=object)
    unseen = ~np.isin(test.attack.astype(str), sorted(known))
    for name in sorted(set(classes.tolist())):
        rows = classes == name
        console.print(f"  {name}: {int(rows.sum()):,} records, {called[rows].mean():.1%} called attacks")
    console.print(f"  unseen names: {int(unseen.sum()):,} records, {called[unseen].mean():.1%} called attacks")


if __name__ == "__main__":
    typer.run(main)
