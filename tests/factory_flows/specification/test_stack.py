from collections.abc import Callable
from typing import Any

import pytest

from factory_flows.specification.preferences import Preferences
from factory_flows.specification.specification import Specification
from factory_flows.specification.violation import SpecificationRefused
from factory_flows.specification.write import write_specification

pytestmark = pytest.mark.factory

ROLES = {
    "Python": "language",
    "Java": "language",
    "Rust": "language",
    "TypeScript": "language",
    "FastAPI": "backend",
    "Django": "backend",
    "Express": "backend",
    "NestJS": "backend",
    "Spring Boot": "backend",
    "Laravel": "backend",
    "Node.js": "backend",
    "Tailwind": "frontend",
    "Flutter": "frontend",
    "Kotlin": "language",
    "React": "frontend",
    "Vue": "frontend",
    "Kubernetes": "infrastructure",
    "Docker": "infrastructure",
    "Terraform": "infrastructure",
    "Mocha": "qa",
    "JUnit": "qa",
    "Jest": "qa",
    "MongoDB": "database",
    "PDF": "documentation",
}


@pytest.fixture
def asked(brief: Callable[[str], Any]) -> Callable[..., Specification]:
    def write(text: str, preferences: Preferences | None = None, **more: Any) -> Specification:
        told = brief(f"Keep Books. {text}")
        refused = more.pop("refused", ())
        named = [name for name in ROLES if name in text and name not in refused]
        more["technologies"] = tuple(told.technology(name, ROLES[name]) for name in named)
        more["technologies_refused"] = tuple(told.technology(name, ROLES[name]) for name in refused)
        return write_specification(told.intent(told.entity("Book"), **more), preferences)

    return write


@pytest.mark.parametrize(
    ("text", "backend", "frontend", "qa"),
    [
        ("", "fastapi", "react", "pytest"),
        ("Django and Vue", "django", "vue", "pytest"),
        ("Java", "spring_boot", "react", "junit"),
        ("Express, tested with Mocha", "express", "react", "mocha"),
        ("Express", "express", "react", "jest"),
        ("TypeScript with React", "fastapi", "react", "pytest"),
        ("TypeScript", "express", "react", "jest"),
        ("NestJS", "express", "react", "jest"),
        ("Node.js with Vue and Tailwind", "express", "vue", "jest"),
        ("FastAPI for a Kotlin client", "fastapi", "react", "pytest"),
    ],
)
def test_what_is_named_is_taken(asked: Any, text: str, backend: str, frontend: str, qa: str) -> None:
    stack = asked(text).stack
    assert (stack.backend, stack.frontend, stack.qa) == (backend, frontend, qa)


def test_what_is_refused_is_never_chosen(asked: Any) -> None:
    written = asked("Not FastAPI, not React, no Kubernetes, no PDF", refused=("FastAPI", "React", "Kubernetes", "PDF"))
    stack = written.stack
    assert (stack.backend, stack.frontend, stack.infrastructure) == ("flask", "vue", ("docker",))
    assert "pdf" not in stack.documentation
    assert "The backend is made with Flask, since FastAPI is refused." in written.assumptions


def test_a_language_that_is_refused_takes_its_frameworks_with_it(asked: Any) -> None:
    assert asked("No Python", refused=("Python",)).stack.backend == "express"


@pytest.mark.parametrize(
    ("text", "refused", "message"),
    [
        ("Use FastAPI and Django", (), "FastAPI and Django are two backend frameworks"),
        ("Use React and Vue", (), "React and Vue are two frontend frameworks"),
        ("Java with FastAPI", (), "FastAPI is not written in Java"),
        ("Python and Java", (), "Python and Java are both named for one backend"),
        ("FastAPI tested with JUnit", (), "JUnit does not test FastAPI"),
        ("In Rust please", (), "The factory writes no Rust"),
        ("With Laravel", (), "The factory writes no Laravel"),
        ("With Laravel, no, FastAPI", (), "The factory writes no Laravel"),
        ("Pages in Flutter", (), "The factory writes no Flutter"),
        ("Kubernetes without Docker", ("Docker",), "Docker, which makes them, is refused"),
        ("Serverless microservices", (), "are different architectures"),
    ],
)
def test_contradictions_are_refused_and_quoted(asked: Any, text: str, refused: tuple[str, ...], message: str) -> None:
    with pytest.raises(SpecificationRefused, match=message) as error:
        asked(text, refused=refused)
    assert text in str(error.value)


@pytest.mark.parametrize(
    ("text", "types", "pattern", "pages"),
    [
        ("", ("web",), "layered", True),
        ("", ("api",), "layered", False),
        ("", ("cli",), "layered", False),
        ("", ("microservice",), "microservices", False),
        ("as microservices", ("web",), "microservices", True),
        ("not microservices but a monolith", ("web",), "monolith", True),
        ("ports and adapters", (), "hexagonal", True),
        ("Clean Architecture, an API with React", ("api",), "clean", True),
        ("微服务", (), "microservices", True),
    ],
)
def test_words_choose_pattern_and_pages(
    asked: Any, text: str, types: tuple[str, ...], pattern: str, pages: bool
) -> None:
    stack = asked(text, application_types=types).stack
    assert (stack.pattern, stack.frontend is not None) == (pattern, pages)


def test_preferences_go_before_the_brief(asked: Any) -> None:
    wishes = Preferences(
        backend="express",
        frontend="none",
        infrastructure=(),
        qa="mocha",
        documentation=("pdf",),
        pattern="mvc",
        coverage=91,
    )
    written = asked("FastAPI and React, layered", wishes)
    stack = written.stack
    assert (stack.backend, stack.frontend, stack.infrastructure, stack.qa) == ("express", None, (), "mocha")
    assert (stack.documentation, stack.pattern, written.coverage) == (("pdf",), "mvc", 91)


def test_tests_that_do_not_fit_the_backend_are_refused_whoever_prefers_them(asked: Any) -> None:
    with pytest.raises(SpecificationRefused, match="JUnit does not test Flask: leave it out, or ask for pytest"):
        asked("", Preferences(backend="flask", qa="junit"))


def test_what_the_factory_does_not_have_is_told(asked: Any) -> None:
    assert "MongoDB is named; data is kept in SQLite" in " ".join(asked("MongoDB").assumptions)
    assert "Tailwind is named; the factory has no generator" in " ".join(asked("React and Tailwind").assumptions)
    assert "the closest" not in " ".join(asked("Node.js, that is Express").assumptions)
    assert "NestJS is asked for; Express is used" in " ".join(asked("NestJS").assumptions)
