"""The pictures of a capture in light, small enough to learn from."""

import warnings
from pathlib import Path
from typing import Final, get_args

import numpy as np
from numpy.typing import NDArray

from models.radiance_field.camera import Camera
from models.radiance_field.captures.capture import BrokenCapture, Capture, Split, View
from models.radiance_field.picture import Picture

_MOST_PIXELS: Final = 100_000_000
"""Of all pictures together once they are smaller: 1.6 GB."""


def pictures(capture: Capture, longest: int = 800) -> dict[Split, tuple[Picture, ...]]:
    """Read all pictures of a capture, by split; the splits it lacks are empty.

    Values are taken for sRGB and decoded to linear light. Alpha is used where a file has it; light is multiplied by it.
    A picture that is longer than `longest` on a side becomes smaller by averaging light over areas, its camera with it.
    Exif orientation is not applied, as the tools that find cameras do not apply it.

    Args:
        longest: Pixels of the longer side at most.

    Raises:
        BrokenCapture: A picture can't be read or is not of its camera's size, or all are more than 100 million pixels.
    """
    total = sum(np.prod(_size(view.camera, longest)) for view in capture.views)
    if total > _MOST_PIXELS:
        raise BrokenCapture(
            f"{len(capture.views)} pictures of at most {longest} pixels on a side are {total:,} pixels; at most "
            f"{_MOST_PIXELS:,} are read: choose a smaller side, or give fewer pictures"
        )
    return {split: tuple(_read(view, longest) for view in capture.of(split)) for split in get_args(Split)}


def _size(camera: Camera, longest: int) -> tuple[int, int]:
    """Width and height, no longer than allowed."""
    factor = min(longest / max(camera.width, camera.height), 1.0)
    return max(round(camera.width * factor), 1), max(round(camera.height * factor), 1)


def _read(view: View, longest: int) -> Picture:
    camera = view.camera
    light = _light(view.picture, (camera.width, camera.height))
    width, height = _size(camera, longest)
    return Picture(camera.scaled(width, height), _averaged(light, width, height))


def _light(file: Path, size: tuple[int, int]) -> NDArray[np.float32]:
    """(height, width, 4) linear and premultiplied."""
    from PIL import Image, UnidentifiedImageError  # noqa: PLC0415 - loaded where a picture is read

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(file, formats=["PNG", "JPEG", "WEBP"]) as opened:
                if opened.size != size:
                    raise BrokenCapture(f"{file.name} is {opened.size} pixels, its camera is for {size}")
                if opened.mode.startswith("I"):  # 16 bits of grey, which Pillow would cut rather than scale
                    raise BrokenCapture(f"{file.name} has 16 bits of grey; pictures of 8 bits a channel are read")
                values = np.asarray(opened.convert("RGBA"))
    except (UnidentifiedImageError, Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise BrokenCapture(f"{file.name} is no PNG, JPEG or WebP picture of a size that is read") from error
    except (OSError, SyntaxError, ValueError) as error:
        if isinstance(error, BrokenCapture):
            raise
        raise BrokenCapture(f"{file.name} is cut off or damaged") from error
    code = np.arange(256) / 255
    linear = np.where(code <= 0.04045, code / 12.92, ((code + 0.055) / 1.055) ** 2.4).astype(np.float32)
    alpha = (values[..., 3:] / 255).astype(np.float32)
    return np.concatenate((linear[values[..., :3]] * alpha, alpha), -1)


def _averaged(light: NDArray[np.float32], width: int, height: int) -> NDArray[np.float32]:
    """The mean over each new pixel's area, in light."""
    from PIL import Image  # noqa: PLC0415 - loaded where a picture is read

    if light.shape[:2] == (height, width):
        return light
    channels = [
        np.asarray(
            Image.fromarray(np.ascontiguousarray(light[..., channel])).resize((width, height), Image.Resampling.BOX)
        )
        for channel in range(4)
    ]
    return np.stack(channels, -1)
