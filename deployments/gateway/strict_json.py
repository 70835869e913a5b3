"""JSON bodies as the rest of the system can keep them: no NaN, no NUL, no endless nesting, no server-side templates."""

import json
import math
from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute

from deployments.gateway.problems import Problem, invalid

MAX_DEPTH = 32
LARGEST_INTEGER = 2**63 - 1

# Prefect replaces objects with these keys in a run's parameters: the server by templates and variables of its own, the
# flow by the saved block that is named, secrets included. Callers may not reach those.
RESERVED = {
    "__prefect_kind": "__prefect_kind is reserved",
    "$ref": '$ref is reserved; another task\'s result is {"$from": "/tasks/TASK_ID/result/FIELD"}',
}


class StrictJsonRequest(Request):
    """A request whose body is refused where a store behind the gateway would choke on it."""

    async def json(self) -> Any:
        """The body as JSON.

        Raises:
            Problem: 422, the body is not JSON, or holds what can't be stored.
        """
        if not hasattr(self, "_json"):
            self._json = parse(await self.body())
        return self._json


class StrictJsonRoute(APIRoute):
    """A route that reads its body strictly."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler, given a request that parses strictly."""
        handle = super().get_route_handler()

        async def strict(request: Request) -> Response:
            return await handle(StrictJsonRequest(request.scope, request.receive))

        return strict


def parse(body: bytes) -> Any:
    """A body as JSON, checked.

    Raises:
        Problem: 422.
    """
    try:
        value = json.loads(body.decode("utf-8"), parse_constant=_refuse_constant, object_pairs_hook=_each_once)
    except RecursionError:
        raise invalid("", f"the body is nested deeper than {MAX_DEPTH} levels", max_depth=MAX_DEPTH) from None
    except UnicodeDecodeError:
        raise invalid("", "the body is not UTF-8") from None
    except json.JSONDecodeError as error:
        raise invalid("", f"the body is not JSON: {error.msg} at line {error.lineno}, column {error.colno}") from None
    except ValueError:  # an integer of more digits than Python converts
        raise invalid("", "a number in the body is out of range", le=LARGEST_INTEGER) from None
    _check(value)
    return value


def _refuse_constant(name: str) -> Any:
    raise invalid("", f"{name} is not JSON; leave the field out or use null")


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise invalid("", f"the key {twice[:100]!a} stands twice in one object: which value is meant?")
    return found


def _check(value: Any) -> None:
    waiting: list[tuple[str, Any, int]] = [("", value, 1)]
    while waiting:
        pointer, item, depth = waiting.pop()
        if depth > MAX_DEPTH:
            raise invalid("", f"the body is nested deeper than {MAX_DEPTH} levels", max_depth=MAX_DEPTH)
        if isinstance(item, dict):
            for name, inner in item.items():
                _check_string(pointer, name)
                if name in RESERVED:
                    raise invalid(pointer, RESERVED[name])
                waiting.append((f"{pointer}/{name}", inner, depth + 1))
        elif isinstance(item, list):
            waiting.extend((f"{pointer}/{index}", inner, depth + 1) for index, inner in enumerate(item))
        elif isinstance(item, str):
            _check_string(pointer, item)
        else:
            _check_number(pointer, item)


def _check_string(pointer: str, text: str) -> None:
    if "\x00" in text:
        raise invalid(_printable(pointer), "a NUL character can't be stored")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise invalid(_printable(pointer), "half of a surrogate pair is not text") from None


def _check_number(pointer: str, number: Any) -> None:
    if isinstance(number, float) and not math.isfinite(number):
        raise invalid(pointer, "the number is out of range")
    if isinstance(number, int) and abs(number) > LARGEST_INTEGER:
        raise invalid(pointer, "the number is out of range", ge=-LARGEST_INTEGER, le=LARGEST_INTEGER)


def _printable(pointer: str) -> str:
    return pointer.encode("ascii", "backslashreplace").decode()


__all__ = ["MAX_DEPTH", "Problem", "StrictJsonRequest", "StrictJsonRoute", "parse"]
