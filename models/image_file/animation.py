"""Pictures in a row as one file that every browser plays."""

import io
from collections.abc import Iterable

from models.drawing import Pixels


def write_animation(frames: Iterable[Pixels], frames_per_second: float = 24.0) -> bytes:
    """An animated WebP that starts again at its end; frames of one size, at least one.

    Raises:
        ValueError: There is no frame.
    """
    from PIL import Image  # noqa: PLC0415 - Pillow where a picture is written

    first, *rest = (Image.fromarray(frame) for frame in frames)
    stream = io.BytesIO()
    first.save(
        stream,
        "WEBP",
        save_all=True,
        append_images=rest,
        duration=round(1000 / frames_per_second),
        loop=0,
        quality=85,
        method=4,
    )
    return stream.getvalue()
