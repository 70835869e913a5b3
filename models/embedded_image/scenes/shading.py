"""The light on a thing's surface: flat paint, a shaded solid, a highlight, a glow."""

import numpy as np

from models.embedded_image.scenes.canvas import Field

_LIGHT = np.array([-0.48, -0.62, 0.62], np.float32)  # from the upper left, towards the viewer


def lightness(shape: str, finish: str, x: Field, y: Field) -> tuple[Field, Field]:
    """What a surface sends on: its diffuse part (times its colour), and its highlight (white).

    Args:
        x: Position on the thing in units of its radius.
    """
    normal = _normals(shape, x, y)
    if finish == "glowing":
        # A glowing solid shines less towards its edges, so that a ball is no disc.
        edges = 1.0 if normal is None else 0.12 + 0.88 * np.clip(normal[2], 0, 1) ** 1.5
        return ((1.8 + 4 * np.exp(-3 * (x * x + y * y))) * edges).astype(np.float32), np.zeros_like(x)
    if normal is None:
        diffuse = np.ones_like(x)
        # Flat things lie like enamel: a shiny one has a band of light across.
        highlight = np.exp(-(((x + y + 0.5) / 0.13) ** 2)) * 1.2
    else:
        facing = np.clip(_along(normal, _LIGHT), 0, 1)
        diffuse = 0.16 + 0.95 * facing
        halfway = _LIGHT + np.array([0, 0, 1], np.float32)
        halfway /= np.linalg.norm(halfway)
        highlight = 7 * np.clip(_along(normal, halfway), 0, 1) ** 48
    return diffuse.astype(np.float32), (highlight if finish == "shiny" else 0.02 * highlight).astype(np.float32)


def _along(normal: tuple[Field, Field, Field], direction: Field) -> Field:
    return np.asarray(normal[0] * direction[0] + normal[1] * direction[1] + normal[2] * direction[2])


def _normals(shape: str, x: Field, y: Field) -> tuple[Field, Field, Field] | None:
    flat = np.zeros_like(x)
    if shape == "ball":
        nx, ny = x / 0.95, y / 0.95
        return nx, ny, np.sqrt(np.clip(1 - nx * nx - ny * ny, 0, 1))
    if shape == "cylinder":
        side = np.clip(x / 0.62, -1, 1)
        top = np.hypot(x / 0.62, (y + 0.62) / 0.24) <= 1
        return np.where(top, flat, side), np.where(top, -0.8, flat), np.where(top, 0.6, np.sqrt(1 - side * side))
    if shape == "cone":
        width = np.clip(0.74 * (y + 0.98) / 1.66, 0.02, 0.74)
        side = np.clip(x / width, -1, 1)
        return 0.92 * side, np.full_like(x, -0.38), 0.92 * np.sqrt(1 - side * side)
    if shape == "cube":
        top = y < -np.abs(x) * 0.577
        left = ~top & (x < 0)
        nx = np.where(top, 0, np.where(left, -0.7, 0.8))
        return nx, np.where(top, -0.85, 0.1), np.where(top, 0.5, np.where(left, 0.7, 0.2))
    return None
