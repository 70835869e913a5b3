"""The rules of the business that a brief states: "at most three loans", "only if paid"."""

import re
from collections.abc import Sequence
from typing import Literal

from factory_flows.intent.intent import MentionedEntity, MentionedRule
from factory_flows.intent.lexicon import Lexicon
from factory_flows.intent.span import Span

_SENTENCE = re.compile(r"[^.!?;\n。！？；]+")
_MOST = 50


def business_rules(
    brief: str, lower: str, lexicon: Lexicon, entities: Sequence[MentionedEntity]
) -> tuple[MentionedRule, ...]:
    """A rule a sentence that has a rule's words and names an entity."""
    rules: list[MentionedRule] = []
    for sentence in _SENTENCE.finditer(lower):
        cue = lexicon["rule"].search(sentence.group())
        named = [each for each in entities if each.label.lower()[:-1] in sentence.group()]
        if cue and named and len(rules) < _MOST:
            text = sentence.group()
            start = sentence.start() + len(text) - len(text.lstrip())
            end = sentence.end() - (len(text) - len(text.rstrip()))
            span = Span(start=start, end=end, text=brief[start:end])
            rules.append(MentionedRule(text=span.text, entity=named[0].name, kind=_kind(text, lexicon), span=span))
    return tuple(rules)


def _kind(sentence: str, lexicon: Lexicon) -> Literal["limit", "uniqueness", "state_change", "other"]:
    if re.search(r"uni(?:que|c|v)|eindeutig|唯一|一意", sentence):
        return "uniqueness"
    if lexicon.says("most", sentence):
        return "limit"
    return "state_change"
