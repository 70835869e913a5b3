"""Writes the workflow that checks an application."""

import json
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Final

from factory_flows.architecture.architecture import Architecture
from factory_flows.generators.infrastructure.deployable import require_deployable
from factory_flows.generators.source_file import SourceFile
from factory_flows.generators.templates import Templates
from factory_flows.specification.specification import Specification

_TEMPLATES: Final = Templates(Path(__file__).parent / "templates")


def generate(specification: Specification, architecture: Architecture) -> Iterator[SourceFile]:
    """`.github/workflows/checks.yaml`: the checks that the server's own project configures, and the pages' build.

    Raises:
        ValueError: The backend or the pattern can't be brought up yet; says what works.
    """
    require_deployable(specification, architecture)
    content = _TEMPLATES.render(
        "checks.yaml.jinja",
        pages=specification.stack.frontend is not None,
        auth=specification.guards.auth,
        actions=json.loads(Path(__file__).with_name("actions.json").read_text("utf-8")),
    )
    yield SourceFile(path=PurePosixPath(".github/workflows/checks.yaml"), content=content)
