"""A field as a column, as a schema and as an example."""

from dataclasses import dataclass
from typing import Any, Final

from factory_flows.generators.templates import python
from factory_flows.specification.entity import LARGEST_ID, EntityField, FieldType

_PYTHON: Final = {
    FieldType.INTEGER: "int", FieldType.DECIMAL: "Decimal", FieldType.NUMBER: "float", FieldType.BOOLEAN: "bool",
    FieldType.DATE: "dt.date", FieldType.DATETIME: "dt.datetime",
}  # fmt: skip
_EXAMPLES: Final = {
    FieldType.DECIMAL: "12.50", FieldType.NUMBER: 1.5, FieldType.BOOLEAN: True, FieldType.DATE: "2026-05-01",
    FieldType.DATETIME: "2026-05-01T10:00:00Z", FieldType.EMAIL: "someone@example.com",
    FieldType.URL: "https://example.com/", FieldType.PHONE: "+1 555 0100",
}  # fmt: skip
_TEXTS: Final = (FieldType.TEXT, FieldType.LONG_TEXT)


@dataclass(frozen=True)
class Column:
    """A field in Python.

    Attributes:
        python: Its type in the model.
        column, migration: Its SQL type, in the model and in the migration.
        write, read: Its types in the schemas.
        default: A Python literal, or None where there is none.
        filter: The type of its filter, or None.
        example: A value in JSON.
    """

    name: str
    label: str
    type: FieldType
    required: bool
    unique: bool
    python: str
    column: str
    migration: str
    write: str
    read: str
    default: str | None
    filter: str | None
    example: Any


def column(field: EntityField) -> Column:
    """The field in Python."""
    choices = f"Literal[{', '.join(python(choice) for choice in field.choices)}]"
    plain = _PYTHON.get(field.type, "str")
    default = None if field.required and field.default is None else python(field.default)
    if field.type is FieldType.DECIMAL and field.default is not None:
        default = f"Decimal({python(str(field.default))})"
    if field.type in (FieldType.DATE, FieldType.DATETIME) and field.default is not None:
        default = f"{plain}.fromisoformat({python(field.default)})"
    return Column(
        name=field.name,
        label=field.label,
        type=field.type,
        required=field.required,
        unique=field.unique,
        python=plain,
        column=_sql(field, "Amount", "UtcDateTime"),
        migration=_sql(field, "AMOUNT", "MOMENT"),
        write=_write(field, choices),
        read=choices if field.type is FieldType.ENUM else plain,
        default=default,
        filter={FieldType.ENUM: choices, FieldType.BOOLEAN: "TruthText"}.get(field.type),
        example=_example(field),
    )


def _sql(field: EntityField, amount: str, moment: str) -> str:
    return {
        FieldType.TEXT: f"sa.String({field.longest})", FieldType.LONG_TEXT: "sa.Text",
        FieldType.INTEGER: "sa.BigInteger",
        FieldType.DECIMAL: amount, FieldType.NUMBER: "sa.Double", FieldType.BOOLEAN: "sa.Boolean",
        FieldType.DATE: "sa.Date", FieldType.DATETIME: moment, FieldType.EMAIL: "sa.String(254)",
        FieldType.URL: "sa.String(2000)", FieldType.PHONE: "sa.String(40)", FieldType.ENUM: "sa.String(48)",
    }[field.type]  # fmt: skip


def _write(field: EntityField, choices: str) -> str:
    if field.type in _TEXTS:
        filled = ("Filled" if field.required else "") + ("Line" if field.type is FieldType.TEXT else "Lines")
        text = f"Annotated[{filled}, Field(max_length={field.longest})]"
        return text if field.required else f"Annotated[{text} | None, AfterValidator(none_if_empty)]"
    written = {
        FieldType.INTEGER: f"Annotated[int, Field(strict=True, {_bounds(field, LARGEST_ID)})]",
        FieldType.DECIMAL: _bounded("Amount", field),
        FieldType.NUMBER: f"Annotated[float, Field(strict=True, allow_inf_nan=False{_comma(_bounds(field, None))})]",
        FieldType.BOOLEAN: "Annotated[bool, Field(strict=True)]",
        FieldType.DATE: "Date", FieldType.DATETIME: "Moment", FieldType.EMAIL: "Email", FieldType.URL: "Url",
        FieldType.PHONE: "Phone", FieldType.ENUM: choices,
    }[field.type]  # fmt: skip
    return written if field.required else f"{written} | None"


def _bounds(field: EntityField, widest: int | None) -> str:
    lowest = field.minimum if field.minimum is not None else widest and -widest
    highest = field.maximum if field.maximum is not None else widest
    whole = field.type is FieldType.INTEGER
    named = {"ge": lowest, "le": highest}
    return ", ".join(f"{name}={int(value) if whole else value}" for name, value in named.items() if value is not None)


def _bounded(plain: str, field: EntityField) -> str:
    bounds = _bounds(field, None)
    return f"Annotated[{plain}, Field({bounds})]" if bounds else plain


def _comma(text: str) -> str:
    return f", {text}" if text else ""


def _example(field: EntityField) -> Any:
    if field.type is FieldType.ENUM:
        return field.choices[0]
    if field.type in _TEXTS:
        return f"Example {field.name}"[: field.longest]
    lowest = field.minimum if field.minimum is not None else field.maximum if field.maximum is not None else 1
    if field.type is FieldType.INTEGER:
        return int(lowest)
    if field.type is FieldType.DECIMAL:
        return f"{lowest:.2f}"
    if field.type is FieldType.NUMBER:
        return float(lowest)
    return _EXAMPLES[field.type]
