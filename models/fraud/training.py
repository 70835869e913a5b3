"""Training: fit on the past, calibrate on a later week, refit, and measure on a week that is later still."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.fraud.boosting import FittedBooster, fit_booster, known_rows
from models.fraud.decision import CostMatrix
from models.fraud.detector import FraudDetector
from models.fraud.drift import alert_precision, drift_between
from models.fraud.ensemble import CalibrationWeek, Ensemble, combine
from models.fraud.evaluation import evaluate, without_known_cards
from models.fraud.features import LABEL_DELAY, LABELLED_FEATURES, UNLABELLED_FEATURES, History
from models.fraud.forest import Forest, Novelty
from models.fraud.metrics import Metrics
from models.fraud.model_card import ModelCard, TrainingData, Variant
from models.fraud.prequential import interval, prequential
from models.fraud.split import MIN_DAYS, SHORTEST_DAYS, WEEK, Split
from models.fraud.training_record import Drift, Effort, Fold, Parameters, Tuning
from models.fraud.transactions import DAY, Transactions
from models.fraud.tuning import tune
from models.fraud.views import Views

LEAST_FRAUDS = 10
"""Known frauds below which there is nothing to learn from."""

SHORT = (
    "The training payments span few days: windows are not full, and the thresholds were set on days right after those "
    "fitted on, without a label delay between."
)

EARLIER_TREES = 50
"""Trees of the forest that is fitted only to be weighed on the calibration week."""


@dataclass(frozen=True)
class Source:
    """Where training payments come from: a name to show, a digest, and whether they are simulated."""

    name: str
    sha256: str
    simulated: bool


@dataclass(frozen=True, eq=False)
class Evaluation:
    """The later window without known compromised cards: its rows, and scores and measures by kind of history."""

    rows: Transactions
    scores: dict[History, NDArray[np.float64]]
    metrics: dict[History, Metrics]


@dataclass(frozen=True, eq=False)
class TestScores:
    """Every payment of the test file in the order of its time, with the ensemble's probability of fraud."""

    transaction_id: NDArray[Any]
    score: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Training:
    """A trained detector with its forests, what it was shown, and how it did on the later window."""

    detector: FraudDetector
    views: Views
    split: Split
    evaluation: Evaluation
    ensemble: Ensemble
    ensemble_scores: NDArray[np.float64]
    tuning: Tuning
    folds: list[Fold]
    drift: Drift
    test: TestScores | None = None
    warnings: list[str] = field(default_factory=list)


def train_detector(
    transactions: Transactions,
    source: Source,
    *,
    test: Transactions | None = None,
    seed: int = 0,
    costs: CostMatrix | None = None,
    effort: Effort | None = None,
    on_step: Callable[[str, float], None] = lambda _step, _share: None,
) -> Training:
    """A detector from labelled payments in any order; `on_step` hears what begins and the share of work done, 0 to 1.

    With `test`, later payments that are scored and, where labelled, measured on: nothing is fitted, calibrated or tuned
    on them, nor on payments whose labels were not known when they began. Raises ValueError when the payments span too
    few days, are unlabelled, share ids with `test`, or a window lacks frauds.
    """
    costs, effort = costs or CostMatrix(), effort or Effort()
    transactions = transactions.sorted_by_time()
    _refuse_unlearnable(transactions)
    if test is not None:
        _refuse_shared(transactions, test)
    measured = test is not None and bool((test.label == 1).any() and (test.label == 0).any())
    split, warnings = _split(transactions, test if measured else None, MIN_DAYS if test is None else SHORTEST_DAYS)
    limit = split.train_end if test is None else min(split.train_end, _settled(test))
    if limit < split.train_end:
        raise ValueError(
            f"the test payments begin at {test.time.min() if test is not None else ''}, before what is needed to "
            f"train and measure without their labels; give test payments that are later, or with labels"
        )
    whole = transactions if test is None else _with_test(transactions, test)
    on_step("features", 0.05)
    views = Views.of(whole, seed)
    on_step("tuning", 0.15)
    tuning = _tuned(views, split, effort, seed)
    on_step("booster for labelled history", 0.3)
    labelled = fit_booster(views, split, ("labelled",), LABELLED_FEATURES, tuning.parameters, seed)
    on_step("booster without labels", 0.45)
    unlabelled = fit_booster(views, split, ("unlabelled", "none"), UNLABELLED_FEATURES, tuning.parameters, seed)
    detector = _assemble(
        (labelled, unlabelled), source=source, train=transactions, views=views, split=split, costs=costs,
        parameters={**tuning.parameters, "seed": seed},
    )  # fmt: skip
    on_step("forests", 0.55)
    ensemble = _with_forests(detector, labelled, views, split, effort.forest_trees, seed)
    on_step("prequential evaluation", 0.8)
    folds, skipped = prequential(
        views, split, tuning.parameters, trees=labelled.booster.num_boosted_rounds(), folds=effort.folds, seed=seed
    )
    on_step("evaluation", 0.9)
    return _measured(ensemble, views, split, tuning, folds, test=test, warnings=warnings + skipped)


def _refuse_unlearnable(rows: Transactions) -> None:
    if not rows.labelled:
        raise ValueError("training needs labels: a column is_fraud (or TX_FRAUD) of 0 and 1")
    frauds, genuine = int((rows.label == 1).sum()), int((rows.label == 0).sum())
    if not len(rows) or min(frauds, genuine) < LEAST_FRAUDS:
        raise ValueError(
            f"the training payments hold {frauds} frauds and {genuine} genuine ones; at least {LEAST_FRAUDS} of both "
            "are needed to learn what tells them apart"
        )


def _split(transactions: Transactions, test: Transactions | None, least_days: int) -> tuple[Split, list[str]]:
    if test is None:
        split = Split.of(transactions.time, least_days=least_days)
    else:
        split = Split.before(transactions.time, test.time)
    warnings = [SHORT] if split.short else []
    unseen = int((transactions.time >= split.train_end).sum())
    if test is not None and unseen:
        warnings.append(
            f"{unseen:,} training payments were not fitted on: their labels were younger than "
            f"{int(LABEL_DELAY // DAY)} days when the test payments began. They fill the windows of later ones."
        )
    return split, warnings


def _settled(test: Transactions) -> np.datetime64:
    """Until when labels were known when the test payments began."""
    return np.datetime64(test.time.min().astype("datetime64[D]").astype("datetime64[us]") - LABEL_DELAY)


def _refuse_shared(train: Transactions, test: Transactions) -> None:
    shared = np.isin(test.transaction_id.astype("U"), train.transaction_id.astype("U"))
    if shared.any():
        raise ValueError(
            f"{int(shared.sum()):,} transaction ids are in the training and in the test payments, such as "
            f"{str(test.transaction_id[shared][0])!a}; a payment must not be trained and tested on"
        )


def _with_test(train: Transactions, test: Transactions) -> Transactions:
    """Both, in the order of time."""
    return Transactions.concatenate([_by_name(train), _by_name(test)]).sorted_by_time()


def _by_name(rows: Transactions) -> Transactions:
    """Ids as strings, so that those of two sources compare."""
    names = ("transaction_id", "customer", "terminal", "currency", "device", "country")
    values = [getattr(rows, name).astype(object if getattr(rows, name).dtype == object else "U") for name in names]
    ids, customer, terminal, currency, device, country = values
    return Transactions(ids, rows.time, customer, terminal, rows.amount, currency, rows.label, device, country)


def _tuned(views: Views, split: Split, effort: Effort, seed: int) -> Tuning:
    table, label = views.tables["labelled"], views.transactions.label
    fit = known_rows(views, split.fit_start, split.fit_end)
    later = known_rows(views, split.calibration_start, split.train_end)
    for what, rows in (("fitting", fit), ("calibration", later)):
        if not (label[rows] == 1).any() or (label[rows] == 1).all():
            days = (split.fit_start, split.fit_end) if what == "fitting" else (split.calibration_start, split.train_end)
            raise ValueError(
                f"the {what} days {interval(*days)} need both frauds and genuine payments; give more payments, over "
                "more days or customers"
            )
    return tune(
        (table[fit].select(LABELLED_FEATURES), label[fit] == 1),
        (table[later].select(LABELLED_FEATURES), label[later] == 1),
        trials=effort.tuning_trials,
        seconds=effort.tuning_seconds,
        seed=seed,
    )


def _with_forests(
    detector: FraudDetector, labelled: FittedBooster, views: Views, split: Split, trees: int, seed: int
) -> Ensemble:
    """Weigh forests fitted before the calibration week on that week, then fit them up to the end of training."""
    import xgboost  # noqa: PLC0415 - xgboost where it is used

    table, rows = views.tables["labelled"], views.transactions
    fit = known_rows(views, split.fit_start, split.fit_end)
    later = known_rows(views, split.calibration_start, split.train_end)
    everything = known_rows(views, split.fit_start, split.train_end)
    earlier = Forest.fit(table[fit], rows.label[fit] == 1, LABELLED_FEATURES, seed, min(EARLIER_TREES, trees))
    forest = Forest.fit(table[everything], rows.label[everything] == 1, LABELLED_FEATURES, seed, trees)
    novelty = Novelty.fit(table[everything], UNLABELLED_FEATURES, seed)
    matrix = xgboost.DMatrix(table[later].select(LABELLED_FEATURES), feature_names=list(LABELLED_FEATURES))
    week = CalibrationWeek(
        booster=labelled.earlier.predict(matrix, output_margin=True).astype(np.float64),
        forest=earlier.log_odds(table[later]),
        novelty=novelty.score(table[later]),
        fraud=rows.label[later] == 1,
        amount=rows.amount[later],
    )
    card, files = combine(week, forest, novelty, detector.card.costs)
    with_card = FraudDetector(detector.card.model_copy(update={"ensemble": card}), detector.boosters)
    return Ensemble(with_card, forest, novelty, files)


def _measured(
    ensemble: Ensemble,
    views: Views,
    split: Split,
    tuning: Tuning,
    folds: list[Fold],
    *,
    test: Transactions | None,
    warnings: list[str],
) -> Training:
    evaluation, rows = evaluate_detector(ensemble.detector, views, split), later_rows(views, split)
    table = views.tables["labelled"][rows]
    scores = ensemble.score(table)
    alone = 1 / (1 + np.exp(-ensemble.forest.log_odds(table)))
    forests = ensemble.card.model_copy(
        update={"metrics": evaluate(evaluation.rows, scores), "forest_metrics": evaluate(evaluation.rows, alone)}
    )
    detector = ensemble.detector.with_metrics(evaluation.metrics)
    detector = FraudDetector(detector.card.model_copy(update={"ensemble": forests}), detector.boosters)
    ensemble = Ensemble(detector, ensemble.forest, ensemble.novelty, ensemble.files)
    return Training(
        detector, views, split, evaluation, ensemble, scores, tuning, folds,
        drift=_drift(detector, views, split, evaluation, rows),
        test=None if test is None else _test_scores(ensemble, views, test),
        warnings=warnings,
    )  # fmt: skip


def _test_scores(ensemble: Ensemble, views: Views, test: Transactions) -> TestScores:
    rows = np.flatnonzero(np.isin(views.transactions.transaction_id.astype("U"), test.transaction_id.astype("U")))
    return TestScores(views.transactions.transaction_id[rows], ensemble.score(views.tables["labelled"][rows]))


def _drift(
    detector: FraudDetector, views: Views, split: Split, evaluation: Evaluation, rows: NDArray[np.intp]
) -> Drift:
    """From the calibration week to the later window; scores are those of the detector in both."""
    table, label = views.tables["labelled"], views.transactions.label
    before = known_rows(views, split.calibration_start, split.train_end)
    then, now = detector.score(table[before]), evaluation.scores["labelled"]
    review = detector.variant("labelled").thresholds.review
    return drift_between(
        table[before],
        table[rows],
        scores=(then, now),
        alert_precision=(
            alert_precision(then, label[before] == 1, review),
            alert_precision(now, evaluation.rows.label == 1, review),
        ),
    )


def later_rows(views: Views, split: Split) -> NDArray[np.intp]:
    """Labelled rows of the later window whose customer was not known to be compromised."""
    rows = known_rows(views, split.test_start, split.test_end)
    if not len(rows):
        raise ValueError("the later window holds no labelled payments; give payments with labels over more days")
    known = views.transactions.between(split.train_end - WEEK, split.test_end)
    later = views.transactions[rows]
    return rows[without_known_cards(known, later, since=split.train_end - WEEK, train_end=split.train_end)]


def evaluate_detector(detector: FraudDetector, views: Views, split: Split) -> Evaluation:
    """How a detector does on the later window; the same rows for every detector, so that two can be compared."""
    rows = later_rows(views, split)
    later = views.transactions[rows]
    scores = {history: detector.score(table[rows]) for history, table in views.tables.items()}
    return Evaluation(later, scores, {history: evaluate(later, found) for history, found in scores.items()})


def _assemble(
    fitted: tuple[FittedBooster, ...],
    *,
    source: Source,
    train: Transactions,
    views: Views,
    split: Split,
    costs: CostMatrix,
    parameters: Parameters,
) -> FraudDetector:
    variants: dict[History, Variant] = {}
    for part in fitted:
        variants |= part.variants(views, split, costs)
    digests = {part.file: hashlib.sha256(part.booster.save_raw("ubj")).hexdigest() for part in fitted}
    whole = hashlib.sha256("".join(digests.values()).encode()).hexdigest()
    card = ModelCard(
        version=f"{split.train_end.astype('datetime64[D]')}-{whole[:8]}",
        data=TrainingData(
            source=source.name,
            sha256=source.sha256,
            simulated=source.simulated,
            transactions=len(train),
            frauds=int((train.label == 1).sum()),
            fitted=interval(split.fit_start, split.train_end),
            calibrated=interval(split.calibration_start, split.train_end),
            evaluated=interval(split.test_start, split.test_end),
        ),
        label_delay_days=int(LABEL_DELAY // DAY),
        costs=costs,
        parameters=parameters,
        sha256=digests,
        variants=variants,
    )
    return FraudDetector(card, {part.file: part.booster for part in fitted})
