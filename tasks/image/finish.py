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
def finish_pictures(pictures: Pictures, style_name: str | None, *, seamless: bool = False) -> Finished:
    """The pictures as sRGB, in a style if one is named, with edges that meet if wanted."""
    import numpy as np  # noqa: PLC0415 - arrays where they are used

    from models.hdr.tone_map import tone_map  # noqa: PLC0415 - where light is shown
    from models.pbr.seamless import make_seamless  # noqa: PLC0415
    from models.styles import grade, grade_light, style  # noqa: PLC0415 - where a style is laid over

    named = style(style_name) if style_name else None
    light = None
    if pictures.drawn.transfer == "linear":
        light = [grade_light(radiance, named) if named else radiance for radiance in pictures.drawn.pixels]
        light = [_seamless_light(radiance) for radiance in light] if seamless else light
        pixels = [tone_map(radiance) for radiance in light]
    else:
        drawn = [make_seamless(srgb) for srgb in pictures.drawn.pixels] if seamless else pictures.drawn.pixels
        pixels = [np.asarray(np.round(np.clip(srgb, 0, 1) * 255), np.uint8) for srgb in drawn]
    return Finished([grade(each, named) for each in pixels] if named else pixels, light)


def _seamless_light(radiance: "NDArray[np.float32]") -> "NDArray[np.float32]":
    """Blended as the eye sees light, so that a lamp is not smeared over the edge."""
    from models.embedded_image.light import decode_light, encode_light  # noqa: PLC0415 - arrays where they are used
    from models.pbr.seamless import make_seamless  # noqa: PLC0415

    low, high = -1.0, 1.8  # what codes of light lie between
    return decode_light(make_seamless((encode_light(radiance) - low) / (high - low)) * (high - low) + low)
