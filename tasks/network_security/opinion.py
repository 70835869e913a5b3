"""What the trained model, or novelty alone, says of each record before the rules are heard."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from models.network_security.attack_class import NORMAL, UNKNOWN
from models.network_security.reason import Reason
from tasks.network_security.network_file import NetworkFileError
from tasks.network_security.traffic import Traffic
from tasks.network_security.verdict import JudgedBy, Threshold

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from models.network_security.detector import NetworkDetector
    from models.network_security.feature_table import FeatureTable

UNLABELLED_THRESHOLD: Final = 0.5
NOVEL: Final = 0.4
ORDINARY: Final = 0.3
"""Grades of novelty alone: a new record is worth a look, no alarm; below that, novelty only ranks."""


class Opinion:
    """Columns, one entry a record, and who they are from."""

    def __init__(
        self,
        *,
        score: "NDArray[np.float64]",
        attack_class: "NDArray[np.object_]",
        novelty: "NDArray[np.float64]",
        new: "NDArray[np.bool_]",
        explain: "Callable[[NDArray[np.intp]], dict[int, tuple[Reason, ...]]]",
        threshold: Threshold,
        judged_by: list[JudgedBy],
        model: str,
        model_version: str,
        weights_sha256: str | None,
        warnings: list[str],
    ) -> None:
        self.score = score
        self.attack_class = attack_class
        self.novelty = novelty
        self.new = new
        self.explain = explain
        self.threshold = threshold
        self.judged_by = judged_by
        self.model = model
        self.model_version = model_version
        self.weights_sha256 = weights_sha256
        self.warnings = warnings


def in_space(traffic: Traffic, name: str) -> "FeatureTable | None":
    """The records in a model's feature space; None where the file does not tell enough for it."""
    from models.network_security.flow_features import flow_features  # noqa: PLC0415 - numpy where it is used

    if traffic.table.space.name == name:
        return traffic.table
    if name == "flow" and traffic.flows is not None:
        return flow_features(traffic.flows, in_context=False)
    return None


def by_model(detector: "NetworkDetector", origin: str, table: "FeatureTable") -> Opinion:
    """What a trained detector says."""
    import numpy as np  # noqa: PLC0415 - numpy where it is used

    from models.network_security.detector import Judgement  # noqa: PLC0415
    from models.network_security.members import Opinions  # noqa: PLC0415
    from models.network_security.reasons import explain  # noqa: PLC0415

    judged, card = detector.judge(table), detector.card

    def reasons(rows: "NDArray[np.intp]") -> dict[int, tuple[Reason, ...]]:
        said = judged.opinions
        part = Judgement(
            judged.score[rows],
            judged.attack_class[rows],
            judged.novelty[rows],
            Opinions(said.booster[rows], said.forest[rows], said.distance[rows], said.nearest[rows]),
        )
        return dict(zip(rows.tolist(), explain(detector, table[rows], part), strict=True))

    figures = card.metrics
    return Opinion(
        score=judged.score,
        attack_class=judged.attack_class,
        novelty=judged.novelty,
        new=np.zeros(len(table), np.bool_),  # novelty is part of the model's score already
        explain=reasons,
        threshold=Threshold(
            score=card.combination.threshold,
            how="On training data alone: the lowest whose accuracy is within half a point of the best on attack kinds "
            f"held out whole. There it found {figures.found_unseen:.0%} of attacks of unseen kinds and gave "
            f"{figures.false_alarms:.1%} false alarms on ordinary normal records, {figures.false_alarms_changed:.0%} "
            "on normal records of a kind never seen.",
        ),
        judged_by=[
            JudgedBy(
                judge="model",
                version=card.version,
                applied=True,
                what=f"{card.name} ({origin}): XGBoost and random forest, trained on {card.data.source}",
            ),
            JudgedBy(
                judge="novelty",
                version=card.version,
                applied=True,
                what="distance to the nearest normal record of the training file, part of the model's score",
            ),
        ],
        model=card.name,
        model_version=card.version,
        weights_sha256=detector.weights_sha256,
        warnings=[],
    )


def by_novelty(traffic: Traffic, baseline: Traffic | None, why: str) -> Opinion:
    """What novelty alone says, of records that no trained model judges; `why` says why none does."""
    import numpy as np  # noqa: PLC0415 - numpy where it is used

    from models.network_security.unlabelled import against_baseline, against_itself  # noqa: PLC0415

    try:
        found = against_itself(traffic.table) if baseline is None else against_baseline(*_one_space(traffic, baseline))
    except ValueError as error:
        raise NetworkFileError(f"baseline_uri: {error}") from error
    count = len(traffic)
    novelty = np.zeros(count) if found is None else found.novelty
    new = np.zeros(count, np.bool_) if found is None else found.new
    how = "too few records to tell what is ordinary among them" if found is None else found.how
    warnings = [f"No trained model judged these records: {why}. Novelty and rules did, as far as they could."]
    if baseline is None and found is not None:
        warnings.append(
            "Without a baseline, novelty only sets single records apart from the rest of the same file; name "
            "baseline_uri, a file of ordinary traffic of the same network, for more."
        )
    return Opinion(
        score=np.where(new, NOVEL, np.minimum(novelty, 1) * ORDINARY),
        attack_class=np.where(new, UNKNOWN, NORMAL).astype(object),
        novelty=novelty,
        new=new,
        explain=_nothing if found is None else found.explain,
        threshold=Threshold(
            score=UNLABELLED_THRESHOLD,
            how="By definition: a high finding of a rule grades 0.9, a low one and a new record 0.4. No labels were at "
            "hand to set it on; train_network_detector makes a model of labelled records.",
        ),
        judged_by=[
            JudgedBy(judge="model", version="none", applied=False, what=why),
            JudgedBy(judge="novelty", version="1", applied=found is not None, what=how),
        ],
        model="novelty and rules",
        model_version="1",
        weights_sha256=None,
        warnings=warnings,
    )


def _nothing(_rows: "NDArray[np.intp]") -> dict[int, tuple[Reason, ...]]:
    return {}


def _one_space(traffic: Traffic, baseline: Traffic) -> "tuple[FeatureTable, FeatureTable]":
    """Both in the space that both tell enough for."""
    if traffic.table.space == baseline.table.space:
        return traffic.table, baseline.table
    tables = in_space(traffic, "flow"), in_space(baseline, "flow")
    if tables[0] is None or tables[1] is None:
        raise ValueError("the baseline tells other things than the records; give one of the same format")
    return tables[0], tables[1]
