"""Whatever a parser hands over, what is written is coherent, or it is refused with its reasons."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from factory_flows.intent.intent import (
    ApplicationType,
    Intent,
    IntentType,
    MentionedEntity,
    MentionedField,
    MentionedRelation,
    Technology,
)
from factory_flows.intent.span import Span
from factory_flows.specification.constraint import Constraints, SecurityLevel
from factory_flows.specification.entity import FieldType
from factory_flows.specification.extend import add_feature
from factory_flows.specification.preferences import Preferences
from factory_flows.specification.relation import RelationKind
from factory_flows.specification.specification import Specification
from factory_flows.specification.summary import summary
from factory_flows.specification.technology import Backend, Frontend, Pattern
from factory_flows.specification.violation import SpecificationRefused
from factory_flows.specification.write import write_specification

pytestmark = pytest.mark.factory

BRIEF = "Keep things, not microservices. Use whatever there is."
SPAN = Span(start=5, end=11, text="things")
HARD = (
    "User Users Class Order OrderItem order_items OrderItems Member member_id members id created_at email password "
    "status ParentOrder child_orders 订单 2nd test Größe auth Audit name notes order user_profile orders order_2"
)
WORDS = st.sampled_from(HARD.split())
LABEL = WORDS | st.text(min_size=1, max_size=70).map(lambda text: f"a{text}")
FIELD = st.builds(
    MentionedField,
    label=LABEL,
    type=st.none() | st.sampled_from(FieldType),
    required=st.none() | st.booleans(),
    unique=st.none() | st.booleans(),
    choices=st.lists(LABEL, max_size=3).map(tuple),
    span=st.just(SPAN),
)
ENTITY = st.builds(
    MentionedEntity,
    name=WORDS,
    label=LABEL,
    fields=st.lists(FIELD, max_size=5).map(tuple),
    origin=st.just("stated"),
    confidence=st.just(1.0),
    span=st.just(SPAN),
)


@st.composite
def intents(draw: st.DrawFn) -> Intent:
    entities = draw(st.lists(ENTITY, min_size=1, max_size=5))
    names = st.sampled_from([entity.name for entity in entities])
    kinds = st.sampled_from(RelationKind)
    limits = st.none() | st.integers(1, 5)
    relation = st.builds(MentionedRelation, kind=kinds, source=names, target=names, limit=limits, span=st.just(SPAN))
    technology = st.builds(
        Technology,
        name=st.sampled_from(["Python", "FastAPI", "React", "Java", "JUnit", "Docker", "Kubernetes", "Kafka"]),
        role=st.just("other"),
        span=st.just(SPAN),
    )
    security = draw(st.none() | st.sampled_from(SecurityLevel))
    return Intent(
        brief=BRIEF,
        intent=draw(st.sampled_from([IntentType.CREATE_APPLICATION, IntentType.ADD_FEATURE])),
        application_types=draw(st.lists(st.sampled_from(ApplicationType), max_size=2, unique=True)),
        technologies=draw(st.lists(technology, max_size=2)),
        technologies_refused=draw(st.lists(technology, max_size=1)),
        entities=tuple(entities),
        relations=draw(st.lists(relation, max_size=6)),
        rules=(),
        constraints=Constraints(security=security),
        constraint_spans={"security": SPAN} if security else {},
        auth=draw(st.none() | st.booleans()),
        title=draw(st.none() | LABEL),
        language=draw(st.sampled_from(["en", "de", "ja"])),
        confidence=0.5,
        questions=(),
        suggestions=(),
        parser="rules",
    )


def written(intent: Intent) -> Specification | None:
    try:
        return write_specification(intent)
    except SpecificationRefused:
        return None


@settings(max_examples=60, deadline=None)
@given(first=intents(), second=intents())
def test_any_intent_gives_a_coherent_specification_or_reasons(first: Intent, second: Intent) -> None:
    specification = written(first.model_copy(update={"intent": IntentType.CREATE_APPLICATION}))
    if specification is None:
        return
    assert Specification.model_validate_json(specification.model_dump_json()) == specification
    assert summary(specification)
    try:
        extended = add_feature(specification, second.model_copy(update={"intent": IntentType.ADD_FEATURE}))
    except SpecificationRefused:
        return
    for before in specification.entities:
        assert extended.entity(before.name).fields[: len(before.fields)] == before.fields
    assert extended.relations[: len(specification.relations)] == specification.relations


@given(
    st.builds(
        Preferences,
        backend=st.none() | st.sampled_from(Backend),
        frontend=st.none() | st.sampled_from(Frontend) | st.just("none"),
        pattern=st.none() | st.sampled_from(Pattern),
        security=st.none() | st.sampled_from(SecurityLevel),
    )
)
def test_any_preferences_can_be_built(preferences: Preferences) -> None:
    entity = MentionedEntity(name="Thing", label="Thing", origin="stated", confidence=1, span=SPAN)
    intent = Intent(
        brief=BRIEF,
        intent="create_application",
        application_types=(),
        technologies=(),
        technologies_refused=(),
        entities=(entity,),
        relations=(),
        rules=(),
        constraints=Constraints(),
        constraint_spans={},
        auth=None,
        title=None,
        language="en",
        confidence=1,
        questions=(),
        suggestions=(),
        parser="rules",
    )
    assert write_specification(intent, preferences).complexity >= 1
