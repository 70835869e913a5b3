"""From what a model drew to pictures for an ordinary screen."""

from typing import TYPE_CHECKING

from prefect import task
from prefect.cache_policies import NO_CACHE

from tasks.image.draw import Pictures

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from models.drawing import Pixels


class Finished:
    """Pictures in sRGB ready to be written, and their light where there is some."""

    def __init__(self, pixels: "list[Pixels]", light: "list[NDArray[np.float32]] | None") -> None:
        self.pixels = pixels
        self.light = light


@task(
    name="finish-pictures",
    description="Lay the style over what was drawn, and tone-map what is scene-linear.",
    persist_result=False,
    cache_policy=NO_CACHE,
)
def finish_pictures(pictures: Pictures, style_name: str | None) -> Finished:
    """The pictures as sRGB, in a style if one is named."""
    import numpy as np  # noqa: PLC0415 - arrays where they are used

    from models.hdr.tone_map import tone_map  # noqa: PLC0415 - where light is shown
    from models.styles import grade, grade_light, style  # noqa: PLC0415 - where a style is laid over

    named = style(style_name) if style_name else None
    light = None
    if pictures.drawn.transfer == "linear":
        light = [grade_light(radiance, named) if named else radiance for radiance in pictures.drawn.pixels]
        pixels = [tone_map(radiance) for radiance in light]
    else:
        pixels = [np.asarray(np.round(np.clip(srgb, 0, 1) * 255), np.uint8) for srgb in pictures.drawn.pixels]
    return Finished([grade(each, named) for each in pixels] if named else pixels, light)
