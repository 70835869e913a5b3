"""The operations of the OpenAPI document, with examples."""

import json
from dataclasses import dataclass
from typing import Any, Final

from factory_flows.generators.documentation.markdown.value import examples
from factory_flows.generators.documentation.openapi.document import document
from factory_flows.generators.templates import pascal
from factory_flows.specification.api import LIMIT, PREFIX
from factory_flows.specification.entity import Entity
from factory_flows.specification.specification import Specification

_METHODS: Final = ("get", "post", "put", "patch", "delete")
_MOMENT: Final = "2026-05-01T10:00:00Z"
_EMAIL: Final = "someone@example.com"
_OTHER: Final = "colleague@example.com"
_PASSWORD: Final = "four random common words"  # noqa: S105  # an example
_ROLES: Final = {"get": "reader", "post": "editor", "put": "editor", "patch": "editor", "delete": "admin"}
_BY_ADMINS: Final = (f"{PREFIX}/users", f"{PREFIX}/audit")


@dataclass(frozen=True)
class Parameter:
    """What is sent in the query; `values` are choices of code, `bounds` those of a number: `1 to 100`."""

    name: str
    meaning: str
    values: tuple[str, ...]
    bounds: str
    default: str


@dataclass(frozen=True)
class Operation:
    """A method on a path.

    Attributes:
        tag, summary: People's words, not quoted.
        role: Who may do it; empty where nobody signs in for it.
        path_example: The path with an id.
        request, answer: JSON, or empty.
        status: Of success.
        failures: Statuses of problems, in order.
    """

    tag: str
    summary: str
    method: str
    path: str
    path_example: str
    role: str
    parameters: tuple[Parameter, ...]
    request: str
    status: int
    answer: str
    failures: tuple[int, ...]

    @property
    def curl(self) -> tuple[str, ...]:
        """The lines of a command that calls it."""
        lines = [f"curl --request {self.method} http://localhost:8000{self.path_example}"]
        lines += ['--header "Authorization: Bearer $TOKEN"'] if self.role else []
        lines += ["--header 'Content-Type: application/json'", f"--data '{self.request}'"] if self.request else []
        return tuple(lines)


def operations(specification: Specification) -> dict[str, list[Operation]]:
    """All of them by tag, in the order of the document."""
    known = _accounts() | _system()
    for entity in specification.entities:
        known |= _things(specification, entity)
    tagged: dict[str, list[Operation]] = {}
    for path, item in document(specification)["paths"].items():
        for method in _METHODS:
            if method in item:
                found = _operation(path, method, item[method], known)
                tagged.setdefault(found.tag, []).append(found)
    return tagged


def _operation(path: str, method: str, parts: dict[str, Any], known: dict[str, Any]) -> Operation:
    statuses = [int(status) for status in parts["responses"]]
    success = min(statuses)
    guarded = "security" in parts
    return Operation(
        tag=parts["tags"][0],
        summary=parts["summary"],
        method=method.upper(),
        path=path,
        path_example=path.replace("{id}", "2" if path.startswith(f"{PREFIX}/users") else "1"),
        role=_role(path, method) if guarded else "",
        parameters=tuple(_parameter(each) for each in parts.get("parameters", ())),
        request=_example(parts.get("requestBody", {}), known),
        status=success,
        answer=_example(parts["responses"][str(success)], known),
        failures=tuple(sorted(status for status in statuses if status >= 400)),
    )


def _role(path: str, method: str) -> str:
    return "admin" if path.startswith(_BY_ADMINS) else "reader" if path.startswith(f"{PREFIX}/auth") else _ROLES[method]


def _parameter(listed: dict[str, Any]) -> Parameter:
    schema = listed["schema"]
    bounds = f"{schema['minimum']:,} to {schema['maximum']:,}" if "minimum" in schema else ""
    values = tuple(schema.get("enum", ()))
    return Parameter(listed["name"], listed["description"], values, bounds, str(schema.get("default", "")))


def _example(message: dict[str, Any], known: dict[str, Any]) -> str:
    schema = message.get("content", {}).get("application/json", {}).get("schema", {})
    if "$ref" in schema:
        return json.dumps(known[schema["$ref"].rsplit("/", 1)[1]], indent=2)
    return json.dumps(known["Status"], indent=2) if "properties" in schema else ""


def _page(thing: dict[str, Any]) -> dict[str, Any]:
    return {"items": [thing], "total": 1, "limit": LIMIT, "offset": 0}


def _things(specification: Specification, entity: Entity) -> dict[str, Any]:
    values = examples(entity.fields, specification.relations_of(entity))
    name, first = pascal(entity.name), entity.title_field.name
    thing = {"id": 1, **values, "created_at": _MOMENT, "updated_at": _MOMENT}
    return {
        name: thing,
        f"{name}.Page": _page(thing),
        f"{name}.Input": values,
        f"{name}.Patch": {first: values[first]},
    }


def _accounts() -> dict[str, Any]:
    me = {"id": 1, "email": _EMAIL, "role": "admin"}
    user = {"id": 2, "email": _OTHER, "role": "editor", "created_at": _MOMENT, "updated_at": _MOMENT}
    change = {"id": 1, "at": _MOMENT, "actor": _EMAIL, "action": "create", "entity": "user", "entity_id": 2}
    return {
        "Auth.Login": {"email": _EMAIL, "password": _PASSWORD},
        "Auth.Token": {"access_token": "eyJhbGciOi...", "token_type": "bearer", "expires_in": 3600},
        "Auth.Me": me,
        "Auth.User": user,
        "Auth.User.Page": _page(user),
        "Auth.User.Input": {"email": _OTHER, "password": _PASSWORD, "role": "editor"},
        "Auth.User.Patch": {"role": "reader"},
        "Auth.Change": change,
        "Auth.Change.Page": _page(change),
    }


def _system() -> dict[str, Any]:
    return {"Status": {"status": "ok"}}
