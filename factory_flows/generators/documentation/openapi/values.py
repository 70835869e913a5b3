"""JSON Schema of fields and relation keys, as they are sent and as they come back."""

from typing import Any, Final

from factory_flows.specification.api import LINKS
from factory_flows.specification.entity import LARGEST_ID, EntityField, FieldType
from factory_flows.specification.relation import Relation, RelationKind

Schema = dict[str, Any]

ID: Final[Schema] = {"type": "integer", "minimum": 1, "maximum": LARGEST_ID}
LINE: Final = r"[^\u0000-\u001f\u007f-\u009f]"
_LINES: Final = r"[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]"
_VISIBLE: Final = r"[^\s\u0000-\u001f\u007f-\u009f]"  # what is left of a text that is trimmed
_URI: Final = r"([A-Za-z0-9._~:/?@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})"
_HTTP_URL: Final = f"^https?://{_URI}+(#{_URI}*)?$"
_NUMBERS: Final = {FieldType.INTEGER, FieldType.NUMBER}


def _text(field: EntityField) -> Schema:
    character = _LINES if field.type is FieldType.LONG_TEXT else LINE
    pattern = f"^{character}*{_VISIBLE}{character}*$" if field.required else f"^{character}*$"
    return {"type": "string", "minLength": int(field.required), "maxLength": field.longest, "pattern": pattern}


def _number(field: EntityField) -> Schema:
    whole = field.type is FieldType.INTEGER
    schema: Schema = {"type": "integer", "minimum": -LARGEST_ID, "maximum": LARGEST_ID} if whole else {"type": "number"}
    for bound, value in (("minimum", field.minimum), ("maximum", field.maximum)):
        if value is not None:
            schema[bound] = int(value) if value.is_integer() else value
    return schema


def _formatted(field: EntityField) -> Schema:
    formats: dict[FieldType, Schema] = {
        FieldType.DECIMAL: {"type": "string", "pattern": r"^-?[0-9]{1,10}(\.[0-9]{1,2})?$"},
        FieldType.BOOLEAN: {"type": "boolean"},
        FieldType.DATE: {"type": "string", "format": "date"},
        FieldType.DATETIME: {"type": "string", "format": "date-time"},
        FieldType.EMAIL: {"type": "string", "format": "email", "maxLength": 254},
        FieldType.URL: {"type": "string", "format": "uri", "pattern": _HTTP_URL, "maxLength": 2000},
        FieldType.PHONE: {"type": "string", "pattern": r"^\+?[0-9][0-9 ().-]{3,30}$"},
        FieldType.ENUM: {"type": "string", "enum": list(field.choices)},
    }
    return formats[field.type]


def _description(field: EntityField) -> str:
    labels = zip(field.choices, field.choice_labels, strict=False)
    named = "; ".join(f"{choice}: {label}" for choice, label in labels)
    bounds = [
        f"{word} {value:g}"
        for word, value in (("at least", field.minimum), ("at most", field.maximum))
        if field.type is FieldType.DECIMAL and value is not None
    ]
    return ". ".join(part for part in (field.label, named, ", ".join(bounds)) if part)


def nullable(schema: Schema) -> Schema:
    """The schema, or null."""
    listed = {"enum": [*schema["enum"], None]} if "enum" in schema else {}
    return schema | {"type": [schema["type"], "null"]} | listed


def field_schema(field: EntityField) -> Schema:
    """What a field takes and gives; a field that is not required may be null."""
    if field.type in (FieldType.TEXT, FieldType.LONG_TEXT):
        schema = _text(field)
    elif field.type in _NUMBERS:
        schema = _number(field)
    else:
        schema = _formatted(field)
    schema = schema if field.required else nullable(schema)
    default = {} if field.default is None else {"default": field.default}
    return schema | default | {"description": _description(field)}


def key_schema(relation: Relation) -> Schema:
    """A relation's key: an id, or ids where the kind is n-n."""
    label = {"description": relation.role_label}
    if relation.kind is RelationKind.MANY_TO_MANY:
        least = {"minItems": 1} if relation.required else {}
        return {"type": "array", "items": ID, "uniqueItems": True, "maxItems": LINKS} | least | label
    return (ID if relation.required else nullable(ID)) | label
