"""The kinds of things that a brief's application keeps, their fields and how they belong together."""

import re
from collections.abc import Sequence

from factory_flows.intent.attributes import looks_like_one
from factory_flows.intent.description import Descriptions
from factory_flows.intent.intent import MentionedEntity, MentionedRelation
from factory_flows.intent.lexicon import Lexicon
from factory_flows.intent.naming import pascal, singular
from factory_flows.intent.phrase import Phrase, enumeration, without_asides
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
        self.bare = without_asides(lower)
        self.entities: dict[str, MentionedEntity] = {}
        self.relations: dict[tuple[str, str], MentionedRelation] = {}

    def read(self) -> None:
        """Lists of things; then, once all things are known, what each has and what belongs to what."""
        self._read_lists()
        described = Descriptions(self)
        described.introduce()
        described.read()

    @property
    def is_described(self) -> bool:
        """Whether a thing has two fields or more: nobody describes a thing so whom no application is to keep it."""
        return any(len(each.fields) > 1 for each in self.entities.values())

    def forget(self) -> None:
        """Keeps nothing of what was read."""
        self.entities.clear()
        self.relations.clear()

    def read_additions(self) -> None:
        """What an application is to have besides: "extend the app with tags"; only what is said in the plural."""
        for cue in self.lexicon["with"].finditer(self.bare):
            owner = self.before(cue.start())
            if owner and self.lexicon["app"].search(self.lower[owner.start : owner.end]):
                for phrase in enumeration(self.bare, cue.end(), self.lexicon):
                    said = self.brief[phrase.start : phrase.end]
                    if said != singular(said, self.lexicon.language):
                        self.keep(phrase)

    def _read_lists(self) -> None:
        for cue in self.lexicon["manage"].finditer(self.lower):
            if self.lexicon.spaced:
                start = _past_colon(self.lower, cue.end())
                if start > cue.end() and self._is_a_thing(cue.group(), start):
                    continue
                if self.lexicon.language in {"de", "nl"} and (before := _VERB_LAST.search(self.lower[: cue.start()])):
                    start = before.end(1)
                for phrase in enumeration(self.bare, start, self.lexicon):
                    self.keep(phrase)
            else:
                self._read_unspaced(cue)
        for cue in re.finditer(rf"(?:{self.lexicon['app'].pattern})\s*:", self.lower):
            listed = enumeration(self.bare, cue.end(), self.lexicon)
            for phrase in listed if len(listed) > 1 and all(self._is_short(each) for each in listed) else ():
                self.keep(phrase)

    def _read_unspaced(self, cue: re.Match[str]) -> None:
        """Chinese lists follow their verb; Japanese ones stand before it, marked by を."""
        if self.lexicon.language == "zh":
            for phrase in enumeration(self.bare, cue.end(), self.lexicon):
                self.keep(phrase)
            return
        marked = re.search(r"([^。、\sではが]+(?:[、と・や][^。、\s]+?)*)(?:を|の)$", self.lower[: cue.start()])
        if marked:
            for phrase in enumeration(self.lower, marked.start(1), self.lexicon):
                self.keep(phrase)

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
        acts = name not in self.entities and not self._is_one_of(phrase) and self.lexicon["actors"].search(text)
        if self.is_taken(phrase) or acts or len(name) < 2 or len(label) > 64:
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

    def _is_one_of(self, phrase: Phrase) -> bool:
        """A company or a team that is one of several, not that of the writer: "belongs to a company"."""
        alone = self.lexicon["collective"].fullmatch(self.lower[phrase.start : phrase.end])
        return bool(alone and re.search(r"\b(?:an?|each|every)\s$", self.lower[: phrase.start][-8:]))

    def _is_a_thing(self, head: str, start: int) -> bool:
        """Whether "track: title, duration" describes a track, and is no wish to track something."""
        told = enumeration(self.bare, start, self.lexicon)
        return singular(head, self.lexicon.language) == head and any(
            looks_like_one(self.brief[each.start : each.end]) for each in told
        )

    def _is_short(self, phrase: Phrase) -> bool:
        return len(self.lower[phrase.start : phrase.end].split()) <= 2  # more is a sentence

    def is_taken(self, phrase: Phrase) -> bool:
        """Whether the phrase names a technology."""
        return any(each.start < phrase.end and phrase.start < each.end for each in self.taken)

    def relate(self, source: str, target: str, kind: RelationKind, span: Phrase) -> None:
        """Keeps the relation, unless it is told already; `span.many`: said of the target that it has many sources."""
        if source == target or (not span.many and (target, source) in self.relations):
            return
        said = self.span(span)
        sentence = self.lower[max(0, span.start - 80) : span.end + 80]
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
