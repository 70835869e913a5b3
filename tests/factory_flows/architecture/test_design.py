"""Architectures of every pattern."""

import json
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from factory_flows.architecture import technologies
from factory_flows.architecture.architecture import Architecture
from factory_flows.architecture.components import part_of
from factory_flows.architecture.design import design
from factory_flows.architecture.patterns.service_borders import services
from factory_flows.specification.relation import RelationKind
from factory_flows.specification.specification import Specification
from factory_flows.specification.technology import Pattern
from tests.factory_flows.models import library, notes

pytestmark = pytest.mark.factory

_OF_AN_ENTITY = ("model", "schema", "repository_port", "repository", "service", "route", "handler")


def of(pattern: Pattern, **changes: object) -> Specification:
    model = library()
    return model.model_copy(update={"stack": model.stack.model_copy(update={"pattern": pattern}), **changes})


def known_to(architecture: Architecture, kind: str) -> set[str]:
    """Layers that the layer of a kind may import, at whatever distance."""
    imports = {layer.name: set(layer.may_import) for layer in architecture.layers}
    known, new = set[str](), {architecture.places[kind]}
    while new:
        known |= new
        new = {name for each in new for name in imports[each]} - known
    return known - {architecture.places[kind]}


def test_layers_are_acyclic_and_the_innermost_come_first(specification: Specification) -> None:
    layers = design(specification).layers
    order = [*TopologicalSorter({layer.name: layer.may_import for layer in layers}).static_order()]
    assert sorted(order) == sorted(layer.name for layer in layers)
    for number, layer in enumerate(layers):
        assert set(layer.may_import) <= {other.name for other in layers[:number]}


def test_every_place_is_a_layer_and_modules_of_an_entity_do_not_meet(specification: Specification) -> None:
    architecture = design(specification)
    assert set(architecture.places.values()) == {layer.name for layer in architecture.layers}
    folders = [layer.folder for layer in architecture.layers]
    assert not any(one != other and other.startswith(f"{one}/") for one in folders for other in folders)
    written = [architecture.folder_of(kind) for kind in _OF_AN_ENTITY if kind in architecture.places]
    assert len(set(written)) == len(written)


def test_components_and_interfaces_name_what_exists(specification: Specification) -> None:
    architecture = design(specification)
    names = [component.name for component in architecture.components]
    assert len(set(names)) == len(names)
    known = {*names, *(layer.name for layer in architecture.layers)}
    for component in architecture.components:
        assert set(component.uses) <= set(names) - {component.name}
    for interface in architecture.interfaces:
        assert {interface.provided_by, *interface.used_by} <= known
        assert interface.operations
    kept = {entity for component in architecture.components for entity in component.entities}
    assert kept == {entity.name for entity in specification.entities}


def test_same_specification_same_architecture(specification: Specification) -> None:
    assert design(specification).model_dump_json() == design(specification).model_dump_json()


@pytest.mark.parametrize("pattern", [Pattern.CLEAN, Pattern.HEXAGONAL])
def test_use_cases_know_ports_and_no_adapter(pattern: Pattern) -> None:
    architecture = design(of(pattern))
    places = architecture.places
    outside = {places[kind] for kind in ("repository", "database", "route", "auth", "settings")}
    assert not known_to(architecture, "service") & outside
    assert places["repository_port"] in known_to(architecture, "service") & known_to(architecture, "repository")
    assert known_to(architecture, "model") == set()
    assert not known_to(architecture, "route") & (outside - {places["route"]})


def test_model_knows_neither_view_nor_controller() -> None:
    architecture = design(of(Pattern.MVC))
    for kind in ("model", "repository", "service"):
        assert not known_to(architecture, kind) & {"views", "controllers"}
    assert "controllers" not in known_to(architecture, "view")


def test_services_and_handlers_meet_in_events_alone() -> None:
    architecture = design(of(Pattern.EVENT_DRIVEN))
    assert "handlers" not in known_to(architecture, "service")
    assert "services" not in known_to(architecture, "handler")
    assert "events" in known_to(architecture, "service") & known_to(architecture, "handler")
    assert next(each.name for each in architecture.interfaces if each.kind == "event") == "AuthorChanged"


def test_no_service_shares_a_database_and_what_belongs_together_stays() -> None:
    architecture = design(of(Pattern.MICROSERVICES))
    services_ = [each for each in architecture.components if each.kind == "service"]
    databases = {each.name for each in architecture.components if each.kind == "database"}
    used = [name for service in services_ for name in service.uses if name in databases]
    assert len(used) == len(set(used)) == len(services_)
    assert [service.entities for service in services_] == [("author", "genre", "book"), ("member", "card")]
    (members,) = (each for each in architecture.interfaces if each.name == "/api/v1/members")
    assert members.used_by == ("gateway", "author_service")  # a book's borrower is looked up there


@pytest.mark.parametrize("most", [1, 2, 3])
def test_there_are_at_most_as_many_services_as_asked(most: int) -> None:
    loose = tuple(
        each.model_copy(update={"required": False, "on_delete": "set_null", "kind": RelationKind.MANY_TO_ONE})
        for each in library().relations
    )
    found = services(of(Pattern.MICROSERVICES, services=most, relations=loose))
    assert len(found) == most
    assert sorted(name for group in found for name in group) == ["author", "book", "card", "genre", "member"]


def test_a_function_an_entity() -> None:
    architecture = design(of(Pattern.SERVERLESS))
    functions = [each.entities for each in architecture.components if each.kind == "function"]
    assert functions == [(entity.name,) for entity in library().entities]


def test_reasons_follow_the_figures() -> None:
    small, large = design(of(Pattern.CLEAN, complexity=2)), design(of(Pattern.CLEAN, complexity=8))
    assert "layers without ports would do" in " ".join(small.rationale)
    assert "repay their ports" in " ".join(large.rationale)
    assert any("microservices" in each for each in design(of(Pattern.LAYERED, scalability=9)).rationale)
    assert not any("microservices" in each for each in design(of(Pattern.LAYERED)).rationale)
    assert "1 entity and 0 relations" in " ".join(design(notes()).rationale)


def test_long_names_of_parts_stay_apart() -> None:
    one, other = part_of("a" * 47 + "b", "service"), part_of("a" * 48, "service")
    assert one != other
    assert max(len(one), len(other)) <= 48
    assert part_of("book", "service") == "book_service"


def test_versions_are_those_that_are_generated() -> None:
    pins = Path(technologies.__file__).parents[1] / "generators/backend/fastapi/pins.json"
    assert technologies.version("fastapi") == json.loads(pins.read_text())["versions"]["fastapi"]
