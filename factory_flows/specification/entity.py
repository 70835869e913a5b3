"""Kinds of things that an application keeps, and their fields."""

from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from factory_flows.intent.span import Span
from factory_flows.specification.field_value import is_value

LARGEST_ID: Final = 2**53 - 1  # the largest whole number that JavaScript holds exactly

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(_[a-z0-9]+)*$", max_length=48)]
"""A name in code: snake case, ASCII, reserved in none of the languages that are generated."""

Label = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f\x7f\u2028\u2029]+$", min_length=1, max_length=64)]
"""A name for people: any script; hostile until quoted for where it is written."""

Origin = Literal["stated", "inferred", "default"]


class FieldType(StrEnum):
    """What a field holds, and how it looks in JSON."""

    TEXT = "text"  # a line, at most `longest` characters
    LONG_TEXT = "long_text"  # several lines, at most `longest` characters
    INTEGER = "integer"  # -2^53+1 to 2^53-1
    DECIMAL = "decimal"  # twelve digits, two of them after the point; a string in JSON: "12.50"
    NUMBER = "number"  # a double
    BOOLEAN = "boolean"
    DATE = "date"  # "2026-05-01"
    DATETIME = "datetime"  # "2026-05-01T10:00:00Z", always UTC
    EMAIL = "email"
    URL = "url"  # http or https
    PHONE = "phone"
    ENUM = "enum"  # one of `choices`


_NUMBERS: Final = frozenset({FieldType.INTEGER, FieldType.DECIMAL, FieldType.NUMBER})


class EntityField(BaseModel):
    """A property of an entity. `id`, `created_at` and `updated_at` are every entity's and are not listed.

    Attributes:
        minimum, maximum: Bounds of integer, decimal and number.
        longest: Characters of text.
        choices: Of an enum: names in code; `choice_labels` has what people read, in the same order.
        default: In its JSON form; None is no default.
        sensitive: Not written to logs.
    """

    model_config = ConfigDict(frozen=True)

    name: Name
    label: Label
    type: FieldType
    required: bool = False
    unique: bool = False
    minimum: float | None = None
    maximum: float | None = None
    longest: int = Field(200, ge=1, le=10_000)
    choices: tuple[Name, ...] = ()
    choice_labels: tuple[Label, ...] = ()
    default: str | int | float | bool | None = None
    sensitive: bool = False
    origin: Origin
    span: Span | None = None

    @model_validator(mode="after")
    def _coherent(self) -> Self:
        for problem in self._problems():
            raise ValueError(f"field {self.name}: {problem}")
        return self

    def _problems(self) -> Iterator[str]:
        bounded = self.type in _NUMBERS
        if not bounded and (self.minimum is not None or self.maximum is not None):
            yield f"only numbers have a minimum and a maximum, and it is {self.type}"
        if self.minimum is not None and self.maximum is not None and self.minimum > self.maximum:
            yield f"its minimum {self.minimum:g} is above its maximum {self.maximum:g}"
        if (self.type is FieldType.ENUM) is not bool(self.choices):
            yield "an enum has choices, and nothing else has"
        if len(self.choice_labels) != len(self.choices):
            yield f"it has {len(self.choices)} choices and {len(self.choice_labels)} labels for them"
        if len({name.replace("_", "") for name in self.choices}) < len(self.choices):
            yield "two of its choices have the same name"
        yield from self._problems_of_default()

    def _problems_of_default(self) -> Iterator[str]:
        if self.default is None:
            return
        if self.unique:
            yield "what is unique has no default"
        if not is_value(self.type, self.default) or (self.type is FieldType.ENUM and self.default not in self.choices):
            yield f"its default {self.default!r} is no {self.type} of its kind"
        elif self.type in _NUMBERS:
            number = float(self.default)
            if (self.minimum is not None and number < self.minimum) or (
                self.maximum is not None and number > self.maximum
            ):
                yield f"its default {self.default!r} is not within its bounds"
        elif isinstance(self.default, str) and len(self.default) > self.longest:
            yield f"its default is longer than {self.longest} characters"


class Entity(BaseModel):
    """A kind of thing.

    Attributes:
        name: Singular: `order_item`; the class is `OrderItem`.
        plural: `order_items`, which is the table too; its path is `/api/v1/order-items`.
        fields: In the order of forms and columns. The first text field names a thing to people.
    """

    model_config = ConfigDict(frozen=True)

    name: Name
    plural: Name
    label: Label
    label_plural: Label
    fields: tuple[EntityField, ...] = Field(min_length=1, max_length=40)
    origin: Origin
    confidence: float = Field(1.0, ge=0, le=1)
    span: Span | None = None

    @property
    def title_field(self) -> EntityField:
        """The field that people know a thing by."""
        texts = [field for field in self.fields if field.type is FieldType.TEXT]
        return texts[0] if texts else self.fields[0]
