"""How good the forecasts of a backtest were."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from models.forecasting.backtest import Metrics, Walked, metrics
from models.forecasting.scores import Scores, score, skill


class BacktestMetrics(BaseModel):
    """Measures of one model over all coins, origins and steps; errors and widths in percent of the price."""

    model_config = ConfigDict(frozen=True)

    model: str = Field(description="The model.")
    version: str = Field(description="Its version.")
    outcomes: int = Field(description="Steps whose outcome is known.")
    mae: float = Field(description="Mean absolute error of the median, %.")
    mase: float | None = Field(description="MAE divided by the random walk's; below 1 is better than it.")
    crps: float = Field(description="Twice the mean pinball loss over the 11 quantiles, %.")
    mae_skill: float = Field(description="Part of the plain random walk's absolute error that is gone.")
    crps_skill: float = Field(description="Part of the plain random walk's CRPS that is gone; negative: worse.")
    coverage_80: float = Field(description="Share of outcomes inside the 80 % interval.")
    coverage_95: float = Field(description="Share of outcomes inside the 95 % interval.")
    width_80: float = Field(description="Mean width of the 80 % interval, %.")
    width_95: float = Field(description="Mean width of the 95 % interval, %.")
    mae_significance: float | None = Field(
        description="Chance of a difference in MAE from the random walk as large as this if there were none "
        "(Diebold-Mariano, two-sided, coins at one moment counted once); null: can't be told."
    )
    crps_significance: float | None = Field(description="The same of the difference in CRPS.")


@dataclass(frozen=True, eq=False)
class BySteps:
    """Measures of one model for each step ahead."""

    crps_skill: NDArray[np.float64]
    coverage_80: NDArray[np.float64]
    coverage_95: NDArray[np.float64]


def measure(
    walked: Sequence[Walked], versions: Mapping[str, str], baseline: str
) -> tuple[list[BacktestMetrics], dict[str, BySteps]]:
    """Measures of each model, best CRPS first, and by step ahead, against `baseline`."""
    measured = [_described(one, versions[one.model]) for one in metrics(walked, baseline)]
    scores: dict[str, list[Scores]] = {}
    for one in walked:
        scores.setdefault(one.model, []).append(score(one.quantiles, one.came))
    return measured, {model: _by_step(found, scores[baseline]) for model, found in scores.items()}


def _described(one: Metrics, version: str) -> BacktestMetrics:
    values = {name: getattr(one, name) for name in BacktestMetrics.model_fields if hasattr(one, name)}
    mase = values.pop("mase")
    return BacktestMetrics(**values, version=version, outcomes=one.forecasts, mase=mase if np.isfinite(mase) else None)


def _by_step(mine: Sequence[Scores], walk: Sequence[Scores]) -> BySteps:
    crps, theirs = _pooled(mine, "crps"), _pooled(walk, "crps")
    return BySteps(
        crps_skill=np.array([skill(crps[:, h], theirs[:, h]) for h in range(crps.shape[1])]),
        coverage_80=np.nanmean(_pooled(mine, "inside_80"), axis=0),
        coverage_95=np.nanmean(_pooled(mine, "inside_95"), axis=0),
    )


def _pooled(scores: Sequence[Scores], name: str) -> NDArray[np.float64]:
    """(all origins of all coins, horizon)."""
    return np.concatenate([getattr(one, name) for one in scores])
