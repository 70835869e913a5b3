"""What a hub offers under a name: its files, their digests, and the licence."""

import hashlib
import re
from fnmatch import fnmatchcase
from pathlib import PurePosixPath
from typing import Any, Final

from pydantic import BaseModel, ConfigDict

from blocks.model_hub.errors import WeightsRefused

_COMMIT: Final = re.compile(r"[0-9a-f]{40}")
_PART: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._+-]*")
_WEIGHTS: Final = ".safetensors"
# Configurations, vocabularies (.model is sentencepiece's), licences: read, never run. Templates of chats
# (.jinja) are filled in by transformers in a sandbox.
_BESIDE: Final = {".json", ".txt", ".md", ".model", ".jinja"}
_MOST_FILES: Final = 2000


class OfferedFile(BaseModel):
    """One file: `sha256` where the hub stores it outside git, else git's own digest of it."""

    model_config = ConfigDict(frozen=True)

    path: str
    bytes: int
    sha256: str | None
    git: str | None


class Offer(BaseModel):
    """A repository at a commit.

    `digest` is the SHA-256 over the lines "<digest> <path>" of the files, sorted by path: it pins every byte.
    """

    model_config = ConfigDict(frozen=True)

    repository: str
    commit: str
    licence: str
    files: tuple[OfferedFile, ...]
    left_out: tuple[str, ...]

    @property
    def bytes(self) -> int:
        """All files together."""
        return sum(file.bytes for file in self.files)

    @property
    def digest(self) -> str:
        """The SHA-256 that pins this offer."""
        lines = (f"{file.sha256 or file.git} {file.path}\n" for file in sorted(self.files, key=lambda file: file.path))
        return hashlib.sha256("".join(lines).encode()).hexdigest()


def read_offer(repository: str, answer: Any, include: tuple[str, ...]) -> Offer:
    """An offer from the hub's `/api/models/{repository}/revision/{revision}?blobs=true`.

    Raises:
        WeightsRefused: The answer is not of that form, a path leads elsewhere, or there are no safetensors.
    """
    try:
        commit, siblings = answer["sha"], answer["siblings"]
        files = [_file(entry) for entry in siblings[: _MOST_FILES + 1]]
        licence = str((answer.get("cardData") or {}).get("license") or "")
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise WeightsRefused(f"The hub's answer on {repository} is not of its API's form.") from error
    if not (isinstance(commit, str) and _COMMIT.fullmatch(commit)) or len(files) > _MOST_FILES:
        raise WeightsRefused(f"The hub's answer on {repository} names no commit, or more than {_MOST_FILES} files.")
    wanted = [file for file in files if not include or any(fnmatchcase(file.path, pattern) for pattern in include)]
    kept = [file for file in wanted if PurePosixPath(file.path).suffix in {_WEIGHTS, *_BESIDE}]
    for file in kept:
        require_plain(file.path)
    if not any(file.path.endswith(_WEIGHTS) for file in kept):
        raise WeightsRefused(f"{repository} has no safetensors among what is asked for; other weights can run code.")
    dropped = tuple(file.path for file in wanted if file not in kept)
    return Offer(repository=repository, commit=commit, licence=licence, files=tuple(kept), left_out=dropped)


def require_plain(path: str) -> None:
    """Raise `WeightsRefused` unless every part of a relative path is a plain name."""
    if len(path) > 300 or not all(_PART.fullmatch(part) for part in path.split("/")):
        raise WeightsRefused(f"The hub names a file {path[:80]!r}, which is no plain relative path.")


def _file(entry: Any) -> OfferedFile:
    path, lfs = str(entry["rfilename"]), entry.get("lfs") or {}
    sha256, git = lfs.get("sha256"), entry.get("blobId")
    size = int(lfs.get("size", entry.get("size")))
    pinned = re.fullmatch(r"[0-9a-f]{64}", sha256 or "") or (not lfs and _COMMIT.fullmatch(git or ""))
    if size < 0 or not pinned:
        raise ValueError(path)
    return OfferedFile(path=path, bytes=size, sha256=sha256, git=git)
