"""Bringing weights: licence first, then disk, then bytes that have their digest."""

import hashlib
import re
import shutil
from pathlib import Path, PurePosixPath
from typing import Final
from urllib.parse import quote, urlsplit

import orjson
from pydantic import BaseModel, ConfigDict

from blocks.model_hub.errors import WeightsRefused
from blocks.model_hub.offer import Offer, OfferedFile, read_offer, require_plain
from blocks.model_hub.settings import ModelHubSettings
from blocks.model_hub.transfer import OnBytes, Transfer
from blocks.source import SourceSettings
from blocks.source.address import Resolve, resolve
from blocks.source.uri import checked_uri

_REPOSITORY: Final = re.compile(r"[A-Za-z0-9][\w.-]{0,95}/[A-Za-z0-9][\w.-]{0,95}", re.ASCII)
_CHUNK: Final = 1 << 20


class Brought(BaseModel):
    """Weights that lie on this machine."""

    model_config = ConfigDict(frozen=True)

    path: Path
    bytes: int
    digest: str
    commit: str | None
    files: tuple[str, ...]
    left_out: tuple[str, ...]
    resumed: int


class ModelHub:
    """A hub that speaks Hugging Face's API, and plain https addresses."""

    def __init__(
        self,
        settings: ModelHubSettings | None = None,
        sources: SourceSettings | None = None,
        resolve: Resolve = resolve,
    ) -> None:
        self.settings = settings or ModelHubSettings()
        self._transfer = Transfer(self.settings, sources or SourceSettings(), resolve)

    def offer(self, repository: str, revision: str = "main", include: tuple[str, ...] = ()) -> Offer:
        """What the hub has under a name. Raises `ModelHubError`."""
        if not _REPOSITORY.fullmatch(repository):
            raise WeightsRefused("A repository is written owner/name.")
        uri = f"{self._endpoint}/api/models/{repository}/revision/{quote(revision, safe='')}?blobs=true"
        try:
            answer = orjson.loads(self._transfer.answer(uri))
        except orjson.JSONDecodeError as error:
            raise WeightsRefused(f"The hub's answer on {repository} is no JSON.") from error
        return read_offer(repository, answer, include)

    def bring(self, offer: Offer, licence: str, digest: str, on_bytes: OnBytes = lambda _: None) -> Brought:
        """Bring what was offered into a folder of its own. Files that are there and whole are not brought again.

        Args:
            on_bytes: Told how many of the offer's bytes there are by now; what it raises stops the transfer, and what
                came is kept.

        Raises:
            WeightsRefused: Another licence or digest than was agreed to, no room, or a file that is not what it says.
            WeightsUnavailable: The hub went away; what came is kept.
        """
        if not offer.licence or licence != offer.licence:
            raise WeightsRefused(
                f"{offer.repository} has the licence {offer.licence or '(none named)'!r}, accepted was {licence!r}: "
                "read it, then name it in the request."
            )
        if digest != offer.digest:
            raise WeightsRefused(f"{offer.repository} has the digest {offer.digest}, asked for was {digest}.")
        folder = self.settings.home / offer.repository.replace("/", "--") / offer.commit
        missing = [file for file in offer.files if not (folder / file.path).is_file()]
        self._require_room(folder, sum(file.bytes for file in missing), offer.bytes)
        resumed, there = 0, offer.bytes - sum(file.bytes for file in missing)
        for file in missing:
            uri = f"{self._endpoint}/{offer.repository}/resolve/{offer.commit}/{quote(file.path)}"
            before = there
            resumed += self._one(uri, folder / file.path, file, lambda count, before=before: on_bytes(before + count))  # type: ignore[misc]  # bound at once
            there += file.bytes
        return Brought(
            path=folder,
            bytes=offer.bytes,
            digest=digest,
            commit=offer.commit,
            files=tuple(file.path for file in offer.files),
            left_out=offer.left_out,
            resumed=resumed,
        )

    def bring_file(self, uri: str, sha256: str, size: int, on_bytes: OnBytes = lambda _: None) -> Brought:
        """Bring one safetensors file of at most `size` bytes from an https address. Raises `ModelHubError`."""
        try:
            parts = urlsplit(checked_uri(uri))
        except ValueError as error:
            raise WeightsRefused(f"The address {error}.") from error
        name = PurePosixPath(parts.path).name
        if parts.scheme != "https" or not name.endswith(".safetensors"):
            raise WeightsRefused("Give an https address that ends in .safetensors; other weights can run code.")
        require_plain(name)
        target = self.settings.home / "files" / sha256 / name
        if not target.is_file():
            self._require_room(target.parent, size, size)
        file = OfferedFile(path=name, bytes=size, sha256=sha256, git=None)
        resumed = 0 if target.is_file() else self._one(uri, target, file, on_bytes)
        count = target.stat().st_size
        return Brought(
            path=target, bytes=count, digest=sha256, commit=None, files=(name,), left_out=(), resumed=resumed
        )

    @property
    def _endpoint(self) -> str:
        return self.settings.endpoint.rstrip("/")

    def _require_room(self, folder: Path, missing: int, together: int) -> None:
        if together > self.settings.max_bytes:
            raise WeightsRefused(
                f"They have {together} bytes; at most {self.settings.max_bytes} (MODEL_HUB_MAX_BYTES)."
            )
        folder.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(folder).free - self.settings.reserve_bytes
        if missing and missing > free:
            raise WeightsRefused(f"The disk has room for {max(free, 0)} bytes, {missing} are missing: make room.")

    def _one(self, uri: str, target: Path, file: OfferedFile, on_bytes: OnBytes) -> int:
        target.parent.mkdir(parents=True, exist_ok=True)
        partial = target.with_name(f"{target.name}.{(file.sha256 or file.git or '')[:16]}.partial")
        resumed = self._transfer.into(uri, partial, file.bytes, on_bytes)
        try:
            _require_whole(partial, file)
        except WeightsRefused:
            partial.unlink(missing_ok=True)
            raise
        partial.replace(target)
        return resumed


def _require_whole(path: Path, file: OfferedFile) -> None:
    """The digest that was pinned, and for weights a safetensors header."""
    plain, git = hashlib.sha256(), hashlib.sha1(usedforsecurity=False)  # what git calls its objects by
    git.update(f"blob {path.stat().st_size}\0".encode())
    with path.open("rb") as stream:
        head = stream.read(9)
        stream.seek(0)
        while chunk := stream.read(_CHUNK):
            plain.update(chunk)
            git.update(chunk)
    if (plain.hexdigest() != file.sha256) if file.sha256 else (git.hexdigest() != file.git):
        raise WeightsRefused(f"{file.path} does not have the digest that was agreed on; it was thrown away.")
    length = int.from_bytes(head[:8], "little")
    if file.path.endswith(".safetensors") and not (head[8:] == b"{" and 2 <= length <= path.stat().st_size - 8):
        raise WeightsRefused(f"{file.path} is named like a safetensors file and is none; it was thrown away.")
