"""What a medium adds: ink, dots of print, pencil, glow, lines of a screen, grain, dark corners."""

import numpy as np

from models.styles.neighbourhood import Picture, blur, edges, luma

GRAIN_SEED = 20_240_101
SMOOTHED_SIDE = 300  # in smaller pictures a line is hardly wider than a pixel
GRAIN_SIDES = 900  # grains along the shorter side, so that large pictures are no smoother than small ones


def inked(picture: Picture, amount: float, ink: tuple[float, ...], short: int) -> Picture:
    """Lines along edges."""
    bright = luma(picture)
    steep = edges(blur(bright, short * 0.002) if short >= SMOOTHED_SIDE else bright)
    scale = short / 512  # a wider ramp is less steep from pixel to pixel
    line = np.clip((steep * max(scale, 0.5) - 0.12) / 0.25, 0, 1)
    if scale > 1:
        line = blur(line, short * 0.0015)
    line = (np.minimum(line * 1.2, 1) * np.float32(amount))[..., None]
    return np.asarray(picture * (1 - line) + np.asarray(ink, np.float32) * line, np.float32)


def sketched(picture: Picture, amount: float, reach: float) -> Picture:
    """Brightness divided by that of the surroundings: paper where nothing changes, strokes where something does."""
    bright = luma(picture)
    around = blur(bright, max(1.0, reach))
    strokes = np.clip(bright / np.maximum(around, 0.02), 0, 1) ** 3
    paper = (0.82 * strokes + 0.18 * strokes * np.sqrt(np.clip(bright, 0, 1)))[..., None]
    return np.asarray(picture + (paper - picture) * np.float32(amount), np.float32)


def printed(picture: Picture, cell: float) -> Picture:
    """Dots of ink on a grid at 45 degrees, larger where it is darker."""
    cell = max(cell, 3.0)
    y, x = np.indices(picture.shape[:2], np.float32)
    turn = np.float32(np.pi * np.sqrt(2) / cell)
    screen = (np.cos((x + y) * turn / 2) * np.cos((x - y) * turn / 2) + 1) / 2
    dark = 1 - luma(picture)
    softness = 1.2 / cell
    dot = np.clip((dark - (1 - screen)) / softness + 0.5, 0, 1)[..., None]
    paper = np.float32(1) - (1 - picture) * np.float32(0.45)
    return np.asarray(paper * (1 - dot) + picture * np.float32(0.75) * dot, np.float32)


def glowing(picture: Picture, amount: float, short: int) -> Picture:
    """Bright parts shine over their surroundings."""
    bright = picture * np.clip((luma(picture) - 0.5) * 2, 0, 1)[..., None]
    halo = np.stack([blur(bright[..., i], short * 0.03) for i in range(3)], -1)
    return np.asarray(1 - (1 - np.clip(picture, 0, 1)) * (1 - np.clip(halo * amount, 0, 1)), np.float32)


def scanned(picture: Picture, amount: float, short: int) -> Picture:
    """The lines of a screen."""
    rows = np.arange(picture.shape[0], dtype=np.float32)
    line = (np.cos(rows * np.float32(2 * np.pi / max(3.0, short / 110))) + 1) / 2
    return np.asarray(picture * (1 - np.float32(amount) * line)[:, None, None], np.float32)


def grained(picture: Picture, spread: float, short: int) -> Picture:
    """Film grain: always the same for one size of picture, strongest at middle grey."""
    side = max(1, round(short / GRAIN_SIDES))
    height, width = (-(-length // side) for length in picture.shape[:2])
    noise = np.random.default_rng(GRAIN_SEED).standard_normal((height, width), np.float32) * np.float32(spread)
    grain = noise.repeat(side, 0)[: picture.shape[0]].repeat(side, 1)[:, : picture.shape[1]]
    bright = np.clip(luma(picture), 0, 1)
    return np.asarray(picture + (grain * (0.4 + 2.4 * bright * (1 - bright)))[..., None], np.float32)


def vignetted(picture: Picture, amount: float) -> Picture:
    """Dark corners."""
    height, width = picture.shape[:2]
    y = np.linspace(-1, 1, height, dtype=np.float32)[:, None]
    x = np.linspace(-1, 1, width, dtype=np.float32)
    out = np.clip((np.sqrt(x * x + y * y) - 0.45) / 0.95, 0, 1)
    return np.asarray(picture * (1 - np.float32(amount) * out * out * (3 - 2 * out))[..., None], np.float32)
