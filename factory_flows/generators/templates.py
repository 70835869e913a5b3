"""Templates of generated files, and how hostile words are quoted for where they stand.

A label comes from someone's brief: wherever a template writes one, a filter says in which language. Names (`Name`) are
safe everywhere as they are.
"""

import html
import json
import re
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined


def pascal(name: str) -> str:
    """`order_item` -> `OrderItem`."""
    return "".join(part.capitalize() for part in name.split("_"))


def camel(name: str) -> str:
    """`order_item` -> `orderItem`."""
    first, *others = name.split("_")
    return first + "".join(part.capitalize() for part in others)


def kebab(name: str) -> str:
    """`order_item` -> `order-item`."""
    return name.replace("_", "-")


def python(value: object) -> str:
    """A Python literal, on one line."""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else repr(value)


def script(value: object) -> str:
    """A JavaScript or TypeScript literal that is safe within a page's `<script>`, too."""
    return json.dumps(value, ensure_ascii=False).replace("<", "\\u003c").replace("\u2028", "\\u2028")


def yaml(value: object) -> str:
    """A YAML scalar: JSON in double quotes is YAML, too."""
    return json.dumps(value, ensure_ascii=False)


def java(value: str) -> str:
    """A string literal of Java or C#, ASCII only."""
    return json.dumps(value)


def markdown(text: str) -> str:
    """Text within Markdown, on one line, that is neither markup nor HTML, nor begins a list or a rule."""
    line = " ".join(re.sub(r"[\x00-\x1f\x7f-\x9f]", " ", text).split())
    escaped = re.sub(r"([\\`*_{}\[\]()#+!|~])", r"\\\1", html.escape(line, quote=False))
    return re.sub(r"^(\d*)([-=.])", r"\1\\\2", escaped)


def comment(text: str) -> str:
    """Text within a comment of any language: on one line, and unable to end it."""
    return " ".join(text.split()).replace("*/", "* /").replace("-->", "-- >").replace('"""', "'''").replace("\\", "/")


_FILTERS: Final = {
    "pascal": pascal,
    "camel": camel,
    "kebab": kebab,
    "python": python,
    "script": script,
    "yaml": yaml,
    "java": java,
    "markdown": markdown,
    "comment": comment,
    "html": html.escape,
}


class Templates:
    """The templates in a folder; what a template does not know is an error."""

    def __init__(self, folder: Path) -> None:
        self._environment = Environment(
            loader=FileSystemLoader(folder),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            autoescape=False,  # noqa: S701  # what is written is code; the filters above quote for each language
        )
        self._environment.filters |= _FILTERS

    def render(self, name: str, **context: Any) -> str:
        """The text of a template, `orders/route.py.jinja`.

        Raises:
            jinja2.UndefinedError: The template asks for what the context does not have.
        """
        return self._environment.get_template(name).render(context)
