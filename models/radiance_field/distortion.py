"""Lens distortion: Brown and Conrady's model, as OpenCV and COLMAP's OPENCV camera have it."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

_ROUNDS = 12  # of the fixed point; lenses of phones and cameras are settled after five


@dataclass(frozen=True)
class Distortion:
    """Coefficients on image coordinates in units of the focal length, y down; all 0 for a pinhole.

    Attributes:
        k1: Radial, of the square.
        k2: Radial, of the fourth power.
        k3: Radial, of the sixth power.
        p1: Tangential.
        p2: Tangential.
    """

    k1: float = 0.0
    k2: float = 0.0
    k3: float = 0.0
    p1: float = 0.0
    p2: float = 0.0

    @property
    def is_none(self) -> bool:
        """Whether straight lines stay straight."""
        return not any((self.k1, self.k2, self.k3, self.p1, self.p2))

    def applied(self, straight: NDArray[Any]) -> NDArray[Any]:
        """Where the lens puts points (…, 2) of the straight picture."""
        if self.is_none:
            return straight
        x, y = straight[..., 0], straight[..., 1]
        square = x * x + y * y
        radial = 1 + square * (self.k1 + square * (self.k2 + square * self.k3))
        return np.stack(
            (
                x * radial + 2 * self.p1 * x * y + self.p2 * (square + 2 * x * x),
                y * radial + self.p1 * (square + 2 * y * y) + 2 * self.p2 * x * y,
            ),
            -1,
        )

    def undone(self, seen: NDArray[Any]) -> NDArray[Any]:
        """The points (…, 2) of the straight picture that the lens put here."""
        straight = seen
        if self.is_none:
            return straight
        for _ in range(_ROUNDS):
            straight = straight + (seen - self.applied(straight))
        return straight


PINHOLE: Final = Distortion()
"""A lens that distorts nothing."""
