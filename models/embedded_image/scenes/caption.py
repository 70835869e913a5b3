"""A scene in words: the grammar's own, and the many ways in which people say the same."""

from collections.abc import Sequence

import numpy as np

from models.embedded_image.scenes import palette, vocabulary
from models.embedded_image.scenes.scene import FLAT, Arrangement, Backdrop, Landscape, Scene, Texture, Thing


def describe(scene: Scene, generator: np.random.Generator, free: bool = False) -> str:
    """Put a scene into words.

    Args:
        free: In one of many wordings, with other words for the same and empty ones between; else as the grammar has it.
    """
    words = _Words(generator, free)
    if isinstance(scene, Texture):
        text = _texture(scene, words)
    elif isinstance(scene, Landscape):
        text = _landscape(scene, words)
    else:
        text = _arrangement(scene, words)
    if not free:
        return text
    empty = [words.one(vocabulary.EMPTY) for _ in range(int(generator.choice((0, 0, 1, 2, 3))))]
    separator = words.one((", ", ", ", " "))
    return separator.join([" ".join(filter(None, (words.one(vocabulary.OPENINGS), text))), *empty])


class _Words:
    """Chooses among words that mean the same."""

    def __init__(self, generator: np.random.Generator, free: bool) -> None:
        self._generator, self.free = generator, free

    def one(self, among: Sequence[str]) -> str:
        """One of them; without freedom, the first."""
        return among[int(self._generator.integers(len(among)))] if self.free else among[0]

    def chance(self, probability: float) -> bool:
        """Whether to say it another way; without freedom, never."""
        return self.free and self._generator.random() < probability


def _texture(scene: Texture, words: _Words) -> str:
    colour, material = words.one(palette.WORDS[scene.colour]), words.one(vocabulary.MATERIALS[scene.material])
    if words.chance(0.4):
        return f"{words.one(('a surface of', 'a close up of', 'a seamless texture of'))} {colour} {material}"
    return f"{colour} {material} texture" if not words.free or words.chance(0.6) else f"{material} in {colour}"


def _landscape(scene: Landscape, words: _Words) -> str:
    ground, time, sky = (
        words.one(vocabulary.GROUNDS[scene.ground]),
        words.one(vocabulary.TIMES[scene.time]),
        words.one(vocabulary.SKIES[scene.sky]),
    )
    if words.chance(0.3):
        time_first = time.removeprefix("at ").removeprefix("in the ").removeprefix("on a ").removeprefix("by ")
        return " ".join(filter(None, (f"{time_first} over {ground}", sky)))
    if words.chance(0.2):
        return " ".join(filter(None, (f"a landscape with {ground}", sky, time)))
    return " ".join(filter(None, (ground, time, sky)))


def _arrangement(scene: Arrangement, words: _Words) -> str:
    setting = _setting(scene, words)
    if scene.relation is not None:
        text = _related(scene, words)
    elif len(scene.things) > 1:
        thing = scene.things[0]
        text = f"{words.one(vocabulary.COUNTS[len(scene.things)])} {_noun(thing, words, plural=True)}"
    else:
        size = words.one(vocabulary.SIZES[scene.size or "medium"])
        text = _article(" ".join(filter(None, (size, _noun(scene.things[0], words)))))
    if words.chance(0.25):
        return f"{setting}, {text}"
    return f"{text} {setting}"


def _noun(thing: Thing, words: _Words, plural: bool = False) -> str:
    shape = words.one(vocabulary.SHAPES[thing.shape])
    if plural:
        shape = {"die": "dice"}.get(shape, f"{shape}{'es' if shape.endswith(('s', 'x')) else 's'}")
        shape = shape.replace("boxs", "boxes").replace("rhombuss", "rhombuses")
    colour = words.one(palette.WORDS[thing.colour])
    return " ".join(filter(None, (words.one(vocabulary.FINISHES[thing.finish]), colour, shape)))


def _article(text: str) -> str:
    return f"{'an' if text[0] in 'aeiou' else 'a'} {text}"


def _related(scene: Arrangement, words: _Words) -> str:
    first, second = (_article(_noun(thing, words)) for thing in scene.things)
    forward: tuple[str, ...]
    backward: tuple[str, ...]
    if scene.relation == "left":
        forward, backward = ("left of", "to the left of", "on the left of"), ("right of", "to the right of")
        sides = f"{first} on the left and {second} on the right"
    else:
        forward, backward = ("above", "over", "on top of"), ("below", "under", "beneath")
        sides = f"{first} at the top and {second} at the bottom"
    if words.chance(0.2):
        return sides
    # The grammar has both directions, so the order of the words does not give the places away.
    if words.chance(0.4):
        return f"{second} {words.one(backward)} {first}"
    return f"{first} {words.one(forward)} {second}"


def _setting(scene: Arrangement, words: _Words) -> str:
    setting = scene.setting
    if isinstance(setting, Landscape):
        place = "in front of" if scene.things[0].shape in FLAT else words.one(("before", "in front of"))
        ground, time = words.one(vocabulary.GROUNDS[setting.ground]), words.one(vocabulary.TIMES[setting.time])
        return " ".join(filter(None, (place, ground, time)))
    return _backdrop(setting, words)


def _backdrop(backdrop: Backdrop, words: _Words) -> str:
    colour = words.one(palette.WORDS[backdrop.colour])
    if backdrop.floor:
        return words.one((f"on a {colour} floor", f"standing on a {colour} floor", f"in a {colour} room"))
    return words.one(
        (f"on a {colour} background", f"against a {colour} wall", f"with a {colour} backdrop", f"on {colour}")
    )
