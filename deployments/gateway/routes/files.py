"""Files of the asset store, as browsers and players fetch them."""

from datetime import timedelta
from pathlib import Path as FilePath
from typing import Annotated
from urllib.parse import unquote, urlsplit

from fastapi import APIRouter, Header, Path, Query, Request
from fastapi.responses import FileResponse, RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from blocks.asset_store import AssetNotFound, AssetStore, InvalidAssetPath, StoredAsset
from deployments.gateway.deps import ServicesDep
from deployments.gateway.problems import Problem, documented

router = APIRouter(tags=["Assets"])

SHOWN = ("image/", "video/", "audio/", "text/plain", "text/csv", "application/json")
"""What browsers show in place; everything else is downloaded, so that no uploaded page or drawing runs as ours."""

SAFETY = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; media-src 'self'; sandbox",
    "Referrer-Policy": "no-referrer",
}
PLAYED = ("video/", "audio/")
"""What a browser's player fetches by itself: as ours, for in a sandbox of its own it may not. Scripts never run."""
REDIRECT_LIFETIME = timedelta(minutes=10)


@router.head("/assets/{path:path}", include_in_schema=False, response_class=Response)
@router.get(
    "/assets/{path:path}",
    summary="A file of the asset store",
    response_class=Response,
    responses=documented(401, 404, 416, 422)
    | {
        200: {"description": "The file.", "content": {"application/octet-stream": {}}},
        206: {"description": "The ranges asked for.", "content": {"application/octet-stream": {}}},
        304: {"description": "Not changed; an asset never does."},
        307: {"description": "Where Cloud Storage serves it."},
    },
)
async def read_file(
    *,
    path: Annotated[str, Path(description="Its path in the store.", examples=["runs/0b8e6a52/forecast.png"])],
    request: Request,
    services: ServicesDep,
    expires: Annotated[str, Query(max_length=20, description="End of a signed link.")] = "",
    signature: Annotated[str, Query(max_length=200, description="Signature of a signed link.")] = "",
    if_none_match: Annotated[str | None, Header(max_length=1000, description="Digest that is held already.")] = None,
) -> Response:
    """With range requests. While keys are configured: for its owner, or by the signed link that results carry."""
    store = await run_in_threadpool(AssetStore.default)
    asset = await _found(store, path)
    caller = request.state.caller
    if not store.verify(asset.path, expires, signature):
        if caller is None:
            raise Problem(
                401,
                "This file needs an API key, or the signed link that its result carries.",
                kind="api-key",
                headers={"WWW-Authenticate": 'Bearer realm="aiflows"'},
            )
        if not await services.sources.may_read(caller, asset.path):
            raise _absent()
    headers = {"ETag": f'"{asset.sha256}"', "Cache-Control": "private, max-age=86400, immutable"}
    headers |= _safety(asset.media_type)
    if if_none_match and asset.sha256 in if_none_match:
        return Response(status_code=304, headers=headers)
    location = urlsplit(store.location)
    if location.scheme != "file":
        address = await run_in_threadpool(store.storage.signed_url, asset.path, REDIRECT_LIFETIME)
        return RedirectResponse(address, headers={"Cache-Control": "private, max-age=300"})
    return FileResponse(
        FilePath(unquote(location.path)) / asset.path,
        media_type=asset.media_type,
        filename=asset.name,
        content_disposition_type="inline" if _is_shown(asset.media_type) else "attachment",
        headers=headers,
    )


async def _found(store: AssetStore, path: str) -> StoredAsset:
    try:
        return await run_in_threadpool(store.stat, path)
    except (AssetNotFound, InvalidAssetPath):
        raise _absent() from None


def _absent() -> Problem:
    return Problem(404, "There is no such file of yours.", kind="no-such-asset")


def _is_shown(media_type: str) -> bool:
    return media_type.startswith(SHOWN) and not media_type.startswith("image/svg")


def _safety(media_type: str) -> dict[str, str]:
    if not media_type.startswith(PLAYED):
        return SAFETY
    return SAFETY | {"Content-Security-Policy": f"{SAFETY['Content-Security-Policy']} allow-same-origin"}
