"""What a field is, from its name."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from factory_flows.intent.intent import MentionedField
from factory_flows.specification.entity import EntityField, FieldType, Name
from factory_flows.specification.naming import choice_name, clean_label, distinct, field_name, snake, squashed, words

_BOUNDED = frozenset({FieldType.INTEGER, FieldType.DECIMAL, FieldType.NUMBER})


def infer_field(mention: MentionedField, entity: Name, taken: set[str]) -> EntityField:
    """The field that a brief mentions. What the words say goes before what the name says.

    Args:
        mention: As the brief has it.
        entity: Whose field it is.
        taken: Names that it can't have, squashed; its own is added.

    Raises:
        Unnameable: No name can be made of its label or of a choice.
    """
    label = capitalised(clean_label(mention.label))
    rule = rule_for(label)
    choices = named_choices(mention.choices or [label for _, label in rule.get("choices", [])], field=snake(label))
    kind = mention.type or (FieldType.ENUM if mention.choices else FieldType(rule["type"]))
    if kind is FieldType.ENUM and not choices:
        kind = FieldType.TEXT  # a choice of what, the words don't say
    fits = kind == rule["type"]
    name = distinct(field_name(label, entity), taken)
    taken.add(squashed(name))
    enum = kind is FieldType.ENUM
    decided = {FieldType.BOOLEAN: False, FieldType.ENUM: choices[0][0] if enum else None}
    unique = mention.unique if mention.unique is not None else fits and bool(rule.get("unique"))
    default = None if unique else decided.get(kind)
    titled = snake(label) in words("fields.json")["required"]
    return EntityField(
        name=name,
        label=label,
        type=kind,
        required=mention.required if mention.required is not None else titled or default is not None,
        unique=unique,
        minimum=rule.get("minimum") if fits and kind in _BOUNDED else None,
        maximum=rule.get("maximum") if fits and kind in _BOUNDED else None,
        longest=rule["longest"] if fits and "longest" in rule else _longest(kind),
        choices=tuple(name for name, _ in choices) if enum else (),
        choice_labels=tuple(label for _, label in choices) if enum else (),
        default=default,
        sensitive=bool(rule.get("sensitive")) or _tells_much(label),
        origin="stated",
        span=mention.span,
    )


def capitalised(label: str) -> str:
    """A label as a form writes it: "due date" -> "Due date", "isbn" -> "ISBN"."""
    acronyms = words("fields.json")["acronyms"]
    told = " ".join(word.upper() if word in acronyms else word for word in label.split(" "))
    return told[:1].upper() + told[1:] if len(told[:1].upper()) == 1 else told


def default_field(kind: str, language: str, entity: Name) -> EntityField:
    """The field of an entity of which nothing is said: its `name`, or `notes` for one that only links others."""
    labels = words("fields.json")[f"default_{kind}"]
    notes = kind == "notes"
    return EntityField(
        name=field_name(kind, entity),
        label=labels.get(language, labels["en"]),
        type=FieldType.LONG_TEXT if notes else FieldType.TEXT,
        required=not notes,
        longest=5000 if notes else 200,
        origin="default",
    )


@lru_cache(maxsize=4096)  # a long text says the same words again and again
def rule_for(label: str) -> dict[str, Any]:
    """The first rule of `words/fields.json` that fits a label; a line of text where none does."""
    name = snake(label)
    parts = name.split("_per_")[0].split("_")  # a price per night is a price
    for rule in words("fields.json")["rules"]:
        if (
            name in rule.get("whole", ())
            or parts[-1] in rule.get("last", ())
            or (len(parts) > 1 and any(name.startswith(f"{first}_") for first in rule.get("first", ())))
            or any(parts[-1].endswith(end) for end in rule.get("end", ()))
            or any(piece in label for piece in rule.get("label", ()))
        ):
            found: dict[str, Any] = rule
            return found
    return {"type": FieldType.TEXT}


def named_choices(labels: Sequence[str], field: Name) -> list[tuple[Name, str]]:
    """Choices with their names in code, each once."""
    taken: set[str] = set()
    found = []
    for label in dict.fromkeys(clean_label(label) for label in labels):
        name = distinct(choice_name(label, field if not field[0].isdigit() else f"choice_{field}"), taken)
        taken.add(squashed(name))
        found.append((name, label))
    return found


def _longest(kind: FieldType) -> int:
    return {FieldType.LONG_TEXT: 5000, FieldType.URL: 2000, FieldType.EMAIL: 254, FieldType.PHONE: 32}.get(kind, 200)


def _tells_much(label: str) -> bool:
    return bool(set(snake(label).split("_")) & set(words("fields.json")["sensitive"]))
