"""A network's card: what it is, what it was trained on and how it did."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from models.forecasting.network.features import KNOWN_FEATURES

Kind = Literal["lstm", "transformer"]
NAMES: dict[Kind, str] = {"lstm": "lstm", "transformer": "transformer"}


class Histogram(BaseModel):
    """How a feature was distributed in training: shares of its values between rising edges, the ends open."""

    model_config = ConfigDict(frozen=True)

    edges: tuple[float, ...] = Field(description="Inner edges.")
    shares: tuple[float, ...] = Field(description="One more than edges; together 1.")


class NetworkCard(BaseModel):
    """Everything about a network but its weights."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Kind
    version: str = Field(description="End of its training data and the first digits of its weights' digest.")
    features: tuple[str, ...] = Field(min_length=1, max_length=len(KNOWN_FEATURES))
    width: int = Field(ge=4, le=512)
    longest_horizon: int = Field(ge=1, le=168)
    trained_on: tuple[str, ...] = Field(description="Coins.")
    timeframes: tuple[str, ...] = Field(description="Steps that it was trained on.")
    trained_from: datetime
    trained_until: datetime = Field(description="No outcome later than this was seen, in training or in validation.")
    max_age_days: int = Field(180, ge=1, description="Days after `trained_until` from which it counts as stale.")
    data_sha256: str = Field(description="Digest of the candles.")
    seed: int
    epochs: int = Field(description="Epochs until the validation loss was best.")
    seconds: float = Field(description="How long the training took.")
    validation_loss: float
    histograms: dict[str, Histogram] = Field(description="Features in training, to tell drift.")
    metrics: dict[str, float] = Field({}, description="Measured on later candles than any it was trained on.")
    weights_sha256: str
