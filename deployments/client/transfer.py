"""Files up and down, resumed where they broke and checked by their digest."""

import base64
import hashlib
import time
from pathlib import Path
from typing import BinaryIO

import httpx

from deployments.client.connection import PASSING, Connection
from deployments.client.errors import GatewayAway, Refused, TransferError, error_of
from deployments.client.run import Asset

PART = 8 << 20
ATTEMPTS = 6
"""Broken connections in a row after which a transfer is given up; one that gets anywhere starts the count anew."""


def download(connection: Connection, asset: Asset, folder: Path) -> Path:
    """Fetch an asset into `folder`; a partial file beside it is gone on with.

    Raises:
        TransferError: what arrived is not what was stored.
    """
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / _file_name(asset)
    if target.is_file() and digest_of(target) == asset.sha256:
        return target
    partial = target.with_name(f"{target.name}.partial")
    is_resumed = partial.is_file()
    _fetch_whole(connection, asset, partial)
    if is_resumed and digest_of(partial) != asset.sha256:  # it was not a part of this file
        partial.unlink()
        _fetch_whole(connection, asset, partial)
    if digest_of(partial) != asset.sha256:
        partial.unlink()
        raise TransferError(f"{asset.name} did not arrive as it was stored (another SHA-256). Try again.")
    return partial.replace(target)


def _file_name(asset: Asset) -> str:
    name = Path(asset.name.replace("\\", "/")).name
    if not name or name in {".", ".."} or not name.isprintable():
        raise TransferError(f"{asset.uri} has a name that no file can have here: {asset.name!r}.")
    return name


def _fetch_whole(connection: Connection, asset: Asset, partial: Path) -> None:
    failures = 0
    while True:
        had = _size(partial)
        try:
            return _fetch(connection, asset.url, partial)
        except (httpx.TransportError, GatewayAway) as error:
            failures = 1 if _size(partial) > had else failures + 1
            if failures == ATTEMPTS:
                raise _given_up(connection, error) from None
            time.sleep(_pause(failures))


def _fetch(connection: Connection, url: str, partial: Path) -> None:
    have = _size(partial)
    headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={have}-"} if have else {})
    with connection.http.stream("GET", url, headers=headers, follow_redirects=True) as answer:
        if answer.status_code == 416:  # it was whole already
            return
        if not answer.is_success:
            answer.read()
            error = error_of(answer)
            raise GatewayAway(str(error)) if answer.status_code in PASSING else error
        with partial.open("ab" if answer.status_code == 206 else "wb") as file:
            for chunk in answer.iter_bytes():
                file.write(chunk)


def upload(connection: Connection, file: Path, name: str) -> Asset:
    """Send a file in parts; after a broken connection the gateway says how far it got."""
    digest = base64.b64encode(bytes.fromhex(digest_of(file))).decode()
    length = file.stat().st_size
    begun = connection.request(
        "POST",
        "/api/v1/assets",
        params={"name": name},
        headers={"Upload-Complete": "?0", "Upload-Length": str(length)},
        content=b"",
        repeatable=True,  # one that nobody goes on with is forgotten
    )
    location = begun.headers["location"]
    failures, sent = 0, -1
    with file.open("rb") as source:
        while True:
            stored = connection.request("HEAD", location).headers
            if stored["upload-complete"] == "?1":  # the last part arrived, its answer did not
                return Asset.model_validate(connection.request("GET", location).json())
            offset = int(stored["upload-offset"])
            failures, sent = (0, offset) if offset > sent else (failures + 1, sent)
            try:
                answer = _send_part(connection, location, source, offset, length, digest)
            except (GatewayAway, Refused) as error:
                if failures == ATTEMPTS or (isinstance(error, Refused) and error.status not in {409, 429}):
                    raise
                time.sleep(_pause(failures + 1))
                continue
            if answer.status_code == 201:
                return Asset.model_validate(answer.json())


def _send_part(
    connection: Connection, location: str, source: BinaryIO, offset: int, length: int, digest: str
) -> httpx.Response:
    source.seek(offset)
    part = source.read(PART)
    last = offset + len(part) >= length
    headers = {"Upload-Offset": str(offset), "Upload-Complete": "?1" if last else "?0"}
    if last:
        headers["Repr-Digest"] = f"sha-256=:{digest}:"
    return connection.request("PATCH", location, headers=headers, content=part, repeatable=False)


def digest_of(file: Path) -> str:
    """SHA-256 of a file, hexadecimal."""
    with file.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()


def _given_up(connection: Connection, error: Exception) -> GatewayAway:
    return error if isinstance(error, GatewayAway) else GatewayAway.silent(connection.url, error)


def _size(file: Path) -> int:
    return file.stat().st_size if file.is_file() else 0


def _pause(failures: int) -> float:
    return float(min(0.2 * 2**failures, 5.0))
