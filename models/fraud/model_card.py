"""What is known about a trained detector: written beside its weights as `card.json`."""

from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field

from models.fraud.calibration import Calibration
from models.fraud.decision import CostMatrix, Thresholds
from models.fraud.features import History
from models.fraud.metrics import Metrics

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class TrainingData(BaseModel):
    """What a detector was trained on."""

    model_config = ConfigDict(frozen=True)

    source: str = Field(description="File or simulator, and what kind of payments it holds.")
    sha256: str = Field(description="Digest of the file, or of the simulated rows.")
    simulated: bool = Field(description="Whether the payments were simulated: then nothing is known about real ones.")
    transactions: int
    frauds: int
    fitted: str = Field(description="ISO 8601 interval of the rows fitted on, end exclusive.")
    calibrated: str = Field(description="Interval of the rows that stopping, calibration and thresholds were set on.")
    evaluated: str = Field(description="Interval of the later rows that the metrics are from.")


class Variant(BaseModel):
    """How the detector works with one kind of history."""

    model_config = ConfigDict(frozen=True)

    weights: str = Field(description="File of the booster.")
    features: tuple[str, ...]
    calibration: Calibration
    thresholds: Thresholds
    trees: int
    metrics: Metrics | None = Field(None, description="On the later window, known compromised cards removed.")


class EnsembleCard(BaseModel):
    """How the booster for labelled history and the forests are taken together."""

    model_config = ConfigDict(frozen=True)

    booster_weight: float = Field(ge=0, description="What the booster's log-odds count.")
    forest_weight: float = Field(ge=0, description="What the forest's log-odds count.")
    intercept: float
    features: tuple[str, ...] = Field(description="Features of the random forest.")
    novelty_features: tuple[str, ...] = Field(description="Features of the isolation forest.")
    novelty_threshold: float = Field(description="Anomaly score from which a payment is unlike anything seen.")
    thresholds: Thresholds
    sha256: dict[str, str] = Field(description="Digest of each forest's file.")
    metrics: Metrics | None = Field(None, description="On the later window, known compromised cards removed.")
    forest_metrics: Metrics | None = Field(None, description="Of the random forest alone; its Brier is uncalibrated.")

    def combine(self, booster: "NDArray[np.float64]", forest: "NDArray[np.float64]") -> "NDArray[np.float64]":
        """Calibrated probabilities from the members' log-odds."""
        import numpy as np  # noqa: PLC0415 - numpy where it is used

        log_odds = self.booster_weight * booster + self.forest_weight * forest + self.intercept
        return np.asarray(0.5 * (1 + np.tanh(0.5 * log_odds)), np.float64)


class ModelCard(BaseModel):
    """A detector's version, its data, its files' digests, and a variant for each kind of history."""

    model_config = ConfigDict(frozen=True)

    name: str = "fraud-detector"
    version: str
    data: TrainingData
    label_delay_days: int
    costs: CostMatrix
    parameters: dict[str, float | int | str]
    sha256: dict[str, str] = Field(description="Digest of each weights file.")
    variants: dict[History, Variant]
    ensemble: EnsembleCard | None = Field(None, description="The forests beside the boosters, where trained.")
