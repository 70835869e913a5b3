"""Training a classifier: labelled posts, fit, comparison with the one in use, registration."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Literal
from uuid import UUID

from prefect import task
from prefect.artifacts import create_progress_artifact, update_progress_artifact
from prefect.cache_policies import NO_CACHE
from pydantic import BaseModel, ConfigDict, Field

from blocks.model_registry import ModelRegistry
from models.sentiment.card import Interval
from models.sentiment.limits import STOCK_POSTS, TFIDF
from tasks.champion import champion
from tasks.provenance import Provenance, code_version, request_digest
from tasks.sentiment.classifier import MODEL, Origin, registered_classifier, shipped_classifier
from tasks.sentiment.labelled_file import fetch_labelled

if TYPE_CHECKING:
    from models.sentiment.learning import LabelledPosts, Training

Variant = Literal["tfidf", "minilm"]


class LabelledFile:
    """Labelled posts of a file, and what was noticed about them."""

    def __init__(self, posts: "LabelledPosts", warnings: list[str]) -> None:
        self.posts = posts
        self.warnings = warnings


@task(
    name="load-labelled-posts",
    description="Fetch and check the file of labelled posts.",
    persist_result=False,
    cache_policy=NO_CACHE,
)
def load_labelled(uri: str, description: str, variant: Variant, *, about_stocks: bool) -> LabelledFile:
    """The posts of a file. Raises `LabelledFileError`, `TooFewPostsError`, `SourceError`."""
    from models.sentiment.learning import require_enough  # noqa: PLC0415 - scikit-learn where it is used

    limits = (*(STOCK_POSTS if about_stocks else ()), *(TFIDF if variant == "tfidf" else ()))
    posts, warnings = fetch_labelled(uri, description, limits)
    require_enough(posts.labels)
    return LabelledFile(posts, warnings)


@task(
    name="fit-classifier",
    description="Fit, calibrate and measure the classifier on posts held out.",
    persist_result=False,
    cache_policy=NO_CACHE,
)
def fit_classifier(file: LabelledFile, variant: Variant) -> "Training":
    """A trained classifier with its measures; progress shows on the run's page. Raises as `train_classifier` does, and
    `WeightsMissingError` where the MiniLM is not on this machine.
    """
    from models.sentiment.learning import train_classifier  # noqa: PLC0415 - scikit-learn where it is used

    progress = create_progress_artifact(0.0, key="sentiment-training-progress", description="Training the classifier")
    if not isinstance(progress, UUID):  # Prefect's type leaves open that it is awaited; in a plain task it is not
        raise TypeError("the progress artifact was not created")

    def show(step: str, share: float) -> None:
        update_progress_artifact(progress, 100 * share, description=f"Training the classifier: {step}")

    recipe = None
    if variant == "minilm":
        from models.sentiment.embedding_training import EmbeddingRecipe  # noqa: PLC0415 - torch where it is used
        from tasks.sentiment.transformer import encoder  # noqa: PLC0415

        recipe = EmbeddingRecipe(encoder())
    training = train_classifier(file.posts, recipe, show)
    show("done", 1.0)
    return training


class ClassifierComparison(BaseModel):
    """The new classifier against the one in use, by macro-F1 on the same posts held out."""

    model_config = ConfigDict(frozen=True)

    rival: Origin = Field(description="Champion of the registry, or the classifier that comes with the code.")
    rival_version: str
    rival_macro_f1: Interval = Field(description="With its 95 % interval.")
    macro_f1: Interval
    registry_version: int = Field(description="Number of the new classifier in the registry.")
    promoted: bool = Field(description="Whether the new classifier is the champion now.")


@task(
    name="register-classifier",
    description="Keep the classifier in the registry; make it the champion if it tells held-out posts apart better.",
    persist_result=False,
    cache_policy=NO_CACHE,
    retries=2,
    retry_delay_seconds=1,
)
def register_classifier(training: "Training") -> ClassifierComparison:
    """Register, compare by macro-F1 on the posts held out, promote. Raises `ModelRegistryError`.

    The same post is held out in every training here, so neither classifier has seen what it is measured on. A run that
    is repeated finds its own version and leaves the champion that it made; when another run promotes at the same moment
    (`AliasMoved`) the retry compares with that one.
    """
    from models.sentiment.storage import save_classifier  # noqa: PLC0415 - numpy where it is used

    registry, card = ModelRegistry.default(), training.classifier.card
    measures = card.measures
    with TemporaryDirectory(prefix="classifier-") as folder:
        files = {path.name: path for path in save_classifier(training.classifier, Path(folder))}
        version = registry.register(
            MODEL,
            files,
            metrics={
                "macro_f1": measures.macro_f1.value,
                "accuracy": measures.accuracy,
                "log_loss": measures.log_loss,
                "calibration_error": measures.calibration_error,
            },
            data_digest=card.data.sha256,
            code_version=code_version(),
            description=f"{card.variant}, trained on {card.data.source}",
        )
    in_use = champion(MODEL)
    rival = registered_classifier(in_use) if in_use else shipped_classifier()
    rival_f1 = training.measured(rival).macro_f1
    better = measures.macro_f1.value > rival_f1.value
    mine = in_use is not None and in_use.version == version.version
    if better and not mine:
        registry.promote(MODEL, version.version, expected=in_use.version if in_use else None)
    return ClassifierComparison(
        rival="champion" if in_use else "shipped",
        rival_version=rival.version,
        rival_macro_f1=rival_f1,
        macro_f1=measures.macro_f1,
        registry_version=version.version,
        promoted=better or mine,
    )


def training_provenance(request: BaseModel, training: "Training") -> Provenance:
    """The posts and code behind a classifier."""
    card = training.classifier.card
    return Provenance(
        code_version=code_version(),
        request_sha256=request_digest(request),
        seed=0,
        model=card.name,
        model_version=card.version,
        weights_sha256=training.classifier.digest,
        data_source=card.data.source,
        data_window=None,
        data_sha256=card.data.sha256,
    )
