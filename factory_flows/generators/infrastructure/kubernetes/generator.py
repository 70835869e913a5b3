"""Writes a Kustomize base, and an overlay for each place where the application runs."""

from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Final

from factory_flows.architecture.architecture import Architecture
from factory_flows.generators.infrastructure.deployable import VERSION, require_deployable
from factory_flows.generators.source_file import SourceFile
from factory_flows.generators.templates import Templates
from factory_flows.specification.specification import Specification

_TEMPLATES: Final = Templates(Path(__file__).parent / "templates")
_BACKEND: Final = (
    "backend_settings",
    "backend_deployment",
    "backend_service",
    "backend_autoscaler",
    "backend_disruption_budget",
    "migrations",
)
_PAGES: Final = ("pages_deployment", "pages_service", "pages_disruption_budget")
_ENTRANCE: Final = ("ingress", "network_policies")
_OVERLAYS: Final = ("staging", "production")
_LEAST_REPLICAS: Final = 2  # one answers while the other is replaced


def generate(specification: Specification, architecture: Architecture) -> Iterator[SourceFile]:
    """Files below `kubernetes/`: `base/`, `overlays/staging/` and `overlays/production/`.

    Raises:
        ValueError: The backend or the pattern can't be brought up yet; says what works.
    """
    require_deployable(specification, architecture)
    pages = specification.stack.frontend is not None
    resources = (*_BACKEND, *(_PAGES if pages else ()), *_ENTRANCE)
    context = {
        "spec": specification,
        "auth": specification.guards.auth,
        "pages": pages,
        "version": VERSION,
        "resources": [f"{name.replace('_', '-')}.yaml" for name in resources],
        "least": _LEAST_REPLICAS,
        "most": most_replicas(specification.scalability),
    }
    for name in ("kustomization", *resources):
        path = f"kubernetes/base/{name.replace('_', '-')}.yaml"
        yield SourceFile(
            path=PurePosixPath(path), content=_TEMPLATES.render(f"kubernetes/base/{name}.yaml.jinja", **context)
        )
    for overlay in _OVERLAYS:
        for name in ("kustomization", "namespace"):
            content = _TEMPLATES.render(
                f"kubernetes/overlays/{name}.yaml.jinja",
                **context,
                overlay=overlay,
                production=overlay == "production",
                namespace=f"{specification.slug}-{overlay}",
            )
            yield SourceFile(path=PurePosixPath("kubernetes/overlays", overlay, f"{name}.yaml"), content=content)


def most_replicas(scalability: int) -> int:
    """Of the server, 2 to 12: two more for each point of scalability above 5."""
    return 2 * (scalability - 4)
