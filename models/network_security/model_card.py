"""What is known about a trained network detector: written beside its weights as `card.json`."""

from pydantic import BaseModel, ConfigDict, Field

from models.network_security.combination import Combination
from models.network_security.encoding import Encoding
from models.network_security.metrics import Metrics


class TrainingData(BaseModel):
    """What a detector was trained on."""

    model_config = ConfigDict(frozen=True)

    source: str = Field(description="The file, and what traffic it holds.")
    sha256: str = Field(description="Digest of the file.")
    format: str = Field(description="Format of its records.", examples=["nsl-kdd"])
    records: int
    attacks: dict[str, int] = Field(description="Records by attack name, most first.")


class ModelCard(BaseModel):
    """A detector's version, its data, its files' digests, and how its members make a verdict."""

    model_config = ConfigDict(frozen=True)

    name: str
    version: str
    data: TrainingData
    encoding: Encoding
    classes: tuple[str, ...] = Field(description="Attack classes that the class model tells apart, in its order.")
    combination: Combination
    novelty_scale: tuple[float, ...] = Field(
        description="Distances to normal of normal records that were kept from training, as 201 quantiles."
    )
    normality_categories: dict[str, tuple[str, ...]] = Field(description="Categories that the distance tells apart.")
    metrics: Metrics
    parameters: dict[str, dict[str, float | int | str]] = Field(description="Of each member.")
    seed: int
    sha256: dict[str, str] = Field(description="Digest of each weights file.")
    limits: str = Field(description="What its figures do not say.")
