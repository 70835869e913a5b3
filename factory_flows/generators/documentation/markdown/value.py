"""What fields hold, in words and by example."""

from typing import Any, Final

from factory_flows.specification.entity import EntityField, FieldType
from factory_flows.specification.relation import Relation, RelationKind

_KINDS: Final = {
    FieldType.TEXT: "Text on one line",
    FieldType.LONG_TEXT: "Text on several lines",
    FieldType.INTEGER: "Whole number",
    FieldType.DECIMAL: "Amount with two decimals",
    FieldType.NUMBER: "Number",
    FieldType.BOOLEAN: "Yes or no",
    FieldType.DATE: "Date",
    FieldType.DATETIME: "Date and time (UTC)",
    FieldType.EMAIL: "E-mail address",
    FieldType.URL: "Web address (http or https)",
    FieldType.PHONE: "Phone number",
    FieldType.ENUM: "Choice",
}
_EXAMPLES: Final[dict[FieldType, str | bool]] = {
    FieldType.BOOLEAN: True,
    FieldType.DATE: "2026-05-01",
    FieldType.DATETIME: "2026-05-01T10:00:00Z",
    FieldType.EMAIL: "someone@example.com",
    FieldType.URL: "https://example.com/",
    FieldType.PHONE: "+1 555 0100",
}
_ON_DELETE: Final = {
    "restrict": "refused while there are any of these",
    "cascade": "these are deleted, too",
    "set_null": "these stay, without it",
}


def kind(field: EntityField) -> str:
    """What a field holds: `Whole number`."""
    return _KINDS[field.type]


def bounds(field: EntityField) -> str:
    """What bounds a field's values; empty where nothing does. Its choices are told apart, as they have labels."""
    if field.type in (FieldType.TEXT, FieldType.LONG_TEXT):
        return f"at most {field.longest:,} characters"
    pairs = (("at least", field.minimum), ("at most", field.maximum))
    return ", ".join(f"{word} {value:,.15g}" for word, value in pairs if value is not None)


def default(field: EntityField) -> str:
    """What a field holds where nothing is given; may be people's words."""
    if field.default is None:
        return "none"
    if isinstance(field.default, bool):
        return "yes" if field.default else "no"
    labels = dict(zip(field.choices, field.choice_labels, strict=True))
    return labels.get(str(field.default), str(field.default))


def on_delete(relation: Relation) -> str:
    """What becomes of a relation's sources when its target is deleted; those of many targets only lose it."""
    if relation.kind is RelationKind.MANY_TO_MANY and relation.on_delete == "cascade":
        return _ON_DELETE["set_null"]
    return _ON_DELETE[relation.on_delete]


def example(field: EntityField) -> str | int | float | bool:
    """A value that the API accepts; names of code only, so that it is safe in any document."""
    if field.type is FieldType.ENUM:
        return field.choices[0]
    if field.type in (FieldType.TEXT, FieldType.LONG_TEXT):
        return f"Some {field.name.replace('_', ' ')}"[: field.longest].rstrip()
    if field.type in (FieldType.INTEGER, FieldType.NUMBER, FieldType.DECIMAL):
        return _number(field)
    return _EXAMPLES[field.type]


def _number(field: EntityField) -> str | int | float:
    usual = {FieldType.INTEGER: 3, FieldType.NUMBER: 2.5, FieldType.DECIMAL: 12.5}[field.type]
    low = usual if field.minimum is None else max(usual, field.minimum)
    number = low if field.maximum is None else min(low, field.maximum)
    if field.type is FieldType.DECIMAL:
        return f"{number:.2f}"
    return int(number) if field.type is FieldType.INTEGER else float(number)


def example_key(relation: Relation) -> int | list[int]:
    """An id, or a list of one."""
    return [1] if relation.kind is RelationKind.MANY_TO_MANY else 1


def examples(fields: tuple[EntityField, ...], relations: tuple[Relation, ...]) -> dict[str, Any]:
    """What is sent to create a thing."""
    return {field.name: example(field) for field in fields} | {each.key: example_key(each) for each in relations}
