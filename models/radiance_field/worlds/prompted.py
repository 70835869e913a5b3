"""Worlds by prompt: text picks among the sceneries and things that there are."""

from dataclasses import dataclass, replace
from zlib import crc32

import numpy as np

from models.radiance_field.worlds.arrangement import arranged
from models.radiance_field.worlds.asked import Asked, Thing, asked
from models.radiance_field.worlds.colours import colour
from models.radiance_field.worlds.daylight import TIMES
from models.radiance_field.worlds.material import Material
from models.radiance_field.worlds.scenery.city import city
from models.radiance_field.worlds.scenery.nature import among_clouds, desert, forest, hills, mountains, overhead, sea
from models.radiance_field.worlds.scenery.scenery import Scenery
from models.radiance_field.worlds.world import World

_NATURE = {"forest": forest, "mountains": mountains, "desert": desert, "sea": sea, "hills": hills}


@dataclass(frozen=True)
class Reading:
    """What became of a prompt.

    Attributes:
        said: Each phrase that was understood, and what it was taken for.
        unknown: Words that mean nothing to this grammar, each once, in the prompt's order.
        chosen: What the prompt left open and was chosen for it.
    """

    world: World
    said: tuple[str, ...]
    unknown: tuple[str, ...]
    chosen: tuple[str, ...]


def world_from_prompt(prompt: str, seed: int = 0) -> Reading:
    """The world that a prompt asks for, as far as the grammar understands it; any text gives some world.

    It has a sky and an endless ground; `World.cut_out` is the same without. The seed chooses what the words leave open:
    places, houses, trees, and colours that are not said.
    """
    heard = asked(prompt)
    chance = np.random.default_rng([seed & 0xFFFF_FFFF, crc32(repr(heard.said).encode())])
    chosen: list[str] = []
    if not (heard.things or heard.ground or heard.sky == "cloudy"):
        _fill(heard, chosen)
    time = heard.time or ("night" if heard.futuristic else "day")
    if heard.time is None:
        chosen.append(f"time {time}")
    scenery = _scenery(heard, time, chance)
    clouds = scenery.clouds
    if heard.sky == "cloudy" and not clouds:
        clouds = overhead(chance)
    ground = scenery.ground
    if ground is not None and heard.floor not in {None, "any"}:
        ground = replace(ground, colour=colour(heard.floor))
    things = arranged(heard.things, scenery.room, chance)
    radius = scenery.radius
    if not scenery.solids and things:  # a camera comes as near as the things allow
        radius = min(radius, max(0.7, *(float(np.hypot(*solid.place[:2])) + solid.radius for solid in things)))
    world = World(
        (*scenery.solids, *things),
        TIMES[time],
        ground,
        sky=True,
        clouds=clouds,
        centre=scenery.centre,
        radius=radius,
        name=_name(heard, time),
    )
    return Reading(world, tuple(heard.said), tuple(heard.unknown), tuple(chosen))


def _fill(heard: Asked, chosen: list[str]) -> None:
    """Something to see for a prompt that names nothing."""
    if heard.futuristic:
        heard.ground = "city"
        chosen.append("ground city")
    else:
        heard.things = [Thing("ball", finish="shiny"), Thing("cube"), Thing("cone"), Thing("ring", finish="metal")]
        heard.things[0].motions = list(heard.motions)
        chosen.append("things: a ball, a cube, a cone and a ring")


def _scenery(heard: Asked, time: str, chance: np.random.Generator) -> Scenery:
    if heard.ground == "city":
        return city(chance, heard.futuristic, time in {"night", "sunset"}, bool(heard.things))
    if heard.ground in _NATURE:
        return _NATURE[heard.ground](chance, 0.65 if heard.things else 0.0)
    if heard.sky == "cloudy" and not heard.things:
        return among_clouds(chance, "fly" in heard.motions)
    floor = Material((0.42, 0.42, 0.43), gloss=0.25)
    if heard.pattern:
        floor = replace(floor, second=(0.06, 0.06, 0.07), pattern="checker", cell=0.3)
    return Scenery((), floor, radius=1.3)


def _name(heard: Asked, time: str) -> str:
    things = " and ".join(f"{thing.count} {thing.shape}" for thing in heard.things[:4])
    place = heard.ground or ("clouds" if heard.sky == "cloudy" and not heard.things else "")
    style = "futuristic " if heard.futuristic else ""
    return f"{' in '.join(filter(None, (things, style + place if place else '')))}, {time}"
