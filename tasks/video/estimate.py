"""What a video takes, before it is made: from what was measured on two cores without a GPU."""

from typing import Final

from pydantic import BaseModel, ConfigDict, Field

from tasks.video.plan import VideoPlan
from tasks.video.segments import memory_of, side_by_side

# Seconds of one core (a Xeon with AMX), measured by tests/benchmarks/video_stages.py and radiance_field.py.
_LEARN_STEP: Final = 0.11
_FIELD_PIXEL: Final = 45e-6
_ENLARGED_PIXEL: Final = 1.1e-6
_BETWEEN_PICTURE, _BETWEEN_PIXEL = 0.9, 0.25e-6
_ENCODED_PIXEL: Final = {
    "ultrafast": 0.12e-6,
    "superfast": 0.16e-6,
    "veryfast": 0.25e-6,
    "faster": 0.28e-6,
    "fast": 0.35e-6,
    "medium": 0.6e-6,
    "slow": 1.6e-6,
}
_MADE_PIXEL: Final = 0.15e-6  # into planes and measured


class Estimate(BaseModel):
    """What a video takes here."""

    model_config = ConfigDict(frozen=True)

    seconds: float = Field(description="Until it is there, with so many segments side by side.")
    by_stage: dict[str, float] = Field(description="Seconds of one core by stage.")
    memory_bytes: int = Field(description="Main memory that all segments being made take together.")
    segments: int = Field(description="How many segments it is made of.")
    side_by_side: int = Field(description="How many of them at a time.")
    cost_usd: float | None = Field(
        description="What a provider asks for; 0 where everything runs here, null if unknown."
    )
    basis: str = Field(description="What the figures come from.")


def estimate(plan: VideoPlan, *, drawing: dict[str, float], cost_usd: float | None, basis: str) -> Estimate:
    """What a plan takes.

    Args:
        drawing: Seconds of one core by stage for what comes before the segments, and `drawing` for drawn pictures.
    """
    pixels = plan.width * plan.height
    between = plan.frames if plan.interpolated else 0
    enlarged = plan.drawn_frames if plan.interpolated else plan.frames
    grows = (plan.drawn_width, plan.drawn_height) != (plan.width, plan.height)
    stages = {
        **drawing,
        "enlarging": enlarged * pixels * _ENLARGED_PIXEL if grows else 0.0,
        "pictures between": between * (_BETWEEN_PICTURE + pixels * _BETWEEN_PIXEL),
        "encoding": plan.frames * pixels * (_ENCODED_PIXEL[plan.preset] + _MADE_PIXEL),
    }
    count = side_by_side(plan)
    first = sum(seconds for stage, seconds in drawing.items() if stage != "drawing")
    rest = sum(stages.values()) - first
    return Estimate(
        seconds=round(first + rest / count, 1),
        by_stage={stage: round(seconds, 1) for stage, seconds in stages.items()},
        memory_bytes=memory_of(plan) * count,
        segments=len(plan.parts),
        side_by_side=count,
        cost_usd=cost_usd,
        basis=basis,
    )


def field_drawing(plan: VideoPlan, steps: int, samples: int) -> dict[str, float]:
    """Seconds for a field: learning it, and drawing every picture of the video."""
    pictures = plan.frames * samples * plan.drawn_width * plan.drawn_height
    return {"learning the scene": steps * _LEARN_STEP, "drawing": pictures * _FIELD_PIXEL}
