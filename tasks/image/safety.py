"""What must not be drawn or given out."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from prefect import task
from prefect.cache_policies import NO_CACHE

from models.image_safety import Blocked, check_prompt, screen_picture
from tasks.image.finish import Finished
from tasks.image.refusal import Refusal
from tasks.image.settings import ImageSettings

if TYPE_CHECKING:
    from models.image_safety.classifier import PictureClassifier

_FILTERS: Final = {"prompt": "prompt filter", "output": "picture classifier"}


def refused_words(prompt: str) -> Refusal | None:
    """Why these words are not drawn; None where they are."""
    found = check_prompt(prompt, ImageSettings().image_allow)
    return None if found is None else _refusal(found)


@dataclass(frozen=True)
class Screened:
    """What was found on finished pictures.

    Attributes:
        refusal: Why they are not given out; None where they are.
        notes: What should be known: a blank picture, a check that could not be made.
    """

    refusal: Refusal | None
    notes: tuple[str, ...]


UNSCREENED: Final = Screened(None, ())


@task(
    name="screen-pictures",
    description="Look at the finished pictures: what must not be given out, what shows nothing.",
    persist_result=False,
    cache_policy=NO_CACHE,
)
def screen_pictures(finished: Finished) -> Screened:
    """Screen every picture; one that is refused refuses all of its request.

    Raises `ClassifierUnusable` when the configured classifier can't be loaded.
    """
    settings = ImageSettings()
    classifier = _classifier(settings.image_safety_model) if settings.image_safety_model else None
    notes: list[str] = []
    for number, pixels in enumerate(finished.pixels, 1):
        found = screen_picture(pixels, classifier, settings.image_allow)
        if found.blocked is not None:
            return Screened(_refusal(found.blocked), ())
        notes += [f"Picture {number} {found.fault}"] if found.fault else []
        notes += found.notes
    return Screened(None, tuple(dict.fromkeys(notes)))


@lru_cache(maxsize=1)
def _classifier(folder: Path) -> "PictureClassifier":
    from models.image_safety.classifier import PictureClassifier  # noqa: PLC0415 - torch takes seconds to import

    return PictureClassifier.load(folder)


def _refusal(found: Blocked) -> Refusal:
    stage = "input" if found.stage == "prompt" else "output"
    return Refusal(by=_FILTERS[found.stage], stage=stage, categories=(found.category,), reason=found.reason)
