"""Receiving a file over HTTP: the raw body, in one piece or resumed (draft-ietf-httpbis-resumable-upload)."""

import base64
import binascii
import re
from collections.abc import AsyncIterator, Callable
from typing import NoReturn, ParamSpec, TypeVar

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from blocks.asset_store import Asset, AssetStore, StoredAsset
from blocks.uploads import (
    UnacceptableContent,
    Upload,
    UploadError,
    UploadIncomplete,
    UploadNotFound,
    UploadOffsetMismatch,
    Uploads,
    UploadTooLarge,
)
from deployments.gateway.api_keys import Caller
from deployments.gateway.problems import Problem, invalid

P = ParamSpec("P")
T = TypeVar("T")

BLOCK = 8 << 20
MISMATCH = "https://iana.org/assignments/http-problem-types#mismatching-upload-offset"

_SHA256 = re.compile(r"(?:^|[\s,])sha-256=:(?P<digest>[A-Za-z0-9+/=]{44}):")


class UploadSessions:
    """Uploads of callers, over the asset store."""

    def __init__(self, max_bytes: int) -> None:
        self.max_bytes = max_bytes

    async def create(self, caller: Caller, name: str, size: int | None) -> Upload:
        """Begin an upload."""
        uploads = await self._uploads()
        return await _explained(uploads.create, caller.owner, name, size)

    async def find(self, caller: Caller, upload_id: str) -> Upload | StoredAsset:
        """An upload under way, or the asset that it became."""
        uploads = await self._uploads()
        owner = None if caller.is_admin else caller.owner
        try:
            return await run_in_threadpool(uploads.get, upload_id, owner)
        except UploadNotFound:
            return await _explained(uploads.asset, upload_id, owner)

    async def receive(self, upload: Upload, body: AsyncIterator[bytes]) -> Upload:
        """Store the body as the upload's next bytes. What arrived before a connection broke is kept."""
        uploads = await self._uploads()
        block = bytearray()
        try:
            async for chunk in body:
                block += chunk
                if len(block) >= BLOCK:
                    upload = await _explained(uploads.append, upload, bytes(block))
                    block.clear()
        except ClientDisconnect:
            if block:
                await _explained(uploads.append, upload, bytes(block))
            raise
        return await _explained(uploads.append, upload, bytes(block)) if block else upload

    async def complete(self, upload: Upload, sha256: str | None) -> Asset:
        """Check the whole and keep it."""
        uploads = await self._uploads()
        return await _explained(uploads.complete, upload, sha256)

    async def abort(self, upload: Upload) -> None:
        """Forget the upload and what was sent of it."""
        uploads = await self._uploads()
        await _explained(uploads.abort, upload)

    async def _uploads(self) -> Uploads:
        return Uploads(await run_in_threadpool(AssetStore.default), self.max_bytes)


def declared_digest(header: str | None) -> str | None:
    """SHA-256 of a `Repr-Digest` or `Content-Digest` (RFC 9530), hexadecimal; None when it names none.

    Raises:
        Problem: 422, it is malformed.
    """
    if header is None or "sha-256" not in header.lower():
        return None
    named = _SHA256.search(header)
    try:
        digest = base64.b64decode(named["digest"], validate=True) if named else b""
    except binascii.Error:
        digest = b""
    if len(digest) != 32:
        raise invalid("Repr-Digest:", "a SHA-256 digest is written sha-256=:<base64>:")
    return digest.hex()


async def _explained(call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    try:
        return await run_in_threadpool(call, *args, **kwargs)
    except UploadError as error:
        _raise_problem(error)


def _raise_problem(error: UploadError) -> NoReturn:
    match error:
        case UploadNotFound():
            raise Problem(404, "There is no such upload or asset of yours.", kind="no-such-asset") from None
        case UploadOffsetMismatch():
            extra = {"type": MISMATCH, "expected-offset": error.expected}
            raise Problem(409, str(error), extra=extra, headers={"Upload-Offset": str(error.expected)}) from None
        case UploadTooLarge():
            raise Problem(
                413, str(error), kind="upload-too-large", headers={"Upload-Limit": f"max-size={error.limit}"}
            ) from None
        case UploadIncomplete():
            raise Problem(422, str(error), kind="upload-incomplete") from None
        case UnacceptableContent():
            raise Problem(415, str(error), kind="unacceptable-content") from None
        case _:
            raise error
