"""What a model draws of a video, and what all of it takes, before any of it is made."""

from fractions import Fraction
from math import log
from typing import Final

from tasks.video.choice import NERF, hosted_price
from tasks.video.estimate import Estimate, estimate, field_drawing
from tasks.video.model_card import ModelCard
from tasks.video.plan import Native, Quality, VideoPlan, drawn_size, plan_of
from tasks.video.scene import steps_of
from tasks.video.settings import VideoSettings

_FIELD_PIXELS: Final = {"cpu": 160 * 90, "cuda": 1280 * 720}
_AUTHORS_SECONDS: Final = 4.5  # a picture: Wan 2.2's 9 minutes for 5 s on a card of 24 GB


def outline(card: ModelCard, size: tuple[int, int], rate: Fraction, frames: int, quality: Quality) -> VideoPlan:
    """The plan of a video that a model draws.

    Raises:
        ValueError: There is no such video, or the model cannot draw so long a one; the message says what to change.
    """
    return plan_of(size, rate, frames, _native(card, size, rate, frames), quality)


def _native(card: ModelCard, size: tuple[int, int], rate: Fraction, frames: int) -> Native:
    width, height = size
    if card.id == NERF:
        settings = VideoSettings()
        pixels = settings.field_pixels or _FIELD_PIXELS[settings.on]
        return Native(*drawn_size(width, height, pixels), rate, frames)
    fps, drawn = drawn_frames(card, rate, frames)
    return Native(*drawn_size(width, height, _pixels(card, width / height)), fps, drawn)


def _pixels(card: ModelCard, shape: float) -> int:
    """Of the native size whose shape is nearest."""
    sizes = [
        (int(width), int(height)) for width, _, height in (size.partition("x") for size in card.native_sizes) if height
    ]
    width, height = min(sizes, key=lambda size: abs(log(size[0] / size[1] / shape)))
    return width * height


def drawn_frames(card: ModelCard, rate: Fraction, frames: int) -> tuple[Fraction, int]:
    """The model's own rate, and how many pictures it draws for so many of the video.

    Raises:
        ValueError: They are more than it draws in one piece.
    """
    from models.interpolation import sources_for  # noqa: PLC0415 - OpenCV where pictures move

    fps = Fraction(card.fps or rate).limit_denominator(1001)
    drawn = sources_for(frames, fps, rate)
    if card.longest_frames is not None and drawn > card.longest_frames:
        longest = float((card.longest_frames - 1) / fps)
        raise ValueError(f"{card.id} draws at most {longest:.1f} s in one piece: ask for a shorter video")
    return fps, drawn


def estimate_of(plan: VideoPlan, card: ModelCard, *, steps: int | None, blur: int) -> Estimate:
    """What a plan takes.

    Args:
        steps: Asked for; None for what suits.
        blur: Pictures of a field that one is averaged from.
    """
    if card.id == NERF:
        return estimate(
            plan,
            drawing=field_drawing(plan, steps_of(steps, moving=False), blur),
            cost_usd=0.0,
            basis="Measured on two cores without a GPU; a scene that was learnt before, and a GPU, take less.",
        )
    if card.runs == "hosted":
        return estimate(
            plan,
            drawing={"waiting for the provider": 60.0},
            cost_usd=hosted_price(card.id, plan),
            basis="Drawing at the provider, by its price list; the rest measured on two cores without a GPU.",
        )
    return estimate(
        plan,
        drawing={"drawing the clip": plan.drawn_frames * _AUTHORS_SECONDS},
        cost_usd=0.0,
        basis="Drawing as Wan 2.2's authors say of a card of 24 GB; the rest measured on two cores without a GPU.",
    )
