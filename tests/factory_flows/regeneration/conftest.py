"""A specification and files of two versions."""

import pytest

from factory_flows.generators.source_file import SourceFile
from factory_flows.specification.constraint import SecurityLevel
from factory_flows.specification.entity import Entity, EntityField, FieldType
from factory_flows.specification.specification import Guards, Specification, Stack

NAME = EntityField(name="name", label="Name", type=FieldType.TEXT, required=True, origin="default")
BOOK = Entity(name="book", plural="books", label="Book", label_plural="Books", fields=(NAME,), origin="stated")


@pytest.fixture
def specification() -> Specification:
    return Specification(
        title="Books",
        slug="books",
        description="Keep books",
        stack=Stack(),
        guards=Guards(level=SecurityLevel.MEDIUM, auth=False),
        entities=(BOOK,),
        complexity=1,
        scalability=7,
    )


@pytest.fixture
def first() -> list[SourceFile]:
    return [
        SourceFile(path="backend/app/main.py", content="import one\n\n\ndef start():\n    return 1\n\n\nstart()\n"),
        SourceFile(path="backend/app/settings.py", content="port = 8000\n"),
        SourceFile(path="backend/app/custom/routes.py", content="# yours\n"),
        SourceFile(path="backend/migrations/versions/0001_initial.py", content="create = 1\n"),
        SourceFile(path="docs/guide.pdf", content=b"%PDF-1\x00\xff"),
        SourceFile(path="README.md", content="# Books\n"),
        SourceFile(path="old/only.txt", content="old\n"),
        SourceFile(path=".gitignore", content="node_modules/\n.env\n"),
        SourceFile(path="run.sh", content="#!/bin/sh\n", executable=True),
    ]


@pytest.fixture
def second() -> list[SourceFile]:
    return [
        SourceFile(
            path="backend/app/main.py", content="import one\nimport two\n\n\ndef start():\n    return 1\n\n\nstart()\n"
        ),
        SourceFile(path="backend/app/settings.py", content="port = 9000\n"),
        SourceFile(path="backend/app/custom/routes.py", content="# ours, again\n"),
        SourceFile(path="backend/app/loans.py", content="loans = []\n"),
        SourceFile(path="backend/migrations/versions/0001_initial.py", content="create = 2\n"),
        SourceFile(path="backend/migrations/versions/0002_loans.py", content="add = 1\n"),
        SourceFile(path="docs/guide.pdf", content=b"%PDF-2\x00\xff"),
        SourceFile(path="README.md", content="# Books and loans\n"),
        SourceFile(path=".gitignore", content="node_modules/\n.env\n"),
        SourceFile(path="run.sh", content="#!/bin/sh\n", executable=True),
    ]
