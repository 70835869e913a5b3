"""References from one task's params to another's result: `{"$from": "/tasks/forecast/result/last_close"}`.

The path is a JSON Pointer (RFC 6901). The key is not JSON Reference's `$ref`, which Prefect takes for a saved block.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from jsonpointer import JsonPointer, JsonPointerException

KEY = "$from"
PATTERN = re.compile(r"/tasks/(?P<task>[^/~]+)/result(?P<pointer>(/.*)?)")


class ResultReferenceError(ValueError):
    """A reference is malformed, or names nothing in the result."""


def is_reference(value: Any) -> bool:
    """Whether a value of the params is a reference."""
    return isinstance(value, dict) and KEY in value


def referenced_tasks(params: Any) -> Iterator[str]:
    """Ids of the tasks whose results the params need. Raises `ResultReferenceError` for a malformed reference."""
    if is_reference(params):
        yield _parse(params)[0]
    elif isinstance(params, dict):
        for value in params.values():
            yield from referenced_tasks(value)
    elif isinstance(params, list):
        for value in params:
            yield from referenced_tasks(value)


def resolve(params: Any, results: Mapping[str, Any]) -> Any:
    """The params with each reference replaced by what it names.

    Raises `ResultReferenceError` when a result has nothing there.
    """
    if is_reference(params):
        task, pointer = _parse(params)
        try:
            return JsonPointer(pointer).resolve(results[task])
        except (JsonPointerException, KeyError) as error:
            raise ResultReferenceError(f"the result of task {task!r} has nothing at {pointer or '/'}") from error
    if isinstance(params, dict):
        return {name: resolve(value, results) for name, value in params.items()}
    if isinstance(params, list):
        return [resolve(value, results) for value in params]
    return params


def _parse(reference: dict[str, Any]) -> tuple[str, str]:
    written = reference[KEY]
    found = PATTERN.fullmatch(written) if isinstance(written, str) else None
    if found is None or len(reference) != 1:
        raise ResultReferenceError(
            f'{reference!r} is not a reference; write {{"$from": "/tasks/TASK_ID/result/FIELD"}} and nothing beside it'
        )
    return found["task"], found["pointer"]
