"""Whose the files are that a request names: a caller reaches their own uploads and the assets of their own runs."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from prefect.exceptions import ObjectNotFound
from starlette.concurrency import run_in_threadpool

from blocks.asset_store import AssetNotFound, AssetStore, InvalidAssetPath
from deployments.gateway.api_keys import Caller
from deployments.gateway.prefect_access import PrefectAccess
from deployments.gateway.problems import Problem, invalid
from tasks.run_owner import owner_of

OWNER = "owner"
"""Metadata of an upload that names its owner."""


class SourceAccess:
    """Checks the uris of a request that point into the asset store, wherever in it they stand."""

    def __init__(self, prefect: PrefectAccess) -> None:
        self._prefect = prefect

    async def check(self, caller: Caller, request: Any) -> None:
        """Refuse a request that names another's file.

        Raises:
            Problem: 422, a uri is malformed; 404, there is no such asset of the caller's.
        """
        for pointer, text in strings(request):
            if text.startswith(("asset://", "gs://")):
                await self._check_uri(caller, text, pointer)

    async def _check_uri(self, caller: Caller, uri: str, pointer: str) -> None:
        store = await run_in_threadpool(AssetStore.default)
        try:
            path = store.path(uri)
        except InvalidAssetPath as error:
            if uri.startswith("gs://") and not uri.startswith(f"{store.location.rstrip('/')}/"):
                return  # another bucket: the flow reads those that are configured, no others
            raise invalid(pointer, str(error)) from None
        if not await self.may_read(caller, path):
            raise Problem(404, f"{pointer}: there is no asset {uri[:200]} of yours.", kind="no-such-asset")

    async def may_read(self, caller: Caller, path: str) -> bool:
        """Whether a path in the asset store is the caller's."""
        return caller.is_admin or await self._owner(path) == caller.owner

    async def _owner(self, path: str) -> str | None:
        parts = path.split("/")
        match parts[0]:
            case "uploads" if len(parts) >= 3:
                return await self._owner_of_upload(path)
            case "runs" if len(parts) >= 3:
                return await self._owner_of_run(parts[1])
            case _:
                return None

    async def _owner_of_upload(self, path: str) -> str | None:
        store = await run_in_threadpool(AssetStore.default)
        try:
            return (await run_in_threadpool(store.stat, path)).metadata.get(OWNER)
        except AssetNotFound:
            return None

    async def _owner_of_run(self, name: str) -> str | None:
        try:
            run_id = UUID(name)
            run = await self._prefect.call(lambda client: client.read_flow_run(run_id))
        except (ValueError, ObjectNotFound):
            return None
        return owner_of(run)


def strings(value: Any) -> Iterator[tuple[str, str]]:
    """Every string of a request with the JSON pointer to it."""
    waiting: list[tuple[str, Any]] = [("", value)]
    while waiting:
        pointer, item = waiting.pop()
        if isinstance(item, str):
            yield pointer, item
        elif isinstance(item, dict):
            waiting.extend((f"{pointer}/{name}", inner) for name, inner in item.items())
        elif isinstance(item, list):
            waiting.extend((f"{pointer}/{index}", inner) for index, inner in enumerate(item))
