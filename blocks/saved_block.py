"""Blocks by name: the saved one where there is one, the documented local default otherwise."""

import time
from collections.abc import Callable
from typing import Any, TypeVar

import httpx
from prefect.blocks.core import Block
from prefect.client.orchestration import get_client
from prefect.exceptions import ObjectNotFound, PrefectHTTPStatusError
from prefect.settings import PREFECT_API_URL

from blocks.block_error import BlockError
from blocks.settings import get_settings

REMEMBERED_SECONDS = 30.0

SomeBlock = TypeVar("SomeBlock", bound=Block)
_remembered: dict[tuple[Any, ...], tuple[float, Block]] = {}


def saved_or_default(block_type: type[SomeBlock], name: str, local_default: Callable[[], SomeBlock]) -> SomeBlock:
    """The block saved as `name`, else `local_default()` when `name` is "default"; remembered for 30 s a process.

    No request is made when no Prefect API is configured. Raises `BlockError` when the API is away and nothing is
    remembered (to fall back then would put results where nobody looks), and when another name was never saved.
    """
    key = (block_type, name, PREFECT_API_URL.value(), get_settings())
    now = time.monotonic()
    at, block = _remembered.get(key, (0.0, None))
    if isinstance(block, block_type) and now - at < REMEMBERED_SECONDS:
        return block
    try:
        found = _load_saved(block_type, name)
    except (httpx.TransportError, PrefectHTTPStatusError) as error:
        if isinstance(block, block_type):
            return block  # what it was half a minute ago is the best guess while the server is away
        raise BlockError(
            f"The Prefect API did not say whether a block '{block_type.get_block_type_slug()}/{name}' is saved: "
            f"{type(error).__name__}. Is the server up? Check PREFECT_API_URL and `prefect server` or `make status`."
        ) from error
    if found is None and name != "default":
        raise BlockError(
            f"No block '{block_type.get_block_type_slug()}/{name}' is saved. Save one in the Prefect UI (Blocks), "
            f'with {block_type.__name__}(…).save("{name}"), or use the name "default".'
        )
    chosen = found or local_default()
    _remembered[key] = (now, chosen)
    return chosen


def forget_remembered_blocks() -> None:
    """Make the next call ask again; for code that has just saved a block."""
    _remembered.clear()


def _load_saved(block_type: type[SomeBlock], name: str) -> SomeBlock | None:
    # Not Block.load: in an event loop it answers a coroutine, and a missing document would be told by its text.
    if not PREFECT_API_URL.value():
        return None
    with get_client(sync_client=True) as client:
        try:
            document = client.read_block_document_by_name(name, block_type.get_block_type_slug())
        except ObjectNotFound:
            return None
    return block_type._from_block_document(document)
