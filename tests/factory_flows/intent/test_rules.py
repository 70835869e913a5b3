import sys
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from factory_flows.intent.intent import Intent, IntentType
from factory_flows.intent.rules import parse
from factory_flows.specification.constraint import SecurityLevel

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))
import factory_intent

pytestmark = pytest.mark.factory


def spans_hold(intent: Intent) -> None:
    said = [
        *intent.technologies,
        *intent.technologies_refused,
        *intent.entities,
        *intent.relations,
        *intent.rules,
        *(field for entity in intent.entities for field in entity.fields),
    ]
    for span in [*(each.span for each in said), *intent.constraint_spans.values()]:
        assert intent.brief[span.start : span.end] == span.text


@pytest.mark.parametrize("name", ["development", "held_out", "fresh", "later"])
def test_briefs_are_understood(name: str) -> None:
    scores = factory_intent.scores(factory_intent.briefs(name))
    assert scores.intent >= 0.87
    assert min(scores.types_precision, scores.types_recall) >= 0.87
    assert scores.technologies_precision >= 0.95
    assert scores.technologies_recall >= 0.90
    assert scores.refused_taken == 0
    assert scores.entities_recall >= 0.75
    assert scores.entities_precision >= 0.75


@pytest.mark.parametrize("name", ["natural", "natural_later", "natural_last"])
def test_natural_briefs_are_understood(name: str) -> None:
    scores = factory_intent.scores(factory_intent.briefs(name))
    assert scores.intent >= 0.95
    assert scores.refused_taken == 0
    assert min(scores.entities_precision, scores.entities_recall) >= 0.9
    assert min(scores.fields_precision, scores.fields_recall) >= 0.95
    assert min(scores.relations_precision, scores.relations_recall) >= 0.9


@pytest.mark.parametrize(
    "name", ["development", "held_out", "fresh", "later", "natural", "natural_later", "natural_last", "natural_unseen"]
)
def test_every_span_of_the_briefs_holds(name: str) -> None:
    for label in factory_intent.briefs(name):
        spans_hold(parse(label.brief))


@given(st.text(max_size=400))
@settings(max_examples=100, deadline=None)
def test_any_text_is_read(brief: str) -> None:
    spans_hold(parse(brief))


@pytest.mark.parametrize(
    "piece",
    [
        "😀",
        "İ manage İtems, ",
        "a ",
        "(",
        "manage books, ",
        "book has a, ",
        "管理",
        "not React, ",
        "\x00",
        "を管理",
        "many a many ",
        "a has one b. ",
        "a: b, ",
    ],
)
def test_long_text_is_read_in_time(piece: str) -> None:
    brief = (piece * 20_000)[:20_000]
    began = time.process_time()
    spans_hold(parse(brief))
    assert time.process_time() - began < 5


def test_constraints_are_kept_out_of_bounds_too() -> None:
    intent = parse(
        "A web app to manage books. High security, 40% test coverage, complexity 14, scalability 2, 3 services."
    )
    assert intent.constraints.model_dump() == {
        "complexity": 14,
        "scalability": 2,
        "security": SecurityLevel.HIGH,
        "services": 3,
        "coverage": 40,
    }
    spans_hold(intent)


def test_fields_and_relations() -> None:
    intent = parse(
        "Build a web app to manage books, members and loans. Each book has a title and an author. "
        "A loan belongs to a member. A member can have at most 3 loans."
    )
    assert [each.label for each in intent.entities[0].fields] == ["title", "author"]
    assert ("Loan", "Member", "n-1") in {(each.source, each.target, each.kind.value) for each in intent.relations}
    assert [each.kind for each in intent.rules] == ["limit"]


def test_the_words_tell_of_fields() -> None:
    intent = parse(
        "A web app for our town library. Each member has a name, a unique e-mail and optional notes. "
        "Each book has a title, a number of pages and a status (draft, published)."
    )
    fields = {field.label: field for entity in intent.entities for field in entity.fields}
    assert fields["e-mail"].unique
    assert fields["notes"].required is False
    assert fields["status"].choices == ("draft", "published")
    assert "number of pages" in fields
    assert intent.title == "Town library"
    spans_hold(intent)


@pytest.mark.parametrize(
    ("brief", "kind"),
    [
        ("A web app. Students enrol in many courses and courses have many students.", "n-n"),
        ("A web app to manage members and lockers. Each member has one locker.", "1-1"),
        ("A web app to manage tasks. Each task belongs to a company and has a due date.", "n-1"),
    ],
)
def test_kinds_of_relations(brief: str, kind: str) -> None:
    assert [each.kind.value for each in parse(brief).relations] == [kind]


@pytest.mark.parametrize("brief", ["Use React not Vue", "Please no TypeScript, only JavaScript"])
def test_a_swap_of_technologies_modifies_what_is_there(brief: str) -> None:
    assert parse(brief).intent is IntentType.MODIFY_FEATURE


@pytest.mark.parametrize(
    ("brief", "name"),
    [
        ("recipe app", "Recipe"),
        ("Eine Rezept-App für uns", "Rezept"),
        ("application de recettes", "Recette"),
        ("aplicación de recetas", "Receta"),
        ("aplicativo de receitas", "Receita"),
        ("app di ricette", "Ricetta"),
        ("Ik wil een recepten-app", "Recept"),
        ("食谱应用", "Recipe"),
        ("レシピアプリ", "Recipe"),
    ],
)
def test_an_application_keeps_what_it_is_named_for(brief: str, name: str) -> None:
    assert [(each.name, each.origin) for each in parse(brief).entities] == [(name, "inferred")]


def test_an_application_is_extended_with_things() -> None:
    assert [each.name for each in parse("Extend the note-taking app with tags").entities] == ["Tag"]


def test_a_vague_wish_asks_and_invents_nothing() -> None:
    intent = parse("I want an app.")
    assert intent.intent is IntentType.CREATE_APPLICATION
    assert not intent.entities
    assert intent.questions
    assert intent.confidence < 0.5


@pytest.mark.parametrize(
    ("brief", "auth"), [("An app with login", True), ("An app without login", False), ("An app", None)]
)
def test_auth_is_said_or_not(brief: str, auth: bool | None) -> None:
    assert parse(brief).auth is auth
