"""References from one task's params to another's result: `{"$from": "/tasks/forecast/result/last_close"}`.

The path is a JSON Pointer (RFC 6901). The key is not JSON Reference's `$ref`, which Prefect takes for a saved block.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from jsonpointer import JsonPointer, JsonPointerException

KEY = "$from"
MISTAKEN_KEY = "$ref"
_NOTHING = object()
PATTERN = re.compile(r"/tasks/(?P<task>[a-z0-9][a-z0-9_-]*)/result(?P<pointer>(/.*)?)", re.DOTALL)
EXAMPLE = '{"$from": "/tasks/TASK_ID/result/FIELD"}'


class ResultReferenceError(ValueError):
    """A reference is malformed, or names nothing in the result."""


def is_reference(value: Any) -> bool:
    """Whether a value of the params is a reference, or was meant to be."""
    return isinstance(value, dict) and (KEY in value or MISTAKEN_KEY in value)


def referenced_tasks(params: Any) -> Iterator[str]:
    """Ids of the tasks whose results the params need. Raises `ResultReferenceError` for a malformed reference."""
    if is_reference(params):
        yield _parse(params)[0]
    elif isinstance(params, dict):
        for value in params.values():
            yield from referenced_tasks(value)
    elif isinstance(params, list | tuple):
        for value in params:
            yield from referenced_tasks(value)


def resolve(params: Any, results: Mapping[str, Any]) -> Any:
    """The params with each reference replaced by what it names.

    Raises `ResultReferenceError` when a result has nothing there.
    """
    if is_reference(params):
        task, pointer = _parse(params)
        return _at(results[task], pointer, task)
    if isinstance(params, dict):
        return {name: resolve(value, results) for name, value in params.items()}
    if isinstance(params, list | tuple):
        return [resolve(value, results) for value in params]
    return params


def _at(result: Any, pointer: JsonPointer, task: str) -> Any:
    found = result
    for part in pointer.parts:
        inside = isinstance(found, dict | list) and part != "-"  # RFC 6901: "-" comes after the last element
        try:
            found = pointer.walk(found, part) if inside else _NOTHING
        except JsonPointerException:
            found = _NOTHING
    if found is _NOTHING:
        raise ResultReferenceError(f"the result of task {task} has nothing at {pointer.path or '/'}")
    return found


def _parse(reference: dict[str, Any]) -> tuple[str, JsonPointer]:
    written = reference.get(KEY)
    found = PATTERN.fullmatch(written) if isinstance(written, str) and len(reference) == 1 else None
    try:
        if found is not None:
            return found["task"], JsonPointer(found["pointer"])
    except JsonPointerException:
        pass
    raise ResultReferenceError(f"{str(reference)[:200]} is not a reference; write {EXAMPLE} and nothing beside it")
