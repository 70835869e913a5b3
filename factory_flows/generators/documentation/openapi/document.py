"""The OpenAPI 3.1 document that every generated backend serves, whatever its framework."""

import json
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

from factory_flows.architecture.architecture import Architecture
from factory_flows.generators.documentation.openapi.accounts import account_paths
from factory_flows.generators.documentation.openapi.operations import entity_paths
from factory_flows.generators.documentation.openapi.responses import answer, problem_responses, problems
from factory_flows.generators.documentation.openapi.schemas import (
    account_schemas,
    audit_schemas,
    closed,
    entity_schemas,
    problem,
)
from factory_flows.generators.source_file import SourceFile
from factory_flows.specification.specification import Specification


def _system_paths() -> dict[str, Any]:
    good = answer("It is well", closed({"status": {"const": "ok"}}))
    whole = answer("This document", {"type": "object"})
    paths = {
        "/health": ("health", "Whether the process lives", good, {405, 500}),
        "/ready": ("ready", "Whether the database answers", good, {405, 500, 503}),
        "/openapi.json": ("openapi", "This document", whole, {405, 500}),
    }
    return {
        path: {
            "get": {
                "operationId": name,
                "tags": ["System"],
                "summary": summary,
                "responses": {"200": good_answer} | problems(statuses),
            }
        }
        for path, (name, summary, good_answer, statuses) in paths.items()
    }


def document(specification: Specification) -> dict[str, Any]:
    """The document, as JSON values; the same specification gives the same document, keys in the same order."""
    schemas: dict[str, Any] = {"Http.Problem": problem()}
    paths: dict[str, Any] = {}
    for entity in specification.entities:
        schemas |= entity_schemas(specification, entity)
        paths |= entity_paths(specification, entity)
    components: dict[str, Any] = {"schemas": schemas, "responses": problem_responses()}
    if specification.guards.auth:
        schemas |= account_schemas(specification.guards)
        if specification.guards.audit:
            schemas |= audit_schemas()
        paths |= account_paths(specification.guards)
        components["securitySchemes"] = {"bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}}
    info = {"title": specification.title, "version": "1.0.0", "description": specification.description}
    return {"openapi": "3.1.0", "info": info, "paths": paths | _system_paths(), "components": components}


def generate(
    specification: Specification,
    architecture: Architecture,  # noqa: ARG001  # the contract is the same in every architecture
) -> Iterator[SourceFile]:
    """`docs/openapi.json`; the only file."""
    text = json.dumps(document(specification), indent=2, ensure_ascii=False) + "\n"
    yield SourceFile(path=PurePosixPath("docs/openapi.json"), content=text)
