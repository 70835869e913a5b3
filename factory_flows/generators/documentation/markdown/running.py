"""How the project is run, read from what is written."""

import json
from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from typing import Final

from factory_flows.generators.source_file import SourceFile
from factory_flows.specification.specification import Specification

_BACKENDS: Final = Path(__file__).parent / "backends.json"


class Running:
    """Commands, of those parts only that are there.

    Attributes:
        needs: What has to be installed before.
        install, prepare, start, test, migrate, undo: Commands of the backend, in its folder.
        scripts: Names of the pages' npm scripts; empty where there are no pages.
    """

    def __init__(self, specification: Specification, written: Sequence[SourceFile]) -> None:
        """Read the files.

        Raises:
            ValueError: Nobody has put down yet how the specified backend is run.
        """
        known: dict[str, dict[str, list[str]]] = json.loads(_BACKENDS.read_text("utf-8"))
        backend = specification.stack.backend
        if backend not in known:
            raise ValueError(
                f"how a {backend} backend is run is not known to the documents; these are: {', '.join(known)}"
            )
        commands = known[backend]
        self.needs = commands["needs"]
        self.install = commands["install"]
        self.prepare = commands["prepare"]
        self.start = commands["start"]
        self.test = commands["test"]
        self.migrate = commands["migrate"]
        self.undo = commands["undo"]
        self._files = {file.path: file for file in written}
        self.scripts = self._scripts()

    def named(self, *names: str) -> list[PurePosixPath]:
        """Files of these names, wherever they are, in the order of their paths."""
        return sorted(path for path in self._files if path.name in names)

    def ending(self, suffix: str) -> list[PurePosixPath]:
        """Folders that hold files of a suffix, `.tf`."""
        return sorted({path.parent for path in self._files if path.suffix == suffix})

    def _scripts(self) -> list[str]:
        package = self._files.get(PurePosixPath("frontend/package.json"))
        return list(json.loads(package.content).get("scripts", {})) if package else []
