"""The model registry as a Prefect block."""

import io
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import ClassVar, Self
from uuid import uuid4

from prefect.blocks.core import Block
from pydantic import Field

from blocks.asset_store import Asset, AssetConflict, AssetDamaged, AssetNotFound, AssetStore
from blocks.asset_store.content import measure
from blocks.model_registry.alias import AliasChange, AliasHistory
from blocks.model_registry.errors import ModelNotFound, ModelRegistryError, WeightsDamaged
from blocks.model_registry.formats import require_safe
from blocks.model_registry.version import FILE_NAME, ModelFile, ModelVersion, weights_digest
from blocks.saved_block import saved_or_default

NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
CHAMPION = "champion"


class ModelRegistry(Block):
    """Versions of models in the asset store, with aliases such as "champion" that are promoted and rolled back.

    A version never changes. Its files are safetensors, XGBoost's JSON or UBJ, skops or ONNX: never a pickle.
    """

    _block_type_name: ClassVar[str | None] = "Model registry"
    _block_type_slug: ClassVar[str | None] = "model-registry"

    assets: AssetStore | None = Field(
        None, description="Asset store that holds the versions. Unset: the default asset store."
    )
    folder: str = Field(
        "models",
        pattern=r"^[a-z0-9][a-z0-9-]*$",
        description="Folder of the asset store that they are in.",
        examples=["models"],
    )

    @classmethod
    def default(cls, name: str = "default") -> Self:
        """The registry saved as a block under `name`, else the one in the default asset store; see `AssetStore`."""
        return saved_or_default(cls, name, cls)

    @property
    def store(self) -> AssetStore:
        """The asset store that holds the versions."""
        return self.assets or AssetStore.default()

    def register(
        self,
        name: str,
        files: Mapping[str, Path],
        *,
        metrics: Mapping[str, float],
        data_digest: str,
        code_version: str,
        description: str = "",
    ) -> ModelVersion:
        """Keep files as the next version of a model; the same weights of the same data and code keep their version.

        `files`: path of each by the name it shall have. Raises `UnsafeModelFile`, `ModelRegistryError`.
        """
        _check_name(name, "model")
        if not files:
            raise ModelRegistryError("A version needs at least one file.")
        for own_name, file in files.items():
            if not re.fullmatch(FILE_NAME, own_name):
                raise ModelRegistryError(f"{own_name[:80]!a} is no file name: letters, digits, dots, dashes.")
            require_safe(file, own_name)
        digest = weights_digest({own_name: _sha256(file) for own_name, file in files.items()})
        known = self.versions(name)
        for there in known:
            if (there.weights_sha256, there.data_digest, there.code_version) == (digest, data_digest, code_version):
                return there
        folder = f"{self.folder}/{name}/files/{digest[:16]}"
        kept = {own_name: _entry(self.store.put(f"{folder}/{own_name}", file)) for own_name, file in files.items()}
        described = ModelVersion(
            name=name,
            version=len(known) + 1,
            files=kept,
            weights_sha256=digest,
            metrics=dict(metrics),
            data_digest=data_digest,
            code_version=code_version,
            description=description,
            created=datetime.now(UTC),
        )
        return self._number(described)

    def promote(self, name: str, version: int, alias: str = CHAMPION, *, expected: int | None = None) -> AliasChange:
        """Point an alias at a version. With `expected`, only if it stands there now (else `AliasMoved`).

        Safe beside other promotes: all of them are in the history, in one order. Raises `ModelNotFound`.
        """
        self._read(name, version)
        return self._alias(name, alias).promote(version, expected)

    def rollback(self, name: str, alias: str = CHAMPION) -> AliasChange:
        """Point an alias at the version it stood at before. Raises `ModelNotFound`, `ModelRegistryError`."""
        return self._alias(name, alias).rollback()

    def history(self, name: str, alias: str = CHAMPION) -> list[AliasChange]:
        """Changes of an alias, oldest first."""
        return self._alias(name, alias).changes()

    def resolve(self, name: str, alias_or_version: str | int = CHAMPION) -> ModelVersion:
        """The version that an alias or a number names. Raises `ModelNotFound` saying what there is."""
        _check_name(name, "model")
        if isinstance(alias_or_version, int) or alias_or_version.isdecimal():
            return self._read(name, int(alias_or_version))
        last = self._alias(name, alias_or_version).last()
        if last is None:
            raise ModelNotFound(
                f"The model {name} has no alias {alias_or_version} in {self.store.location}; register a version and "
                f'promote it: registry.promote("{name}", 1, "{alias_or_version}").'
            )
        return self._read(name, last.version)

    def versions(self, name: str) -> list[ModelVersion]:
        """All versions of a model, oldest first."""
        _check_name(name, "model")
        found = [stored.path for stored in self.store.list(f"{self.folder}/{name}/versions/")]
        return [self._document(path) for path in found]

    def fetch(self, version: ModelVersion, folder: Path) -> dict[str, Path]:
        """Files of a version in `folder`, by name; those that are there already are kept if their digest is right.

        Safe for several processes at once. Raises `WeightsDamaged`, `AssetNotFound`.
        """
        folder.mkdir(parents=True, exist_ok=True)
        found = {name: self._fetched(file, folder / name) for name, file in version.files.items()}
        if weights_digest({name: file.sha256 for name, file in version.files.items()}) != version.weights_sha256:
            raise WeightsDamaged(f"{version.name} {version.version} is not what was registered; register it again.")
        return found

    def check(self) -> None:
        """Whether its asset store can be written and read. Raises `BlockError` saying what is wrong."""
        self.store.check()

    def _fetched(self, file: ModelFile, target: Path) -> Path:
        if target.is_file() and _sha256(target) == file.sha256:
            return target
        unfinished = target.with_name(f".{target.name}.{uuid4().hex}")
        try:
            self.store.download(file.uri, unfinished)
            if _sha256(unfinished) != file.sha256:
                raise WeightsDamaged(f"{file.uri} is not what was registered; register the version again.")
            unfinished.replace(target)
        except AssetDamaged as error:
            raise WeightsDamaged(str(error)) from error
        finally:
            unfinished.unlink(missing_ok=True)
        return target

    def _number(self, version: ModelVersion) -> ModelVersion:
        """Give the version the first number that is free; its document is what makes it exist."""
        while True:
            document = io.BytesIO(version.model_dump_json().encode())
            try:
                self.store.put(self._path(version.name, version.version), document, "application/json")
            except AssetConflict:
                version = version.model_copy(update={"version": version.version + 1})
            else:
                return version

    def _read(self, name: str, version: int) -> ModelVersion:
        _check_name(name, "model")
        try:
            return self._document(self._path(name, version))
        except AssetNotFound:
            known = [there.version for there in self.versions(name)]
            raise ModelNotFound(f"The model {name} has no version {version}; known: {known or 'none'}.") from None

    def _document(self, path: str) -> ModelVersion:
        with self.store.open(path) as document:
            return ModelVersion.model_validate_json(document.read())

    def _path(self, name: str, version: int) -> str:
        return f"{self.folder}/{name}/versions/{version:06}.json"

    def _alias(self, name: str, alias: str) -> AliasHistory:
        _check_name(name, "model")
        _check_name(alias, "alias")
        return AliasHistory(self.store, f"{self.folder}/{name}/aliases/{alias}")


def _check_name(name: str, what: str) -> None:
    if len(name) > 60 or not NAME.fullmatch(name):
        raise ModelRegistryError(
            f"{name[:80]!a} is no {what} name: lower-case words with dashes, such as fraud-detector."
        )


def _entry(asset: Asset) -> ModelFile:
    return ModelFile(uri=asset.uri, sha256=asset.sha256, bytes=asset.bytes)


def _sha256(file: Path) -> str:
    with file.open("rb") as stream:
        return measure(stream)[1]
