"""What a run made, read from where its flow persisted it. JSON alone: nothing is ever unpickled or imported."""

import json
from typing import Any

from prefect._internal.result_records import ResultRecordMetadata
from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.objects import FlowRun
from prefect.filesystems import LocalFileSystem
from prefect.results import aget_default_result_storage, aresolve_result_storage
from starlette.concurrency import run_in_threadpool

from deployments.gateway.prefect_access import PrefectAccess
from deployments.gateway.problems import Problem
from deployments.gateway.run import is_final, message_of, state_of

WRAPPED = {"__class__", "data"}
"""Prefect's JSON serializer writes a model as {"__class__": its name, "data": its fields}."""

RECORD = {"metadata", "result"}
"""A record of Prefect's: the metadata of a result and, as text, the result."""


async def read_result(prefect: PrefectAccess, run: FlowRun) -> Any:
    """The result of a completed run, as plain JSON values.

    Raises:
        Problem: 409, the run has not finished or did not complete; 404, it kept no result that can be read.
    """
    if not is_final(run):
        raise Problem(
            409,
            f"The run is {state_of(run.state)}; its result is there once it is Completed.",
            kind="run-not-finished",
            headers={"Retry-After": "1"},
            extra={"state": state_of(run.state)},
        )
    if run.state is None or not run.state.is_completed():
        said = message_of(run.state)
        raise Problem(
            409,
            f"The run ended {state_of(run.state)}" + (f": {said}" if said else "."),
            kind="run-did-not-complete",
            extra={"state": state_of(run.state)},
        )
    metadata = run.state.data
    if not isinstance(metadata, ResultRecordMetadata) or metadata.storage_key is None:
        raise Problem(404, "The run's flow keeps no result.", kind="no-result")
    if metadata.serializer.type != "json":
        raise Problem(
            404, f"The result is kept as {metadata.serializer.type}; only JSON is ever read.", kind="no-result"
        )
    return _unwrapped(_value(await _read(prefect, metadata, metadata.storage_key)))


async def result_if_kept(prefect: PrefectAccess, run: FlowRun) -> Any:
    """The result of a completed run; None where its flow keeps none."""
    try:
        return await read_result(prefect, run)
    except Problem as problem:
        if problem.document.status != 404:
            raise
        return None


async def _read(prefect: PrefectAccess, metadata: ResultRecordMetadata, key: str) -> bytes:
    async def storage(_: PrefectClient) -> Any:
        if metadata.storage_block_id is not None:
            return await aresolve_result_storage(metadata.storage_block_id)
        return await aget_default_result_storage()

    if key.startswith("/") and metadata.storage_block_id is None:
        source: Any = LocalFileSystem(basepath="/")  # an unsaved local folder: Prefect keeps the whole path
    else:
        source = await prefect.call(storage)
    try:
        if hasattr(source, "aread_path"):
            content: bytes = await source.aread_path(key)
        else:
            content = await run_in_threadpool(source.read_path, key)
    except (OSError, ValueError):
        raise Problem(404, "The run's result is no longer where it was kept.", kind="no-result") from None
    return content


def _value(kept: bytes) -> Any:
    """The result in what was kept: the value alone, or Prefect's record around it."""
    try:
        value = json.loads(kept)
        if isinstance(value, dict) and value.keys() == RECORD and isinstance(value["result"], str):
            value = json.loads(value["result"])
    except ValueError:
        raise Problem(404, "The run's result is not JSON.", kind="no-result") from None
    return value


def _unwrapped(value: Any) -> Any:
    if isinstance(value, list):
        return [_unwrapped(item) for item in value]
    if isinstance(value, dict):
        if value.keys() == WRAPPED and isinstance(value["__class__"], str):
            return _unwrapped(value["data"])
        return {name: _unwrapped(item) for name, item in value.items()}
    return value
