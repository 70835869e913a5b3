"""Pictures and usage out of an answer, which may hold anything."""

import base64
import binascii
import struct
from typing import Any, Final

import orjson

from blocks.image_provider.catalogue import Price
from blocks.image_provider.errors import AnswerUnreadable
from blocks.image_provider.outcome import HostedPicture, Usage

PNG: Final = b"\x89PNG\r\n\x1a\n"
LARGEST_PICTURE: Final = 64_000_000  # bytes; 3840x2160 in 8 bits with alpha has 33 million before it is packed
MOST_SIDE: Final = 8192
LONGEST_TEXT: Final = 32_000


def parsed(body: bytes) -> dict[str, Any]:
    """The answer as a JSON object. Raises `AnswerUnreadable`."""
    try:
        found = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise AnswerUnreadable(
            "The provider answered with something other than JSON: is a proxy in between?"
        ) from error
    if not isinstance(found, dict):
        raise AnswerUnreadable("The provider answered with JSON that is no object: is a proxy between?")
    return found


def pictures_of(answer: dict[str, Any], count: int) -> tuple[HostedPicture, ...]:
    """At least one picture and at most `count`. Raises `AnswerUnreadable`."""
    items = answer.get("data")
    if not isinstance(items, list) or not items:
        raise AnswerUnreadable("The provider answered without a picture: try again, or ask for another model.")
    if len(items) > count:
        raise AnswerUnreadable(f"The provider answered with {len(items)} pictures where {count} were asked for.")
    return tuple(_picture(item) for item in items)


def _picture(item: Any) -> HostedPicture:
    text = item.get("b64_json") if isinstance(item, dict) else None
    if not isinstance(text, str):
        raise AnswerUnreadable("The provider's answer holds no picture as base64 (b64_json).")
    if len(text) > LARGEST_PICTURE * 4 // 3 + 4:
        raise AnswerUnreadable(f"A picture in the provider's answer has more than {LARGEST_PICTURE // 1_000_000} MB.")
    try:
        png = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise AnswerUnreadable("A picture in the provider's answer is no proper base64.") from error
    if len(png) < 33 or not png.startswith(PNG) or png[12:16] != b"IHDR":
        raise AnswerUnreadable("A picture in the provider's answer is no PNG file, which was asked for.")
    width, height = struct.unpack(">II", png[16:24])
    if not (0 < width <= MOST_SIDE and 0 < height <= MOST_SIDE):
        raise AnswerUnreadable(f"A picture in the provider's answer claims {width}x{height} pixels.")
    revised = item.get("revised_prompt")
    return HostedPicture(png, width, height, revised[:LONGEST_TEXT] if isinstance(revised, str) and revised else None)


def usage_of(answer: dict[str, Any], price: Price | None) -> Usage | None:
    """The tokens counted; None where the answer tells none that make sense."""
    usage = answer.get("usage")
    if not isinstance(usage, dict):
        return None
    details = usage.get("input_tokens_details")
    details = details if isinstance(details, dict) else {}
    image, out, total = _count(details, "image_tokens"), _count(usage, "output_tokens"), _count(usage, "input_tokens")
    if out is None or total is None:
        return None
    text = _count(details, "text_tokens")
    text, image = (total if text is None else text), image or 0
    cost = (text * price.text_in + image * price.image_in + out * price.image_out) / 1e6 if price else None
    return Usage(text, image, out, cost)


def _count(part: dict[str, Any], name: str) -> int | None:
    value = part.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**9 else None
