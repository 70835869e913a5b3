"""Scenes drawn at random, and which of them are never trained on."""

from collections.abc import Callable
from typing import Final
from zlib import crc32

import numpy as np

from models.embedded_image.scenes.palette import COLOURS
from models.embedded_image.scenes.scene import (
    FINISHES,
    GROUNDS,
    MATERIALS,
    RELATIONS,
    SHAPES,
    SKIES,
    SOLID,
    TIMES,
    Arrangement,
    Backdrop,
    Landscape,
    Scene,
    Texture,
    Thing,
)

# A small thing still has ten pixels across at the native size: enough to tell a star from a cross.
_RADII: Final = {"small": (0.14, 0.165), "medium": (0.22, 0.26), "large": (0.34, 0.40)}
# What is asked for, how often: things alone are the hardest to get right, for their outline has to be.
_KINDS: Final = {"alone": 0.34, "pair": 0.25, "several": 0.19, "landscape": 0.12, "texture": 0.10}


def sample_scene(
    generator: np.random.Generator, aspect: float = 1.0, kind: str | None = None, held_out: bool = False
) -> Scene:
    """A scene at random.

    Args:
        aspect: Width over height; things stay within the picture.
        kind: One of alone, pair, several, landscape, texture; None for any, in the training's shares.
        held_out: True for the combinations of words kept out of training (a tenth), False for the rest.
    """
    kind = kind or str(generator.choice(list(_KINDS), p=list(_KINDS.values())))
    while True:
        scene = _SAMPLERS[kind](generator, aspect)
        if is_held_out(scene) == held_out:
            return scene


def is_held_out(scene: Scene) -> bool:
    """Whether this combination of words is kept out of training: a tenth of all, by a checksum of the words."""
    if isinstance(scene, Landscape):
        words = f"{scene.ground} {scene.time} {scene.sky}"
    elif isinstance(scene, Texture):
        words = f"{scene.material} {scene.colour}"
    else:
        words = " ".join(f"{thing.shape} {thing.colour}" for thing in dict.fromkeys(map(_words, scene.things)))
        setting = scene.setting
        words += f" {setting.colour}" if isinstance(setting, Backdrop) else f" {setting.ground} {setting.time}"
    return crc32(words.encode()) % 10 == 0


def _words(thing: Thing) -> Thing:
    return Thing(thing.shape, thing.colour, "", 0, 0, 0)


def _pick(generator: np.random.Generator, among: tuple[str, ...], without: tuple[str, ...] = ()) -> str:
    return str(generator.choice([word for word in among if word not in without]))


def _seed(generator: np.random.Generator) -> int:
    return int(generator.integers(2**31))


def _backdrop(generator: np.random.Generator, shape: str) -> Backdrop:
    floor = shape in SOLID and generator.random() < 0.6
    return Backdrop(_pick(generator, COLOURS), floor, _seed(generator))


def _thing(generator: np.random.Generator, without: tuple[str, ...], shape: str | None = None) -> Thing:
    shape = shape or _pick(generator, SHAPES)
    finish = str(generator.choice(FINISHES, p=(0.7, 0.2, 0.1)))
    colours = (*without, "black", "brown", "gray") if finish == "glowing" else without
    return Thing(shape, _pick(generator, COLOURS, colours), finish, 0, 0, 0, float(generator.normal(0, 0.1)))


def _at(thing: Thing, x: float, y: float, radius: float) -> Thing:
    return Thing(thing.shape, thing.colour, thing.finish, float(x), float(y), float(radius), thing.turn)


def _alone(generator: np.random.Generator, aspect: float) -> Arrangement:
    half_width, half_height = max(aspect, 1) / 2, max(1 / aspect, 1) / 2
    size = str(generator.choice(list(_RADII)))
    radius = generator.uniform(*_RADII[size])
    thing = _thing(generator, ())
    setting: Backdrop | Landscape
    if generator.random() < 0.3:
        setting = _landscape(generator)
    else:
        setting = _backdrop(generator, thing.shape)
        thing = _thing(generator, (setting.colour,), thing.shape)
    x = generator.uniform(-1, 1) * max(half_width - radius - 0.05, 0) * 0.5
    y = generator.uniform(-1, 1) * max(half_height - radius - 0.05, 0) * 0.5
    return Arrangement((_at(thing, x, y, radius),), setting, None, size)


def _pair(generator: np.random.Generator, aspect: float) -> Arrangement:
    half_width, half_height = max(aspect, 1) / 2, max(1 / aspect, 1) / 2
    relation = _pick(generator, RELATIONS)
    first = _thing(generator, ())
    setting = _backdrop(generator, first.shape)
    first = _thing(generator, (setting.colour,), first.shape)
    second = _thing(generator, (setting.colour,))
    apart = (half_width if relation == "left" else half_height) * generator.uniform(0.42, 0.52)
    across = generator.uniform(-0.07, 0.07, 2)
    radii = generator.uniform(0.16, min(apart * 0.86, 0.24), 2)
    spots = [(-apart, across[0]), (apart, across[1])]
    places = spots if relation == "left" else [(y, x) for x, y in spots]
    things = tuple(
        _at(thing, *place, radius) for thing, place, radius in zip((first, second), places, radii, strict=True)
    )
    return Arrangement(things, setting, "left" if relation == "left" else "above")


def _several(generator: np.random.Generator, aspect: float) -> Arrangement:
    half_width, half_height = max(aspect, 1) / 2, max(1 / aspect, 1) / 2
    count = int(generator.integers(2, 5))
    one = _thing(generator, ())
    setting = _backdrop(generator, one.shape)
    one = _thing(generator, (setting.colour,), one.shape)
    radius = generator.uniform(0.145, 0.175 if count > 2 else 0.2)
    places = _apart(generator, count, radius, half_width, half_height)
    return Arrangement(tuple(_at(one, x, y, radius) for x, y in places), setting)


def _apart(
    generator: np.random.Generator, count: int, radius: float, half_width: float, half_height: float
) -> list[tuple[float, float]]:
    """Places that leave a gap between the things."""
    while True:
        places: list[tuple[float, float]] = []
        for _ in range(60):
            x = generator.uniform(-1, 1) * (half_width - radius - 0.03)
            y = generator.uniform(-1, 1) * (half_height - radius - 0.03)
            if all(np.hypot(x - a, y - b) > 2.35 * radius for a, b in places):
                places.append((float(x), float(y)))
            if len(places) == count:
                return places


def _landscape(generator: np.random.Generator, _aspect: float = 1) -> Landscape:
    return Landscape(_pick(generator, GROUNDS), _pick(generator, TIMES), _pick(generator, SKIES), _seed(generator))


def _texture(generator: np.random.Generator, _aspect: float = 1) -> Texture:
    return Texture(_pick(generator, MATERIALS), _pick(generator, COLOURS, ("black",)), _seed(generator))


_SAMPLERS: Final[dict[str, Callable[[np.random.Generator, float], Scene]]] = {
    "alone": _alone,
    "pair": _pair,
    "several": _several,
    "landscape": _landscape,
    "texture": _texture,
}
