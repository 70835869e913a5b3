"""What a model draws of a video, and what all of it takes, before any of it is made."""

from fractions import Fraction
from typing import Final

from tasks.video.estimate import Estimate, estimate, field_drawing
from tasks.video.model_card import VideoModelCard
from tasks.video.plan import Native, Quality, VideoPlan, drawn_size, plan_of
from tasks.video.scene import steps_of
from tasks.video.settings import VideoSettings

_FIELD_PIXELS: Final = {"cpu": 160 * 90, "cuda": 1280 * 720}


def outline(card: VideoModelCard, size: tuple[int, int], rate: Fraction, frames: int, quality: Quality) -> VideoPlan:
    """The plan of a video that a model draws.

    Raises:
        ValueError: There is no such video, or the model cannot draw so long a one; the message says what to change.
    """
    return plan_of(size, rate, frames, _native(card, size, rate, frames), quality)


def _native(card: VideoModelCard, size: tuple[int, int], rate: Fraction, frames: int) -> Native:
    width, height = size
    if card.id == "nerf":
        settings = VideoSettings()
        pixels = settings.field_pixels or _FIELD_PIXELS[settings.on]
        return Native(*drawn_size(width, height, pixels), rate, frames)
    fps, drawn = drawn_frames(card, rate, frames)
    return Native(*drawn_size(width, height, card.pixels, card.multiple), fps, drawn)


def drawn_frames(card: VideoModelCard, rate: Fraction, frames: int) -> tuple[Fraction, int]:
    """The model's own rate, and how many pictures it draws for so many of the video.

    Raises:
        ValueError: They are more than it draws in one piece.
    """
    from models.interpolation import sources_for  # noqa: PLC0415 - OpenCV where pictures move

    fps = Fraction(card.fps or rate)
    drawn = sources_for(frames, fps, rate)
    if card.most_frames is not None and drawn > card.most_frames:
        longest = float(Fraction(card.most_frames - 1) / fps)
        raise ValueError(f"{card.id} draws at most {longest:.1f} s in one piece: ask for a shorter video")
    return fps, drawn


def estimate_of(plan: VideoPlan, card: VideoModelCard, *, steps: int | None, blur: int) -> Estimate:
    """What a plan takes.

    Args:
        steps: Asked for; None for what suits.
        blur: Pictures of a field that one is averaged from.
    """
    if card.id == "nerf":
        drawing = field_drawing(plan, steps_of(steps, moving=False), blur)
        basis = "Measured on two cores without a GPU; a scene that was learnt before, and a GPU, take less."
        return estimate(plan, drawing=drawing, cost_usd=0.0, basis=basis)
    seconds = card.seconds_a_picture * plan.drawn_frames
    cost = None if card.usd_a_second is None else card.usd_a_second * plan.drawn_frames / float(plan.drawn_rate)
    return estimate(plan, drawing={"drawing the clip": seconds}, cost_usd=cost, basis=card.basis)
