"""Which classifier reads the posts: the registry's champion, the one that comes with the code, or a transformer."""

import json
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from blocks.asset_store import AssetConflict, AssetStore
from blocks.model_registry import ModelNotFound, ModelRegistry, ModelVersion
from blocks.settings import get_settings
from tasks.run import asset_path

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
    store, path = AssetStore.default(), asset_path("classifier.json")
    if not store.exists(path):
        version = champion()
        choice = json.dumps({"registry_version": version.version if version else None}).encode()
        with suppress(AssetConflict):  # another attempt of this run chose at the same moment: take its choice
            store.put(path, choice, "application/json")
    with store.open(path) as stream:
        number = json.load(stream)["registry_version"]
    if number is None:
        return Chosen(shipped_classifier(), "shipped")
    return Chosen(registered_classifier(ModelRegistry.default().resolve(MODEL, number)), "champion")


def champion() -> ModelVersion | None:
    """The registry's champion, if one was promoted."""
    try:
        return ModelRegistry.default().resolve(MODEL)
    except ModelNotFound:
        return None


def shipped_classifier() -> "Classifier":
    """The classifier that comes with the code; its weights are read once a process."""
    from models.sentiment.storage import load_classifier  # noqa: PLC0415 - numpy where it is used

    return load_classifier()


def registered_classifier(version: ModelVersion) -> "Classifier":
    """A version of the registry, kept under <DATA_DIR>/models; its weights are read once a process."""
    from models.sentiment.storage import load_classifier  # noqa: PLC0415 - numpy where it is used
    from tasks.sentiment.transformer import encoder  # noqa: PLC0415

    folder = get_settings().home / "models" / MODEL / version.weights_sha256[:16]
    ModelRegistry.default().fetch(version, folder)
    return load_classifier(folder, encoder)
