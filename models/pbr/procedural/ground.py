"""Grown, poured and weathered: sand, grass, plaster, marble, concrete."""

import numpy as np

from models.pbr.procedural.noise import Shape, fractal, noise
from models.pbr.procedural.pattern import places, step
from models.pbr.procedural.surface import Colour, Surface, blend, painted, surface


def sand(generator: np.random.Generator, shape: Shape, colour: Colour) -> Surface:
    """Wind ripples."""
    y, x = places(shape)
    count = int(generator.integers(4, 10))
    lean = int(generator.integers(-2, 3))
    bend = fractal(generator, shape, 3, 3, 3)
    phase = 2 * np.pi * (count * y + lean * x) + 1.1 * bend
    ripple = np.sin(phase + 0.35 * np.sin(phase)) * 0.5 + 0.5
    grain = fractal(generator, shape, 32, 32, 2, 0.9)
    return surface(
        painted(colour, 0.85 + 0.15 * ripple + 0.07 * grain),
        np.asarray(ripple * (0.13 / count) + 0.0016 * grain + 0.006 * bend),
        0.93 + 0.04 * grain,
    )


def grass(generator: np.random.Generator, shape: Shape, colour: Colour) -> Surface:
    """A lawn seen from above: tufts of blades, earth between."""
    tufts = fractal(generator, shape, 5, 5, 3)
    one, other = noise(generator, shape, 32, 10), noise(generator, shape, 10, 32)
    blades = np.maximum(one + 0.4 * tufts, other - 0.4 * tufts)
    cover = step(blades, -0.7, 0.3)
    dry = step(fractal(generator, shape, 4, 4, 3), 0.3, 1.8)
    green = painted(colour, 0.75 + 0.3 * blades)
    yellow = painted((0.32, 0.26, 0.08), 0.75 + 0.3 * blades)
    return surface(
        blend(painted((0.06, 0.04, 0.025), np.ones(shape, np.float32)), blend(green, yellow, dry), cover),
        np.asarray(np.clip(blades, -1, 2.5) * 0.014 + 0.006 * tufts),
        0.8 - 0.15 * cover + 0.05 * tufts,
    )


def plaster(generator: np.random.Generator, shape: Shape, colour: Colour) -> Surface:
    """Trowelled plaster."""
    swirls = fractal(generator, shape, 4, 4, 4, 0.6)
    ridges = 1 - np.abs(np.tanh(1.2 * swirls))
    stains = fractal(generator, shape, 2, 2, 3)
    deep = generator.uniform(0.006, 0.02)
    return surface(painted(colour, 1 + 0.05 * stains + 0.04 * ridges), np.asarray(deep * ridges), 0.85 + 0.06 * stains)


def marble(generator: np.random.Generator, shape: Shape, colour: Colour) -> Surface:
    """Polished marble with veins: flat, so that all that is seen is colour."""
    y, x = places(shape)
    bend = fractal(generator, shape, 3, 3, 4, 0.6)
    across, along = (int(number) for number in generator.integers(1, 4, 2))
    vein = np.abs(np.sin(np.pi * (2 * across * x + 2 * along * y) + 1.6 * bend))
    dark = generator.uniform(0.08, 0.5)
    tone = dark + (1 - dark) * np.clip(vein * 1.3, 0, 1) ** generator.uniform(0.3, 0.8)
    clouds = fractal(generator, shape, 4, 4, 3)
    gloss = generator.uniform(0.06, 0.3)
    return surface(
        painted(colour, np.asarray(tone * (1 + 0.05 * clouds))), 0.0003 * clouds, gloss + np.asarray(0.08 * (1 - tone))
    )


def concrete(generator: np.random.Generator, shape: Shape, colour: Colour) -> Surface:
    """Cast concrete with air holes."""
    clouds = fractal(generator, shape, 2, 2, 4, 0.6)
    fine = fractal(generator, shape, 24, 24, 2, 0.8)
    holes = step(noise(generator, shape, 14, 14), 1.5, 2.0)
    return surface(
        painted(colour, (1 + 0.1 * clouds + 0.05 * fine) * (1 - 0.45 * holes)),
        0.0012 * fine - 0.014 * holes + 0.002 * clouds,
        0.82 + 0.06 * clouds + 0.1 * holes,
    )
