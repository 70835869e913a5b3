"""Aliases such as "champion": a history of changes, each a file that is created once, so that two can't both win."""

import io
from datetime import UTC, datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from blocks.asset_store import AssetConflict, AssetStore
from blocks.model_registry.errors import AliasMoved, ModelNotFound, ModelRegistryError


class AliasChange(BaseModel):
    """One change of an alias."""

    model_config = ConfigDict(frozen=True)

    number: int = Field(ge=1, description="1, 2, 3 … in the order of the changes.")
    action: Literal["promote", "rollback"] = Field(description="What was asked for.")
    version: int = Field(ge=1, description="Where the alias stands after it.")
    at: datetime = Field(description="When, UTC.")


class AliasHistory:
    """The changes of one alias, oldest first, under a path of the store."""

    def __init__(self, store: AssetStore, path: str) -> None:
        self._store = store
        self._path = path

    def changes(self) -> list[AliasChange]:
        """All changes, oldest first."""
        return [self._read(path) for path in self._paths()]

    def last(self) -> AliasChange | None:
        """The change that says where the alias stands."""
        paths = self._paths()
        return self._read(paths[-1]) if paths else None

    def promote(self, version: int, expected: int | None) -> AliasChange:
        """Point the alias at a version; nothing changes where it stands there. Raises `AliasMoved`."""
        while True:
            last = self.last()
            current = last.version if last else None
            if expected is not None and current != expected:
                raise AliasMoved(f"The alias stands at version {current}, not {expected}: look again, then decide.")
            if last and current == version:
                return last
            if change := self._append(last, "promote", version):
                return change

    def rollback(self) -> AliasChange:
        """Point the alias at the version before; repeated, one further back. Raises `ModelNotFound`, `AliasMoved`."""
        changes = self.changes()
        if not changes:
            raise ModelNotFound("The alias was never promoted, so there is nothing to roll back.")
        stood = standing(changes)
        if len(stood) < 2:
            raise ModelRegistryError("The alias stands at the first version it ever had; promote another one instead.")
        if change := self._append(changes[-1], "rollback", stood[-2]):
            return change
        raise AliasMoved("Someone else moved the alias at the same moment: look again, then decide.")

    def _append(
        self, last: AliasChange | None, action: Literal["promote", "rollback"], version: int
    ) -> AliasChange | None:
        number = last.number + 1 if last else 1
        change = AliasChange(number=number, action=action, version=version, at=datetime.now(UTC))
        document = io.BytesIO(change.model_dump_json().encode())
        try:
            self._store.put(f"{self._path}/{change.number:06}.json", document, "application/json")
        except AssetConflict:
            return None  # another process appended its change first
        return change

    def _paths(self) -> list[str]:
        return [stored.path for stored in self._store.list(f"{self._path}/")]

    def _read(self, path: str) -> AliasChange:
        with self._store.open(path) as document:
            return AliasChange.model_validate_json(document.read())


def standing(changes: list[AliasChange]) -> list[int]:
    """Versions that the alias can be rolled back through, the present one last."""
    stood: list[int] = []
    for change in changes:
        if change.action == "promote":
            stood.append(change.version)
        else:
            stood.pop()
    return stood
