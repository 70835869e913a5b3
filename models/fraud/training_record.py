"""What is written down of a training: how much was tried, what was found, and how groups and windows compare."""

from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, Field

from models.fraud.metrics import Metrics

Parameters = dict[str, float | int | str]


@dataclass(frozen=True)
class Effort:
    """How much is tried: parameter sets, seconds to try them in, weeks judged, and the size of the forest."""

    tuning_trials: int = 0
    tuning_seconds: float = 60.0
    folds: int = 3
    forest_trees: int = 100


class Tuning(BaseModel):
    """What was tried, and what was best on the calibration week."""

    model_config = ConfigDict(frozen=True)

    trials: int = Field(description="Parameter sets tried, the known good one first.")
    seconds: float = Field(description="Time taken.")
    cut_short: bool = Field(description="Whether the seconds ran out before the trials: then a repeat may differ.")
    average_precision: float | None = Field(description="Best on the calibration week; null where none was tried.")
    parameters: Parameters


class Fold(BaseModel):
    """One week judged by a booster that was fitted on the four weeks whose labels were known when it began."""

    model_config = ConfigDict(frozen=True)

    fitted: str = Field(description="ISO 8601 interval of the rows fitted on, end exclusive.")
    judged: str = Field(description="Interval of the week judged.")
    metrics: Metrics


class Drift(BaseModel):
    """How far a later window has moved from the one before."""

    model_config = ConfigDict(frozen=True)

    features: dict[str, float] = Field(description="Population stability index (PSI) of each feature.")
    score: float = Field(description="PSI of the scores.")
    alert_precision_before: float | None = Field(description="Frauds among payments flagged in the calibration week.")
    alert_precision: float | None = Field(description="The same in the later window; null where nothing was flagged.")
    alarms: list[str] = Field(description="What went beyond its limit, in words.")


class GroupMeasure(BaseModel):
    """How payments of one group fared at the review threshold, on the later window."""

    model_config = ConfigDict(frozen=True)

    group: str
    transactions: int
    frauds: int
    recall: float | None = Field(description="Share of the group's frauds that was flagged; null without frauds.")
    false_alarms: float | None = Field(description="Share of its genuine payments that was flagged.")
