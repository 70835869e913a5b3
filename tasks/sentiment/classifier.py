"""Which classifier reads the posts: the registry's champion, the one that comes with the code, or a transformer."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from blocks.model_registry import ModelVersion
from tasks.champion import champion_of_run, files_of

if TYPE_CHECKING:
    from models.sentiment.classifier import Classifier

MODEL: Final = "sentiment-classifier"
ModelName = Literal["default", "shipped", "finbert", "cryptobert"]
Origin = Literal["champion", "shipped", "transformer"]


@dataclass(frozen=True)
class Chosen:
    """A classifier and where it is from."""

    classifier: "Classifier"
    origin: Origin


def classifier_of_run(model: ModelName) -> Chosen:
    """The classifier by its name; which champion is noted, so that a run which is repeated reads with the same.

    Raises `BlockError`, `ClassifierFilesError`, and `WeightsMissingError` where a transformer's weights are not here.
    """
    if model in {"finbert", "cryptobert"}:
        from tasks.sentiment.transformer import transformer  # noqa: PLC0415 - torch where it is used

        return Chosen(transformer("finbert" if model == "finbert" else "cryptobert"), "transformer")
    if model == "shipped":
        return Chosen(shipped_classifier(), "shipped")
    version = champion_of_run(MODEL)
    if version is None:
        return Chosen(shipped_classifier(), "shipped")
    return Chosen(registered_classifier(version), "champion")


def shipped_classifier() -> "Classifier":
    """The classifier that comes with the code; its weights are read once a process."""
    from models.sentiment.storage import load_classifier  # noqa: PLC0415 - numpy where it is used

    return load_classifier()


def registered_classifier(version: ModelVersion) -> "Classifier":
    """A version of the registry, kept under <DATA_DIR>/models; its weights are read once a process."""
    from models.sentiment.storage import load_classifier  # noqa: PLC0415 - numpy where it is used
    from tasks.sentiment.transformer import encoder  # noqa: PLC0415

    return load_classifier(files_of(version), encoder)
