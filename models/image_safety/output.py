"""Whether a picture may be given out."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from models.drawing import Pixels
from models.image_safety.blank import blankness
from models.image_safety.blocked import Blocked, Category, checked_allowance

if TYPE_CHECKING:
    from models.image_safety.classifier import PictureClassifier

UNCHECKED: Final = (
    "No classifier of pictures is configured, so what was drawn was not checked for nudity; only the prompt was, and "
    "that the picture is not blank."
)


@dataclass(frozen=True)
class Screening:
    """What was found.

    Attributes:
        blocked: Why the picture must not be given out; None where it may.
        fault: What is wrong with a picture that shows nothing; None where it shows something.
        score: How sure the classifier is that the picture is sexual, 0 to 1; None without a classifier.
        notes: What should be known about the check itself.
    """

    blocked: Blocked | None
    fault: str | None
    score: float | None
    notes: tuple[str, ...]


def screen_picture(
    pixels: Pixels, classifier: "PictureClassifier | None" = None, allow: frozenset[Category] = frozenset()
) -> Screening:
    """Look at a finished picture (height, width, 3), sRGB.

    Raises:
        ValueError: `allow` has what can't be allowed.
    """
    allowed = checked_allowance(allow)
    fault = blankness(pixels)
    if classifier is None:
        return Screening(None, fault, None, (UNCHECKED,))
    score = classifier.score(pixels)
    if score < classifier.threshold or "sexual" in allowed:
        return Screening(None, fault, score, ())
    reason = f"What was drawn looks sexual ({score:.0%} sure). Word the prompt differently, or draw with another seed."
    return Screening(Blocked("output", "sexual", reason, score=score), fault, score, ())
