"""What is laid piece by piece: bricks, planks, tiles, cobbles."""

import numpy as np

from models.pbr.procedural.noise import Shape, fractal, noise
from models.pbr.procedural.pattern import rectangles, step, stones
from models.pbr.procedural.surface import Colour, Surface, blend, painted, surface


def bricks(generator: np.random.Generator, shape: Shape, colour: Colour) -> Surface:
    """Bricks in running bond with sunk mortar."""
    rows = 2 * int(generator.integers(2, 6))
    cells = rectangles(shape, rows, max(1, rows // 2), 0.5)
    rough = fractal(generator, shape, 16, 16, 3)
    joint = generator.uniform(0.07, 0.12) / rows
    inside = step(cells.edge + 0.06 / rows * rough, joint * 0.7, joint * 0.7 + 0.09 / rows)
    tone = cells.spread(generator, 0.65, 1.25) * (1 + 0.08 * rough)
    mortar = generator.uniform(0.25, 0.5)
    height = inside * (0.14 / rows) * cells.spread(generator, 0.85, 1.1) + (0.008 / rows) * rough
    return surface(
        blend(painted((mortar, mortar * 0.96, mortar * 0.9), 1 + 0.1 * rough), painted(colour, tone), inside),
        height,
        0.92 - inside * cells.spread(generator, 0.05, 0.3),
    )


def planks(generator: np.random.Generator, shape: Shape, colour: Colour) -> Surface:
    """Floor boards with grain."""
    rows = 2 * int(generator.integers(1, 4))
    cells = rectangles(shape, rows, 1, 0.5)
    bend = noise(generator, shape, 3 * rows, 3) + 3 * cells.spread(generator, -1, 1)
    rings = np.sin(2 * np.pi * (3 * cells.along + 0.45 * bend)) * 0.5 + 0.5
    fibres = fractal(generator, shape, 32, 4, 2)
    inside = step(cells.edge, 0.012 / rows, 0.012 / rows + 0.025)
    tone = cells.spread(generator, 0.6, 1.15) * (0.72 + 0.35 * rings + 0.1 * fibres) * (0.35 + 0.65 * inside)
    height = 0.02 * inside + 0.0016 * rings + 0.001 * fibres
    varnish = generator.uniform(0.2, 0.6)
    return surface(
        painted(colour, tone), height, blend(np.full(shape, 0.85, np.float32), varnish + 0.1 * rings, inside)
    )


def tiles(generator: np.random.Generator, shape: Shape, colour: Colour) -> Surface:
    """Glazed tiles, one colour or a chequer, with grout."""
    side = 2 * int(generator.integers(1, 5))
    cells = rectangles(shape, side, side, 0)
    joint = 0.04 / side
    inside = step(cells.edge, joint, joint + 0.05 / side + 0.008)
    chequer = (cells.number // side + cells.number % side) % 2
    dark = generator.choice([1.0, 0.25, 0.6])
    tone = np.where(chequer == 0, 1, dark).astype(np.float32) * cells.spread(generator, 0.94, 1.06)
    wave = noise(generator, shape, side, side)
    grout = generator.uniform(0.15, 0.6)
    gloss = generator.uniform(0.06, 0.35)
    lean = (cells.across - 0.5) * cells.spread(generator, -1, 1) + (cells.along - 0.5) * cells.spread(generator, -1, 1)
    height = inside * (0.05 / side + 0.02 / side * lean) + 0.002 / side * wave
    return surface(
        blend(painted((grout, grout, grout), np.ones(shape, np.float32)), painted(colour, tone), inside),
        height,
        0.9 - inside * (0.9 - gloss - 0.03 * wave),
    )


def cobbles(generator: np.random.Generator, shape: Shape, colour: Colour) -> Surface:
    """Rounded stones in earth."""
    side = int(generator.integers(3, 8))
    cells = stones(generator, shape, side, side, 0.75)
    rough = fractal(generator, shape, 12, 12, 3)
    rounded = np.sqrt(np.clip((cells.edge - 0.02 / side) * side / 0.42, 0, 1))
    inside = step(cells.edge, 0.02 / side, 0.02 / side + 0.03)
    tone = cells.spread(generator, 0.55, 1.25) * (1 + 0.12 * rough)
    earth = painted((0.09, 0.065, 0.04), 1 + 0.2 * rough)
    height = rounded * cells.spread(generator, 0.8, 1.1) * (0.22 / side) + 0.01 / side * rough
    return surface(
        blend(earth, painted(colour, tone), inside), height, 0.95 - inside * cells.spread(generator, 0.15, 0.5)
    )
