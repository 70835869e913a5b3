"""FastAPI applications and their tests as they are written."""

import ast
import json
import tomllib

import pytest

from factory_flows.generators.backend.fastapi import generate
from factory_flows.generators.qa.pytest import generate as generate_tests
from factory_flows.generators.source_file import SourceFile
from factory_flows.specification.specification import Specification
from factory_flows.specification.technology import Pattern
from tests.factory_flows.models import hostile, layered, library, notes

pytestmark = pytest.mark.factory
MODELS = [notes(), library(), hostile()]


def written(specification: Specification) -> list[SourceFile]:
    """The server and its tests."""
    return [*generate(specification, layered()), *generate_tests(specification, layered())]


@pytest.mark.parametrize("specification", MODELS, ids=lambda each: each.slug)
def test_same_specification_same_bytes_below_backend_once(specification: Specification) -> None:
    files = written(specification)
    assert files == written(specification)
    assert all(file.path.parts[0] == "backend" for file in files)
    assert len({file.path for file in files}) == len(files)


@pytest.mark.parametrize("specification", MODELS, ids=lambda each: each.slug)
def test_every_file_parses_and_labels_stay_in_their_quotes(specification: Specification) -> None:
    labels = {entity.label for entity in specification.entities} if specification.slug == "hostile" else set()
    for file in written(specification):
        assert isinstance(file.content, str)
        if file.path.suffix == ".toml":
            tomllib.loads(file.content)
        if file.path.suffix == ".py":
            code = ast.parse(file.content)
            names = {node.id for node in ast.walk(code) if isinstance(node, ast.Name)}
            assert not names & labels
            assert not any(isinstance(node, ast.JoinedStr) and "7*7" in ast.unparse(node) for node in ast.walk(code))


def test_a_title_arrives_as_it_is() -> None:
    files = {str(file.path): file.content for file in written(hostile())}
    project = tomllib.loads(str(files["backend/pyproject.toml"]))
    assert project["project"]["description"] == hostile().title
    assert json.loads(str(files["backend/app/openapi.json"]))["info"]["title"] == hostile().title


def test_import_rules_are_those_of_the_layers() -> None:
    files = {str(file.path): file.content for file in generate(notes(), layered())}
    rules = tomllib.loads(str(files["backend/pyproject.toml"]))["tool"]["importlinter"]["contracts"]
    forbidden = {rule["source_modules"][0]: set(rule["forbidden_modules"]) for rule in rules}
    assert forbidden["app.services"] == {"app.routes"}
    assert forbidden["app.core"] == {"app.schemas", "app.models", "app.repositories", "app.services", "app.routes"}
    assert "app.routes" not in forbidden


def test_every_requirement_pins_an_exact_version_that_the_lock_has() -> None:
    files = {str(file.path): str(file.content) for file in generate(hostile(), layered())}
    project = tomllib.loads(files["backend/pyproject.toml"])
    wanted = {*project["project"]["dependencies"], *project["dependency-groups"]["dev"]}
    assert wanted <= set(files["backend/requirements.lock"].splitlines())


def test_a_pattern_that_is_not_shaped_is_refused() -> None:
    architecture = layered().model_copy(update={"pattern": Pattern.SERVERLESS})
    with pytest.raises(ValueError, match="these patterns work: layered"):
        list(generate(notes(), architecture))


def test_names_of_the_framework_are_refused() -> None:
    note = notes().entities[0]
    field = note.fields[0].model_copy(update={"name": "metadata"})
    changed = notes().model_copy(update={"entities": (note.model_copy(update={"fields": (field,)}),)})
    with pytest.raises(ValueError, match="call it metadata_value"):
        list(generate(changed, layered()))


def test_relations_in_a_circle_are_refused() -> None:
    relations = library().relations
    back = relations[0].model_copy(update={"source": "author", "target": "book", "role": "best", "reverse": "fans"})
    with pytest.raises(ValueError, match="circle"):
        list(generate(library().model_copy(update={"relations": (*relations, back)}), layered()))


def test_files_of_notes(snapshot: object) -> None:
    assert {str(file.path): file.content for file in written(notes())} == snapshot
