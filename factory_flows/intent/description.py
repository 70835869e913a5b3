"""What a brief tells of each thing: "each book has a title and belongs to an author"."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from factory_flows.intent.attributes import attribute, looks_like_one
from factory_flows.intent.naming import pascal, singular
from factory_flows.intent.phrase import Phrase, enumeration
from factory_flows.specification.relation import RelationKind

if TYPE_CHECKING:
    from factory_flows.intent.entities import Found

_SENTENCE_END = re.compile(r"[.!?;:\n。！？；：]")
_CLAUSE_START = re.compile(r"(?:^|[.!?;:,\n。！？；：，]|\n\W+)\s*$")
_SCHEMA = re.compile(r"^[^\w\n]{0,8}([^\W\d_][\w-]*(?: [^\W_][\w-]*)?)\s?[:：](?=[^\n:：]+$)", re.MULTILINE)
_WORD = re.compile(r"[^\W\d_]+")
_MOST_FIELDS = 40
_VERB_WORDS = 4  # a subject and its verb, as in "students can enrol in many"


@dataclass(frozen=True)
class _Description:
    owner: Phrase
    start: int  # of what is told
    cue: str


class Descriptions:
    """Sentences that describe things; one subject can have several verbs."""

    def __init__(self, found: "Found") -> None:
        self._found = found
        self._lexicon = found.lexicon
        self._all = [*self._sentences(), *self._asides(), *self._schemas()]

    def introduce(self) -> None:
        """Keeps the things that are described, though no list names them."""
        for each in (*self._all, *self._all):  # what is told early may need what is told later
            if self._introduces(each):
                self._found.keep(each.owner)
        for source, target, _ in self._both_ways():
            self._found.keep(source)
            self._found.keep(target)

    def read(self) -> None:
        """Keeps the fields and relations of all things that are known."""
        for source, target, span in self._both_ways():
            self._relate(source, target, RelationKind.MANY_TO_MANY, span)
        for each in self._all:
            if each.cue == "belongs":
                self._read_owners(each)
            elif self._found.name_of(each.owner) in self._found.entities:
                self._read_parts(each)

    def _sentences(self) -> Iterator[_Description]:
        cues = sorted(
            (cue.start(), cue.end(), name)
            for name in ("has", "belongs", "with")
            for cue in self._lexicon[name].finditer(self._found.bare)
        )
        subject: Phrase | None = None
        last = 0
        for start, end, name in cues:
            gap = self._found.bare[last:start]
            if not (subject and self._goes_on(gap)):
                subject = self._found.before(start)
            last = end
            if subject:
                yield _Description(subject, end, name)

    def _goes_on(self, gap: str) -> bool:
        """Whether the verb behind the gap has the subject of the verb before it: "has a name and belongs to"."""
        if _SENTENCE_END.search(gap):
            return False
        words = gap.rstrip().rstrip(",").split()
        return gap.rstrip().endswith(",") or bool(words and self._lexicon["and"].fullmatch(words[-1]))

    def _asides(self) -> Iterator[_Description]:
        for aside in re.finditer(r"\(", self._found.lower):
            owner = self._found.before(aside.start())
            if owner:
                yield _Description(owner, aside.end(), "aside")

    def _schemas(self) -> Iterator[_Description]:
        for line in _SCHEMA.finditer(self._found.lower):
            owner = Phrase(*line.span(1))
            head = line.group(1)
            listed = self._lexicon["manage"].fullmatch(head) and singular(head, self._lexicon.language) != head
            if not listed:  # "Entities: …"
                yield _Description(owner, line.end(), "schema")

    def _introduces(self, each: _Description) -> bool:
        lower = self._found.lower
        text = lower[each.owner.start : each.owner.end]
        detail = each.cue == "aside" and looks_like_one(text) and singular(text, self._lexicon.language) == text
        if self._lexicon["app"].search(text) or detail:
            return False
        before = lower[: each.owner.start]
        quantified = re.search(rf"(?:{self._lexicon['each'].pattern})\s*$", before[-30:])
        begins = _CLAUSE_START.search(before[-20:])
        if each.cue in {"has", "belongs"} and quantified:
            return True
        if not begins and each.cue != "aside":
            return False
        parts = self._parts(each)
        told = any(self._is_told(part) for part in parts)
        return told and (each.cue == "schema" or len(parts) > 1 or each.cue == "has")

    def _is_told(self, part: Phrase) -> bool:
        """Whether only a thing can have the part: a usual field, or many of a thing that is known."""
        known = self._found.name_of(part) in self._found.entities
        return (known and (part.many or self._is_one(part))) or looks_like_one(self._found.brief[part.start : part.end])

    def _is_one(self, part: Phrase) -> bool:
        before = self._found.lower[: part.start][-20:]
        return re.search(rf"(?:{self._lexicon['one'].pattern})\s$", before) is not None

    def _parts(self, each: _Description) -> list[Phrase]:
        text = self._found.lower if each.cue == "aside" else self._found.bare
        return enumeration(text, each.start, self._lexicon, attributes=True)

    def _read_owners(self, each: _Description) -> None:
        for owner in enumeration(self._found.bare, each.start, self._lexicon):
            self._relate(each.owner, owner, RelationKind.MANY_TO_ONE, _both(each.owner, owner))

    def _read_parts(self, each: _Description) -> None:
        """Fields of the owner, and relations to what is an entity itself."""
        found = self._found
        owner = found.name_of(each.owner)
        fields = list(found.entities[owner].fields)
        named = {pascal(field.label, "") for field in fields}
        for part in self._parts(each):
            known = found.name_of(part) in found.entities
            if found.is_taken(part) or found.name_of(part) == owner:
                continue
            counted = re.search(r"\bnumber of $", found.lower[max(0, part.start - 12) : part.start])
            if part.many and (known or not counted):
                self._relate(part, each.owner, RelationKind.MANY_TO_ONE, _both(each.owner, part, many=True))
            elif known:
                kind = RelationKind.ONE_TO_ONE if self._is_one(part) else RelationKind.MANY_TO_ONE
                self._relate(each.owner, part, kind, _both(each.owner, part))
            else:
                whole = Phrase(part.start - len(counted.group()), part.end) if counted else part
                field = attribute(found.brief, whole, self._lexicon)
                if (name := pascal(field.label, "")) not in named:
                    fields.append(field)
                    named.add(name)
        found.entities[owner] = found.entities[owner].model_copy(update={"fields": tuple(fields[:_MOST_FIELDS])})

    def _both_ways(self) -> Iterator[tuple[Phrase, Phrase, Phrase]]:
        """Pairs said to have many of each other: "students take many courses and courses have many students"."""
        if not self._lexicon.spaced:
            return
        seen: dict[tuple[str, str], Phrase] = {}
        for many in self._lexicon["many"].finditer(self._found.bare):
            object_ = _WORD.match(self._found.bare, many.end() + 1)
            if not object_:
                continue
            target = Phrase(*object_.span())
            clause = max(0, many.start() - 60)
            for word in list(_WORD.finditer(self._found.bare, clause, many.start()))[-_VERB_WORDS:]:
                source = Phrase(*word.span())
                ends = self._found.name_of(source), self._found.name_of(target)
                if (earlier := seen.get(ends[::-1])) and ends[0] != ends[1]:
                    yield target, source, Phrase(earlier.start, target.end, many=True)
                seen.setdefault(ends, source)

    def _relate(self, source: Phrase, target: Phrase, kind: RelationKind, span: Phrase) -> None:
        first, second = self._found.keep(source), self._found.keep(target)
        if first and second:
            self._found.relate(first, second, kind, span)


def _both(first: Phrase, second: Phrase, many: bool = False) -> Phrase:
    return Phrase(min(first.start, second.start), max(first.end, second.end), many)
