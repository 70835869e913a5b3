"""Labels and names of what a brief calls by many words: singular, and fit for code."""

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Final

from slugify import slugify

from factory_flows.intent.lexicon import read

if TYPE_CHECKING:
    import inflect

# Of a plural's ending, what its singular ends in; the first that fits.
_ENDINGS: Final = {
    "es": (("ces", "z"), ("iones", "ión"), ("ores", "or"), ("les", "l"), ("nes", "n"), ("dades", "dad"), ("s", "")),
    "fr": (("eaux", "eau"), ("aux", "al"), ("s", "")),
    "pt": (("ções", "ção"), ("ões", "ão"), ("ores", "or"), ("ais", "al"), ("ns", "m"), ("s", "")),
    "nl": (("ingen", "ing"), ("eurs", "eur"), ("ers", "er")),
    "de": (("ungen", "ung"), ("ionen", "ion"), ("innen", "in"), ("heiten", "heit"), ("keiten", "keit")),
    "it": (("zioni", "zione"), ("tori", "tore"), ("i", "o"), ("e", "a")),
}  # fmt: skip


@cache
def _english() -> "inflect.engine":
    import inflect  # noqa: PLC0415 - half a second that other languages need not wait

    return inflect.engine()


@lru_cache(maxsize=4096)
def singular(label: str, language: str) -> str:
    """One of them, as far as endings tell; its last word in English, its first one elsewhere."""
    if language in {"zh", "ja"} or not label:
        return label
    known = _plurals().get(language, {}).get(label.lower())
    if known:
        return known.capitalize() if label[0].isupper() else known
    said = label.split(" ")
    if language == "en":
        last = said[-1]
        one = _english().singular_noun(last) if last.isalpha() and not last.endswith(("ss", "us", "is")) else False
        return " ".join([*said[:-1], one or last])
    if language in {"es", "fr", "pt"}:
        return " ".join(_ended(word, language) if index == 0 else word for index, word in enumerate(said))
    return " ".join([_ended(said[0], language), *said[1:]]) if language in {"it", "de", "nl"} else label


def _ended(word: str, language: str) -> str:
    for plural, one in _ENDINGS[language]:
        if word.lower().endswith(plural) and len(word) > len(plural) + 2:
            return word[: -len(plural)] + one
    return word


@lru_cache(maxsize=4096)
def pascal(label: str, language: str) -> str:
    """`OrderItem`: ASCII, starts with a letter; English for common things in Chinese and Japanese. Empty: no letter."""
    known = _labels().get(language, {}).get(label)
    if known:
        return known
    parts = [part for part in slugify(label, backend="text-unidecode").split("-") if part]
    name = "".join(part[0].upper() + part[1:] for part in parts)
    return re.sub(r"^[^A-Za-z]+", "", name)[:60]


@cache
def _labels() -> dict[str, dict[str, str]]:
    return read("labels")


@cache
def _plurals() -> dict[str, dict[str, str]]:
    return read("plurals")
