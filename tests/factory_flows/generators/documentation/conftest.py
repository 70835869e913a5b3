"""Applications with requirements, and the files that real generators write for them."""

import pytest

from factory_flows.generators.backend import fastapi
from factory_flows.generators.documentation.openapi import document
from factory_flows.generators.qa import pytest as qa
from factory_flows.generators.source_file import SourceFile
from factory_flows.intent.span import Span
from factory_flows.specification.requirement import Requirement
from factory_flows.specification.specification import Specification
from tests.factory_flows.models import hostile, layered, library

EVIL = '# x\n<script>alert(1)</script>\n- [go](javascript:alert(1)) ``` #eval("1") $ \\ | ![i](http://e/x.png) \x00'


def _asked(specification: Specification, entity: str, words: str) -> Specification:
    span = Span(start=3, end=3 + len(words), text=words)
    requirements = (
        Requirement(number="F-1", part="functional", text=words, entities=(entity,), origin="stated", span=span),
        Requirement(number="F-2", part="functional", text="Fines double", rule=True, origin="stated", span=span),
        Requirement(number="U-1", part="ui", text="Nothing claims this", origin="inferred"),
    )
    told = {"assumptions": (f"It is assumed: {words}",), "open_questions": (words,), "description": words}
    return specification.model_copy(update={"requirements": requirements, **told})


@pytest.fixture(scope="session")
def asked() -> Specification:
    """The library, with a requirement that is built, a rule and one that nothing claims."""
    return _asked(library(), "book", "books of a library")


@pytest.fixture(scope="session")
def evil() -> Specification:
    """The hostile application, with hostile requirements, assumptions, questions and description."""
    return _asked(hostile(), "customer_order", EVIL)


def _written(specification: Specification) -> list[SourceFile]:
    parts = (fastapi.generate, qa.generate, document.generate)
    return [file for part in parts for file in part(specification, layered())]


@pytest.fixture(scope="session")
def asked_files(asked: Specification) -> list[SourceFile]:
    return _written(asked)


@pytest.fixture(scope="session")
def evil_files(evil: Specification) -> list[SourceFile]:
    return _written(evil)
