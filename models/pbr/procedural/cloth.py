"""Woven and tanned: fabric, leather."""

import numpy as np

from models.pbr.procedural.noise import Shape, fractal, noise
from models.pbr.procedural.pattern import places, step, stones
from models.pbr.procedural.surface import Colour, Surface, painted, surface


def fabric(generator: np.random.Generator, shape: Shape, colour: Colour) -> Surface:
    """Plain weave: threads that go over and under each other in turn."""
    threads = 2 * int(generator.integers(3, 7))
    y, x = places(shape)
    turn = np.pi * threads
    slub = 0.15 * noise(generator, shape, 4, threads), 0.15 * noise(generator, shape, threads, 4)
    warp = np.abs(np.sin(turn * x)) ** 0.6 * (1 + slub[0])
    weft = np.abs(np.sin(turn * y)) ** 0.6 * (1 + slub[1])
    over = np.sin(turn * x + np.pi / 2) * np.sin(turn * y + np.pi / 2)
    over = np.asarray(np.cos(np.pi * np.floor(x * threads)) * np.cos(np.pi * np.floor(y * threads)) + 0 * over)
    bow_warp = np.sin(turn * y) ** 2
    bow_weft = np.sin(turn * x) ** 2
    up_warp, up_weft = warp * (0.5 + 0.5 * over * bow_warp), weft * (0.5 - 0.5 * over * bow_weft)
    height = np.maximum(up_warp, up_weft).astype(np.float32)
    second = generator.uniform(0.55, 1.0)
    tone = np.where(up_warp >= up_weft, 1, second) * (0.6 + 0.45 * height)
    fuzz = fractal(generator, shape, 24, 24, 2)
    return surface(
        painted(colour, np.asarray(tone * (1 + 0.06 * fuzz))),
        height * (0.35 / threads) + 0.02 / threads * fuzz,
        generator.uniform(0.75, 0.95) + 0.03 * fuzz,
    )


def leather(generator: np.random.Generator, shape: Shape, colour: Colour) -> Surface:
    """Pebbled grain with creases."""
    side = int(generator.integers(8, 15))
    cells = stones(generator, shape, side, side, 0.95)
    pebble = step(cells.edge, 0.0, 0.3 / side)
    creases = step(np.abs(fractal(generator, shape, 3, 3, 3)), 0.0, 0.25)
    worn = fractal(generator, shape, 3, 3, 3)
    return surface(
        painted(colour, (0.55 + 0.45 * pebble) * (0.85 + 0.15 * creases) * (1 + 0.08 * worn)),
        pebble * (0.12 / side) * cells.spread(generator, 0.8, 1.2) + 0.006 * creases + 0.003 * worn,
        generator.uniform(0.35, 0.6) + 0.15 * (1 - pebble) + 0.05 * worn,
    )
