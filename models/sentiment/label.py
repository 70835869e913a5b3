"""What a post says about where a price goes."""

from typing import Final, Literal

Label = Literal["bearish", "bullish", "neutral"]

LABELS: Final[tuple[Label, ...]] = ("bearish", "bullish", "neutral")
"""In the order of a classifier's probabilities; labelled files may give the place in it (0, 1, 2) for the word."""
BEARISH, BULLISH, NEUTRAL = range(3)
