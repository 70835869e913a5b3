"""Architectures as JSON, YAML and Markdown."""

import pytest
import yaml
from markdown_it import MarkdownIt

from factory_flows.architecture.architecture import Architecture
from factory_flows.architecture.design import design
from factory_flows.architecture.export import as_json, as_markdown, as_yaml
from factory_flows.specification.specification import Specification

pytestmark = pytest.mark.factory


def test_json_and_yaml_read_back_as_the_same(specification: Specification) -> None:
    architecture = design(specification)
    assert Architecture.model_validate_json(as_json(architecture)) == architecture
    assert Architecture.model_validate(yaml.safe_load(as_yaml(architecture))) == architecture


def test_markdown_has_a_row_for_each_part(specification: Specification) -> None:
    architecture = design(specification)
    tokens = MarkdownIt().enable("table").parse(as_markdown(architecture))
    rows = sum(token.type == "tr_open" for token in tokens)
    parts = architecture.layers, architecture.components, architecture.interfaces, architecture.technologies
    assert rows == sum(len(part) + 1 for part in parts)
    headings = sum(token.type == "heading_open" for token in tokens)
    assert headings == 5


def test_words_stay_in_their_cells(specification: Specification) -> None:
    evil = 'a | b\n\n# <script>alert("x")</script> `${x}` --- {{ 7*7 }}'
    architecture = design(specification)
    layer = architecture.layers[0].model_copy(update={"duty": evil})
    changed = architecture.model_copy(update={"layers": (layer, *architecture.layers[1:]), "rationale": (evil,)})
    assert yaml.safe_load(as_yaml(changed))["layers"][0]["duty"] == evil
    html = MarkdownIt("commonmark", {"html": True}).enable("table").render(as_markdown(changed))
    assert "<script" not in html
    assert html.count("<h") == as_html_headings(architecture)
    assert html.count("<td") == MarkdownIt().enable("table").render(as_markdown(architecture)).count("<td")


def as_html_headings(architecture: Architecture) -> int:
    return MarkdownIt("commonmark", {"html": True}).enable("table").render(as_markdown(architecture)).count("<h")
