"""Applications in every pattern."""

import pytest

from factory_flows.specification.specification import Specification
from factory_flows.specification.technology import Pattern
from tests.factory_flows.models import hostile, library, notes

_MODELS = {"notes": notes(), "library": library(), "hostile": hostile()}


@pytest.fixture(params=Pattern)
def pattern(request: pytest.FixtureRequest) -> Pattern:
    return request.param


@pytest.fixture(params=_MODELS)
def specification(request: pytest.FixtureRequest, pattern: Pattern) -> Specification:
    model = _MODELS[request.param]
    return model.model_copy(update={"stack": model.stack.model_copy(update={"pattern": pattern})})
