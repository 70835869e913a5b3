"""Which trained detector judges a format: the registry's champion, else the shipped one for NSL-KDD, else none."""

import json
from contextlib import suppress
from typing import TYPE_CHECKING, Final, Literal

from blocks.asset_store import AssetConflict, AssetStore
from blocks.model_registry import ModelNotFound, ModelRegistry, ModelVersion
from blocks.settings import get_settings
from tasks.network_security.network_file import Format
from tasks.run import asset_path

if TYPE_CHECKING:
    from models.network_security.detector import NetworkDetector

SHIPPED_FORMAT: Final[Format] = "nsl-kdd"
Origin = Literal["champion", "registered", "shipped", "none"]


def model_name(format_: Format) -> str:
    """Name in the registry: a format has models of its own, for no two measure the same things."""
    return f"network-detector-{format_}"


def detector_of_run(format_: Format, asked: str) -> tuple["NetworkDetector | None", Origin]:
    """The detector for a format, kept for this run: repeated after a promotion, it judges as it did before.

    `asked`: auto, shipped, none, or a version of the registry. Raises `BlockError`, `WeightsMismatchError`, ValueError.
    """
    if asked == "none":
        return None, "none"
    if asked.isdecimal():
        return registered_detector(ModelRegistry.default().resolve(model_name(format_), int(asked))), "registered"
    number = None if asked == "shipped" else _champion_of_run(format_)
    if number is not None:
        return registered_detector(ModelRegistry.default().resolve(model_name(format_), number)), "champion"
    if format_ == SHIPPED_FORMAT:
        return shipped_detector(), "shipped"
    if asked == "shipped":
        raise ValueError(f"no model for {format_} records comes with the code; train one with train_network_detector")
    return None, "none"


def _champion_of_run(format_: Format) -> int | None:
    store, path = AssetStore.default(), asset_path("network-detector.json")
    if not store.exists(path):
        version = champion(format_)
        choice = json.dumps({"registry_version": version.version if version else None}).encode()
        with suppress(AssetConflict):  # another attempt of this run chose at the same moment: take its choice
            store.put(path, choice, "application/json")
    with store.open(path) as stream:
        number: int | None = json.load(stream)["registry_version"]
    return number


def champion(format_: Format) -> ModelVersion | None:
    """The registry's champion for a format, if one was promoted."""
    try:
        return ModelRegistry.default().resolve(model_name(format_))
    except ModelNotFound:
        return None


def shipped_detector() -> "NetworkDetector":
    """The detector that comes with the code; its weights are read once a process."""
    from models.network_security.detector import load_detector  # noqa: PLC0415 - numpy where it is used

    return load_detector()


def registered_detector(version: ModelVersion) -> "NetworkDetector":
    """A version of the registry, kept under <DATA_DIR>/models; its weights are read once a process."""
    from models.network_security.detector import load_detector  # noqa: PLC0415 - numpy where it is used

    folder = get_settings().home / "models" / version.name / version.weights_sha256[:16]
    ModelRegistry.default().fetch(version, folder)
    return load_detector(folder)
