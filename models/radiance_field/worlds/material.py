"""What a surface is made of: its colour, its pattern, how it mirrors and how it glows."""

from dataclasses import dataclass, field
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

Colour = tuple[float, float, float]
Pattern = Literal["plain", "checker", "stripes", "windows"]
PATTERNS: Final[tuple[Pattern, ...]] = ("plain", "checker", "stripes", "windows")


@dataclass(frozen=True)
class Material:
    """A surface.

    Attributes:
        colour: Linear BT.709 reflectance, 0 to 1.
        second: The pattern's other colour; windows that are lit have it.
        pattern: In the solid's own axes. A checker and stripes have `cell` as their width.
        cell: Width of one square, stripe or window, in the world's units.
        gloss: 0 matte to 1 like glass: how sharp its highlights are, and how much it mirrors at a glancing angle.
        metal: 0 paint, 1 metal: whether it mirrors in its own colour.
        glow: Light that it sends out itself, in multiples of diffuse white times its colour (windows: their second).
    """

    colour: Colour
    second: Colour = (0.0, 0.0, 0.0)
    pattern: Pattern = "plain"
    cell: float = 0.25
    gloss: float = 0.0
    metal: float = 0.0
    glow: float = 0.0


@dataclass(frozen=True, eq=False)
class Surfaces:
    """What points (n,) of surfaces are made of.

    Attributes:
        colour: (n, 3) reflectance.
        glow: (n, 3) light sent out.
        gloss: (n,)
        metal: (n,)
    """

    colour: NDArray[np.float32]
    glow: NDArray[np.float32]
    gloss: NDArray[np.float32]
    metal: NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Materials:
    """Several materials as arrays, one row each."""

    all: tuple[Material, ...]
    _rows: dict[str, NDArray[np.float32]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        """Lay the materials out as arrays."""
        for name in ("colour", "second", "cell", "gloss", "metal", "glow"):
            self._rows[name] = np.array([getattr(one, name) for one in self.all], np.float32)
        self._rows["pattern"] = np.array([PATTERNS.index(one.pattern) for one in self.all], np.float32)

    def at(self, which: NDArray[np.intp], places: NDArray[np.float32], normals: NDArray[np.float32]) -> Surfaces:
        """The surfaces at places (n, 3) with normals (n, 3), both in the solids' own axes."""
        colour, second = self._rows["colour"][which], self._rows["second"][which]
        pattern, cell = self._rows["pattern"][which], self._rows["cell"][which]
        glow = colour * self._rows["glow"][which][:, None]
        gloss = self._rows["gloss"][which].copy()
        for number, name in enumerate(PATTERNS[1:], 1):
            rows = np.flatnonzero(pattern == number)
            if not len(rows):
                continue
            chosen = _CHOSEN[name](places[rows] / cell[rows, None], normals[rows], which[rows])
            if name == "windows":
                lit = self._rows["glow"][which[rows]][:, None] * second[rows]
                glow[rows] = lit * np.maximum(chosen - 1, 0)[:, None]
                glass = chosen > 0
                gloss[rows] = np.where(glass, 0.9, gloss[rows])
                colour[rows] *= np.where(glass, 0.25, 1.0)[:, None]
            else:
                colour[rows] += (second[rows] - colour[rows]) * chosen[:, None]
        return Surfaces(colour, glow, gloss, self._rows["metal"][which])


def _checker(places: NDArray[np.float32], _normals: NDArray[np.float32], _which: object) -> NDArray[np.float32]:
    # A little off the grid, so that a face that lies on it does not flicker between two squares.
    return np.asarray(np.floor(places[:, :2] + 1e-3).sum(-1) % 2, np.float32)


def _stripes(places: NDArray[np.float32], _normals: NDArray[np.float32], _which: object) -> NDArray[np.float32]:
    return np.asarray(np.floor(places[:, 2] + 1e-3) % 2, np.float32)


def _windows(places: NDArray[np.float32], normals: NDArray[np.float32], which: NDArray[np.intp]) -> NDArray[np.float32]:
    """0 for wall, 1 for dark glass, and above 1 for lit glass: 1 and its brightness, 0 to 1."""
    facing = np.abs(normals[:, 0]) > np.abs(normals[:, 1])
    along = np.where(facing, places[:, 1], places[:, 0])
    column, row = np.floor(along), np.floor(places[:, 2])
    within = (np.abs(along - column - 0.5) < 0.34) & (np.abs(places[:, 2] - row - 0.5) < 0.3)
    side = np.where(facing, np.sign(normals[:, 0]), 2 * np.sign(normals[:, 1]))
    chance = scattered(column, row, side + 7 * which)
    lit = np.where(chance < 0.42, 0.25 + 0.75 * scattered(row, column, side), 0.0)
    return np.where(within & (np.abs(normals[:, 2]) < 0.5), 1 + lit, 0).astype(np.float32)


def scattered(*numbers: NDArray[np.generic] | float) -> NDArray[np.float64]:
    """A number from 0 to 1 that looks like chance, the same each time for the same whole numbers."""
    mixed = np.zeros((), np.int64)
    for number, prime in zip(numbers, (73_856_093, 19_349_663, 83_492_791), strict=False):
        mixed = mixed ^ (np.asarray(number).astype(np.int64) * prime)
    mixed = (mixed ^ (mixed >> 13)) * 1_274_126_177 & 0x7FFF_FFFF
    mixed = (mixed ^ (mixed >> 15)) * 668_265_263 & 0x7FFF_FFFF
    return mixed / float(0x7FFF_FFFF)


_CHOSEN: Final = {"checker": _checker, "stripes": _stripes, "windows": _windows}
