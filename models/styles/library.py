"""The styles that come with the code, or those of a file of your own."""

from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

from pydantic import TypeAdapter, ValidationError

from models.styles.style import Style

OURS: Final = Path(__file__).with_name("styles.json")


class UnknownStyle(ValueError):
    """No style has this id; the message names those that do."""


def load_styles(file: Path) -> MappingProxyType[str, Style]:
    """The styles of a JSON file (a list, as styles.json has), by id, in the file's order.

    Raises:
        ValueError: A style is wrong, or an id stands twice; the message says where.
        OSError: The file can't be read.
    """
    try:
        found = TypeAdapter(tuple[Style, ...]).validate_json(file.read_bytes())
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(map(str, first["loc"]))
        raise ValueError(f"{file.name}: {place or 'the file'}: {first['msg']}") from error
    known: dict[str, Style] = {}
    for each in found:
        if each.id in known:
            raise ValueError(f"{file.name}: the style {each.id} stands twice")
        known[each.id] = each
    return MappingProxyType(known)


@lru_cache(maxsize=1)
def styles() -> MappingProxyType[str, Style]:
    """The library that comes with the code, by id."""
    return load_styles(OURS)


def style(name: str) -> Style:
    """The style of an id; spaces, underscores and capitals are forgiven.

    Raises:
        UnknownStyle: There is none.
    """
    known = styles()
    plain = "-".join(name.strip().lower().replace("_", " ").replace("-", " ").split())
    if found := known.get(plain):
        return found
    near = get_close_matches(plain, known, n=3)
    hint = f"Did you mean {' or '.join(near)}?" if near else f"There are {', '.join(known)}."
    raise UnknownStyle(f"no style {name[:60]!a} is known. {hint}")
