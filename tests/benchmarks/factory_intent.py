"""How well briefs are understood: `PYTHONPATH=. python tests/benchmarks/factory_intent.py natural [--wrong]`.

Micro precision and recall over all briefs but for the intent, whose recall is the mean over its types. Where a brief's
label names no application type, none is counted for or against: people who ask for a fix rarely say what is fixed.
Fields (entity, label) and relations (kind, ends) count where the label tells them.
"""

import json
import sys
from collections import defaultdict
from pathlib import Path

from pydantic import BaseModel, Field

from factory_flows.intent.intent import Intent, MentionedRelation
from factory_flows.intent.rules import parse
from factory_flows.specification.relation import RelationKind

BRIEFS = Path(__file__).parents[1] / "factory_flows" / "intent" / "briefs"


class LabelledBrief(BaseModel):
    """A brief and what it asks for; entities by `name`, as the parser gives it."""

    brief: str
    language: str
    intent: str
    application_types: set[str]
    technologies: set[str]
    refused: set[str]
    entities: set[str]
    fields: dict[str, set[str]] | None = Field(None, description="Labels in lower case, by entity.")
    relations: set[str] | None = Field(None, description='"A>B" is n-1, "A<>B" n-n, "A=B" 1-1.')


class Scores(BaseModel):
    """Shares from 0 to 1, and a count of refused technologies that were taken as wanted."""

    briefs: int
    intent: float
    language: float
    types_precision: float
    types_recall: float
    technologies_precision: float
    technologies_recall: float
    refused_recall: float
    refused_taken: int
    entities_precision: float
    entities_recall: float
    fields_precision: float
    fields_recall: float
    relations_precision: float
    relations_recall: float


def briefs(name: str) -> list[LabelledBrief]:
    """A set of `tests/factory_flows/intent/briefs`."""
    lines = (BRIEFS / f"{name}.jsonl").read_text("utf-8").splitlines()
    return [LabelledBrief.model_validate(json.loads(line)) for line in lines]


def scores(labelled: list[LabelledBrief], wrong: list[str] | None = None) -> Scores:
    """What the rules make of the briefs; each difference is told in `wrong`, where that is given."""
    right: dict[str, list[bool]] = defaultdict(list)
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])  # both, found, labelled
    languages = taken = 0
    for label in labelled:
        intent = parse(label.brief)
        right[label.intent].append(intent.intent.value == label.intent)
        languages += intent.language == label.language
        taken += len({each.name for each in intent.technologies} & label.refused)
        for part, found, said in _parts(intent, label):
            for index, share in enumerate((found & said, found, said)):
                counts[part][index] += len(share)
            if found != said and wrong is not None:
                wrong.append(f"{part} {sorted(found)} != {sorted(said)}: {label.brief}")
        if not right[label.intent][-1] and wrong is not None:
            wrong.append(f"intent {intent.intent.value} != {label.intent}: {label.brief}")

    def share(part: str, of: int) -> float:
        both, *totals = counts[part]
        return both / totals[of] if totals[of] else 1.0

    return Scores(
        briefs=len(labelled),
        intent=sum(sum(each) / len(each) for each in right.values()) / len(right),
        language=languages / len(labelled),
        types_precision=share("types", 0),
        types_recall=share("types", 1),
        technologies_precision=share("technologies", 0),
        technologies_recall=share("technologies", 1),
        refused_recall=share("refused", 1),
        refused_taken=taken,
        entities_precision=share("entities", 0),
        entities_recall=share("entities", 1),
        fields_precision=share("fields", 0),
        fields_recall=share("fields", 1),
        relations_precision=share("relations", 0),
        relations_recall=share("relations", 1),
    )


def _parts(intent: Intent, label: LabelledBrief) -> list[tuple[str, set[str], set[str]]]:
    parts = [
        ("technologies", {each.name for each in intent.technologies}, label.technologies),
        ("refused", {each.name for each in intent.technologies_refused}, label.refused),
        ("entities", {each.name.lower() for each in intent.entities}, {each.lower() for each in label.entities}),
    ]
    if label.application_types:
        parts.append(("types", {each.value for each in intent.application_types}, label.application_types))
    if label.fields is not None:
        found = {f"{entity.name}.{field.label}".lower() for entity in intent.entities for field in entity.fields}
        said = {f"{entity}.{field}".lower() for entity, fields in label.fields.items() for field in fields}
        parts.append(("fields", found, said))
    if label.relations is not None:
        parts.append(("relations", {_told(each) for each in intent.relations}, {*map(_either_way, label.relations)}))
    return parts


def _told(relation: MentionedRelation) -> str:
    sign = {RelationKind.MANY_TO_ONE: ">", RelationKind.MANY_TO_MANY: "<>", RelationKind.ONE_TO_ONE: "="}
    return _either_way(f"{relation.source}{sign[relation.kind]}{relation.target}")


def _either_way(relation: str) -> str:
    """n-n and 1-1 read the same from both ends."""
    for sign in ("<>", "="):
        if sign in relation:
            return sign.join(sorted(relation.split(sign)))
    return relation


if __name__ == "__main__":
    verbose = "--wrong" in sys.argv
    for name in [each for each in sys.argv[1:] if not each.startswith("--")] or ["development"]:
        told: list[str] = []
        print(name, scores(briefs(name), told).model_dump_json(indent=2))
        if verbose:
            print("\n".join(told))
