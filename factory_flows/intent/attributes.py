"""A property as the words describe it: "a unique e-mail", "status (draft, published)"."""

import re

from factory_flows.intent.intent import MentionedField
from factory_flows.intent.lexicon import Lexicon
from factory_flows.intent.phrase import Phrase
from factory_flows.intent.span import Span
from factory_flows.specification.entity import FieldType
from factory_flows.specification.inference import rule_for
from factory_flows.specification.naming import snake, words

_ASIDE = re.compile(r"\s*\(([^()\n]{1,200})\)")
_SEPARATOR = re.compile(r"\s*(?:[,/|、，]|\bor\b|\band\b)\s*")
_MOST_WORDS_OF_A_CHOICE = 3


def attribute(brief: str, phrase: Phrase, lexicon: Lexicon) -> MentionedField:
    """The field that the phrase names, with what stands right before it and in brackets behind it."""
    label = brief[phrase.start : phrase.end]
    lead = re.split(r"[,.;:\n()]|\band\b", brief[max(0, phrase.start - 30) : phrase.start].lower())[-1]
    aside = _ASIDE.match(brief, phrase.end)
    behind = aside.group(1) if aside else ""
    told = f"{lead} {behind.lower()}"
    optional, required, unique = (lexicon.says(cue, told) for cue in ("optional", "required", "unique"))
    listed = [each for each in _SEPARATOR.split(behind) if each]
    flagged = any(lexicon.says(cue, behind.lower()) for cue in ("optional", "required", "unique"))
    chosen = len(listed) > 1 and not flagged and all(len(each.split()) <= _MOST_WORDS_OF_A_CHOICE for each in listed)
    return MentionedField(
        label=label,
        type=FieldType.ENUM if chosen else None,
        required=False if optional else True if required else None,
        unique=True if unique else None,
        choices=tuple(dict.fromkeys(listed)) if chosen else (),
        span=Span(start=phrase.start, end=phrase.end, text=label),
    )


def looks_like_one(label: str) -> bool:
    """Whether a label is a usual field's: a name, a price, a due date."""
    text = label.strip().lower()
    name = snake(text) if re.search(r"\w", text) else ""
    usual = {*words("fields.json")["required"], *words("fields.json")["usual"]}
    return bool(name) and (bool({name, name.split("_")[-1]} & usual) or rule_for(text)["type"] != FieldType.TEXT)
