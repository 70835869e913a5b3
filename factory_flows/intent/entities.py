"""The kinds of things that a brief's application keeps, their fields and how they belong together."""

import re
from collections.abc import Sequence

from factory_flows.intent.intent import MentionedEntity, MentionedField, MentionedRelation
from factory_flows.intent.lexicon import Lexicon
from factory_flows.intent.naming import pascal, singular
from factory_flows.intent.phrase import Phrase, enumeration
from factory_flows.intent.span import Span
from factory_flows.specification.relation import RelationKind

# "um Kunden zu verwalten", "die Kunden verwaltet": what is managed stands before the verb.
_VERB_LAST = re.compile(
    r"\b(um|om|die|das|dat|der|wo|möchte|will|wil)\s(?:(?!\b(?:um|om|die|das|dat|der|wo)\b)[^.;:!?\n]){2,80}$"
)

_MOST = 30  # a specification's entities


class Found:
    """What was found so far; reading a sentence twice adds nothing."""

    def __init__(self, brief: str, lower: str, lexicon: Lexicon, taken: Sequence[Span] = ()) -> None:
        """`taken` are pieces that name something else: technologies."""
        self.brief, self.lower, self.lexicon, self.taken = brief, lower, lexicon, taken
        self.entities: dict[str, MentionedEntity] = {}
        self.relations: dict[tuple[str, str], MentionedRelation] = {}

    def read(self) -> None:
        """Lists of things first, then what each has, then what belongs to what."""
        self._read_lists()
        for cue in self.lexicon["has"].finditer(self.lower):
            self._read_has(cue, stated=True)
        for cue in self.lexicon["with"].finditer(self.lower):
            self._read_has(cue, stated=False)
        for cue in re.finditer(r"\(", self.lower):
            self._read_has(cue, stated=False)
        self._read_belongs()

    def _read_lists(self) -> None:
        for cue in self.lexicon["manage"].finditer(self.lower):
            if self.lexicon.spaced:
                start = _past_colon(self.lower, cue.end())
                if self.lexicon.language in {"de", "nl"} and (before := _VERB_LAST.search(self.lower[: cue.start()])):
                    start = before.end(1)
                for phrase in enumeration(self.lower, start, self.lexicon):
                    self.keep(phrase)
            else:
                self._read_unspaced(cue)
        for cue in re.finditer(rf"(?:{self.lexicon['app'].pattern})\s*:", self.lower):
            listed = enumeration(self.lower, cue.end(), self.lexicon)
            for phrase in listed if len(listed) > 1 else ():
                self.keep(phrase)

    def _read_belongs(self) -> None:
        for cue in self.lexicon["belongs"].finditer(self.lower):
            owner = enumeration(self.lower, cue.end(), self.lexicon)[:1]
            thing = self.before(cue.start())
            if owner and thing:
                source, target = self.keep(thing), self.keep(owner[0])
                if source and target:
                    self.relate(source, target, RelationKind.MANY_TO_ONE, thing.start, owner[0].end)

    def _read_unspaced(self, cue: re.Match[str]) -> None:
        """Chinese lists follow their verb; Japanese ones stand before it, marked by を."""
        if self.lexicon.language == "zh":
            for phrase in enumeration(self.lower, cue.end(), self.lexicon):
                self.keep(phrase)
            return
        marked = re.search(r"([^。、\sではが]+(?:[、と・や][^。、\s]+?)*)(?:を|の)$", self.lower[: cue.start()])
        if marked:
            for phrase in enumeration(self.lower, marked.start(1), self.lexicon):
                self.keep(phrase)

    def _read_has(self, cue: re.Match[str], stated: bool) -> None:
        owner_phrase = self.before(cue.start())
        if not owner_phrase:
            return
        name = self.name_of(owner_phrase)
        text = self.lower[owner_phrase.start : owner_phrase.end]
        if self.lexicon["app"].search(text) and name not in self.entities:
            return
        each = re.search(rf"(?:{self.lexicon['each'].pattern})\s*$", self.lower[: owner_phrase.start])
        if name not in self.entities and not (stated and each):
            return
        owner = self.keep(owner_phrase)
        parts = enumeration(self.lower, cue.end(), self.lexicon)
        if not owner or not parts:
            return
        self._keep_parts(owner, owner_phrase, parts)

    def _keep_parts(self, owner: str, owner_phrase: Phrase, parts: Sequence[Phrase]) -> None:
        """Fields of the owner, and relations to what is an entity itself."""
        fields = list(self.entities[owner].fields)
        for part in parts:
            if self._is_taken(part):
                continue
            other = self.name_of(part)
            if other == owner:
                continue
            if part.many or other in self.entities:
                target = self.keep(part)
                if target and part.many:
                    self.relate(target, owner, RelationKind.MANY_TO_ONE, owner_phrase.start, part.end)
                elif target:
                    self.relate(owner, target, RelationKind.MANY_TO_ONE, owner_phrase.start, part.end)
            elif pascal(self.brief[part.start : part.end], "") not in {pascal(each.label, "") for each in fields}:
                fields.append(MentionedField(label=self.brief[part.start : part.end], span=self.span(part)))
        self.entities[owner] = self.entities[owner].model_copy(update={"fields": tuple(fields[:40])})

    def before(self, end: int) -> Phrase | None:
        """The noun phrase that ends at `end`."""
        if not self.lexicon.spaced:
            lead = re.search(r"([^\s。，、,；：的]{1,10}?)(?:には|に|は|が)?$", self.lower[max(0, end - 14) : end])
            if not lead:
                return None
            text = lead.group(1)
            each = self.lexicon["each"].match(text)
            start = max(0, end - 14) + lead.start(1) + (each.end() if each else 0)
            return Phrase(start, max(0, end - 14) + lead.end(1)) if start < end else None
        lead = re.search(r"([^\W_]+(?:[- ’'][^\W_]+)?) ?$", self.lower[max(0, end - 60) : end])
        if not lead:
            return None
        offset = max(0, end - 60)
        said = list(re.finditer(r"[^\W_]+(?:-[^\W_]+)*", lead.group(1)))
        skip = (self.lexicon["det"], self.lexicon["end"], self.lexicon["each"], self.lexicon["manage"],
                self.lexicon["and"], self.lexicon["create"])  # fmt: skip
        while len(said) > 1 and any(pattern.fullmatch(said[0].group()) for pattern in skip):
            said.pop(0)
        two = Phrase(offset + lead.start(1) + said[0].start(), offset + lead.start(1) + said[-1].end())
        one = Phrase(offset + lead.start(1) + said[-1].start(), two.end)
        return one if self.name_of(one) in self.entities and self.name_of(two) not in self.entities else two

    def name_of(self, phrase: Phrase) -> str:
        """The entity's name that the phrase would have."""
        language = self.lexicon.language
        return pascal(singular(self.brief[phrase.start : phrase.end], language), language)

    def keep(self, phrase: Phrase, origin: str = "stated") -> str | None:
        """The phrase's entity by name; None where it names somebody who only acts, or nothing."""
        label = singular(self.brief[phrase.start : phrase.end], self.lexicon.language)
        name = pascal(label, self.lexicon.language)
        text = self.lower[phrase.start : phrase.end]
        if self._is_taken(phrase) or self.lexicon["actors"].search(text) or len(name) < 2 or len(label) > 64:
            return None
        if self.lexicon["app"].fullmatch(text):
            return None
        if name not in self.entities:
            if len(self.entities) >= _MOST:
                return None
            self.entities[name] = MentionedEntity(
                name=name,
                label=label[0].upper() + label[1:],
                origin="stated" if origin == "stated" else "inferred",
                confidence=0.9 if origin == "stated" else 0.5,
                span=self.span(phrase),
            )
        return name

    def _is_taken(self, phrase: Phrase) -> bool:
        return any(each.start < phrase.end and phrase.start < each.end for each in self.taken)

    def relate(self, source: str, target: str, kind: RelationKind, start: int, end: int) -> None:
        """Keeps the relation; said from both sides as "many", it is n-n."""
        if source == target:
            return
        said = self.span(Phrase(min(start, end), max(start, end)))
        sentence = self.lower[max(0, start - 80) : end + 80]
        if self.lexicon.says("nn", sentence) or (target, source) in self.relations:
            self.relations.pop((target, source), None)
            kind = RelationKind.MANY_TO_MANY
        limit = re.search(rf"(?:{self.lexicon['most'].pattern})\s*(\d{{1,6}})", said.text.lower())
        most = int(limit.group(1)) if limit and int(limit.group(1)) > 0 else None
        relation = MentionedRelation(kind=kind, source=source, target=target, limit=most, span=said)
        self.relations.setdefault((source, target), relation)

    def span(self, phrase: Phrase) -> Span:
        """The phrase in the brief's own letters."""
        return Span(start=phrase.start, end=phrase.end, text=self.brief[phrase.start : phrase.end])


def _past_colon(lower: str, place: int) -> int:
    match = re.compile(r"\s*[:：]").match(lower, place)
    return match.end() if match else place
