"""The rules: concepts, which are lists of entries, and what of them together is refused."""

from functools import lru_cache
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from models.image_safety.blocked import Category
from models.image_safety.term import Term

OURS: Final = Path(__file__).with_name("rules.json")


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Rule(_Frozen):
    """Refuses a prompt in which each concept of `all_of` is found, unless one of `unless` is too."""

    category: Category
    reason: str = Field(min_length=10, max_length=200)
    all_of: tuple[str, ...] = Field(min_length=1)
    unless: tuple[str, ...] = ()


class _File(_Frozen):
    harmless: tuple[str, ...]
    negations: tuple[str, ...]
    short_words: tuple[str, ...] = ()
    concepts: dict[str, tuple[str, ...]]
    rules: tuple[Rule, ...] = Field(min_length=1)


class Rules:
    """Rules, ready to use.

    Attributes:
        harmless: Phrases that are taken out before anything is looked for.
        negations: Words after which an entry does not count, save for what is refused always.
        short_words: Words that are never taken for a piece of another, as `na` is in `na ked`.
        concepts: Entries by concept.
        known: Single words of all concepts, that joined-up words are looked through for.
    """

    def __init__(self, file: _File) -> None:
        self.harmless = tuple(map(Term.of, file.harmless))
        self.negations = frozenset(file.negations)
        self.short_words = frozenset(file.short_words)
        self.concepts = {name: tuple(map(Term.of, entries)) for name, entries in file.concepts.items()}
        self.rules = file.rules
        single = (term.parts[0] for terms in self.concepts.values() for term in terms if len(term.parts) == 1)
        self.known = frozenset(
            word for part in single if part for word in part.exact if len(word) > 2 and word.isalnum()
        )


def load_rules(file: Path) -> Rules:
    """The rules of a JSON file in the form of rules.json.

    Raises:
        ValueError: It is none; the message says where it is wrong.
        OSError: It can't be read.
    """
    try:
        found = _File.model_validate_json(file.read_bytes())
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise ValueError(f"{file.name}: {'.'.join(map(str, first['loc'])) or 'the file'}: {first['msg']}") from error
    named = {name for rule in found.rules for name in (*rule.all_of, *rule.unless)}
    if unknown := sorted(named - set(found.concepts)):
        raise ValueError(f"{file.name}: no concept {', '.join(unknown)}")
    return Rules(found)


@lru_cache(maxsize=1)
def rules() -> Rules:
    """Those that come with the code."""
    return load_rules(OURS)
