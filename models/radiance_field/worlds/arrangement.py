"""Where things stand, what they are made of and how they move."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from models.radiance_field.worlds.asked import Thing
from models.radiance_field.worlds.colours import colour
from models.radiance_field.worlds.material import Material
from models.radiance_field.worlds.motion import Motion
from models.radiance_field.worlds.solid import Solid
from models.radiance_field.worlds.things import SHAPES

_RADII: Final = {"small": 0.15, "medium": 0.24, "large": 0.36}
_BY_CHANCE: Final = ("red", "orange", "yellow", "green", "blue", "purple", "pink", "white")
_WARM: Final = {"red", "orange", "yellow", "pink", "brown", "white"}
_ORBIT: Final = 0.95


@dataclass(frozen=True)
class _Single:
    """One thing with its size and place."""

    thing: Thing
    radius: float
    x: float = 0.0
    y: float = 0.0
    z: float = 0.0


def arranged(things: Sequence[Thing], room: float, chance: np.random.Generator) -> list[Solid]:
    """The solids of things that stand within `room` of the middle; those that orbit go around it."""
    singles = [one for thing in things for one in [thing] * thing.count]
    crowded = min(1.0, 2.3 / np.sqrt(max(1, len(singles))) * room / 1.1)
    alone = 1.5 if len(singles) == 1 else 1.0
    sized = [_Single(thing, _RADII[thing.size or "medium"] * min(alone, 1.5) * crowded) for thing in singles]
    usual = {id(thing): str(chance.choice(_BY_CHANCE)) for thing in things}
    first = int(chance.integers(len(_BY_CHANCE)))
    solids: list[Solid] = []
    for number, single in enumerate(_placed(sized, room, chance)):
        by_turns = _BY_CHANCE[(first + number) % len(_BY_CHANCE)]
        name = single.thing.colour or SHAPES[single.thing.shape].usual or usual[id(single.thing)]
        solids += _built(single, by_turns if name == "any" else name, number, chance)
    return solids


def _placed(sized: Sequence[_Single], room: float, chance: np.random.Generator) -> list[_Single]:
    standing = [one for one in sized if "orbit" not in one.thing.motions]
    orbiting = [one for one in sized if "orbit" in one.thing.motions]
    placed = [
        replace(one, x=_ORBIT * room * float(np.cos(turn)), y=_ORBIT * room * float(np.sin(turn)), z=0.12)
        for one, turn in zip(orbiting, np.linspace(0, 2 * np.pi, len(orbiting), endpoint=False) - 0.9, strict=True)
    ]
    inner = room * (0.5 if orbiting else 1.0)
    spots: list[_Single] = []
    for number, one in enumerate(standing):
        if number and standing[number - 1].thing.upon and standing[number - 1].thing is not one.thing:
            below = spots[-1]
            spots.append(replace(one, x=below.x, y=below.y))
            lift = SHAPES[one.thing.shape].height * one.radius
            spots[-2] = replace(below, z=lift)
        elif not number:
            middle = sum(not other.thing.upon for other in standing) == 1 or one.thing.size == "large"
            spots.append(one if middle else _free(one, spots, inner, chance))
        else:
            spots.append(_free(one, spots, inner, chance))
    return [*placed, *spots]


def _free(one: _Single, taken: Sequence[_Single], room: float, chance: np.random.Generator) -> _Single:
    """The place furthest from all others among some by chance."""
    best, most = one, -np.inf
    for _ in range(40):
        turn, out = chance.random() * 2 * np.pi, np.sqrt(chance.random()) * max(room - one.radius, 0.05)
        x, y = float(out * np.cos(turn)), float(out * np.sin(turn))
        free = min((np.hypot(x - o.x, y - o.y) - o.radius - one.radius for o in taken), default=1.0)
        if free > most:
            best, most = replace(one, x=x, y=y), free
        if free > 0.12 and taken:
            break
    return best


def material(thing: Thing, name: str) -> Material:
    """What a thing is made of."""
    made = Material(colour(name), gloss=0.12)
    match thing.finish:
        case "shiny":
            made = replace(made, gloss=0.85)
        case "metal":
            made = replace(made, gloss=0.95, metal=1.0)
        case "glowing":
            # Purer than as paint: light of many times white keeps its hue on a screen only so.
            r, g, b = (part * part / max(made.colour) for part in made.colour)
            made = replace(made, colour=(r, g, b), glow=5.0)
    if thing.pattern in {"checker", "stripes"}:
        light = colour("white") if name != "white" else colour("gray")
        made = replace(made, pattern="checker" if thing.pattern == "checker" else "stripes", second=light, cell=0.11)
    return made


def _built(single: _Single, name: str, number: int, chance: np.random.Generator) -> list[Solid]:
    parts = SHAPES[single.thing.shape].build(single.radius, material(single.thing, name))
    moved = _motion(single, name, len(parts) == 1)
    turned = float(chance.uniform(-0.5, 0.5)) if number else 0.0
    cos, sin = float(np.cos(turned)), float(np.sin(turned))
    return [
        replace(
            part,
            place=(
                single.x + part.place[0] * cos - part.place[1] * sin,
                single.y + part.place[0] * sin + part.place[1] * cos,
                single.z + part.place[2] + (0.1 if moved.bob else 0.0),
            ),
            turn=(part.turn[0] + turned, part.turn[1]),
            motion=moved,
        )
        for part in parts
    ]


_MOVES: Final[dict[str, dict[str, Any]]] = {
    "orbit": {"orbits": 1.0},
    "spin": {"spins": 1.0},
    "bounce": {"bounce": 0.5, "swings": 2},
    "bob": {"bob": 0.1},
    "pulse": {"pulse": 0.22, "swings": 2},
    "tumble": {"tumbles": 1.0},
    "rise": {"drift": (0.0, 0.0, 1.2)},
    "fall": {"drift": (0.0, 0.0, -0.9)},
    "fly": {"drift": (0.9, 0.1, 0.25)},
}


def _motion(single: _Single, name: str, whole: bool) -> Motion:
    """All motions of a thing; what is built of parts bobs where it would be torn apart."""
    moved = Motion()
    for kind in single.thing.motions:
        if kind == "change":
            moved = replace(moved, towards=colour("blue" if name in _WARM else "orange"))
        else:
            torn = not whole and (kind in {"pulse", "tumble"} or (kind == "spin" and (single.x, single.y) != (0, 0)))
            moved = replace(moved, **_MOVES["bob" if torn else kind])
    return moved
