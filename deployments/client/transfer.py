"""Files up and down, resumed where they broke and checked by their digest."""

import base64
import hashlib
import time
from pathlib import Path
from typing import BinaryIO

import httpx

from deployments.client.connection import Connection
from deployments.client.errors import GatewayAway, Refused, TransferError
from deployments.client.run import Asset

CHUNK = 1 << 20
PART = 8 << 20
ATTEMPTS = 6


def download(connection: Connection, asset: Asset, folder: Path) -> Path:
    """Fetch an asset into `folder`; a partial file beside it is gone on with.

    Raises:
        TransferError: what arrived is not what was stored.
    """
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / Path(asset.name).name
    if target.is_file() and digest_of(target) == asset.sha256:
        return target
    partial = target.with_name(f"{target.name}.partial")
    for attempt in range(ATTEMPTS):
        try:
            _fetch(connection, asset.url, partial)
            break
        except httpx.TransportError as error:
            if attempt == ATTEMPTS - 1:
                raise GatewayAway(connection.url, type(error).__name__) from None
            time.sleep(min(0.2 * 2**attempt, 5))
    if digest_of(partial) != asset.sha256:
        partial.unlink()
        raise TransferError(f"{asset.name} did not arrive as it was stored (another SHA-256). Try again.")
    return partial.replace(target)


def _fetch(connection: Connection, url: str, partial: Path) -> None:
    have = partial.stat().st_size if partial.is_file() else 0
    headers = {"Range": f"bytes={have}-"} if have else {}
    with connection.http.stream("GET", url, headers=headers, follow_redirects=True) as answer:
        if answer.status_code == 416:  # it was whole already
            return
        if not answer.is_success:
            raise TransferError(f"The file is not to be had: {answer.status_code} from {answer.url.host}.")
        with partial.open("ab" if answer.status_code == 206 else "wb") as file:
            for chunk in answer.iter_bytes(CHUNK):
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
    )
    location = begun.headers["location"]
    with file.open("rb") as source:
        while True:
            offset = int(connection.request("HEAD", location).headers["upload-offset"])
            try:
                answer = _send_part(connection, location, source, offset, length, digest)
            except (GatewayAway, Refused) as error:
                if isinstance(error, Refused) and error.status != 409:
                    raise
                time.sleep(0.5)
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
