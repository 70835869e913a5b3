"""The workflow that checks an application, as it is written."""

import re

import pytest
import yaml

from factory_flows.architecture.design import design
from factory_flows.generators.infrastructure.github import generate
from factory_flows.specification.specification import Specification
from tests.factory_flows.models import hostile, library, notes

pytestmark = pytest.mark.factory
_API = notes().model_copy(update={"stack": notes().stack.model_copy(update={"frontend": None})})


def written(specification: Specification) -> str:
    (file,) = generate(specification, design(specification))
    assert str(file.path) == ".github/workflows/checks.yaml"
    return str(file.content)


@pytest.mark.parametrize("specification", [notes(), library(), hostile(), _API])
def test_parts_that_there_are_get_checked(specification: Specification) -> None:
    text = written(specification)
    assert text == written(specification)
    jobs = yaml.safe_load(text)["jobs"]
    assert set(jobs) == {"backend"} | ({"pages"} if specification.stack.frontend else set())
    commands = [step["run"] for step in jobs["backend"]["steps"] if "run" in step]
    assert {"ruff check .", "mypy", "lint-imports", "pytest", "alembic upgrade head"} <= set(commands)
    assert any("SECRET_KEY" in command for command in commands) is specification.guards.auth


def test_actions_are_pinned_and_get_no_more_than_they_read() -> None:
    text = written(hostile())
    used = re.findall(r"uses: (\S+)", text)
    assert len(used) == 4
    assert all(re.fullmatch(r"actions/[a-z-]+@[0-9a-f]{40}", each) for each in used)
    assert yaml.safe_load(text)["permissions"] == {"contents": "read"}
    assert "7*7" not in text
