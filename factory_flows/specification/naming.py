"""From people's words to names in code that are safe in every language that is generated."""

import json
import re
import unicodedata
from collections.abc import Container, Iterable
from functools import cache
from importlib.resources import files
from typing import Any, Final

from slugify import slugify

from factory_flows.specification.entity import EntityField, Label, Name

LONGEST_NAME: Final = 40  # leaves room within the 48 of a Name for a plural, a number or `_id`
LONGEST_LABEL: Final = 64
RECORD: Final = "record"  # what an entity's name is told apart by, where it can't stand alone

_UNSEEN: Final = {"Cc", "Cs", "Co", "Cn", "Zl", "Zp"}
_DIRECTIONS: Final = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


class Unnameable(ValueError):
    """There is not a letter in a label that a name in code could be made of."""


@cache
def words(file: str) -> dict[str, Any]:
    """A data file of `words/`."""
    found: dict[str, Any] = json.loads((files("factory_flows.specification") / "words" / file).read_text("utf-8"))
    return found


def squashed(name: str) -> str:
    """What a name has in common with all its spellings: `order_item`, `OrderItem` and `orderItem` are `orderitem`."""
    return name.replace("_", "").lower()


@cache
def _reserved(*lists: str) -> frozenset[str]:
    found: set[str] = set()
    for each in lists:
        listed = words("reserved.json")[each]
        for group in listed.values() if isinstance(listed, dict) else [listed]:
            found.update(squashed(word) for word in group)
    return frozenset(found)


def clean_label(text: str) -> Label:
    """A label on one line, without control characters or changes of direction, of at most 64 characters.

    Raises:
        Unnameable: Nothing is left of it.
    """
    seen = " ".join(text.split())
    seen = "".join(c for c in seen if unicodedata.category(c) not in _UNSEEN and c not in _DIRECTIONS)
    if not seen.strip():
        raise Unnameable(f"{text!r} has nothing that can be read.")
    return seen[:LONGEST_LABEL].strip()


def snake(label: str) -> str:
    """A label in snake case and ASCII, transliterated: "Größe" -> `grosse`, "OrderItem" -> `order_item`.

    Raises:
        Unnameable: It has no letter or digit of any script.
    """
    label = re.sub(r"\be-mail\b", "email", label, flags=re.IGNORECASE)
    split = re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[0-9])(?=[A-Z][a-z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", label)
    name = slugify(split, separator="_", backend="text-unidecode", max_length=LONGEST_NAME, word_boundary=True).strip(
        "_"
    )
    if not name:
        raise Unnameable(f"No name in code can be made of {label!r}: write it with letters.")
    return name


def entity_name(label: str) -> Name:
    """A singular name for an entity: "Class" -> `class_record`, "3D model" -> `record_3d_model`.

    A name that starts with `test` would make test runners take the entity for a test.

    Raises:
        Unnameable: The label has no letter or digit.
    """
    name = snake(label)
    if name[0].isdigit() or name == "test" or name.startswith(("test_", "tests_")):
        return f"{RECORD}_{name}"
    if squashed(name) in _reserved("keywords", "contextual", "classes") or is_reserved_plural(plural(name)):
        return f"{name}_{RECORD}"
    return name


def field_name(label: str, entity: Name) -> Name:
    """A name for a field: the "class" of a student is `student_class`.

    Raises:
        Unnameable: The label has no letter or digit.
    """
    name = snake(label)
    if name[0].isdigit() or is_reserved_field(name, entity):
        return f"{shortened(entity, LONGEST_NAME - len(name))}_{name}"
    return name


def is_reserved_field(name: str, entity: Name) -> bool:
    """Whether no field of the entity may be called so: a word of a language, or the entity's own name (C#)."""
    python_builtins = words("reserved.json")["classes"]["python"]
    reserved = _reserved("keywords", "contextual", "sql", "attributes")
    return squashed(name) in reserved or squashed(name) in python_builtins or squashed(name) == squashed(entity)


def is_reserved_plural(name: str) -> bool:
    """Whether no table and no path may be called so."""
    return squashed(name) in _reserved("keywords", "contextual", "sql")


def breaks_code(name: str) -> bool:
    """Whether a language could not have this name at all, wherever it stands."""
    return squashed(name) in _reserved("keywords")


def breaks_sql(name: str) -> bool:
    """Whether neither PostgreSQL nor SQLite could have a table or a column of this name without quotes."""
    return squashed(name) in frozenset(words("reserved.json")["sql"]["postgresql_sqlite"])


def choice_name(label: str, field: Name) -> Name:
    """A name for a choice of an enum: "new" of a status is `status_new`, since `new` is a word of Java.

    Raises:
        Unnameable: The label has no letter or digit.
    """
    name = snake(label)
    if name[0].isdigit() or squashed(name) in _reserved("keywords"):
        return f"{shortened(field, LONGEST_NAME - len(name))}_{name}"
    return name


def shortened(name: Name, longest: int) -> Name:
    """The name within so many characters (at least 6), cut between words where that is possible."""
    longest = max(longest, 6)
    if len(name) <= longest:
        return name
    cut = name[: longest + 1].rpartition("_")[0]
    return cut or name[:longest].strip("_")


def distinct(name: Name, taken: Container[str]) -> Name:
    """The name, or `name_2`, `name_3` …, whose `squashed` form is not taken."""
    number = 1
    candidate = name
    while squashed(candidate) in taken:
        number += 1
        candidate = f"{name}_{number}"
    return candidate


def plural(name: Name) -> Name:
    """`order_item` -> `order_items`; what is the same in the plural is told apart: `series_records`."""
    *before, last = name.split("_")
    ending = last if last[-1].isdigit() else _plural_word(last)
    found = "_".join([*before, ending])
    return f"{name}_{RECORD}s" if found == name else found


def plural_label(label: Label, language: str, said: str) -> Label:
    """The plural for people: by rule in English, else as the brief has it, else as it is.

    Args:
        label: The singular.
        language: Of the label, ISO 639-1.
        said: What the brief says: "Bestellungen".
    """
    if language == "en":
        *before, last = label.split(" ")
        ending = _plural_word(last) if last.isascii() and last.isalpha() else last
        return " ".join([*before, ending])[:LONGEST_LABEL]
    mentioned = " ".join(said.split())
    alike = mentioned[:3].casefold() == label[:3].casefold() and len(label) <= len(mentioned) <= len(label) + 4
    return clean_label(mentioned[:1].upper() + mentioned[1:]) if alike and mentioned else label


@cache
def _plural_word(word: str) -> str:
    import inflect  # noqa: PLC0415  # a second to import

    return str(inflect.engine().plural_noun(word))


def squashed_all(names: Iterable[str]) -> set[str]:
    """`squashed` of each."""
    return {squashed(name) for name in names}


def field_names(fields: Iterable[EntityField]) -> set[str]:
    """Names of fields, squashed."""
    return squashed_all(field.name for field in fields)
