"""Writes the tests of a server."""

from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any, Final

from factory_flows.architecture.architecture import Architecture
from factory_flows.generators.backend.fastapi.columns import Column
from factory_flows.generators.backend.fastapi.formatting import formatted
from factory_flows.generators.backend.fastapi.layout import Layout
from factory_flows.generators.backend.fastapi.view import by_dependency, models
from factory_flows.generators.source_file import SourceFile
from factory_flows.generators.templates import Templates
from factory_flows.specification.entity import FieldType
from factory_flows.specification.specification import Specification

_TEMPLATES: Final = Templates(Path(__file__).parent / "templates")
_UNIQUE: Final = {
    FieldType.INTEGER: "number",
    FieldType.NUMBER: "float(number)",
    FieldType.DECIMAL: 'f"{number}.00"',
    FieldType.EMAIL: 'f"someone{number}@example.com"',
    FieldType.URL: 'f"https://example.com/{number}"',
    FieldType.PHONE: 'f"+1 555 {number:04}"',
    FieldType.TEXT: "str(number)",
    FieldType.LONG_TEXT: "str(number)",
}
_WRONG: Final = {
    FieldType.INTEGER: ('"1"', "True", "2**53"),
    FieldType.NUMBER: ('"1.5"', "True"),
    FieldType.DECIMAL: ("1.5", '"1.555"', '"NaN"'),
    FieldType.BOOLEAN: ("1", '"true"'),
    FieldType.DATE: ('"2026-02-30"', "1"),
    FieldType.DATETIME: ('"2026-05-01T10:00:00"', '"0001-01-01T00:00:00+14:00"', "1"),
    FieldType.EMAIL: ('"someone"',),
    FieldType.URL: ('"javascript:alert(1)"', '"http://"'),
    FieldType.PHONE: ('"call me"',),
    FieldType.ENUM: ('"unheard_of"',),
    FieldType.TEXT: ("1", '"two\\nlines"', '"x" * 10_001'),
    FieldType.LONG_TEXT: ("1", '"\\x00"', '"x" * 10_001'),
}


def generate(specification: Specification, architecture: Architecture) -> Iterator[SourceFile]:
    """The tests, below `backend/tests/`; each fulfils the requirements of its entity.

    Raises:
        ValueError: A name or the pattern can't be generated; says what to do.
    """
    yield from formatted(_files(specification, Layout(architecture)))


def _files(specification: Specification, layout: Layout) -> Iterator[SourceFile]:
    entities = models(specification)
    guards = specification.guards
    context = {
        "spec": specification,
        "m": layout.package,
        "auth": guards.auth,
        "lockout": guards.lockout if guards.auth else None,
        "entities": entities,
        "plain": by_dependency(entities)[0],
        "unique": _unique,
        "wrong": _wrong,
    }
    names = ["conftest", "factories", "test_application", "test_migrations", "test_end_to_end"]
    names += ["test_sign_in"] if guards.auth else []
    names += ["test_audit"] if guards.audit else []
    yield SourceFile(path=PurePosixPath("backend/tests/__init__.py"), content='"""Tests of the server."""\n')
    for name in names:
        yield _file(f"{name}.py", f"{name}.py", context)
    for model in entities:
        numbers = tuple(each.number for each in specification.requirements if model.name in each.entities)
        file = _file(f"test_{model.module}_resource.py", "entity.py", context | {"e": model})
        yield file.model_copy(update={"requirements": numbers})


def _unique(field: Column) -> str:
    return _UNIQUE.get(field.type, repr(field.example))


def _wrong(field: Column) -> tuple[str, ...]:
    return (*_WRONG[field.type], *(("None", '""') if field.required else ()))


def _file(path: str, template: str, context: dict[str, Any]) -> SourceFile:
    return SourceFile(
        path=PurePosixPath("backend/tests", path), content=_TEMPLATES.render(f"{template}.jinja", **context)
    )
