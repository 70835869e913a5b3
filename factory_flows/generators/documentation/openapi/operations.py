"""The operations on an entity, and how any operation is put down."""

from typing import Any, Final

from factory_flows.generators.documentation.openapi.responses import answer, body, problems
from factory_flows.generators.documentation.openapi.schemas import ref
from factory_flows.generators.documentation.openapi.values import ID, LINE
from factory_flows.generators.templates import pascal
from factory_flows.specification.api import FARTHEST, LIMIT, MOST, collection, reverse_path
from factory_flows.specification.entity import Entity, FieldType
from factory_flows.specification.relation import RelationKind
from factory_flows.specification.specification import Specification

_WRITES: Final = {400, 413, 415}
PATH_ID: Final = {"name": "id", "in": "path", "required": True, "schema": ID}


def _parameter(name: str, schema: dict[str, Any], description: str) -> dict[str, Any]:
    return {"name": name, "in": "query", "schema": schema, "description": description}


def paging() -> list[dict[str, Any]]:
    """`limit` and `offset`."""
    limit = {"type": "integer", "minimum": 1, "maximum": MOST, "default": LIMIT}
    offset = {"type": "integer", "minimum": 0, "maximum": FARTHEST, "default": 0}
    return [_parameter("limit", limit, "How many, at most"), _parameter("offset", offset, "How many to leave out")]


def list_parameters(specification: Specification, entity: Entity) -> list[dict[str, Any]]:
    """Paging, sorting, filters and the search of a list."""
    columns = ["id", *(field.name for field in entity.fields), "created_at", "updated_at"]
    sorts = [f"{sign}{column}" for column in columns for sign in ("", "-")]
    parameters = paging()
    parameters.append(_parameter("sort", {"type": "string", "enum": sorts, "default": "id"}, "A field; - turns it"))
    for field in entity.fields:
        if field.type is FieldType.ENUM:
            parameters.append(_parameter(field.name, {"type": "string", "enum": list(field.choices)}, field.label))
        elif field.type is FieldType.BOOLEAN:
            parameters.append(_parameter(field.name, {"type": "boolean"}, field.label))
    for relation in specification.relations_of(entity):
        if relation.kind is not RelationKind.MANY_TO_MANY:
            parameters.append(_parameter(relation.key, ID, relation.role_label))
    if any(field.type in (FieldType.TEXT, FieldType.LONG_TEXT) for field in entity.fields):
        text = {"type": "string", "minLength": 1, "maxLength": 100, "pattern": f"^{LINE}*$"}
        parameters.append(_parameter("q", text, "Looked for in the text fields"))
    return parameters


def operation(name: str, tag: str, summary: str, statuses: set[int], *, guarded: bool, **parts: Any) -> dict[str, Any]:
    """An operation with its problems; `success` in `parts` is its good answer by status."""
    success = parts.pop("success")
    refused = {401, 403} if guarded else set()
    written = _WRITES if "requestBody" in parts else set()
    guard: dict[str, Any] = {"security": [{"bearer": []}]} if guarded else {}
    answers = success | problems(statuses | refused | written | {405, 500})
    return {"operationId": name, "tags": [tag], "summary": summary, **guard, **parts, "responses": answers}


def entity_paths(specification: Specification, entity: Entity) -> dict[str, Any]:
    """All paths below `/api/v1/<plural>`."""
    name, many, label = pascal(entity.name), pascal(entity.plural), entity.label
    auth, tag = specification.guards.auth, entity.label_plural
    thing, page = answer(label, ref(name)), answer(tag, ref(f"{name}.Page"))
    location = {"headers": {"Location": {"schema": {"type": "string"}}}}
    parameters = list_parameters(specification, entity)

    def on(verb: str, summary: str, statuses: set[int], **parts: Any) -> dict[str, Any]:
        return operation(f"{verb}{name}", tag, f"{summary}: {label}", statuses, guarded=auth, **parts)

    get_all = operation(
        f"list{many}", tag, f"List: {tag}", {422}, guarded=auth, parameters=parameters, success={"200": page}
    )
    create = on(
        "create", "Create", {409, 422}, requestBody=body(ref(f"{name}.Input")), success={"201": thing | location}
    )
    one = {
        "parameters": [PATH_ID],
        "get": on("get", "Get", {404, 422}, success={"200": thing}),
        "put": on(
            "replace", "Replace", {404, 409, 422}, requestBody=body(ref(f"{name}.Input")), success={"200": thing}
        ),
        "patch": on(
            "change", "Change", {404, 409, 422}, requestBody=body(ref(f"{name}.Patch")), success={"200": thing}
        ),
        "delete": on("delete", "Delete", {404, 409, 422}, success={"204": {"description": "Deleted"}}),
    }
    base = collection(entity)
    paths: dict[str, Any] = {base: {"get": get_all, "post": create}, f"{base}/{{id}}": one}
    for relation in specification.relations_to(entity):
        source = specification.entity(relation.source)
        listed = operation(
            f"list{pascal(relation.reverse)}Of{name}",
            tag,
            f"List: {relation.reverse_label} ({label})",
            {404, 422},
            guarded=auth,
            parameters=list_parameters(specification, source),
            success={"200": answer(relation.reverse_label, ref(f"{pascal(source.name)}.Page"))},
        )
        paths[f"{base}/{{id}}{reverse_path(relation)}"] = {"parameters": [PATH_ID], "get": listed}
    return paths
