"""Generated Python as its project's own linter and formatter leave it."""

import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from factory_flows.generators.source_file import SourceFile


def formatted(files: Iterable[SourceFile]) -> list[SourceFile]:
    """The files, with unused imports gone, imports sorted and lines broken at 120 characters.

    Raises:
        RuntimeError: A file is not Python; says which and where.
    """
    written = list(files)
    with tempfile.TemporaryDirectory() as folder:
        for file in written:
            path = Path(folder, file.path)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(file.content.encode() if isinstance(file.content, str) else file.content)
        settings = ["--isolated", "--no-cache", "--line-length=120", "--target-version=py311"]
        known = '--config=lint.isort.known-first-party=["app", "tests"]'
        _ruff(folder, "check", *settings, known, "--fix", "--select=I,F401,UP", "--ignore-noqa", "--quiet")
        _ruff(folder, "format", *settings, "--quiet")
        return [
            file.model_copy(update={"content": Path(folder, file.path).read_text("utf-8")})
            if file.path.suffix == ".py"
            else file
            for file in written
        ]


def _ruff(folder: str, *arguments: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "ruff", *arguments, "."], check=False, cwd=folder, capture_output=True, text=True
    )
    if done.returncode:
        raise RuntimeError(f"generated code is not in order: {done.stdout}{done.stderr}")
