"""A camera path: a move, how it starts and stops, and what shutter, lens and hand make of it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import gcd
from typing import Final

from models.radiance_field.camera import Camera
from models.radiance_field.paths.easing import EASES, Ease
from models.radiance_field.paths.lens import Lens
from models.radiance_field.paths.moves import Dolly, DollyZoom, Orbit
from models.radiance_field.paths.shake import Shake
from models.radiance_field.paths.spline import Spline
from models.radiance_field.paths.view import BrokenPath, check_angle, check_number, nearer

Move = Orbit | Dolly | DollyZoom | Spline
MOST_FRAMES: Final = 100_000
MOST_SAMPLES: Final = 64
_LARGEST: Final = 16_384


@dataclass(frozen=True)
class CameraPath:
    """How a camera moves.

    Attributes:
        zoom: How many times longer the focal length is at the end than the move has it: a focal pull; 1 for none.
        shutter: Degrees of the frame's time that the shutter is open: 180 as in film, 0 for no motion blur.
        samples: Instants and points of the lens that one frame is averaged from; 1 is sharp.
        times: The moving scene's time at the start and at the end.
    """

    move: Move
    ease: Ease = "linear"
    zoom: float = 1.0
    shake: Shake | None = None
    shutter: float = 0.0
    lens: Lens | None = None
    samples: int = 1
    times: tuple[float, float] = (0.0, 1.0)

    def __post_init__(self) -> None:
        """Refuse what no camera can do.

        Raises:
            BrokenPath: A number is out of bounds, or a blur has no samples to be made of.
        """
        if self.ease not in EASES:
            raise BrokenPath(f"an ease is one of {', '.join(EASES)}")
        check_number(self.zoom, "a zoom", 0.02, 50)
        if self.zoom != 1 and isinstance(self.move, DollyZoom):
            raise BrokenPath("a dolly zoom sets the focal length itself; leave the zoom at 1")
        check_number(self.shutter, "a shutter's angle in degrees", 0, 360)
        if not 1 <= self.samples <= MOST_SAMPLES:
            raise BrokenPath(f"a frame is averaged from 1 to {MOST_SAMPLES} samples")
        if self.samples == 1 and (self.shutter > 0 or (self.lens is not None and self.lens.opening > 0)):
            raise BrokenPath("motion blur and depth of field need several samples a frame; 8 to 32 look smooth")
        for time in self.times:
            check_number(time, "a scene's time", 0, 1)


@dataclass(frozen=True, eq=False)
class Shot:
    """One frame: the average of what its cameras see, a single one where nothing is blurred.

    Attributes:
        camera: In the middle of the frame's time and of the lens.
        cameras: All.
    """

    camera: Camera
    cameras: tuple[Camera, ...]


def cameras(path: CameraPath, frames: int, width: int, height: int) -> Iterator[Shot]:
    """The shots of a film along a path, first to last.

    A path that closes does not show its first view again at the end, so that the film can be repeated.

    Args:
        width: Of the picture in pixels.

    Raises:
        BrokenPath: At once, where frames or sizes are out of bounds; at a shot, where its lens gets wider than there is
            or it looks straight up or down.
    """
    if not 1 <= frames <= MOST_FRAMES:
        raise BrokenPath(f"a path has 1 to {MOST_FRAMES:,} frames")
    if not (1 <= width <= _LARGEST and 1 <= height <= _LARGEST):
        raise BrokenPath(f"a picture has 1 to {_LARGEST:,} pixels along each side")
    return (_shot(path, number, frames, width, height) for number in range(frames))


def _shot(path: CameraPath, number: int, frames: int, width: int, height: int) -> Shot:
    steps = frames if path.move.closes else max(1, frames - 1)
    share, opened = number / steps, path.shutter / 360 / steps
    middle = _camera(path, share, width, height)
    if path.samples == 1:
        return Shot(middle, (middle,))
    several = []
    for sample in range(path.samples):
        instant = share + opened * ((sample + 0.5) / path.samples - 0.5)
        camera = _camera(path, instant, width, height)
        if path.lens is not None:
            camera = path.lens.through(camera, _eased(path, instant), _mixed(sample, path.samples), path.samples)
        several.append(camera)
    return Shot(middle, tuple(several))


def _mixed(sample: int, count: int) -> int:
    """Another order of the samples, so that the lens's points do not go outwards with time."""
    step = next(step for step in range(int(0.618 * count), count + 1) if step and gcd(step, count) == 1)
    return sample * step % count


def _eased(path: CameraPath, share: float) -> float:
    """Where along the move the camera is; a path that closes goes on, another stays within."""
    if path.move.closes and not 0 <= share <= 1:
        share %= 1
    return EASES[path.ease](min(max(share, 0.0), 1.0))


def _camera(path: CameraPath, share: float, width: int, height: int) -> Camera:
    along = _eased(path, share)
    view = path.move.at(along)
    angle = nearer(view.angle, path.zoom**along)
    check_angle(angle)
    pose = view.pose if path.shake is None else path.shake.shaken(view.pose, share)
    # The scene's time runs evenly, however the camera eases.
    even = share % 1 if path.move.closes else min(max(share, 0.0), 1.0)
    time = path.times[0] + (path.times[1] - path.times[0]) * even
    return replace(view, pose=pose, angle=angle).camera(width, height, time)
