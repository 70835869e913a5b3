"""Writes Dockerfiles and the Compose file."""

import json
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Final

from factory_flows.architecture.architecture import Architecture
from factory_flows.generators.infrastructure.deployable import VERSION, require_deployable
from factory_flows.generators.source_file import SourceFile
from factory_flows.generators.templates import Templates
from factory_flows.specification.specification import Specification

_TEMPLATES: Final = Templates(Path(__file__).parent / "templates")
_BACKEND: Final = ("backend/Dockerfile", "backend/.dockerignore")
_PAGES: Final = ("frontend/Dockerfile", "frontend/.dockerignore", "frontend/nginx.conf", "frontend/headers.conf")
_WHOLE: Final = ("compose.yaml", ".env.example")


def generate(specification: Specification, architecture: Architecture) -> Iterator[SourceFile]:
    """The images' files beside what they contain, and `compose.yaml` and `.env.example` at the top.

    Raises:
        ValueError: The backend or the pattern can't be brought up yet; says what works.
    """
    require_deployable(specification, architecture)
    context = {
        "spec": specification,
        "auth": specification.guards.auth,
        "pages": specification.stack.frontend is not None,
        "headers": specification.guards.security_headers,
        "images": json.loads(Path(__file__).with_name("images.json").read_text("utf-8")),
        "version": VERSION,
    }
    for path in (*_BACKEND, *(_PAGES if context["pages"] else ()), *_WHOLE):
        if path != "frontend/headers.conf" or context["headers"]:
            template = path.replace("/.", "/").removeprefix(".")  # templates are not hidden files
            yield SourceFile(path=PurePosixPath(path), content=_TEMPLATES.render(f"{template}.jinja", **context))
