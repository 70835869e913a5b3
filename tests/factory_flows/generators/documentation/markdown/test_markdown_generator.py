"""The Markdown says what is there, links to what is there, and lets nobody's words be markup."""

import json
import posixpath
import re
from typing import Any
from urllib.parse import unquote, urlsplit

import jsonschema
import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from factory_flows.generators.documentation import markdown
from factory_flows.generators.documentation.markdown.operation import operations
from factory_flows.generators.documentation.openapi.document import document
from factory_flows.generators.source_file import SourceFile
from factory_flows.specification.entity import EntityField, FieldType
from factory_flows.specification.specification import Guards, Specification
from factory_flows.specification.technology import Backend, Documentation
from tests.factory_flows.models import hostile, layered, library, notes

pytestmark = pytest.mark.factory


def texts(specification: Specification, written: list[SourceFile]) -> dict[str, str]:
    return {str(file.path): str(file.content) for file in markdown.generate(specification, layered(), written)}


def tokens(text: str) -> list[Token]:
    flat: list[Token] = []
    for token in MarkdownIt("commonmark").enable("table").parse(text):
        flat += [token, *(token.children or [])]
    return flat


def test_links_resolve(asked: Specification, asked_files: list[SourceFile]) -> None:
    files = texts(asked, asked_files)
    there = {*files, *(str(file.path) for file in asked_files)}
    followed = 0
    for path, text in files.items():
        for token in tokens(text):
            target = urlsplit(str(token.attrs.get("href", ""))) if token.type == "link_open" else None
            if target and not target.netloc:
                resolved = posixpath.normpath(posixpath.join(posixpath.dirname(path), unquote(target.path)))
                assert resolved in there, f"{path}: {target.path}"
                followed += 1
    assert followed > 30
    assert {"README.md", "docs/api.md", "docs/data.md", "docs/decisions/0002-backend.md"} <= files.keys()


def test_hostile_words_are_only_text(evil: Specification, evil_files: list[SourceFile]) -> None:
    for path, text in texts(evil, evil_files).items():
        assert "<script" not in text
        assert "\x00" not in text
        for token in tokens(text):
            assert token.type not in {"html_inline", "html_block", "image", "hr"}, path
            assert "javascript" not in str(token.attrs.get("href", "")), path
    requirements = texts(evil, evil_files)["docs/requirements.md"]
    shown = "".join(token.content for token in tokens(requirements) if token.type == "text")
    assert "<script>alert(1)</script> - [go](javascript:alert(1)) ``` #eval" in shown


def test_table_rows_keep_their_columns(evil: Specification, evil_files: list[SourceFile]) -> None:
    for path, text in texts(evil, evil_files).items():
        rows = re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE)
        for table in rows:
            counts = {len(re.findall(r"(?<!\\)\|", row)) for row in table.splitlines()}
            assert len(counts) == 1, f"{path}: {table}"


def test_requirements_are_traced(asked: Specification, asked_files: list[SourceFile]) -> None:
    text = texts(asked, asked_files)["docs/requirements.md"]
    assert "| F-1 | books of a library | built and tested |" in text
    assert "| F-2 | Fines double | open |" in text
    assert "| U-1 | Nothing claims this | open |" in text
    assert "[`backend/app/services/book.py`](../backend/app/services/book.py)" in text
    assert "[`backend/tests/test_book_resource.py`](../backend/tests/test_book_resource.py)" in text
    assert "characters 3 to 21" in text


@pytest.mark.parametrize("specification", [notes(), library(), hostile()], ids=["notes", "library", "hostile"])
def test_examples_are_what_the_api_takes_and_gives(specification: Specification) -> None:
    whole = document(specification)
    checked = 0
    for listed in operations(specification).values():
        for operation in listed:
            described = whole["paths"][operation.path][operation.method.lower()]
            answer = described["responses"][str(operation.status)]
            for text, message in ((operation.request, described.get("requestBody")), (operation.answer, answer)):
                if text:
                    schema: dict[str, Any] = message["content"]["application/json"]["schema"]
                    jsonschema.validate(json.loads(text), schema | {"components": whole["components"]})
                    checked += 1
    assert checked >= 9


@pytest.mark.parametrize(
    ("kind", "bounds"),
    [
        (FieldType.DECIMAL, {"minimum": 100}),
        (FieldType.DECIMAL, {"maximum": -1}),
        (FieldType.INTEGER, {"minimum": 7, "maximum": 9}),
        (FieldType.NUMBER, {"maximum": 0.5}),
        (FieldType.TEXT, {"longest": 1}),
    ],
)
def test_examples_are_within_bounds(kind: FieldType, bounds: dict[str, Any]) -> None:
    field = EntityField(name="value", label="Value", type=kind, required=True, origin="stated", **bounds)
    note = notes().entities[0].model_copy(update={"fields": (field,)})
    first = next(iter(operations(notes().model_copy(update={"entities": (note,)})).values()))
    sent = next(json.loads(each.request) for each in first if each.method == "POST")["value"]
    assert bounds.get("minimum", float("-inf")) <= float(sent if kind is not FieldType.TEXT else len(sent))
    assert float(sent if kind is not FieldType.TEXT else len(sent)) <= bounds.get("maximum", bounds.get("longest", 1e9))


def test_only_what_is_there_is_told() -> None:
    bare = texts(notes(), [])
    assert "npm" not in bare["README.md"]
    assert "docker" not in bare["docs/deployment.md"]
    assert "SECRET_KEY" not in "".join(bare.values())
    assert "openapi.json](" not in bare["docs/api.md"]
    pages = SourceFile(path="frontend/package.json", content='{"scripts": {"dev": "vite", "test": "vitest run"}}')
    compose = SourceFile(path="compose.yaml", content="services: {}\n")
    cluster = SourceFile(path="infrastructure/kubernetes/kustomization.yaml", content="resources: []\n")
    full = texts(hostile(), [pages, compose, cluster])
    assert "npm run dev" in full["README.md"]
    assert "docker compose --file compose.yaml up" in full["docs/deployment.md"]
    assert "kubectl apply --kustomize infrastructure/kubernetes" in full["docs/deployment.md"]
    assert "| `SECRET_KEY` |" in full["README.md"]


def test_lockout_and_audit_are_told_only_where_they_are() -> None:
    guarded = texts(hostile(), [])
    assert "After 5 wrong passwords" in guarded["docs/user-guide.md"]
    assert "| 429 |" in guarded["docs/api.md"]
    assert "## Audit" in guarded["docs/data.md"]
    plain = Guards(level="medium", auth=True)
    calm = texts(hostile().model_copy(update={"guards": plain}), [])
    assert "wrong passwords" not in "".join(calm.values())
    assert "## Audit" not in calm["docs/data.md"]


def test_nothing_where_markdown_is_not_asked_for() -> None:
    stack = notes().stack.model_copy(update={"documentation": (Documentation.OPENAPI,)})
    assert texts(notes().model_copy(update={"stack": stack}), []) == {}


def test_a_backend_that_nobody_knows_to_run_is_refused() -> None:
    stack = notes().stack.model_copy(update={"backend": Backend.DOTNET})
    with pytest.raises(ValueError, match=r"how a dotnet backend is run .* fastapi"):
        texts(notes().model_copy(update={"stack": stack}), [])


def test_commands_use_files_that_are_written(asked: Specification, asked_files: list[SourceFile]) -> None:
    readme = texts(asked, asked_files)["README.md"]
    there = {str(file.path) for file in asked_files}
    modules = [f"backend/{name.replace('.', '/')}" for name in re.findall(r"python -m ([\w.]+)", readme)]
    assert len(modules) == 2
    assert all({f"{module}.py", f"{module}/__main__.py"} & there for module in modules)
    named = re.findall(r"--requirement (\S+)|^ *cp (\S+)", readme, re.MULTILINE)
    assert {f"backend/{''.join(each)}" for each in named} == {"backend/requirements.lock", "backend/.env.example"}
    assert {"backend/requirements.lock", "backend/.env.example", "backend/alembic.ini"} <= there
