"""Rules beside the model: typed, versioned, read from data, never executed."""

from models.fraud.rules.book import RuleBook, default_rules
from models.fraud.rules.condition import All, Any, Comparison, Facts
from models.fraud.rules.lists import Listed, ListField, ListName, Lists, spelled
from models.fraud.rules.rule import Rule, RuleHit
from models.fraud.rules.verdict import decide

__all__ = [
    "All",
    "Any",
    "Comparison",
    "Facts",
    "ListField",
    "ListName",
    "Listed",
    "Lists",
    "Rule",
    "RuleBook",
    "RuleHit",
    "decide",
    "default_rules",
    "spelled",
]
