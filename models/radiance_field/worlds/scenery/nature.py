"""Sceneries of nature: forest, mountains, desert, sea and hills, small as on a table."""

from dataclasses import replace

import numpy as np

from models.radiance_field.worlds.clouds import Puff, cumulus
from models.radiance_field.worlds.colours import colour
from models.radiance_field.worlds.material import Colour, Material
from models.radiance_field.worlds.motion import Motion, Place
from models.radiance_field.worlds.scenery.scenery import Scenery
from models.radiance_field.worlds.solid import Solid
from models.radiance_field.worlds.things import SHAPES

_GRASS: Colour = (0.09, 0.2, 0.045)


def forest(chance: np.random.Generator, room: float) -> Scenery:
    """Conifers around a clearing."""
    solids: list[Solid] = []
    places: list[tuple[float, float]] = []
    for _ in range(600):
        x, y = (float(part) for part in chance.uniform(-1.5, 1.5, 2))
        if not room < np.hypot(x, y) < 1.5 or any(np.hypot(x - a, y - b) < 0.27 for a, b in places):
            continue
        places.append((x, y))
        solids += _standing("tree", x, y, float(chance.uniform(0.2, 0.36)), _green(chance))
        if len(places) == 36:
            break
    return Scenery(tuple(solids), Material((0.07, 0.1, 0.035)), room=max(room, 0.3))


def mountains(chance: np.random.Generator, room: float) -> Scenery:
    """Peaks with snow, in a half circle behind a meadow with some trees."""
    solids: list[Solid] = []
    for number in range(14):
        turn = 0.1 * np.pi + 0.8 * np.pi * number / 13 + float(chance.uniform(-0.05, 0.05))
        out = float(chance.uniform(0.85, 1.45))
        height = float(chance.uniform(0.5, 1.1)) * (1.0 if out > 1.1 else 0.55)
        x, y = out * float(np.cos(turn)), out * float(np.sin(turn))
        rock = Material((0.2 * float(chance.uniform(0.8, 1.2)), 0.19, 0.19))
        base = height * 0.55
        solids.append(Solid("cone", (x, y, height * 0.35), (base, base * 0.3, height * 0.35), rock))
        solids.append(
            Solid("cone", (x, y, height * 0.85), (base * 0.305, 0.0, height * 0.152), Material(colour("white")))
        )
    for _ in range(9):
        turn, out = float(chance.uniform(-np.pi, 0)), float(chance.uniform(max(room, 0.6), 1.4))
        solids += _standing("tree", out * float(np.cos(turn)), out * float(np.sin(turn)), 0.14, _green(chance))
    return Scenery(tuple(solids), Material(_GRASS), room=max(room, 0.4), centre=(0.0, 0.1, 0.4))


def desert(chance: np.random.Generator, room: float) -> Scenery:
    """Dunes and three pyramids."""
    sand = Material((0.56, 0.38, 0.19))
    solids = _mounds(chance, sand, max(room, 0.35), 9)
    for x, y, size in ((-0.75, 0.8, 0.42), (0.35, 1.0, 0.3), (0.95, 0.5, 0.2)):
        stone = Material((0.5, 0.36, 0.2), (0.44, 0.31, 0.17), "stripes", 0.05)
        solids += SHAPES["pyramid"].build(size, stone)[:1]
        solids[-1] = replace(solids[-1], place=(x, y, 0))
    return Scenery(tuple(solids), sand, room=max(room, 0.4))


def sea(chance: np.random.Generator, room: float) -> Scenery:
    """An island with trees and a boat that goes around it."""
    solids = [
        Solid("cone", (0.0, 0.0, 0.0), (1.05, 0.62, 0.08), Material((0.6, 0.47, 0.28))),
        Solid("mound", (0.05, 0.1, 0.06), (0.72, 0, 0.14), Material(_GRASS)),
    ]
    for _ in range(7):
        turn, out = float(chance.uniform(0, 2 * np.pi)), float(chance.uniform(max(room * 0.7, 0.2), 0.5))
        solids += _standing("tree", out * float(np.cos(turn)), out * float(np.sin(turn)), 0.15, _green(chance), 0.08)
    sails = Motion(orbits=1)
    solids += [
        Solid("box", (1.25, 0, 0.04), (0.07, 0.17, 0.05), Material(colour("brown")), motion=sails),
        Solid("cylinder", (1.25, 0, 0.25), (0.008, 0, 0.2), Material(colour("brown")), motion=sails),
        Solid("triangle", (1.25, -0.01, 0.28), (0.13, 0.006, 0.17), Material(colour("white")), (1.571, 0), sails),
    ]
    return Scenery(tuple(solids), Material((0.01, 0.07, 0.12), gloss=1.0), room=max(room, 0.35), centre=(0, 0, 0.2))


def hills(chance: np.random.Generator, room: float) -> Scenery:
    """Green mounds, a house and some trees."""
    solids = _mounds(chance, Material(_GRASS), max(room, 0.35), 10)
    solids += _standing("house", -0.55, 0.75, 0.2, colour("white"), 0.02)
    for _ in range(12):
        turn, out = float(chance.uniform(0, 2 * np.pi)), float(chance.uniform(max(room, 0.5), 1.4))
        solids += _standing("tree", out * float(np.cos(turn)), out * float(np.sin(turn)), 0.15, _green(chance), 0.03)
    return Scenery(tuple(solids), Material(_GRASS), room=max(room, 0.4))


def among_clouds(chance: np.random.Generator, flying: bool) -> Scenery:
    """Heap clouds on all sides; where someone flies through them, they pass by."""
    passing = Motion(drift=(-1.2, 0.0, 0.0)) if flying else Motion(bob=0.03)
    clouds: list[Puff] = []
    for number in range(12):
        turn, out = 2.4 * number, 0.35 + 0.36 * np.sqrt(number)
        place = (out * float(np.cos(turn)), out * float(np.sin(turn)), float(chance.uniform(-0.35, 0.45)))
        clouds += cumulus(place, float(chance.uniform(0.35, 0.6)), chance, passing)
    return Scenery((), None, tuple(clouds), room=0.8, centre=(0.0, 0.0, 0.1))


def overhead(chance: np.random.Generator) -> tuple[Puff, ...]:
    """A few small clouds over a scenery."""
    clouds: list[Puff] = []
    for number in range(7):
        turn, out = 2.4 * number + 0.5, 0.3 + 0.42 * np.sqrt(number)
        place = (out * float(np.cos(turn)), out * float(np.sin(turn)), float(chance.uniform(1.2, 1.45)))
        clouds += cumulus(place, float(chance.uniform(0.18, 0.3)), chance, Motion(bob=0.02))
    return tuple(clouds)


def _mounds(chance: np.random.Generator, material: Material, room: float, count: int) -> list[Solid]:
    """Rises of the ground, around the middle."""
    mounds = []
    for number in range(count):
        turn = 2.4 * number + float(chance.uniform(-0.3, 0.3))
        wide, high = float(chance.uniform(0.35, 0.65)), float(chance.uniform(0.1, 0.26))
        out = min(room + wide * 0.8 + float(chance.uniform(0, 0.5)), 1.48 - wide)
        place: Place = (out * float(np.cos(turn)), out * float(np.sin(turn)), 0.0)
        mounds.append(Solid("mound", place, (wide, 0, high), material))
    return mounds


def _green(chance: np.random.Generator) -> Colour:
    bright = float(chance.uniform(0.6, 1.15))
    return 0.045 * bright, 0.17 * bright, 0.05 * bright


def _standing(shape: str, x: float, y: float, radius: float, tone: Colour, lift: float = 0.0) -> list[Solid]:
    parts = SHAPES[shape].build(radius, Material(tone))
    return [replace(part, place=(part.place[0] + x, part.place[1] + y, part.place[2] + lift)) for part in parts]
