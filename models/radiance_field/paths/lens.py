"""A lens with an opening: what is in focus stays where it is while the eye moves over the opening."""

from dataclasses import dataclass, replace
from math import cos, pi, sin, sqrt
from typing import Final

from models.radiance_field.camera import Camera
from models.radiance_field.paths.view import check_number

_GOLDEN: Final = pi * (3 - sqrt(5))


@dataclass(frozen=True)
class Lens:
    """A thin lens.

    Attributes:
        opening: Radius, in the scene's units; the larger, the more blurred is what is out of focus.
        focus: Distance along the axis that is sharp at the start.
        focus_end: At the end: a focus pull; None for the same.
    """

    opening: float
    focus: float
    focus_end: float | None = None

    def __post_init__(self) -> None:
        """Refuse what is no lens.

        Raises:
            BrokenPath: A number is out of bounds.
        """
        check_number(self.opening, "a lens's opening", 0, 1e4)
        check_number(self.focus, "a lens's focus", 1e-3, 1e6)
        if self.focus_end is not None:
            check_number(self.focus_end, "a lens's focus at the end", 1e-3, 1e6)

    def through(self, camera: Camera, share: float, number: int, count: int) -> Camera:
        """The pinhole camera at one of `count` points spread evenly over the opening (a sunflower's seeds)."""
        end = self.focus if self.focus_end is None else self.focus_end
        focus = self.focus + (end - self.focus) * share
        out = self.opening * sqrt((number + 0.5) / count)
        right, up = out * cos(_GOLDEN * number), out * sin(_GOLDEN * number)
        pose = camera.pose.copy()
        pose[:3, 3] += pose[:3, 0] * right + pose[:3, 1] * up
        # The picture shifts by as much as a point in focus would.
        x, y = camera.centre
        centre = (x + camera.focal[0] * right / focus, y - camera.focal[1] * up / focus)
        return replace(camera, pose=pose, centre=centre)
