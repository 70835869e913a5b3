"""The words that give a language's wishes away, read from `lexicons/<language>.toml`."""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Final

LANGUAGES: Final = ("en", "es", "fr", "de", "pt", "it", "nl", "zh", "ja")
UNSPACED: Final = ("zh", "ja")  # written without spaces between words

NEVER: Final = re.compile(r"(?!)")


def read(name: str) -> dict[str, Any]:
    """A data file of this package, by its name without `.toml`."""
    return tomllib.loads((resources.files("factory_flows.intent") / "lexicons" / f"{name}.toml").read_text("utf-8"))


def phrases(text: str) -> list[str]:
    """The alternatives of `a | b`, in lower case."""
    return [each.strip() for each in text.lower().split(" | ") if each.strip()]


def words(text: str, spaced: bool = True) -> re.Pattern[str]:
    """Matches any of `a | b`, whole words where the language spaces them; the longest first."""
    alternatives = sorted(phrases(text), key=len, reverse=True)
    if not alternatives:
        return NEVER
    return re.compile("|".join(map(whole, alternatives)) if not spaced else whole(f"(?:{'|'.join(alternatives)})"))


def whole(pattern: str) -> str:
    """The pattern, where no letter of its alphabet goes on before or after it."""
    if re.search(r"[\u3040-\u9fff]", pattern):
        return pattern
    return rf"(?<![A-Za-z0-9_À-ÿ]){pattern}(?![A-Za-z0-9_À-ÿ])"


@dataclass(frozen=True)
class Lexicon:
    """A language's cues by their name in its file: `lexicon["refuse"]` matches each way to refuse."""

    language: str
    cues: dict[str, re.Pattern[str]]
    types: dict[str, re.Pattern[str]]
    raw: dict[str, Any]

    def __getitem__(self, cue: str) -> re.Pattern[str]:
        return self.cues.get(cue, NEVER)

    @property
    def spaced(self) -> bool:
        """Whether words stand apart."""
        return self.language not in UNSPACED

    def says(self, cue: str, text: str) -> bool:
        """Whether the text, in lower case, has the cue."""
        return self[cue].search(text) is not None


@cache
def lexicon(language: str) -> Lexicon:
    """The cues of one of `LANGUAGES`. English words for software are understood in all of them."""
    raw = read(language)
    spaced = language not in UNSPACED
    if language != "en":
        english = read("en")
        raw["app"] += " | " + english["app"]
        for kind, text in english["types"].items():
            raw["types"][kind] = f"{raw['types'].get(kind, '')} | {text}".strip(" |")
    cues = {cue: words(text, spaced) for cue, text in raw.items() if isinstance(text, str) and cue != "stop"}
    types = {kind: words(text, spaced) for kind, text in raw["types"].items()}
    return Lexicon(language, cues, types, raw)


@cache
def stop_words(language: str) -> frozenset[str]:
    """The short words that nearly every sentence of the language has."""
    return frozenset(read(language)["stop"].split())
