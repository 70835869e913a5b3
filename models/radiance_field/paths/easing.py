"""How a move starts and stops: curves from 0 to 1 over a share of the path from 0 to 1."""

from collections.abc import Callable
from math import cos, pi
from typing import Final, Literal

Ease = Literal["linear", "in", "out", "in_out", "sine"]

EASES: Final[dict[Ease, Callable[[float], float]]] = {
    "linear": lambda share: share,
    "in": lambda share: share**3,
    "out": lambda share: 1 - (1 - share) ** 3,
    "in_out": lambda share: share**3 * (10 + share * (6 * share - 15)),  # Perlin's: at rest at both ends
    "sine": lambda share: (1 - cos(pi * share)) / 2,
}
