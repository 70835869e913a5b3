"""`aiflows flows`: what can be run, and what it takes."""

import json
from typing import Annotated, Any

import typer

from deployments.cli.exit_codes import REFUSED
from deployments.cli.output import say, write, write_json, write_table
from deployments.cli.session import AsJson, session_of


def flows(
    context: typer.Context,
    name: Annotated[str | None, typer.Argument(help="Show what this one takes.", show_default=False)] = None,
    as_json: AsJson = False,
) -> None:
    """List what can be run; with a name, the fields of its request."""
    session = session_of(context, as_json=as_json)
    with session.client() as client:
        found = client.flows()
    if name is not None:
        found = [one for one in found if name in (one["name"], one["name"].partition("/")[0])]
        if not found:
            say(f"aiflows: there is no flow {name} that you may run; `aiflows flows` lists them.")
            raise typer.Exit(REFUSED)
    if session.as_json:
        write_json(found)
    elif name is None:
        rows = [(one["name"], one["capability"], (one["description"] or "").partition("\n")[0]) for one in found]
        write_table(("flow", "capability", "description"), rows)
    else:
        for one in found:
            _describe(one)


def _describe(flow: dict[str, Any]) -> None:
    write(f"{flow['name']}: {(flow['description'] or 'no description').strip()}")
    request = _request_schema(flow["request_schema"])
    required = set(request.get("required", ()))
    rows = [
        (name, _kind(field), "required" if name in required else json.dumps(field.get("default")), _about(field))
        for name, field in request.get("properties", {}).items()
    ]
    write_table(("field", "kind", "default", "description"), rows)


def _request_schema(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema of the parameter `request`, wherever its definition is."""
    request = schema.get("properties", {}).get("request", schema)
    for reference in [request.get("$ref"), *(one.get("$ref") for one in request.get("allOf", ()))]:
        if reference:
            definition: dict[str, Any] = schema["definitions"][reference.rpartition("/")[2]]
            return definition
    return dict(request)


def _kind(field: dict[str, Any]) -> str:
    if "enum" in field:
        return " | ".join(map(str, field["enum"]))
    kinds = [str(one.get("type", "object")) for one in field.get("anyOf", [field])]
    return " | ".join(dict.fromkeys(kinds))


def _about(field: dict[str, Any]) -> str:
    bounds = {"minimum": "at least", "maximum": "at most", "exclusiveMinimum": "above", "exclusiveMaximum": "below"}
    told = [f"{words} {field[bound]}" for bound, words in bounds.items() if bound in field]
    return " ".join([str(field.get("description", "")), f"({', '.join(told)})" if told else ""]).strip()
