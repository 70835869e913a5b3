"""What moved a record's log-odds: boosted trees by TreeSHAP, the distance to normal by feature, and the forest."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.network_security.detector import Judgement, NetworkDetector
from models.network_security.feature_table import FeatureTable
from models.network_security.members import DISTANCE_FLOOR
from models.network_security.normality import LEVELS, Normality
from models.network_security.reason import Reason
from models.network_security.wording import describe, number

NEGLIGIBLE: Final = 0.03
MOSTLY_NEW: Final = 0.5
FOREST: Final = "random_forest"


def explain(
    detector: NetworkDetector, table: FeatureTable, judged: Judgement, *, most: int = 4
) -> list[tuple[Reason, ...]]:
    """The strongest reasons for each record: towards an attack, or against one where nothing speaks for it.

    A record's contributions over all features, the forest's and `reference` sum to its log-odds.
    """
    space = table.space
    names = (*space.categorical, *space.numeric, FOREST)
    trees, novelty = shares(detector, table, judged)
    total = trees.copy()
    total[:, :-1] += novelty
    return [
        tuple(
            _reason(detector, table, judged, row, names[index], total[row, index], _part(novelty, row, index, total))
            for index in _strongest(total[row], most)
        )
        for row in range(len(table))
    ]


def shares(
    detector: NetworkDetector, table: FeatureTable, judged: Judgement
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Shares of the trees by feature with the forest's last, and of the novelty by feature."""
    combination, space = detector.card.combination, table.space
    names = (*space.categorical, *space.numeric)
    shap = detector.members.shap(table)
    by_feature = np.zeros((len(table), len(names) + 1))
    owner = np.array([names.index(feature) for feature in detector.members.encoding.features])
    np.add.at(by_feature.T, owner, shap[:, :-1].T)
    moved = shap[:, :-1].sum(axis=1)
    # The members' log-odds end at a floor: the shares shrink with them, so that the sum stays true.
    shrunk = np.divide(
        judged.opinions.booster - shap[:, -1], moved, out=np.zeros_like(moved), where=np.abs(moved) > 1e-9
    )
    by_feature[:, :-1] *= np.clip(shrunk, 0, 2)[:, None]
    by_feature[:, -1] = judged.opinions.forest
    usual = np.log(float(np.median(detector.card.novelty_scale)) + DISTANCE_FLOOR)
    apart = detector.members.normality.differences(table, judged.opinions.nearest)
    novelty = combination.novelty * (judged.opinions.novelty - usual)[:, None] * apart
    return by_feature * combination.supervised / 2, novelty


def _strongest(shares: NDArray[np.float64], most: int) -> list[int]:
    order = np.argsort(-shares, kind="stable")
    if shares[order[0]] <= 0:
        order = order[::-1]
    first = float(shares[order[0]])
    return [int(index) for index in order[:most] if first and shares[index] / first >= NEGLIGIBLE]


def _part(novelty: NDArray[np.float64], row: int, index: int, total: NDArray[np.float64]) -> float:
    """How much of a feature's share is novelty."""
    whole = float(total[row, index])
    return float(novelty[row, index]) / whole if index < novelty.shape[1] and whole > 0 else 0.0


def _reason(
    detector: NetworkDetector,
    table: FeatureTable,
    judged: Judgement,
    row: int,
    feature: str,
    contribution: float,
    novel: float,
) -> Reason:
    if feature == FOREST:
        voted = 1 / (1 + np.exp(-judged.opinions.forest[row]))
        return Reason(
            feature=FOREST,
            value=round(float(voted), 4),
            contribution=round(contribution, 4),
            text=f"{voted:.0%} of the random forest's trees see an attack",
        )
    value = table.value(row, feature)
    text = describe(feature, value)
    if novel >= MOSTLY_NEW:
        text += _beside(detector.members.normality, table, feature, int(judged.opinions.nearest[row]))
    return Reason(
        feature=feature,
        value=value if isinstance(value, str) else round(value, 4),
        contribution=round(contribution, 4),
        text=text,
    )


def novel_reasons(
    normality: Normality, table: FeatureTable, nearest: NDArray[np.intp], *, most: int = 4
) -> list[tuple[Reason, ...]]:
    """What sets each record apart from the nearest normal one, for novelty that judges alone."""
    names = (*table.space.categorical, *table.space.numeric)
    apart = normality.differences(table, nearest)
    reasons = []
    for row in range(len(table)):
        found = []
        for index in _strongest(apart[row], most):
            value = table.value(row, names[index])
            found.append(
                Reason(
                    feature=names[index],
                    value=value if isinstance(value, str) else round(value, 4),
                    contribution=round(float(apart[row, index]), 4),
                    text=describe(names[index], value) + _beside(normality, table, names[index], int(nearest[row])),
                )
            )
        reasons.append(tuple(found))
    return reasons


def _beside(normality: Normality, table: FeatureTable, feature: str, nearest: int) -> str:
    """What the nearest normal record has instead."""
    encoding, placed = normality.encoding, normality.normals[nearest]
    if feature in table.space.categorical:
        columns = [index for index, name in enumerate(encoding.features) if name == feature]
        held = [encoding.columns[index].partition("=")[2] for index in columns if placed[index]]
        return f"; the nearest normal record has {held[0] if held else 'a rare one'}"
    column = table.space.numeric.index(feature)
    level = placed[len(encoding.columns) - len(table.space.numeric) + column] / LEVELS
    grid = normality.grid[:, column]
    return (
        f"; the nearest normal record has about {number(float(np.interp(level, np.linspace(0, 1, len(grid)), grid)))}"
    )
