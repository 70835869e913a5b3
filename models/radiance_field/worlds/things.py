"""Things that a prompt can name, each built of solids that stand on the ground."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from models.radiance_field.worlds.colours import colour
from models.radiance_field.worlds.material import Material
from models.radiance_field.worlds.solid import Solid

Build = Callable[[float, Material], list[Solid]]
"""From half the extent and a material to the solids that stand at x = y = 0 on z = 0."""


@dataclass(frozen=True)
class Shape:
    """One kind of thing.

    Attributes:
        usual: Its colour where none is said; None for one by chance.
        height: In multiples of half its extent.
    """

    build: Build
    usual: str | None = None
    height: float = 2.0


def _one(kind: str, a: float, b: float, c: float, middle: float, turn: tuple[float, float] = (0.0, 0.0)) -> Build:
    def build(r: float, material: Material) -> list[Solid]:
        return [Solid(kind, (0, 0, middle * r), (a * r, b * r, c * r), material, turn)]

    return build


def _tree(r: float, material: Material) -> list[Solid]:
    trunk = Material(colour("brown"))
    crown = [
        Solid("cone", (0, 0, z * r), (wide * r, 0.12 * wide * r, half * r), material)
        for z, wide, half in ((0.95, 0.72, 0.45), (1.5, 0.56, 0.42), (2.05, 0.38, 0.4))
    ]
    return [Solid("cylinder", (0, 0, 0.3 * r), (0.13 * r, 0, 0.3 * r), trunk), *crown]


def _tower(r: float, material: Material) -> list[Solid]:
    walls = replace(material, pattern="windows", second=(1.0, 0.72, 0.36), cell=0.22 * r, glow=max(material.glow, 2.0))
    tip = Material((1.0, 0.1, 0.06), glow=6.0)
    return [
        Solid("box", (0, 0, 0.9 * r), (0.62 * r, 0.62 * r, 0.9 * r), walls),
        Solid("box", (0, 0, 2.2 * r), (0.44 * r, 0.44 * r, 0.45 * r), walls),
        Solid("cone", (0, 0, 3.0 * r), (0.1 * r, 0.02 * r, 0.4 * r), replace(material, gloss=0.8, metal=1.0)),
        Solid("sphere", (0, 0, 3.42 * r), (0.05 * r, 0, 0), tip),
    ]


def _house(r: float, material: Material) -> list[Solid]:
    walls = replace(material, pattern="windows", second=(1.0, 0.7, 0.35), cell=0.5 * r, glow=max(material.glow, 1.5))
    return [
        Solid("box", (0, 0, 0.5 * r), (0.75 * r, 0.6 * r, 0.5 * r), walls),
        Solid("octahedron", (0, 0, 1.0 * r), (1.25 * r, 1.1 * r, 0.75 * r), Material(colour("red"))),
        Solid("box", (0.4 * r, 0.2 * r, 1.5 * r), (0.1 * r, 0.1 * r, 0.3 * r), Material(colour("brown"))),
    ]


def _snowman(r: float, material: Material) -> list[Solid]:
    coal = Material(colour("black"), gloss=0.4)
    return [
        Solid("sphere", (0, 0, 0.52 * r), (0.55 * r, 0, 0), material),
        Solid("sphere", (0, 0, 1.3 * r), (0.4 * r, 0, 0), material),
        Solid("sphere", (0, 0, 1.88 * r), (0.28 * r, 0, 0), material),
        Solid("cylinder", (0, 0, 2.13 * r), (0.36 * r, 0, 0.03 * r), coal),
        Solid("cylinder", (0, 0, 2.32 * r), (0.22 * r, 0, 0.2 * r), coal),
        Solid("cone", (0, -0.38 * r, 1.9 * r), (0.06 * r, 0, 0.16 * r), Material(colour("orange")), (0, 1.571)),
        *(Solid("sphere", (x * r, -0.25 * r, 1.98 * r), (0.04 * r, 0, 0), coal) for x in (-0.1, 0.1)),
        *(Solid("sphere", (0, -0.4 * r, z * r), (0.045 * r, 0, 0), coal) for z in (1.25, 1.42)),
    ]


def _rocket(r: float, material: Material) -> list[Solid]:
    trim = Material(colour("red"), gloss=0.7)
    return [
        Solid("cylinder", (0, 0, 1.15 * r), (0.36 * r, 0, 0.75 * r), replace(material, gloss=max(material.gloss, 0.7))),
        Solid("cone", (0, 0, 2.3 * r), (0.36 * r, 0.02 * r, 0.42 * r), trim),
        *(
            Solid("box", (x * r, y * r, 0.55 * r), (0.24 * r, 0.04 * r, 0.3 * r), trim, (turn, 0))
            for x, y, turn in ((0.45, 0, 0), (-0.45, 0, 0), (0, 0.45, 1.571), (0, -0.45, 1.571))
        ),
        Solid("cone", (0, 0, 0.2 * r), (0.1 * r, 0.26 * r, 0.22 * r), Material((1.0, 0.5, 0.12), glow=8.0)),
        Solid("sphere", (0, -0.3 * r, 1.5 * r), (0.15 * r, 0, 0), Material((0.1, 0.25, 0.4), gloss=1.0)),
    ]


def _mushroom(r: float, material: Material) -> list[Solid]:
    stem, cap = Material(colour("white")), replace(material, gloss=max(material.gloss, 0.6))
    return [
        Solid("cone", (0, 0, 0.45 * r), (0.3 * r, 0.2 * r, 0.45 * r), stem),
        Solid("octahedron", (0, 0, 0.85 * r), (0.95 * r, 0.95 * r, 0.1 * r), stem),
        Solid("cone", (0, 0, 1.15 * r), (0.9 * r, 0.3 * r, 0.28 * r), cap),
        Solid("sphere", (0, 0, 1.25 * r), (0.36 * r, 0, 0), cap),
        *(Solid("sphere", (x * r, y * r, 1.2 * r), (0.11 * r, 0, 0), stem)
          for x, y in ((0.5, 0.2), (-0.42, 0.32), (0.05, -0.55), (-0.4, -0.35), (0.2, 0.5))),
    ]  # fmt: skip


def _lamp(r: float, material: Material) -> list[Solid]:
    iron = Material(colour("black"), gloss=0.6)
    return [
        Solid("cylinder", (0, 0, 0.05 * r), (0.3 * r, 0, 0.05 * r), iron),
        Solid("cylinder", (0, 0, 1.1 * r), (0.06 * r, 0, 1.1 * r), iron),
        Solid(
            "sphere",
            (0, 0, 2.35 * r),
            (0.3 * r, 0, 0),
            replace(material, colour=(1.0, 0.62, 0.2), glow=max(material.glow, 25.0)),
        ),
    ]


SHAPES: Final = {
    "ball": Shape(_one("sphere", 1, 0, 0, 1)),
    "cube": Shape(_one("box", 0.8, 0.8, 0.8, 0.8, (0.5, 0)), height=1.6),
    "cylinder": Shape(_one("cylinder", 0.65, 0, 0.9, 0.9), height=1.8),
    "cone": Shape(_one("cone", 0.85, 0, 1, 1)),
    "ring": Shape(_one("torus", 0.74, 0, 0.24, 0.98, (0.4, 1.571))),
    "diamond": Shape(_one("octahedron", 0.72, 0.72, 1.05, 1.05, (0.4, 0)), height=2.1),
    "pyramid": Shape(_one("octahedron", 1.1, 1.1, 1.3, 0, (0.8, 0)), height=1.3),
    **{
        name: Shape(_one(name, 1, 0.22, 1, 0.98, (0.35, 0)))
        for name in ("circle", "square", "triangle", "star", "heart", "cross")
    },
    "tree": Shape(_tree, "green", 2.5),
    "tower": Shape(_tower, "gray", 3.45),
    "house": Shape(_house, "white", 1.8),
    "snowman": Shape(_snowman, "white", 2.5),
    "rocket": Shape(_rocket, "white", 2.7),
    "mushroom": Shape(_mushroom, "red", 1.6),
    "lamp": Shape(_lamp, "yellow", 2.65),
}
