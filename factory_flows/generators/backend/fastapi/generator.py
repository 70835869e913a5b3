"""Writes the server."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any, Final

from factory_flows.architecture.architecture import Architecture
from factory_flows.generators.backend.fastapi.formatting import formatted
from factory_flows.generators.backend.fastapi.layout import Layout
from factory_flows.generators.backend.fastapi.view import Model, by_dependency, models
from factory_flows.generators.documentation.openapi.document import document
from factory_flows.generators.source_file import SourceFile
from factory_flows.generators.templates import Templates
from factory_flows.specification.entity import FieldType
from factory_flows.specification.specification import Specification

_TEMPLATES: Final = Templates(Path(__file__).parent / "templates")
_TOP: Final = ("app/main.py", "app/wiring.py", "app/seed.py", "app/__main__.py", "migrations/env.py")
_PLAIN: Final = ("alembic.ini", "schemathesis.toml", "migrations/script.py.mako")
_SHARED: Final[dict[str, tuple[str, ...]]] = {
    "settings": ("settings", "json_log"),
    "error": ("errors",),
    "database": ("database", "column_types"),
    "schema": ("values", "page", "problem"),
    "repository": ("repository",),
    "route": ("json_route", "health", "failures", "middleware"),
}
_AUTH: Final[dict[str, tuple[str, ...]]] = {
    "auth": ("credentials",),
    "model": ("auth_account",),
    "schema": ("account",),
    "repository": ("auth_account",),
    "service": ("account",),
    "route": ("account",),
}
_AUDIT: Final[dict[str, tuple[str, ...]]] = {
    "model": ("audit_entry",),
    "schema": ("audit_entry",),
    "repository": ("audit_entry",),
    "service": ("journal",),
    "route": ("audit_entry",),
}
_ENTITY: Final = ("model", "schema", "repository", "service", "route")


def generate(specification: Specification, architecture: Architecture) -> Iterator[SourceFile]:
    """The server's files, below `backend/`.

    Raises:
        ValueError: A name or the pattern can't be generated; says what to do.
    """
    layout = Layout(architecture)
    entities = models(specification)
    yield from formatted(_files(specification, layout, entities))


def _files(specification: Specification, layout: Layout, entities: list[Model]) -> Iterator[SourceFile]:
    context = _context(specification, layout, entities)
    folders: dict[str, list[str]] = {}
    parts = [
        _SHARED,
        *([_AUTH] if specification.guards.auth else []),
        *([_AUDIT] if specification.guards.audit else []),
    ]
    for part in parts:
        for kind, modules in part.items():
            for module in modules:
                folders.setdefault(layout.folder(kind), []).append(kind)
                yield _file(f"app/{layout.folder(kind)}/{module}.py", f"app/{kind}/{module}.py", context)
    for model in entities:
        for kind in _ENTITY:
            folders.setdefault(layout.folder(kind), []).append(kind)
            path = f"app/{layout.folder(kind)}/{model.module}.py"
            numbers = tuple(each.number for each in specification.requirements if model.name in each.entities)
            yield _file(path, f"app/{kind}/entity.py", context | {"e": model}).model_copy(
                update={"requirements": numbers}
            )
    for path in _TOP:
        yield _file(path, path, context)
    for path in _PLAIN:
        content = (Path(__file__).parent / "templates" / path).read_text("utf-8")
        yield SourceFile(path=PurePosixPath("backend", path), content=content)
    served = json.dumps(document(specification), ensure_ascii=False, indent=2) + "\n"
    yield SourceFile(path=PurePosixPath("backend/app/openapi.json"), content=served)
    yield _file(".env.example", "env.example", context)
    yield _file("pyproject.toml", "pyproject.toml", context)
    digest = context["digest"]
    yield _file(f"migrations/versions/{digest}_first_tables.py", "migrations/first.py", context)
    pins = "".join(f"{name}=={version}\n" for name, version in context["versions"].items())
    yield SourceFile(path=PurePosixPath("backend/requirements.lock"), content=pins)
    yield from _packages(specification, layout, entities, folders)


def _packages(
    specification: Specification, layout: Layout, entities: list[Model], folders: dict[str, list[str]]
) -> Iterator[SourceFile]:
    """What each package is, in a line; that of the models imports them all, so that migrations see them."""
    duties = {"": f'"""{specification.slug}."""\n'}
    for folder in folders:
        for parent in [*PurePosixPath(folder).parents][:-1]:
            duties.setdefault(str(parent), f'"""Parts of {parent.name}."""\n')
        duties[folder] = f'"""{layout.duty(folder)}"""\n'
    modules = [model.module for model in entities]
    modules += ["auth_account"] if specification.guards.auth else []
    modules += ["audit_entry"] if specification.guards.audit else []
    package, names = layout.package("model"), sorted(modules)
    duties[layout.folder("model")] += (
        f"\nfrom {package} import {', '.join(names)}\n\n__all__ = [{', '.join(json.dumps(name) for name in names)}]\n"
    )
    for folder, content in duties.items():
        yield SourceFile(path=PurePosixPath("backend/app", folder, "__init__.py"), content=content)


def _context(specification: Specification, layout: Layout, entities: list[Model]) -> dict[str, Any]:
    pins = json.loads((Path(__file__).parent / "pins.json").read_text("utf-8"))
    versions = pins["versions"]
    runtime = pins["runtime"] + (pins["auth"] if specification.guards.auth else [])
    types = {field.type for entity in specification.entities for field in entity.fields}
    return {
        "spec": specification,
        "m": layout.package,
        "auth": specification.guards.auth,
        "audit": specification.guards.audit,
        "lockout": specification.guards.lockout if specification.guards.auth else None,
        "has": {kind.value: kind in types for kind in FieldType} | {"links": any(model.links for model in entities)},
        "entities": entities,
        "seeded": by_dependency(entities),
        "rules": layout.rules(),
        "runtime": [f"{name}=={versions[name]}" for name in sorted(runtime)],
        "development": [f"{name}=={versions[name]}" for name in pins["development"]],
        "versions": versions,
        "digest": _digest(specification),
    }


def _digest(specification: Specification) -> str:
    """The name of the first revision: twelve hexadecimal digits that the tables decide."""
    guards = specification.guards
    switched_on = f"{guards.auth} {guards.audit} {guards.lockout is not None}"
    tables = specification.model_dump_json(include={"entities", "relations"}) + switched_on
    return hashlib.sha256(tables.encode()).hexdigest()[:12]


def _file(path: str, template: str, context: dict[str, Any]) -> SourceFile:
    return SourceFile(path=PurePosixPath("backend", path), content=_TEMPLATES.render(f"{template}.jinja", **context))
