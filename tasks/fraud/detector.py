"""Which detector judges: the registry's champion where one was promoted, else the shipped one."""

import json
from contextlib import suppress
from typing import TYPE_CHECKING, Final, Literal

from blocks.asset_store import AssetConflict, AssetStore
from blocks.model_registry import ModelNotFound, ModelRegistry, ModelVersion
from blocks.settings import get_settings
from tasks.run import asset_path

if TYPE_CHECKING:
    from models.fraud.detector import FraudDetector

MODEL: Final = "fraud-detector"
Origin = Literal["champion", "shipped"]


def detector_of_run() -> tuple["FraudDetector", Origin]:
    """The detector in use now, kept for this run: a run that is repeated after a promotion judges as it did before.

    Raises `BlockError`, `WeightsMismatchError`.
    """
    store, path = AssetStore.default(), asset_path("detector.json")
    if not store.exists(path):
        version = champion()
        choice = json.dumps({"registry_version": version.version if version else None}).encode()
        with suppress(AssetConflict):  # another attempt of this run chose at the same moment: take its choice
            store.put(path, choice, "application/json")
    with store.open(path) as stream:
        number = json.load(stream)["registry_version"]
    if number is None:
        return shipped_detector(), "shipped"
    return registered_detector(ModelRegistry.default().resolve(MODEL, number)), "champion"


def champion() -> ModelVersion | None:
    """The registry's champion, if one was promoted."""
    try:
        return ModelRegistry.default().resolve(MODEL)
    except ModelNotFound:
        return None


def shipped_detector() -> "FraudDetector":
    """The detector that comes with the code; its weights are read once a process."""
    from models.fraud.detector import load_detector  # noqa: PLC0415 - numpy where it is used

    return load_detector()


def registered_detector(version: ModelVersion) -> "FraudDetector":
    """A version of the registry, kept under <DATA_DIR>/models; its weights are read once a process."""
    from models.fraud.detector import load_detector  # noqa: PLC0415 - numpy where it is used

    folder = get_settings().home / "models" / MODEL / version.weights_sha256[:16]
    ModelRegistry.default().fetch(version, folder)
    return load_detector(folder)
