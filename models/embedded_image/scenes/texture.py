"""Surfaces seen from the front: bricks, planks, tiles, stones, sand, marble, fabric, metal."""

import numpy as np
from numpy.typing import NDArray

from models.embedded_image.scenes.canvas import Canvas, Field, smooth_noise
from models.embedded_image.scenes.palette import reflectance
from models.embedded_image.scenes.scene import Texture


def draw_texture(canvas: Canvas, scene: Texture) -> NDArray[np.float32]:
    """Radiance (height, width, 3) under an even light from the upper left."""
    generator = np.random.default_rng(scene.seed)
    colour = reflectance(scene.colour)
    height, tone = _SURFACES[scene.material](canvas, generator)
    shaded = 0.9 * tone + _relief(height, canvas)
    picture = np.clip(shaded, 0.05, None)[..., None] * colour
    if scene.material == "metal":
        sheen = np.exp(-(((canvas.x + canvas.y * 0.35 - generator.uniform(-0.2, 0.2)) / 0.16) ** 2))
        picture = picture * 0.6 + (2.6 * sheen * tone)[..., None] * (0.25 + 0.75 * colour)
    return np.asarray(picture, np.float32)


def _relief(height: Field, canvas: Canvas) -> Field:
    """How slopes towards the light brighten."""
    down, right = np.gradient(height, canvas.pixel)
    return np.asarray(-0.012 * (down + right), np.float32)


def _cells(canvas: Canvas, columns: float, rows: float, shifted: bool, gap: float) -> tuple[Field, NDArray[np.int64]]:
    """Rows of rectangles: how far inside one a pixel lies (0 in the joint), and which one it is."""
    v = canvas.y * rows
    row = np.floor(v)
    u = canvas.x * columns + (0.5 * (row % 2) if shifted else 0)
    column = np.floor(u)
    edge = np.minimum(np.minimum(u - column, 1 - u + column) / columns, np.minimum(v - row, 1 - v + row) / rows)
    inside = np.clip((edge - gap) / (canvas.pixel + 0.006), 0, 1).astype(np.float32)
    return inside, (row * 31 + column * 17).astype(np.int64)


def _tones(cells: NDArray[np.int64], generator: np.random.Generator, spread: float) -> Field:
    return generator.uniform(1 - spread, 1 + spread, 997).astype(np.float32)[cells % 997]


def _bricks(canvas: Canvas, generator: np.random.Generator) -> tuple[Field, Field]:
    inside, cells = _cells(canvas, 3.6, 8, True, 0.008)
    grain = 1 + 0.12 * smooth_noise(canvas.x, canvas.y, generator, 0.06, 2)
    return inside, (0.3 + 0.7 * inside) * _tones(cells, generator, 0.22) * grain


def _planks(canvas: Canvas, generator: np.random.Generator) -> tuple[Field, Field]:
    inside, cells = _cells(canvas, 0.55, 5, True, 0.006)
    grain = smooth_noise(canvas.x * 0.3, canvas.y * 5, generator, 0.16)
    return inside, (0.25 + 0.75 * inside) * _tones(cells, generator, 0.18) * (1 + 0.3 * grain)


def _tiles(canvas: Canvas, generator: np.random.Generator) -> tuple[Field, Field]:
    inside, cells = _cells(canvas, 4, 4, False, 0.01)
    checker = np.where(cells % 2 == 0, 1.0, 0.62).astype(np.float32)
    return inside, (0.2 + 0.8 * inside) * checker * _tones(cells, generator, 0.04)


def _stones(canvas: Canvas, generator: np.random.Generator) -> tuple[Field, Field]:
    side = float(np.ptp(canvas.x)) / 2
    points = generator.uniform((-side, -0.85), (side, 0.85), (int(46 * side * 2), 2)).astype(np.float32)
    away = np.hypot(canvas.x[..., None] - points[:, 0], canvas.y[..., None] - points[:, 1])
    nearest = np.partition(away, 1, axis=-1)
    inside = np.clip((nearest[..., 1] - nearest[..., 0] - 0.012) / 0.05, 0, 1)
    tone = _tones(np.argmin(away, axis=-1), generator, 0.3)
    return inside, (0.22 + 0.78 * inside) * tone


def _sand(canvas: Canvas, generator: np.random.Generator) -> tuple[Field, Field]:
    bend = 0.06 * smooth_noise(canvas.x, canvas.y, generator, 0.4, 2)
    ripples = np.sin((canvas.y + bend + 0.2 * canvas.x) * 34).astype(np.float32)
    return 0.6 * ripples, 0.95 + 0.08 * smooth_noise(canvas.x, canvas.y, generator, 0.05, 1)


def _marble(canvas: Canvas, generator: np.random.Generator) -> tuple[Field, Field]:
    bend = smooth_noise(canvas.x, canvas.y, generator, 0.45, 3)
    veins = np.abs(np.sin((canvas.x + 0.7 * canvas.y + 0.75 * bend) * 6)) ** 0.45
    return np.zeros_like(veins), 0.35 + 0.72 * veins.astype(np.float32)


def _fabric(canvas: Canvas, generator: np.random.Generator) -> tuple[Field, Field]:
    turn = generator.uniform(-0.03, 0.03)
    warp = np.sin((canvas.x + turn * canvas.y) * 62)
    weft = np.sin((canvas.y - turn * canvas.x) * 62)
    over = np.sign(warp * weft) * 0.5 + 0.5
    tone = 0.72 + 0.3 * (np.abs(warp) * over + np.abs(weft) * (1 - over))
    return np.zeros_like(canvas.x), tone.astype(np.float32)


def _metal(canvas: Canvas, generator: np.random.Generator) -> tuple[Field, Field]:
    scratches = smooth_noise(canvas.x * 0.25, canvas.y * 7, generator, 0.1, 3)
    return np.zeros_like(canvas.x), 0.85 + 0.3 * scratches


_SURFACES = {
    "bricks": _bricks,
    "planks": _planks,
    "tiles": _tiles,
    "stones": _stones,
    "sand": _sand,
    "marble": _marble,
    "fabric": _fabric,
    "metal": _metal,
}
