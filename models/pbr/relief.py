"""Height, normals and occlusion of a flat surface with relief, and the way from one to another.

Heights are in widths of the piece; the piece repeats unless said otherwise.
"""

from typing import Final

import numpy as np

from models.pbr.maps import Field

_DIRECTIONS: Final = 8
_RADII: Final = (1 / 64, 1 / 32, 3 / 64, 1 / 16, 5 / 64, 3 / 32, 1 / 8)  # in widths


def slopes_of_height(height: Field, seamless: bool = True) -> tuple[Field, Field]:
    """Rise to the right and rise downwards, by central differences round the edges, or one-sided ones at them.

    Args:
        height: (height, width) in widths, 2 a side or more.
    """
    width = height.shape[1]
    if not seamless:
        down, right = np.gradient(height)
        return np.asarray(right * width, np.float32), np.asarray(down * width, np.float32)
    right = (np.roll(height, -1, 1) - np.roll(height, 1, 1)) * (width / 2)
    down = (np.roll(height, -1, 0) - np.roll(height, 1, 0)) * (width / 2)
    return np.asarray(right, np.float32), np.asarray(down, np.float32)


def normals_of_slopes(right: Field, down: Field) -> Field:
    """Unit normals (height, width, 3), y up."""
    normal = np.stack([-right, down, np.ones_like(right)], -1)
    return np.asarray(normal / np.linalg.norm(normal, axis=-1, keepdims=True), np.float32)


def normals_of_height(height: Field, seamless: bool = True) -> Field:
    """Unit normals (height, width, 3), y up, of heights in widths."""
    return normals_of_slopes(*slopes_of_height(height, seamless))


def height_of_slopes(
    right: Field, down: Field, guide: Field | None = None, trust: float = 0.0, seamless: bool = True
) -> Field:
    """The height whose slopes come nearest to those given, its mean zero.

    Frankot and Chellappa, "A method for enforcing integrability in shape from shading algorithms", 1988: least
    squares in the Fourier domain, here with the frequency response of central differences, so that heights made by
    `slopes_of_height` come back. A guide fills in what slopes say badly, the slow waves (screened Poisson).

    Args:
        guide: A rough idea of the height, in widths, or None.
        trust: Weight of the guide against the slopes; it rules waves longer than about 6 / sqrt(trust) widths.
        seamless: The piece repeats; otherwise it is thought to be mirrored at its edges.
    """
    if seamless:
        return _integrated(right, down, guide, trust, right.shape[1])
    height = _integrated(
        _mirrored(right, -1, 1), _mirrored(down, 1, -1), None if guide is None else _mirrored(guide, 1, 1), trust,
        right.shape[1],
    )[: right.shape[0], : right.shape[1]]  # fmt: skip
    return np.asarray(height - height.mean(), np.float32)


def _mirrored(field: Field, across: int, along: int) -> Field:
    wide = np.concatenate([field, across * field[:, ::-1]], 1)
    return np.asarray(np.concatenate([wide, along * wide[::-1]], 0), np.float32)


def _integrated(right: Field, down: Field, guide: Field | None, trust: float, width: int) -> Field:
    rows, columns = right.shape
    u = np.fft.rfftfreq(columns)[None, :]
    v = np.fft.fftfreq(rows)[:, None]
    across, along = 1j * width * np.sin(2 * np.pi * u), 1j * width * np.sin(2 * np.pi * v)
    told = np.conj(across) * np.fft.rfft2(right) + np.conj(along) * np.fft.rfft2(down)
    weight = np.abs(across) ** 2 + np.abs(along) ** 2
    if guide is not None:
        told = told + trust * np.fft.rfft2(guide)
        weight = weight + trust
    # Central differences are blind to the fastest wave: it stays nought.
    blind = weight < 1e-6 * width**2 if guide is None else weight <= 0
    told[blind], weight[blind] = 0, 1
    told[0, 0] = 0
    return np.asarray(np.fft.irfft2(told / weight, s=(rows, columns)), np.float32)


def occlusion_of_height(height: Field, seamless: bool = True) -> Field:
    """Share of an even sky seen from each texel of a level surface, weighted by the cosine: (height, width), 0 to 1.

    Horizons in eight directions up to an eighth of the width (Bavoil and others, "Image-space horizon-based ambient
    occlusion", 2008); along one direction the share seen is one less the square of the horizon's sine.

    Args:
        height: (height, width) in widths.
    """
    if not seamless:
        rows, columns = height.shape
        edge = min(int(columns * _RADII[-1]) + 1, rows, columns)
        padded = np.pad(height, edge, "symmetric")
        return _occlusion(padded, columns)[edge : edge + rows, edge : edge + columns]
    return _occlusion(height, height.shape[1])


def _occlusion(height: Field, width: int) -> Field:
    seen = np.zeros_like(height)
    for number in range(_DIRECTIONS):
        angle = 2 * np.pi * number / _DIRECTIONS
        horizon = np.zeros_like(height)
        walked = set()
        for radius in _RADII:
            across, along = round(radius * width * np.cos(angle)), round(radius * width * np.sin(angle))
            if (across, along) == (0, 0) or (across, along) in walked:
                continue
            walked.add((across, along))
            rise = np.roll(height, (-along, -across), (0, 1)) - height
            # The tangent of the horizon, so that no root is taken for each step.
            np.maximum(horizon, rise * (width / np.float32(np.hypot(across, along))), out=horizon)
        seen += 1 / (1 + horizon * horizon)
    return np.asarray(seen / _DIRECTIONS, np.float32)
