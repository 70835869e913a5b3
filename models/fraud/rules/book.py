"""The rules in force together."""

import hashlib
from functools import cached_property, lru_cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, field_validator

from models.fraud.rules.condition import Facts
from models.fraud.rules.rule import Rule, RuleHit

DEFAULT = Path(__file__).parent / "default.json"


class RuleBook(BaseModel):
    """Rules, each name once, in the order in which they are told."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    rules: tuple[Rule, ...] = Field(max_length=200, description="The rules.")

    @field_validator("rules")
    @classmethod
    def _each_once(cls, rules: tuple[Rule, ...]) -> tuple[Rule, ...]:
        names = [rule.name for rule in rules]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"rules must have names of their own; given twice: {', '.join(twice)}")
        return rules

    @cached_property
    def version(self) -> str:
        """Digest of everything in it: another rule, bound or text is another version."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()[:12]

    def evaluate(self, facts: Facts) -> tuple[RuleHit, ...]:
        """Every rule that a payment hits."""
        return tuple(hit for rule in self.rules if (hit := rule.hit(facts)))


@lru_cache(maxsize=1)
def default_rules() -> RuleBook:
    """The rules that come with the code."""
    return RuleBook.model_validate_json(DEFAULT.read_bytes())
