"""A city: blocks of houses along streets; in the future with neon, a wet street and traffic in the air."""

from dataclasses import replace
from typing import Final

import numpy as np

from models.radiance_field.worlds.material import Colour, Material
from models.radiance_field.worlds.motion import Motion
from models.radiance_field.worlds.scenery.scenery import Scenery
from models.radiance_field.worlds.solid import Solid

_BLOCK: Final = 0.4
_NEON: Final[tuple[Colour, ...]] = ((0.02, 0.75, 1.0), (1.0, 0.05, 0.55), (0.55, 0.1, 1.0), (0.1, 1.0, 0.6))
_WALLS: Final[tuple[Colour, ...]] = ((0.36, 0.34, 0.33), (0.45, 0.38, 0.31), (0.28, 0.31, 0.36), (0.5, 0.5, 0.5))
_LAMPLIGHT: Final[tuple[Colour, ...]] = ((1.0, 0.7, 0.34), (1.0, 0.82, 0.55), (0.7, 0.85, 1.0))


def city(chance: np.random.Generator, futuristic: bool, dark: bool, open_middle: bool) -> Scenery:
    """A city of some forty houses, the highest in its middle.

    Args:
        dark: Whether lamps are on.
        open_middle: Whether to leave a square in the middle for things.
    """
    solids: list[Solid] = []
    for column in range(-4, 4):
        for row in range(-4, 4):
            x, y = (column + 0.5) * _BLOCK, (row + 0.5) * _BLOCK  # streets along both axes: a camera can fly through
            out = float(np.hypot(x, y))
            if out > 1.45 or (open_middle and out < 0.6):
                continue
            solids += _house(x, y, out, chance, futuristic, dark)
    if futuristic:
        solids += _traffic(chance)
    ground = Material((0.035, 0.037, 0.043), gloss=0.9) if futuristic else Material((0.16, 0.16, 0.165), gloss=0.15)
    return Scenery(tuple(solids), ground, room=0.5, centre=(0.0, 0.0, 0.5), radius=1.65)


def _house(
    x: float, y: float, out: float, chance: np.random.Generator, futuristic: bool, dark: bool
) -> list[Solid]:  # fmt: skip
    tall = (1.25 if futuristic else 0.85) * np.exp(-((out / 1.0) ** 2)) + 0.22
    height = min(float(tall * chance.uniform(0.55, 1.25)), 1.25)
    wide = float(chance.uniform(0.1, 0.145))
    lamplight = (
        _NEON[int(chance.integers(4))] if futuristic and chance.random() < 0.25 else _LAMPLIGHT[int(chance.integers(3))]
    )
    tone = np.array(_WALLS[int(chance.integers(4))]) * (0.35 if futuristic else 1.0)
    walls = Material(
        (float(tone[0]), float(tone[1]), float(tone[2])), lamplight, "windows", 0.052, 0.55 if futuristic else 0.1,
        glow=(2.6 if futuristic else 1.8) if dark else 0.0,
    )  # fmt: skip
    x, y = x + float(chance.uniform(-0.03, 0.03)), y + float(chance.uniform(-0.03, 0.03))
    round_one = futuristic and chance.random() < 0.22
    if round_one:
        parts = [Solid("cylinder", (x, y, height / 2), (wide, 0, height / 2), walls)]
    else:
        parts = [Solid("box", (x, y, height / 2), (wide, wide * float(chance.uniform(0.8, 1)), height / 2), walls)]
        if height > 0.55 and chance.random() < 0.6:
            more = height * float(chance.uniform(0.15, 0.3))
            parts.append(Solid("box", (x, y, height + more / 2), (wide * 0.66, wide * 0.6, more / 2), walls))
            height += more
    if futuristic:
        parts += _neon(x, y, wide, height, round_one, chance)
    return parts


def _neon(
    x: float, y: float, wide: float, height: float, round_one: bool, chance: np.random.Generator
) -> list[Solid]:  # fmt: skip
    shine = Material(_NEON[int(chance.integers(4))], glow=float(chance.uniform(3, 7)))
    kind = chance.random()
    if round_one:
        return [
            Solid("torus", (x, y, height * level), (wide * 1.06, 0, 0.009), shine)
            for level in (0.35, 0.7, 0.99)[: 1 + int(chance.integers(3))]
        ]
    if kind < 0.3:  # a tube up one of its edges
        return [Solid("cylinder", (x + wide, y - wide, height * 0.5), (0.009, 0, height * 0.48), shine)]
    if kind < 0.55 and height > 0.5:  # a mast with a lamp
        mast = Solid(
            "cone", (x, y, height + 0.09), (0.014, 0.003, 0.09), Material((0.3, 0.3, 0.32), gloss=0.8, metal=1.0)
        )
        return [mast, Solid("sphere", (x, y, height + 0.19), (0.014, 0, 0), replace(shine, colour=(1.0, 0.08, 0.05)))]
    if kind < 0.8:  # a sign along its front
        side = 1.0 if chance.random() < 0.5 else -1.0
        tall = height * float(chance.uniform(0.15, 0.3))
        return [Solid("box", (x + side * wide, y, height * 0.62), (0.012, wide * 0.3, tall), shine)]
    return []


def _traffic(chance: np.random.Generator) -> list[Solid]:
    """Cars in the air that go around, one way on each level."""
    cars = []
    for number in range(10):
        turn, level = float(chance.random() * 2 * np.pi), 0.22 + 0.16 * (number % 5)
        out = (0.6, 1.0, 1.4)[number % 3]
        way = 1.0 if number % 2 else -1.0
        shine = Material((1.0, 0.9, 0.7) if way > 0 else (1.0, 0.12, 0.06), glow=7.0)
        place = (out * float(np.cos(turn)), out * float(np.sin(turn)), level)
        cars.append(Solid("box", place, (0.016, 0.042, 0.012), shine, (turn, 0), Motion(orbits=way)))
    return cars
