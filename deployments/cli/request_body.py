"""A flow's request, from parameters and files."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import typer


def read_request(file: Path | None, params: Sequence[str]) -> dict[str, Any]:
    """The request in `file` (`-` is standard input) with each `key=value` of `params` set in it.

    A value is JSON where it reads as JSON, and text otherwise.

    Raises:
        typer.BadParameter: either can't be read; the message says where.
    """
    return (_from_file(file) if file is not None else {}) | dict(_parameter(param) for param in params)


def _from_file(file: Path) -> dict[str, Any]:
    try:
        text = sys.stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8")
        request = json.loads(text, parse_constant=_refuse_constant)
    except OSError as error:
        raise typer.BadParameter(f"{file}: {error.strerror}", param_hint="--file") from None
    except (ValueError, RecursionError) as error:
        raise typer.BadParameter(f"{file} does not hold JSON: {error}", param_hint="--file") from None
    if not isinstance(request, dict):
        raise typer.BadParameter(f"{file} holds no JSON object, which a request is", param_hint="--file")
    return request


def _parameter(text: str) -> tuple[str, Any]:
    name, equals, value = text.partition("=")
    if not (equals and name):
        raise typer.BadParameter(f"{text!r} is not of the form key=value", param_hint="--param")
    try:
        return name, json.loads(value, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        return name, value


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")
