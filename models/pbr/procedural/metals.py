"""Metals: brushed, rusted, hammered."""

import numpy as np

from models.pbr.procedural.noise import Shape, fractal, noise
from models.pbr.procedural.pattern import step, stones
from models.pbr.procedural.surface import Colour, Surface, blend, painted, surface


def brushed_metal(generator: np.random.Generator, shape: Shape, colour: Colour) -> Surface:
    """Fine scratches along one direction."""
    scratches = fractal(generator, shape, 32, 2, 2, 0.9)
    smudges = fractal(generator, shape, 3, 3, 3)
    return surface(
        painted(colour, 1 + 0.05 * scratches),
        0.0009 * scratches,
        generator.uniform(0.2, 0.4) + 0.05 * scratches + 0.05 * smudges,
        1.0,
    )


def rusted_metal(generator: np.random.Generator, shape: Shape, colour: Colour) -> Surface:
    """Steel that rust has eaten into and lies on."""
    patches = fractal(generator, shape, 3, 3, 5, 0.65)
    grain = fractal(generator, shape, 16, 16, 3, 0.8)
    edge = generator.uniform(-0.8, 0.6)
    rust = step(patches + 0.15 * grain, edge - 0.12, edge + 0.12)
    hue = np.asarray((0.27, 0.075, 0.02), np.float32) * generator.uniform(0.7, 1.4)
    crust = painted((hue[0], hue[1], hue[2]), 1 + 0.25 * grain + 0.2 * patches)
    steel = painted(colour, 1 + 0.03 * grain)
    return surface(
        blend(steel, crust, rust),
        rust * (0.012 + 0.004 * grain) + 0.0004 * grain,
        blend(generator.uniform(0.2, 0.4) + 0.04 * grain, 0.88 + 0.05 * grain, rust),
        1 - rust,
    )


def hammered_metal(generator: np.random.Generator, shape: Shape, colour: Colour) -> Surface:
    """Sheet with dents of a round hammer."""
    side = int(generator.integers(4, 9))
    cells = stones(generator, shape, side, side, 0.8)
    dent = (cells.across - 0.5) ** 2 + (cells.along - 0.5) ** 2
    tarnish = step(fractal(generator, shape, 4, 4, 4), 0.2, 1.6)
    fine = noise(generator, shape, 24, 24)
    return surface(
        painted(colour, 1 - 0.35 * tarnish),
        np.asarray(0.35 / side * dent + 0.0005 * fine),
        generator.uniform(0.12, 0.35) + 0.25 * tarnish,
        1.0,
    )
