"""From what a model drew to pictures for an ordinary screen."""

from typing import TYPE_CHECKING

from prefect import task
from prefect.cache_policies import NO_CACHE

from tasks.image.draw import Pictures

if TYPE_CHECKING:
    from models.drawing import Pixels


class Finished:
    """Pictures in sRGB, ready to be written."""

    def __init__(self, pixels: "list[Pixels]") -> None:
        self.pixels = pixels


@task(
    name="finish-pictures",
    description="Tone-map what is scene-linear, and round to eight bits.",
    persist_result=False,
    cache_policy=NO_CACHE,
)
def finish_pictures(pictures: Pictures) -> Finished:
    """The pictures as sRGB."""
    import numpy as np  # noqa: PLC0415 - arrays where they are used

    from models.hdr.tone_map import tone_map  # noqa: PLC0415

    if pictures.drawn.transfer == "linear":
        return Finished([tone_map(radiance) for radiance in pictures.drawn.pixels])
    return Finished([np.asarray(np.round(np.clip(srgb, 0, 1) * 255), np.uint8) for srgb in pictures.drawn.pixels])
