"""Word and character n-grams of a post, as scikit-learn's vectorisers cut them."""

import re
from collections.abc import Iterator
from typing import Final

WORD: Final = r"[a-z0-9']+(?:-[a-z]+)*|[%!?$&:|]"
WORD_GRAMS: Final = (1, 3)
CHARACTER_GRAMS: Final = (2, 5)
_WORD: Final = re.compile(WORD)


def word_grams(text: str) -> Iterator[str]:
    """Runs of one to three words, joined by blanks."""
    words = _WORD.findall(text)
    yield from words
    for length in range(max(2, WORD_GRAMS[0]), WORD_GRAMS[1] + 1):
        for start in range(len(words) - length + 1):
            yield " ".join(words[start : start + length])


def character_grams(text: str) -> Iterator[str]:
    """Runs of two to five characters within each word, blanks at its ends included (`char_wb` of scikit-learn)."""
    for word in text.split():
        padded = f" {word} "
        for length in range(CHARACTER_GRAMS[0], CHARACTER_GRAMS[1] + 1):
            yield padded[:length]
            if length >= len(padded):
                break  # a short word counts once
            for start in range(1, len(padded) - length + 1):
                yield padded[start : start + length]
