"""The version of a model that is in use: the registry's champion, kept by a run that has taken it."""

import json
from contextlib import suppress
from pathlib import Path

from blocks.asset_store import AssetConflict, AssetStore
from blocks.model_registry import ModelNotFound, ModelRegistry, ModelVersion
from blocks.settings import get_settings
from tasks.run import asset_path


def champion(model: str) -> ModelVersion | None:
    """The registry's champion, if one was promoted. Raises `ModelRegistryError`."""
    try:
        return ModelRegistry.default().resolve(model)
    except ModelNotFound:
        return None


def champion_of_run(model: str) -> ModelVersion | None:
    """The champion when this run first asked: a run that is repeated after a promotion judges as it did before.

    Raises `BlockError`.
    """
    store, path = AssetStore.default(), asset_path(f"{model}.json")
    if not store.exists(path):
        version = champion(model)
        choice = json.dumps({"registry_version": version.version if version else None}).encode()
        with suppress(AssetConflict):  # another attempt of this run chose at the same moment: take its choice
            store.put(path, choice, "application/json")
    with store.open(path) as stream:
        number: int | None = json.load(stream)["registry_version"]
    return None if number is None else ModelRegistry.default().resolve(model, number)


def files_of(version: ModelVersion) -> Path:
    """Folder with a version's files, fetched once to <DATA_DIR>/models. Raises `ModelRegistryError`."""
    folder = get_settings().home / "models" / version.name / version.weights_sha256[:16]
    ModelRegistry.default().fetch(version, folder)
    return folder
