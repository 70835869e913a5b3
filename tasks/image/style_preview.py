"""How a style looks: one rendered scene, graded."""

from functools import lru_cache

SIDE = 320


@lru_cache(maxsize=64)
def style_preview(name: str) -> bytes:
    """A WebP picture of a city by the evening in a style; always the same one.

    Raises `UnknownStyle`.
    """
    from models.embedded_image.scenes import Landscape, render  # noqa: PLC0415 - arrays where a picture is made
    from models.hdr.tone_map import tone_map  # noqa: PLC0415
    from models.image_file import write_picture  # noqa: PLC0415
    from models.styles import grade, grade_light, style  # noqa: PLC0415

    named = style(name)
    light = render(Landscape("city", "sunset", "cloudy", seed=12), SIDE, SIDE)
    return write_picture(grade(tone_map(grade_light(light, named)), named), "webp", "")
