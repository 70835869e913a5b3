"""A scene as radiance, at any size."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.embedded_image.scenes.canvas import Canvas, smooth_noise
from models.embedded_image.scenes.landscape import draw_landscape
from models.embedded_image.scenes.palette import reflectance
from models.embedded_image.scenes.scene import SOLID, Backdrop, Landscape, Scene, Texture, Thing
from models.embedded_image.scenes.shading import lightness
from models.embedded_image.scenes.shapes import OUTLINES
from models.embedded_image.scenes.texture import draw_texture

Radiance = NDArray[Any]  # (height, width, 3), floating point
_FLOOR = 0.1  # where a wall meets the floor, below the middle


def render(scene: Scene, width: int, height: int) -> Radiance:
    """Draw a scene.

    Returns:
        (height, width, 3) scene-linear BT.709 light, 0 to about 40, where 1 is diffuse white.
    """
    canvas = Canvas.of(width, height)
    if isinstance(scene, Texture):
        return draw_texture(canvas, scene)
    if isinstance(scene, Landscape):
        return draw_landscape(canvas, scene)
    setting = scene.setting
    if isinstance(setting, Landscape):
        picture, standing = draw_landscape(canvas, setting), False
    else:
        picture, standing = _backdrop(canvas, setting), setting.floor
    for thing in scene.things:
        picture = _place(canvas, picture, thing, standing)
    return picture


def _backdrop(canvas: Canvas, backdrop: Backdrop) -> Radiance:
    generator = np.random.default_rng(backdrop.seed)
    colour = reflectance(backdrop.colour)
    slope = generator.uniform(-0.12, 0.12, 2)
    tone = 0.92 + slope[0] * canvas.x + slope[1] * canvas.y
    if backdrop.floor:
        below = canvas.cover((_FLOOR - canvas.y).astype(np.float32))
        grain = 1 + 0.05 * smooth_noise(canvas.x, canvas.y * 3, generator, 0.15, 2)
        near = 0.62 + 0.5 * np.clip((canvas.y - _FLOOR) / 0.4, 0, 1)
        tone = tone * (1 - below) * 0.72 + near * grain * below
    return np.asarray(tone[..., None] * colour, np.float32)


def _place(canvas: Canvas, picture: Radiance, thing: Thing, standing: bool) -> Radiance:
    x, y = (canvas.x - thing.x) / thing.radius, (canvas.y - thing.y) / thing.radius
    if thing.shape not in SOLID and thing.turn:
        cosine, sine = np.cos(thing.turn), np.sin(thing.turn)
        x, y = x * cosine + y * sine, y * cosine - x * sine
    if standing:
        shadow = np.exp(-((((x - 0.35) / 0.95) ** 2 + ((y - 0.95) / 0.28) ** 2) ** 1.2))
        picture = picture * (1 - 0.55 * shadow[..., None])
    colour = reflectance(thing.colour)
    if thing.finish == "glowing":
        halo = 0.5 * np.exp(-((np.hypot(x, y) / 1.25) ** 2))[..., None]
        picture = picture + halo * colour
    diffuse, highlight = lightness(thing.shape, thing.finish, x, y)
    surface = diffuse[..., None] * colour + highlight[..., None]
    cover = canvas.cover((OUTLINES[thing.shape](x, y) * thing.radius).astype(np.float32))[..., None]
    return np.asarray(picture * (1 - cover) + surface * cover, np.float32)
