"""The PDF has the manual's headings, is the same bytes twice, and runs nothing."""

import re
import zlib

import pytest

from factory_flows.generators.documentation import pdf
from factory_flows.generators.source_file import SourceFile
from factory_flows.specification.specification import Specification
from factory_flows.specification.technology import Documentation
from tests.factory_flows.models import layered, notes

pytestmark = pytest.mark.factory


def written_pdf(specification: Specification, written: list[SourceFile]) -> bytes:
    (file,) = pdf.generate(specification, layered(), written)
    assert str(file.path) == "docs/manual.pdf"
    assert isinstance(file.content, bytes)
    return file.content


def inflated(content: bytes) -> bytes:
    """The document with its streams unpacked: outline, links and tags are in them."""
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", content, re.DOTALL)
    unpacked = [zlib.decompressobj().decompress(each) for each in streams if each[:1] == b"\x78"]
    return content + b"".join(unpacked)


def test_it_has_the_headings(asked: Specification, asked_files: list[SourceFile]) -> None:
    content = written_pdf(asked, asked_files)
    assert content.startswith(b"%PDF-")
    whole = inflated(content)
    for title in (b"User guide", b"API reference", b"Data dictionary", b"Books", b"2. Backend: FastAPI"):
        assert b"/Title (%s)" % title in whole or b"/Title(%s)" % title in whole
    assert whole.count(b"/Type /Page\n") + whole.count(b"/Type/Page\n") + whole.count(b"/Type/Page/") > 10


def test_same_bytes_and_no_date(asked: Specification, asked_files: list[SourceFile]) -> None:
    content = written_pdf(asked, asked_files)
    assert content == written_pdf(asked, asked_files)
    assert b"/CreationDate" not in inflated(content)
    other = asked.model_copy(update={"title": "Other"})
    assert content != written_pdf(other, asked_files)


def test_hostile_words_are_only_text(evil: Specification, evil_files: list[SourceFile]) -> None:
    whole = inflated(written_pdf(evil, evil_files))
    for action in (b"/JavaScript", b"/Launch", b"/EmbeddedFile", b"/OpenAction"):
        assert action not in whole
    addresses = set(re.findall(rb"/URI ?\(([^)]*)\)", whole))
    assert addresses == {b"http://localhost:8000/health", b"http://localhost:8000/openapi.json"}


@pytest.mark.parametrize(
    "words", ['#panic("x")', "@nobody <nowhere>", "$ x", "= h", "/* open", "]", '"#read("manual.typ")']
)
def test_words_of_the_typesetter_do_nothing(words: str) -> None:
    entity = notes().entities[0].model_copy(update={"label": words, "label_plural": words})
    specification = notes().model_copy(update={"entities": (entity,), "title": words, "description": words})
    assert written_pdf(specification, []).startswith(b"%PDF-")


def test_nothing_where_pdf_is_not_asked_for() -> None:
    stack = notes().stack.model_copy(update={"documentation": (Documentation.MARKDOWN,)})
    assert list(pdf.generate(notes().model_copy(update={"stack": stack}), layered(), [])) == []
