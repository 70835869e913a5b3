"""What operations answer."""

from collections.abc import Iterable
from typing import Any, Final

from factory_flows.generators.documentation.openapi.schemas import ref

TITLES: Final = {
    400: "The JSON is broken",
    401: "Nobody is signed in",
    403: "The role does not allow it",
    404: "There is no such thing",
    405: "The method is not allowed here",
    409: "It conflicts with what is there",
    413: "The body is larger than 1 MiB",
    415: "The body is not JSON",
    422: "A value is not valid",
    429: "The account waits after too many wrong passwords",
    500: "The server failed",
    503: "The database does not answer",
}
_HEADERS: Final = {401: "WWW-Authenticate", 405: "Allow", 429: "Retry-After"}


def problems(statuses: Iterable[int]) -> dict[str, Any]:
    """References to the shared problem responses, by status."""
    return {str(status): {"$ref": f"#/components/responses/Problem{status}"} for status in sorted(statuses)}


def problem_responses() -> dict[str, Any]:
    """The shared problem responses."""
    content = {"application/problem+json": {"schema": ref("Http.Problem")}}
    return {
        f"Problem{status}": {"description": title, "content": content}
        | ({"headers": {_HEADERS[status]: {"schema": {"type": "string"}}}} if status in _HEADERS else {})
        for status, title in TITLES.items()
    }


def answer(description: str, schema: dict[str, Any]) -> dict[str, Any]:
    """A JSON answer."""
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def body(schema: dict[str, Any]) -> dict[str, Any]:
    """A JSON body that has to be sent."""
    return {"required": True, "content": {"application/json": {"schema": schema}}}
