"""Grounds under skies, with the sun, the moon, the stars and lit windows far brighter than paper."""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from models.embedded_image.scenes.canvas import Canvas, Field, smooth_noise
from models.embedded_image.scenes.scene import Landscape

Radiance = NDArray[Any]  # (height, width, 3), floating point

# Zenith and horizon of the sky, and the light on the ground, linear.
_SKY: Final = {
    "dawn": ((0.20, 0.30, 0.52), (0.95, 0.62, 0.55), (0.42, 0.36, 0.40)),
    "day": ((0.10, 0.28, 0.78), (0.50, 0.70, 0.95), (1.0, 0.98, 0.92)),
    "sunset": ((0.16, 0.08, 0.26), (1.25, 0.38, 0.06), (0.38, 0.18, 0.12)),
    "night": ((0.004, 0.007, 0.022), (0.012, 0.020, 0.055), (0.022, 0.028, 0.05)),
}
_GROUND: Final = {
    "sea": (0.03, 0.16, 0.30),
    "hills": (0.16, 0.42, 0.08),
    "mountains": (0.30, 0.30, 0.34),
    "desert": (0.80, 0.52, 0.24),
    "forest": (0.03, 0.14, 0.04),
    "city": (0.16, 0.17, 0.20),
}
_HORIZON: Final = 0.12  # below the middle


def draw_landscape(canvas: Canvas, scene: Landscape) -> Radiance:
    """Radiance (height, width, 3): diffuse white in daylight is 1, the sun about 40."""
    generator = np.random.default_rng(scene.seed)
    sky, sun = _sky(canvas, scene, generator)
    _, _, light = _SKY[scene.time]
    ground = np.asarray(_GROUND[scene.ground], np.float32) * np.asarray(light, np.float32)
    if scene.ground == "sea":
        picture = _sea(canvas, sky, ground, sun, generator)
    elif scene.ground == "city":
        picture = _city(canvas, sky, ground, scene.time, generator)
    else:
        picture = _ridges(canvas, sky, ground, scene.ground, generator)
    return picture


def _sky(canvas: Canvas, scene: Landscape, generator: np.random.Generator) -> tuple[Radiance, float]:
    zenith, horizon, _ = (np.asarray(colour, np.float32) for colour in _SKY[scene.time])
    rise = np.clip((_HORIZON - canvas.y) / 0.62, 0, 1)[..., None] ** 0.75
    sky = horizon * (1 - rise) + zenith * rise
    side = float(np.ptp(canvas.x)) / 2
    x = float(generator.uniform(-0.7, 0.7) * side)
    low = scene.time in {"dawn", "sunset"}
    y = _HORIZON - float(generator.uniform(0.06, 0.14) if low else generator.uniform(0.28, 0.42))
    away = np.hypot(canvas.x - x, canvas.y - y)
    if scene.time == "night":
        sky = sky + _stars(canvas, generator)[..., None]
    if scene.sky == "cloudy":
        amount = np.clip(smooth_noise(canvas.x, canvas.y * 2.2, generator, 0.34) * 2.2 + 0.35, 0, 1)[..., None]
        bright = {"dawn": (0.95, 0.66, 0.62), "day": (0.95, 0.95, 0.97), "sunset": (1.1, 0.42, 0.22)}
        cloud = np.asarray(bright.get(scene.time, (0.03, 0.034, 0.05)), np.float32)
        sky = sky * (1 - amount * 0.85) + cloud * amount * 0.85
    disc = canvas.cover((away - (0.075 if low else 0.062)).astype(np.float32))[..., None]
    body, halo = {
        "dawn": ((14.0, 9.0, 6.0), 0.5),
        "day": ((40.0, 38.0, 32.0), 0.7),
        "sunset": ((26.0, 9.0, 1.6), 0.9),
        "night": ((2.6, 2.6, 2.4), 0.05),
    }[scene.time]
    glow = halo * np.exp(-((away / 0.2) ** 1.2))[..., None]
    tint = np.asarray(body, np.float32) / max(body)
    return (sky + glow * tint) * (1 - disc) + np.asarray(body, np.float32) * disc, x


def _stars(canvas: Canvas, generator: np.random.Generator) -> Field:
    stars = np.zeros_like(canvas.x)
    side = float(np.ptp(canvas.x)) / 2
    for _ in range(22):
        x, y = generator.uniform(-side, side), generator.uniform(-0.6, _HORIZON)
        away = np.hypot(canvas.x - x, canvas.y - y)
        # A star is as wide as a pixel of the native picture, however large it is drawn.
        stars += (2.0 * generator.uniform(0.3, 1) * np.exp(-((away / 0.011) ** 2))).astype(np.float32)
    return stars


def _sea(canvas: Canvas, sky: Radiance, ground: Field, sun: float, generator: np.random.Generator) -> Radiance:
    depth = np.clip((canvas.y - _HORIZON) / 0.4, 0, 1)
    waves = smooth_noise(canvas.x * 0.6, canvas.y * 5, generator, 0.18)
    path = np.exp(-((((canvas.x - sun) + 0.05 * waves) / (0.05 + 0.14 * depth)) ** 2)) * (0.55 + 0.45 * waves)
    # The water mirrors the sky's colour just above the horizon.
    mirrored = sky[np.argmin(np.abs(canvas.y[:, 0] - (_HORIZON - 0.03)))].mean(0)
    water = ground * (1 + 0.35 * waves[..., None]) + mirrored * (0.34 * (1 - 0.6 * depth))[..., None]
    water = water + np.minimum(mirrored * 2.2, 3) * np.clip(path, 0, 1)[..., None]
    return _over(sky, water, canvas.cover(_HORIZON - canvas.y))


def _ridges(canvas: Canvas, sky: Radiance, ground: Field, kind: str, generator: np.random.Generator) -> Radiance:
    """Three ranges one before the other, the far ones paler by the air between."""
    picture = sky
    air = sky[np.argmin(np.abs(canvas.y[:, 0] - (_HORIZON - 0.03)))].mean(0)
    for layer in range(3):
        near = (layer + 1) / 3
        base = _HORIZON + 0.02 + 0.13 * layer
        edge = canvas.y - base
        phase, scale = float(generator.uniform(0, 6)), float(generator.uniform(0.8, 1.2))
        line = canvas.x * scale + phase
        if kind == "mountains":
            saw = np.abs(((line * 1.7) % 1) - 0.5) * 2
            jag = np.abs(((line * 5.3) % 1) - 0.5) * 2
            edge = edge + (0.30 - 0.09 * layer) * (1 - saw) + 0.035 * jag
        elif kind == "forest":
            tree = np.abs(((line * (13 - 3 * layer)) % 1) - 0.5) * 2
            edge = edge + 0.03 * np.sin(line * 3) + (0.05 + 0.03 * layer) * (1 - tree)
        elif kind == "desert":
            edge = edge + 0.035 * np.sin(line * 2.2) + 0.05 * np.abs(np.sin(line * 1.4 + layer))
        else:
            edge = edge + 0.05 * np.sin(line * 4) + 0.03 * np.sin(line * 7 + layer)
        grain = 1 + 0.14 * smooth_noise(canvas.x, canvas.y, generator, 0.12, 2)
        shade = ground * (0.5 + 0.5 * near) * grain[..., None]
        colour = shade * (0.35 + 0.65 * near) + air * 0.5 * (0.65 - 0.65 * near)
        if kind == "mountains" and layer < 2:
            snow = np.clip((base - 0.17 + 0.06 * layer - canvas.y) / 0.03, 0, 1)[..., None]
            colour = colour * (1 - snow) + (ground.sum() * 0.9 + 0.1 * air) * snow
        picture = _over(picture, colour, canvas.cover(-edge.astype(np.float32)))
    return picture


def _city(canvas: Canvas, sky: Radiance, ground: Field, time: str, generator: np.random.Generator) -> Radiance:
    picture = sky
    side = float(np.ptp(canvas.x)) / 2
    lit = {"day": 0.0, "dawn": 0.25, "sunset": 0.4, "night": 0.55}[time]
    for layer in range(2):
        x = -side - 0.1
        while x < side + 0.05:
            width = float(generator.uniform(0.11, 0.2))
            top = _HORIZON + 0.1 - float(generator.uniform(0.08, 0.42)) * (1 if layer == 0 else 0.75) + 0.1 * layer
            wall = ground * float(generator.uniform(0.6, 1.3)) * (1.2 - 0.5 * layer)
            inside = canvas.cover(np.maximum(np.abs(canvas.x - x - width / 2) - width / 2 + 0.006, top - canvas.y))
            picture = _over(picture, np.broadcast_to(wall, picture.shape), inside)
            if lit:
                picture = _windows(canvas, picture, (x, width, top), lit, generator)
            x += width
    return _over(picture, np.broadcast_to(ground * 0.5, picture.shape), canvas.cover(0.42 - canvas.y))


def _windows(
    canvas: Canvas, picture: Radiance, wall: tuple[float, float, float], lit: float, generator: np.random.Generator
) -> Radiance:
    x, width, top = wall
    pitch = 0.047
    u, v = (canvas.x - x - 0.012) / pitch, (canvas.y - top - 0.02) / pitch
    columns, rows = max(int((width - 0.02) / pitch), 1), 20
    on = generator.random((rows, columns)) < lit
    column, row = np.floor(u).astype(int), np.floor(v).astype(int)
    inside = (column >= 0) & (column < columns) & (row >= 0) & (row < rows) & (canvas.y < 0.42)
    burning = inside & on[np.clip(row, 0, rows - 1), np.clip(column, 0, columns - 1)]
    pane = np.maximum(np.abs(u - column - 0.5), np.abs(v - row - 0.5)) - 0.3
    glow = canvas.cover((pane * pitch).astype(np.float32)) * burning
    return _over(picture, np.broadcast_to(np.array([4.0, 2.6, 0.9], np.float32), picture.shape), glow)


def _over(below: Radiance, above: NDArray[np.float32], cover: Field) -> Radiance:
    return np.asarray(below * (1 - cover[..., None]) + above * cover[..., None], np.float32)
