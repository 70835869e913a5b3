"""Dockerfiles and Compose files as they are written."""

import re

import pytest
import yaml

from factory_flows.architecture import technologies
from factory_flows.architecture.design import design
from factory_flows.generators.backend import fastapi
from factory_flows.generators.infrastructure.docker import generate
from factory_flows.specification.specification import Specification
from factory_flows.specification.technology import Backend, Pattern
from tests.factory_flows.models import hostile, library, notes

pytestmark = pytest.mark.factory


def with_stack(specification: Specification, **changes: object) -> Specification:
    return specification.model_copy(update={"stack": specification.stack.model_copy(update=changes)})


MODELS = [notes(), library(), hostile(), with_stack(notes().model_copy(update={"slug": "on"}), frontend=None)]


def written(specification: Specification) -> dict[str, str]:
    return {str(file.path): str(file.content) for file in generate(specification, design(specification))}


@pytest.fixture(params=MODELS, ids=lambda each: each.slug)
def specification(request: pytest.FixtureRequest) -> Specification:
    return request.param


def test_same_specification_same_bytes(specification: Specification) -> None:
    architecture = design(specification)
    assert [*generate(specification, architecture)] == [*generate(specification, architecture)]


def test_files_for_pages_only_where_there_are_pages(specification: Specification) -> None:
    files = written(specification)
    pages = {path for path in files if path.startswith("frontend/")}
    assert bool(pages) is (specification.stack.frontend is not None)
    services = yaml.safe_load(files["compose.yaml"])["services"]
    assert set(services) == {"database", "migrations", "backend", "seed"} | ({"pages"} if pages else set())
    assert [name for name, service in services.items() if "ports" in service] == ["pages" if pages else "backend"]


def test_no_label_leaves_its_comment() -> None:
    named = yaml.safe_load(written(hostile())["compose.yaml"])
    plain = hostile().model_copy(update={"title": "Plain"})
    assert named == yaml.safe_load(written(plain)["compose.yaml"])


def test_a_slug_that_is_a_word_of_yaml_stays_text() -> None:
    assert yaml.safe_load(written(MODELS[-1])["compose.yaml"])["name"] == "on"


def test_services_wait_for_services_that_exist(specification: Specification) -> None:
    compose = yaml.safe_load(written(specification)["compose.yaml"])
    for service in compose["services"].values():
        assert set(service.get("depends_on", {})) <= set(compose["services"])
        for volume in service.get("volumes", ()):
            assert volume.split(":")[0] in compose["volumes"]
    assert compose["services"]["backend"]["depends_on"]["migrations"]["condition"] == "service_completed_successfully"


def test_every_variable_is_in_the_example_and_no_secret_has_a_value(specification: Specification) -> None:
    files = written(specification)
    asked = set(re.findall(r"\$\{([A-Z_]+)", files["compose.yaml"]))
    example = dict(line.split("=", 1) for line in files[".env.example"].splitlines() if re.match(r"[A-Z]", line))
    assert set(example) == asked
    required = set(re.findall(r"\$\{([A-Z_]+):\?", files["compose.yaml"]))
    assert all(example[name] == "" for name in required)
    assert {"POSTGRES_PASSWORD"} <= required
    assert ("SECRET_KEY" in required) is specification.guards.auth


def test_images_are_pinned_and_nobody_is_root(specification: Specification) -> None:
    for path, text in written(specification).items():
        if path.endswith("Dockerfile"):
            images = re.findall(r"^FROM (\S+)", text, re.MULTILINE)
            assert len(images) == 2
            assert all(re.search(r":\d+\.\d+\.\d+-", image) for image in images)
            assert re.search(r"^USER [1-9]\d*:[1-9]\d*$", text, re.MULTILINE)
            assert "HEALTHCHECK" in text
            assert "curl" not in text


def test_the_database_is_the_one_of_the_architecture() -> None:
    image = yaml.safe_load(written(library())["compose.yaml"])["services"]["database"]["image"]
    assert image.startswith(f"postgres:{technologies.version('postgresql')}-")


def test_what_the_image_copies_is_generated_and_not_ignored() -> None:
    files = written(library())
    backend = {str(file.path) for file in fastapi.generate(library(), design(library()))}
    kept = {line[1:] for line in files["backend/.dockerignore"].splitlines() if line.startswith("!")}
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", files["backend/Dockerfile"], re.MULTILINE)
    names = {name for line in copied for name in line.split()}
    assert names == kept
    for name in names:
        assert any(path == f"backend/{name}" or path.startswith(f"backend/{name}/") for path in backend)


def test_headers_go_with_their_guard() -> None:
    bare = library().model_copy(update={"guards": library().guards.model_copy(update={"security_headers": False})})
    assert "headers.conf" in written(library())["frontend/nginx.conf"]
    assert "frontend/headers.conf" not in written(bare)
    assert not any("headers.conf" in text for text in written(bare).values())


@pytest.mark.parametrize("pattern", [Pattern.MICROSERVICES, Pattern.SERVERLESS, Pattern.EVENT_DRIVEN])
def test_parts_that_run_apart_are_refused(pattern: Pattern) -> None:
    with pytest.raises(ValueError, match="choose a pattern with one server"):
        written(with_stack(library(), pattern=pattern))


def test_backends_without_an_image_are_refused() -> None:
    with pytest.raises(ValueError, match="these backends work: fastapi"):
        written(with_stack(library(), backend=Backend.EXPRESS))
