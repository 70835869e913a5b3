"""Uploads: files that requests can name."""

from typing import Annotated

from fastapi import APIRouter, Header, Path, Query, Request, Response
from pydantic import BaseModel, Field
from starlette.requests import ClientDisconnect

from blocks.asset_store import Asset
from blocks.uploads import Upload
from deployments.gateway.deps import CallerDep, UploadsDep
from deployments.gateway.problems import Problem, documented
from deployments.gateway.upload_session import MISMATCH, declared_digest

router = APIRouter(prefix="/api/v1/assets", tags=["Assets"])

PARTIAL = "application/partial-upload"
BODY = {
    "requestBody": {
        "required": True,
        "description": "The file itself, not a form.",
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}
UPLOAD_ERRORS = documented(401, 413, 415, 422, 429, 503)

UploadId = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$", description="Id of an upload and of its asset.")]
CompleteHeader = Annotated[
    str | None,
    Header(
        alias="Upload-Complete",
        pattern=r"^\?[01]$",
        description="`?0`: more will follow with PATCH. `?1`, or left out: this is all.",
    ),
]
LengthHeader = Annotated[
    int | None, Header(alias="Upload-Length", ge=0, le=2**53, description="Size of the whole file in bytes.")
]
DigestHeader = Annotated[
    str | None,
    Header(alias="Repr-Digest", max_length=500, description="`sha-256=:<base64>:` of the whole file (RFC 9530)."),
]


class UploadedAsset(BaseModel):
    """A stored file."""

    id: str = Field(description="Its id.", examples=["4f3c2b1a5d6e7f8091a2b3c4d5e6f708"])
    name: str = Field(description="Its file name.", examples=["transactions.csv"])
    uri: str = Field(description="What requests name it by.", examples=["asset://uploads/4f3c…/transactions.csv"])
    media_type: str = Field(description="What its content is.", examples=["text/csv"])
    bytes: int = Field(ge=0, description="Its size.")
    sha256: str = Field(description="Its digest, hexadecimal.")
    url: str = Field(description="What a browser opens.")


class UploadStatus(BaseModel):
    """An upload under way."""

    id: str = Field(description="Its id.")
    offset: int = Field(ge=0, description="Bytes stored so far; PATCH goes on from here.")
    complete: bool = Field(description="Whether it is a finished asset.")


@router.post(
    "",
    summary="Upload a file",
    status_code=201,
    openapi_extra=BODY,
    responses=UPLOAD_ERRORS | {201: {"model": UploadedAsset | UploadStatus, "description": "Stored."}},
)
async def upload(
    *,
    request: Request,
    caller: CallerDep,
    uploads: UploadsDep,
    response: Response,
    name: Annotated[str, Query(min_length=1, max_length=200, description="File name.", examples=["transactions.csv"])],
    complete: CompleteHeader = None,
    length: LengthHeader = None,
    digest: DigestHeader = None,
) -> UploadedAsset | UploadStatus:
    """The file as the raw body. What it is is told by its content, which must fit the name's extension.

    For large files send `Upload-Complete: ?0` with the first part (it may be empty), then `PATCH` the address in
    `Location`; `HEAD` tells how far it got when a connection broke.
    """
    sha256 = declared_digest(digest)
    whole = complete != "?0"
    begun = await uploads.create(caller, name, length if length is not None else _content_length(request, whole))
    response.headers["Location"] = f"/api/v1/assets/{begun.id}"
    try:
        begun = await uploads.receive(begun, request.stream())
        if whole:
            return _answered(response, await uploads.complete(begun, sha256), begun.id)
    except (Problem, ClientDisconnect):
        if whole:  # its sender does not know of it: nobody could go on with it
            await uploads.abort(begun)
        raise
    return _under_way(response, begun)


@router.head("/{upload_id}", summary="How far an upload got", status_code=204, responses=documented(401, 404, 422))
async def offset(upload_id: UploadId, caller: CallerDep, uploads: UploadsDep) -> Response:
    """`Upload-Offset` is where `PATCH` goes on."""
    found = await uploads.find(caller, upload_id)
    response = Response(status_code=204, headers={"Cache-Control": "no-store"})
    if isinstance(found, Upload):
        _under_way(response, found)
    else:
        response.headers.update({"Upload-Offset": str(found.bytes), "Upload-Complete": "?1"})
    return response


@router.patch(
    "/{upload_id}",
    summary="Send the next part of an upload",
    openapi_extra=BODY,
    responses=UPLOAD_ERRORS
    | documented(404, 409)
    | {
        200: {"model": UploadStatus, "description": "Stored; more may follow."},
        201: {"model": UploadedAsset, "description": "Complete."},
    },
)
async def resume(
    *,
    upload_id: UploadId,
    request: Request,
    caller: CallerDep,
    uploads: UploadsDep,
    response: Response,
    upload_offset: Annotated[int, Header(alias="Upload-Offset", ge=0, le=2**53, description="Where this part begins.")],
    complete: CompleteHeader = None,
    digest: DigestHeader = None,
) -> UploadedAsset | UploadStatus:
    """The next bytes as the raw body; with `Upload-Complete: ?1` (or none) they are the last ones."""
    sha256 = declared_digest(digest)
    found = await uploads.find(caller, upload_id)
    if not isinstance(found, Upload):
        raise Problem(409, "The upload is complete.", kind="upload-complete")
    if found.offset != upload_offset:
        extra = {"type": MISMATCH, "expected-offset": found.offset, "provided-offset": upload_offset}
        raise Problem(
            409,
            f"{found.offset} bytes are stored: go on from there.",
            extra=extra,
            headers={"Upload-Offset": str(found.offset)},
        )
    found = await uploads.receive(found, request.stream())
    if complete == "?0":
        return _under_way(response, found)
    response.status_code = 201
    return _answered(response, await uploads.complete(found, sha256), upload_id)


@router.get("/{upload_id}", summary="An uploaded file", responses=documented(401, 404, 409, 422, 429, 503))
async def show(upload_id: UploadId, caller: CallerDep, uploads: UploadsDep) -> UploadedAsset:
    """What is stored. 409 while it is being uploaded."""
    found = await uploads.find(caller, upload_id)
    if isinstance(found, Upload):
        raise Problem(409, f"{found.offset} bytes of it are stored so far.", kind="upload-not-complete")
    return _asset(found, upload_id)


@router.delete("/{upload_id}", summary="Abort an upload", status_code=204, responses=documented(401, 404, 409, 422))
async def abort(upload_id: UploadId, caller: CallerDep, uploads: UploadsDep) -> None:
    """Forget an upload under way and what was sent of it."""
    found = await uploads.find(caller, upload_id)
    if not isinstance(found, Upload):
        raise Problem(409, "The upload is complete; results may name it, so it stays.", kind="upload-complete")
    await uploads.abort(found)


def _content_length(request: Request, whole: bool) -> int | None:
    declared = request.headers.get("content-length", "")
    return int(declared) if whole and declared.isascii() and declared.isdigit() else None


def _under_way(response: Response, upload: Upload) -> UploadStatus:
    response.headers.update({"Upload-Offset": str(upload.offset), "Upload-Complete": "?0"})
    return UploadStatus(id=upload.id, offset=upload.offset, complete=False)


def _answered(response: Response, asset: Asset, upload_id: str) -> UploadedAsset:
    response.headers.update({"Upload-Offset": str(asset.bytes), "Upload-Complete": "?1"})
    return _asset(asset, upload_id)


def _asset(asset: Asset, upload_id: str) -> UploadedAsset:
    return UploadedAsset(id=upload_id, **asset.model_dump(include=set(Asset.model_fields)))
