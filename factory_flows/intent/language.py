"""Which of the nine languages a brief is in."""

import re
from functools import cache
from typing import TYPE_CHECKING

from factory_flows.intent.lexicon import LANGUAGES, UNSPACED, stop_words

if TYPE_CHECKING:
    from lingua import LanguageDetector

_KANA = re.compile(r"[\u3040-\u30ff]")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_WORD = re.compile(r"[^\W\d_]+")


def language_of(brief: str) -> str:
    """ISO 639-1; English where nothing tells.

    Short words that nearly every sentence has decide in microseconds; where they do not, lingua does, whose models
    take about a second to load.
    """
    head = brief[:2000]
    if _KANA.search(head):
        return "ja"
    if len(_HAN.findall(head)) >= 2:
        return "zh"
    said = [word.lower() for word in _WORD.findall(head)]
    if not said:
        return "en"
    counts = {
        language: sum(word in stop_words(language) for word in said)
        for language in LANGUAGES
        if language not in UNSPACED
    }
    first, second = sorted(counts, key=counts.__getitem__, reverse=True)[:2]
    if counts[first] >= counts[second] + 2 or (counts[first] and not counts[second]):
        return first
    if len(said) < 3:
        return "en"
    found = _detector().detect_language_of(head)
    return found.iso_code_639_1.name.lower() if found else "en"


@cache
def _detector() -> "LanguageDetector":
    from lingua import IsoCode639_1, LanguageDetectorBuilder  # noqa: PLC0415 - only where stop words do not decide

    codes = [getattr(IsoCode639_1, language.upper()) for language in LANGUAGES]
    return LanguageDetectorBuilder.from_iso_codes_639_1(*codes).build()
