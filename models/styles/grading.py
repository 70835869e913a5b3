"""A style laid over a finished picture: numpy alone, no chance, so that every model's pictures show it."""

import numpy as np
from numpy.typing import NDArray

from models.drawing import Pixels
from models.styles.colour import contrasted, dyed, saturated, split, warmed
from models.styles.medium import glowing, grained, inked, printed, scanned, sketched, vignetted
from models.styles.neighbourhood import Picture, brush, luma, squares
from models.styles.style import Grade, Style, Tone

STRIP = 512  # rows; keeps the memory of brush strokes flat


def grade(pixels: Pixels, style: Style) -> Pixels:
    """The picture (height, width, 3), sRGB, as the style shows it. The same input gives the same output."""
    how = style.grade
    picture: Picture = pixels.astype(np.float32) / 255
    short = min(picture.shape[:2])
    picture = _formed(picture, how, short)
    picture = _coloured(picture, how)
    picture = _finished(picture, how, short)
    return np.asarray(np.round(np.clip(picture, 0, 1) * 255), np.uint8)


def _formed(picture: Picture, how: Grade, short: int) -> Picture:
    if how.shift:
        picture = split(picture, max(1, round(how.shift * short)))
    if how.paint:
        picture = _in_strips(picture, max(2, round(how.paint * short)))
    if how.pixels:
        picture = squares(picture, max(2, round(how.pixels * short)))
    if how.sketch:
        picture = sketched(picture, how.sketch, how.stroke * short)
    return picture


def _coloured(picture: Picture, how: Grade) -> Picture:
    if how.exposure:
        picture = picture * np.float32(2**how.exposure)
    picture = warmed(picture, how.temperature, how.tint)
    picture = np.clip(saturated(picture, how.saturation), 0, 1)
    picture = contrasted(picture, how.contrast, how.fade)
    if how.posterise > 1:
        picture = np.round(picture * (how.posterise - 1)) / np.float32(how.posterise - 1)
    return picture


def _finished(picture: Picture, how: Grade, short: int) -> Picture:
    if how.edges:
        picture = inked(picture, how.edges, how.ink, short)
    if how.halftone:
        picture = printed(picture, how.halftone * short)
    if how.duotone:
        picture = dyed(picture, how.dark, how.light, how.duotone)
    if how.glow:
        picture = glowing(picture, how.glow, short)
    if how.scanlines:
        picture = scanned(picture, how.scanlines, short)
    if how.grain:
        picture = grained(picture, how.grain, short)
    return vignetted(picture, how.vignette) if how.vignette else picture


def _in_strips(picture: Picture, radius: int) -> Picture:
    """Brush strokes strip by strip, each with what lies around it."""
    found = np.empty_like(picture)
    for top in range(0, len(picture), STRIP):
        first, last = max(0, top - 2 * radius), min(len(picture), top + STRIP + 2 * radius)
        painted = brush(picture[first:last], radius)
        found[top : top + STRIP] = painted[top - first : top - first + STRIP]
    return found


def grade_light(light: NDArray[np.float32], style: Style) -> NDArray[np.float32]:
    """Scene-linear light (…, height, width, 3) with the style's tone; range stays range, nothing is cut off."""
    return _toned(light, style.tone)


def _toned(light: NDArray[np.float32], tone: Tone) -> NDArray[np.float32]:
    found: Picture = np.maximum(light, 0) * np.float32(2**tone.exposure)
    if tone.temperature:
        found = found * np.exp(np.array([0.35, 0.0, -0.35], np.float32) * tone.temperature)
    if tone.saturation != 1:
        found = np.maximum(saturated(found, tone.saturation), 0)
    if tone.contrast != 1:
        bright = np.maximum(luma(found), 1e-6)
        found = found * ((bright / 0.18) ** (tone.contrast - 1))[..., None]
    return np.asarray(found, np.float32)
