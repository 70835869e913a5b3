"""The named schemas: of each entity, of problems, and of accounts.

The dot keeps them apart from entities, whose names have none: an entity may be called `problem` or `loan_page`.
"""

from factory_flows.generators.documentation.openapi.values import ID, Schema, field_schema, key_schema
from factory_flows.generators.templates import pascal
from factory_flows.specification.api import FARTHEST, MOST
from factory_flows.specification.entity import Entity
from factory_flows.specification.specification import Guards, Specification

_TEXT: Schema = {"type": "string"}
_MOMENT: Schema = {"type": "string", "format": "date-time"}
_COUNT: Schema = {"type": "integer", "minimum": 0}
_EMAIL: Schema = {"type": "string", "format": "email", "maxLength": 254}
_ROLE: Schema = {"type": "string", "enum": ["reader", "editor", "admin"]}


def ref(name: str) -> Schema:
    """A reference to a named schema."""
    return {"$ref": f"#/components/schemas/{name}"}


def closed(properties: dict[str, Schema], required: list[str] | None = None) -> Schema:
    """An object that has no other keys; all are required unless it is said which."""
    needed = list(properties) if required is None else required
    listed = {"required": needed} if needed else {}
    return {"type": "object", "properties": properties, "additionalProperties": False} | listed


def page(item: str) -> Schema:
    """A page of a list."""
    limit = {"type": "integer", "minimum": 1, "maximum": MOST}
    offset = {"type": "integer", "minimum": 0, "maximum": FARTHEST}
    return closed({"items": {"type": "array", "items": ref(item)}, "total": _COUNT, "limit": limit, "offset": offset})


def entity_schemas(specification: Specification, entity: Entity) -> dict[str, Schema]:
    """`Loan`, `Loan.Input` (POST and PUT), `Loan.Patch`, `Loan.Page`."""
    relations = specification.relations_of(entity)
    values = {field.name: field_schema(field) for field in entity.fields}
    values |= {relation.key: key_schema(relation) for relation in relations}
    needed = [field.name for field in entity.fields if field.required and field.default is None]
    needed += [relation.key for relation in relations if relation.required]
    thing = {"id": ID, **values, "created_at": _MOMENT, "updated_at": _MOMENT}
    changes = {key: {name: part for name, part in value.items() if name != "default"} for key, value in values.items()}
    name = pascal(entity.name)
    label = {"title": entity.label}
    return {
        name: closed(thing) | label,
        f"{name}.Input": closed(values, needed) | label,
        f"{name}.Patch": closed(changes, []) | {"minProperties": 1} | label,
        f"{name}.Page": page(name) | {"title": entity.label_plural},
    }


def problem() -> Schema:
    """An RFC 9457 problem."""
    error = closed({"field": _TEXT, "message": _TEXT})
    status = {"type": "integer", "minimum": 400, "maximum": 599}
    errors = {"type": "array", "items": error}
    return closed(
        {"type": {"const": "about:blank"}, "title": _TEXT, "status": status, "detail": _TEXT, "errors": errors}
    )


def account_schemas(guards: Guards) -> dict[str, Schema]:
    """Signing in, and the users that admins manage."""
    chosen = {"type": "string", "minLength": guards.password_length, "maxLength": 128, "writeOnly": True}
    account = {"email": _EMAIL, "password": chosen, "role": _ROLE}
    me = {"id": ID, "email": _EMAIL, "role": _ROLE}
    token = {"access_token": _TEXT, "token_type": {"const": "bearer"}, "expires_in": {"type": "integer", "minimum": 1}}
    password = {"type": "string", "maxLength": 128, "writeOnly": True}
    return {
        "Auth.Login": closed({"email": {"type": "string", "maxLength": 254}, "password": password}),
        "Auth.Token": closed(token),
        "Auth.Me": closed(me),
        "Auth.User": closed(me | {"created_at": _MOMENT, "updated_at": _MOMENT}),
        "Auth.User.Input": closed(account),
        "Auth.User.Patch": closed(account, []) | {"minProperties": 1},
        "Auth.User.Page": page("Auth.User"),
    }


def audit_schemas() -> dict[str, Schema]:
    """Who changed what, and when."""
    actor = {"type": ["string", "null"], "description": "The e-mail address of who did it"}
    names = {"action": _TEXT, "entity": _TEXT}
    entry = closed({"id": ID, "at": _MOMENT, "actor": actor, **names, "entity_id": {"type": "integer"}})
    return {"Auth.Change": entry, "Auth.Change.Page": page("Auth.Change")}
