"""All rays of the training's pictures, from which each step draws some."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from models.radiance_field.field.box import Box
from models.radiance_field.picture import Picture


@dataclass(frozen=True, eq=False)
class Rays:
    """n rays and what their pixels show.

    Attributes:
        origins: (n, 3).
        directions: (n, 3) of length 1.
        times: (n,).
        light: (n, 4) scene-linear, premultiplied.
    """

    origins: Tensor
    directions: Tensor
    times: Tensor
    light: Tensor

    def __len__(self) -> int:
        return len(self.origins)

    def drawn(self, count: int, generator: torch.Generator, device: torch.device) -> "Rays":
        """Some of them at random, with replacement."""
        chosen = torch.randint(len(self), (count,), generator=generator)
        origins, directions, times, light = (
            part[chosen].to(device) for part in (self.origins, self.directions, self.times, self.light)
        )
        return Rays(origins, directions, times, light)


def rays_of(pictures: Sequence[Picture], box: Box | None = None) -> Rays:
    """The rays through every pixel of pictures; with a box, only those that meet it.

    Raises:
        ValueError: There are none.
    """
    parts = []
    for picture in pictures:
        origins, directions = (torch.from_numpy(array.reshape(-1, 3)) for array in picture.camera.rays())
        light = torch.from_numpy(np.ascontiguousarray(picture.light.reshape(-1, 4)))
        part = Rays(origins, directions, torch.full((len(origins),), picture.camera.time), light)
        if box is not None:
            near, far = box.chord(origins, directions)
            met = far > near
            part = Rays(origins[met], directions[met], part.times[met], light[met])
        parts.append(part)
    if not sum(map(len, parts)):
        raise ValueError("no ray of any picture meets the box: it must lie in front of the cameras")
    fields = zip(*((part.origins, part.directions, part.times, part.light) for part in parts), strict=True)
    return Rays(*(torch.cat(values) for values in fields))
