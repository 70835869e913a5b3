"""What is known about a trained classifier: written beside its weights as `card.json`."""

from pydantic import BaseModel, ConfigDict, Field

from models.sentiment.label import Label


class Interval(BaseModel):
    """A measure with its 95 % bootstrap interval."""

    model_config = ConfigDict(frozen=True)

    value: float
    lower: float
    upper: float


class Measures(BaseModel):
    """How a classifier does on posts that it has not seen."""

    model_config = ConfigDict(frozen=True)

    posts: int = Field(description="Posts measured on; no near-duplicate of any was trained on.")
    macro_f1: Interval = Field(description="Mean of the labels' F1, resampled by group of near-duplicates.")
    f1: dict[Label, float]
    accuracy: float
    constant_macro_f1: float = Field(description="Of always saying the most frequent label.")
    constant_accuracy: float
    log_loss: float = Field(description="Of the calibrated probabilities, nats.")
    calibration_error: float = Field(description="Expected calibration error of the likeliest label, 10 bins.")
    confusion: tuple[tuple[int, int, int], ...] = Field(description="Rows: the truth; columns: what was said.")


class TrainingPosts(BaseModel):
    """What a classifier was trained on."""

    model_config = ConfigDict(frozen=True)

    source: str = Field(description="What the posts are and where they are from.")
    sha256: str = Field(description="Digest of the labelled posts.")
    posts: int
    by_label: dict[Label, int]
    duplicates: int = Field(description="Posts that repeat another one, near enough: kept on one side of the split.")
    trained_on: int
    held_out: int


class SentimentCard(BaseModel):
    """A classifier's version, data, measures and limits."""

    model_config = ConfigDict(frozen=True)

    name: str = "sentiment-classifier"
    variant: str = Field(description="How texts become numbers.", examples=["tfidf-linear", "minilm-linear"])
    version: str = Field(examples=["2026-11-23-1f0c22ab"])
    data: TrainingPosts
    parameters: dict[str, float | int | str]
    measures: Measures = Field(description="On the posts held out.")
    limits: tuple[str, ...] = Field(description="What a user should know before relying on it.")
