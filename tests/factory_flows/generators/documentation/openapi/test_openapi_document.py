"""The document is valid by a validator that is not ours, and says what the contract says."""

import json
from typing import Any

import jsonschema
import pytest
from schemathesis.specs.openapi.definitions import OPENAPI_31_VALIDATOR

from factory_flows.generators.documentation.openapi.document import document, generate
from factory_flows.specification.specification import Specification
from tests.factory_flows.models import hostile, layered, library, notes

pytestmark = pytest.mark.factory

MODELS = pytest.mark.parametrize("specification", [notes(), library(), hostile()], ids=["notes", "library", "hostile"])
METHODS = {"get", "post", "put", "patch", "delete"}


def operations(paths: dict[str, Any]) -> list[dict[str, Any]]:
    return [operation for item in paths.values() for method, operation in item.items() if method in METHODS]


def references(value: object) -> set[str]:
    if isinstance(value, dict):
        own = {value["$ref"]} if isinstance(value.get("$ref"), str) else set()
        return own.union(*(references(each) for each in value.values()))
    return set().union(*(references(each) for each in value)) if isinstance(value, list) else set()


@MODELS
def test_document_is_openapi_3_1(specification: Specification) -> None:
    OPENAPI_31_VALIDATOR.validate(document(specification))


@MODELS
def test_schemas_are_json_schemas_and_references_resolve(specification: Specification) -> None:
    whole = document(specification)
    for schema in whole["components"]["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(schema)
    for reference in references(whole):
        _, _, part, name = reference.split("/")
        assert name in whole["components"][part]


@MODELS
def test_operation_ids_are_unique(specification: Specification) -> None:
    names = [operation["operationId"] for operation in operations(document(specification)["paths"])]
    assert len(names) == len(set(names))


@MODELS
def test_file_is_the_document_with_the_same_bytes_each_time(specification: Specification) -> None:
    (first,), (second,) = generate(specification, layered()), generate(specification, layered())
    assert str(first.path) == "docs/openapi.json"
    assert first == second
    assert json.loads(first.content) == document(specification)


@MODELS
def test_all_but_signing_in_and_the_system_asks_for_a_token_where_there_is_auth(specification: Specification) -> None:
    paths = document(specification)["paths"]
    free = {path for path, item in paths.items() if not all("security" in each for each in operations({path: item}))}
    system = {"/health", "/ready", "/openapi.json"}
    assert free == ({*system, "/api/v1/auth/login"} if specification.guards.auth else set(paths))


@pytest.mark.parametrize("limit", [0, 101])
def test_page_size_is_bounded(limit: int) -> None:
    parameters = document(notes())["paths"]["/api/v1/notes"]["get"]["parameters"]
    schema = next(each["schema"] for each in parameters if each["name"] == "limit")
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(limit, schema)


@MODELS
def test_unknown_keys_and_empty_changes_are_refused(specification: Specification) -> None:
    schemas = document(specification)["components"]["schemas"]
    patches = [schema for name, schema in schemas.items() if name.endswith(".Patch")]
    assert patches
    for patch in patches:
        for refused in ({}, {"no_such_key": 1}):
            with pytest.raises(jsonschema.ValidationError):
                jsonschema.validate(refused, patch)
