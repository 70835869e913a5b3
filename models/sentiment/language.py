"""Which language a post is in, as far as a few words tell."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from models.sentiment.wording import worded

if TYPE_CHECKING:
    from lingua import LanguageDetector

LANGUAGES: Final = ("ar", "de", "en", "es", "fr", "hi", "id", "it", "ja", "ko", "pt", "ru", "tr", "vi", "zh")
"""ISO 639-1 codes of the languages told apart: those that crypto is written about in. Fewer are faster and surer."""
SURE: Final = 0.7  # probability of another language from which a post is taken for foreign
FEWEST_LETTERS: Final = 18  # below that Latin letters tell little: "LFG", "gm frens"
_LATIN: Final = re.compile(r"[a-z]")
_STANDINS: Final = re.compile(r"\bx(?:cash|user|plus|minus)\b|[^\w\s']|[0_]")


def foreign_language(text: str, wanted: Sequence[str], declared: str | None = None) -> str | None:
    """The language of a post that is in none of `wanted`, None where it is in one of them or can't be told.

    What the source declares counts, where it is a language we know. Else lingua's trigrams in its fast mode: a few
    milliseconds to load, 0.2 ms a post.
    """
    if declared in LANGUAGES:
        return None if declared in wanted else declared
    letters = _STANDINS.sub(" ", worded(text)[:600])
    latin = len(_LATIN.findall(letters))
    if not any(letter.isalpha() for letter in letters):
        return None
    found = {
        value.language.iso_code_639_1.name.lower(): value.value
        for value in _detector().compute_language_confidence_values(letters)
    }
    likeliest = max(found, key=lambda code: found[code])
    alphabet = sum(letter.isalpha() for letter in letters)
    if latin > alphabet / 2 and latin < FEWEST_LETTERS:
        return None
    return likeliest if likeliest not in wanted and found[likeliest] >= SURE else None


@lru_cache(maxsize=1)
def _detector() -> "LanguageDetector":
    from lingua import IsoCode639_1, LanguageDetectorBuilder  # noqa: PLC0415 - loaded when the first post is read

    codes = [getattr(IsoCode639_1, code.upper()) for code in LANGUAGES]
    return LanguageDetectorBuilder.from_iso_codes_639_1(*codes).with_low_accuracy_mode().build()
