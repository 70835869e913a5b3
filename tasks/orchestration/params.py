"""A task's params against the request of the flow that they are for, as far as they are known before it runs."""

from collections.abc import Mapping
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails, InitErrorDetails, PydanticCustomError, to_json
from pydantic_core.core_schema import ErrorType

from tasks.orchestration.references import referenced_tasks

MOST_LEVELS = 32
MOST_BYTES = 256 * 1024

KNOWN_ERRORS = frozenset(get_args(ErrorType))
"""Errors that pydantic itself words; those of a model's own are passed on as they are worded."""


def check_params(params: Mapping[str, Any], request: type[BaseModel]) -> None:
    """Check what is known; a value that another task's result gives is left to `check_resolved`.

    Raises:
        ValidationError: at `params` and the place in it that is wrong, as the request's own model says it.
    """
    try:
        refuse_nesting(params)
        later = {name for name, value in params.items() if any(True for _ in referenced_tasks(value))}
    except ValueError as error:
        raise invalid(("params",), str(error)) from None
    try:
        request.model_validate({name: value for name, value in params.items() if name not in later})
    except ValidationError as error:
        problems = [problem for problem in error.errors(include_url=False) if not _is_open(problem, later)]
        if problems:
            raise ValidationError.from_exception_data("params", [_within_params(one) for one in problems]) from None


def check_resolved(params: Mapping[str, Any], request: type[BaseModel]) -> None:
    """Check params whose references have been filled in. Raises ValueError."""
    refuse_size(params)
    request.model_validate(params)


def refuse_nesting(params: Any) -> None:
    """Raise ValueError for params nested deeper than `MOST_LEVELS`, before anything recurses into them."""
    waiting = [(params, 1)]
    while waiting:
        value, level = waiting.pop()
        if level > MOST_LEVELS:
            raise ValueError(f"params are nested deeper than {MOST_LEVELS} levels")
        if isinstance(value, dict):
            waiting += [(inner, level + 1) for inner in value.values()]
        elif isinstance(value, list | tuple):
            waiting += [(inner, level + 1) for inner in value]


def refuse_size(params: Any) -> None:
    """Raise ValueError for params of more than `MOST_BYTES` as JSON."""
    size = len(to_json(params, fallback=str))
    if size > MOST_BYTES:
        raise ValueError(
            f"params are {size:,} bytes of JSON, more than {MOST_BYTES:,}: upload the data and give its uri"
        )


def invalid(place: tuple[int | str, ...], message: str) -> ValidationError:
    """A validation error at a place."""
    return ValidationError.from_exception_data(
        "params", [InitErrorDetails(type=_worded(message), loc=place, input=None)]
    )


def _is_open(problem: ErrorDetails, later: set[str]) -> bool:
    """Whether a value that is still to come decides this."""
    return bool(later) and (not problem["loc"] or problem["loc"][0] in later)


def _within_params(problem: ErrorDetails) -> InitErrorDetails:
    place = ("params", *problem["loc"])
    if problem["type"] in KNOWN_ERRORS:
        return InitErrorDetails(type=problem["type"], loc=place, input=problem["input"], ctx=problem.get("ctx", {}))
    return InitErrorDetails(type=_worded(problem["msg"]), loc=place, input=problem["input"])


def _worded(message: str) -> PydanticCustomError:
    return PydanticCustomError("params", message)  # without a context its braces stand for themselves
