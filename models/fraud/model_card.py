"""What is known about a trained detector: written beside its weights as `card.json`."""

from pydantic import BaseModel, ConfigDict, Field

from models.fraud.calibration import Calibration
from models.fraud.decision import CostMatrix, Thresholds
from models.fraud.features import History
from models.fraud.metrics import Metrics


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
