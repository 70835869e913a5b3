"""Which forecaster a request means: the registry's champion, the one that comes with the code, or a plain rule."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from models.forecasting import Forecaster, random_walk, volatility_scaled_random_walk

Fixed = Literal["ensemble", "lstm", "transformer", "volatility-scaled-random-walk", "random-walk", "seasonal-naive"]
ModelName = Literal["auto", Fixed]
Origin = Literal["champion", "shipped", "rule"]

RULES: Final[dict[str, Callable[[], Forecaster]]] = {
    "volatility-scaled-random-walk": volatility_scaled_random_walk,
    "random-walk": random_walk,
}


class ModelFacts(BaseModel):
    """What is known of the model that was asked for."""

    model_config = ConfigDict(frozen=True, protected_namespaces=())

    name: str = Field(description="Its name.")
    version: str = Field(description="Its version.")
    origin: Origin = Field(description="Champion of the registry, shipped with the code, or a rule without weights.")
    trained_on: str | None = Field(None, description="Its training data; null: not trained.")
    trained_until: datetime | None = Field(None, description="Last moment of that data, UTC.")
    weights_sha256: str | None = Field(None, description="Digest of its weights.")


@dataclass(frozen=True, eq=False)
class Chosen:
    """A forecaster and what is known of it."""

    forecaster: Forecaster
    facts: ModelFacts
    looks_at_reference: bool = False


def choose_forecaster(model: ModelName) -> Chosen:
    """The forecaster of that name; weights stay in the process from one run to the next."""
    name = "volatility-scaled-random-walk" if model == "auto" else model
    forecaster = RULES[name]()
    return Chosen(forecaster, ModelFacts(name=forecaster.name, version=forecaster.version, origin="rule"))
