"""Drawings of architectures."""

import re
from xml.etree import ElementTree as ET

import pytest

from factory_flows.architecture.design import design
from factory_flows.architecture.drawing import mermaid
from factory_flows.architecture.drawing.arrangement import WIDTH, arrange, wrapped
from factory_flows.architecture.drawing.diagram import Box, Diagram, components, entities, layers
from factory_flows.architecture.drawing.svg import svg
from factory_flows.specification.specification import Specification
from tests.factory_flows.models import hostile, library

pytestmark = pytest.mark.factory


def diagrams(specification: Specification) -> list[Diagram]:
    architecture = design(specification)
    return [layers(architecture), components(architecture), entities(specification)]


def parsed(diagram: Diagram) -> ET.Element:
    return ET.fromstring(svg(diagram))  # noqa: S314 - our own bytes


def test_svg_parses_and_has_every_box_and_link(specification: Specification) -> None:
    for diagram in diagrams(specification):
        assert svg(diagram) == svg(diagram)
        root = parsed(diagram)
        found = [element.get("class") for element in root.iter()]
        assert found.count("box") == len(diagram.boxes)
        assert found.count("link") == len(diagram.links)
        assert {element.tag.split("}")[1] for element in root.iter()} <= {
            *("svg", "title", "style", "defs", "marker", "path", "rect", "text"),
        }


def test_boxes_do_not_overlap_and_stay_inside(specification: Specification) -> None:
    for diagram in diagrams(specification):
        placed, width, height = arrange(diagram)
        boxes = [*placed.values()]
        for number, box in enumerate(boxes):
            assert 0 <= box.x <= width - WIDTH
            assert 0 <= box.y <= height - box.height
            for other in boxes[number + 1 :]:
                apart_x = box.x + WIDTH <= other.x or other.x + WIDTH <= box.x
                apart_y = box.y + box.height <= other.y or other.y + other.height <= box.y
                assert apart_x or apart_y


def test_hostile_labels_are_text_in_svg() -> None:
    root = parsed(entities(hostile()))
    texts = {element.text for element in root.findall(".//{*}text")}
    evil = hostile().entity("person_group").label
    assert set(wrapped(evil)) <= texts
    assert root.findtext("{*}title", "").startswith(hostile().title)


def test_hostile_labels_have_no_punctuation_that_mermaid_knows() -> None:
    text = mermaid.entity_relationship(entities(hostile()))
    quoted = set(re.findall(r'"([^"]*)"', text))
    assert not any(re.search(r"[^\w ,./:-]", unwidened, re.ASCII) for unwidened in map(ascii_part, quoted))
    assert re.fullmatch(r"[a-z0-9_ \n\[\]{}|o:\-D]*", re.sub(r'"[^"]*"', "", text))
    assert {entity.label for entity in hostile().entities} <= set(map(narrow, quoted))


def ascii_part(text: str) -> str:
    return "".join(letter for letter in text if letter.isascii())


def narrow(text: str) -> str:
    return "".join(chr(ord(each) - 0xFEE0) if "\uff01" <= each <= "\uff5e" else each for each in text)


def test_words_in_a_flowchart_are_numbers_where_they_are_not_letters() -> None:
    box = Box("end", 'a"]; click end "x"', ("<b>&#34;",))
    (_, line) = mermaid.flowchart(Diagram("", (box,), ())).splitlines()
    assert line == '    the_end["a#34;#93;#59; click end #34;x#34;<br/>#60;b#62;#38;#35;34#59;"]'


def test_a_field_is_not_taken_for_a_key() -> None:
    diagram = Diagram("", (Box("the", "The", ("text pk *", "text apk")),), ())
    assert mermaid.entity_relationship(diagram).splitlines()[2:4] == ["        text _pk", "        text apk"]


def test_entity_relationship_of_a_library() -> None:
    text = mermaid.entity_relationship(entities(library()))
    assert "    the_book }o--|| the_author : " in text
    assert "    the_book }o--o| the_member : " in text
    assert "    the_book }o--o{ the_genre : " in text
    assert "    the_card |o--|| the_member : " in text
    assert "        decimal price\n" in text


def test_flowchart_leaves_out_what_is_reached_by_way_of_another() -> None:
    text = mermaid.flowchart(layers(design(library())))
    assert "the_routes --> the_services" in text
    assert "the_routes --> the_core" not in text
