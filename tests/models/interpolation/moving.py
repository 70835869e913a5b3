"""Textures that move by known amounts, at any time."""

from collections.abc import Iterable, Iterator

import cv2
import numpy as np

WIDTH, HEIGHT = 320, 180


def texture(seed: int, side: int = 480) -> np.ndarray:
    """Fine and broad detail together, as in photographs."""
    noise = np.random.default_rng(seed)
    found = np.zeros((side, side, 3), np.float32)
    for grain, share in ((2, 0.5), (8, 0.3), (32, 0.2)):
        small = noise.random((side // grain, side // grain, 3), np.float32)
        found += share * cv2.GaussianBlur(cv2.resize(small, (side, side), interpolation=cv2.INTER_CUBIC), (0, 0), 1)
    return np.asarray((found - found.min()) / (found.max() - found.min()), np.float32)


GROUND, THING = texture(1), texture(2) * np.array([1.0, 0.5, 0.3], np.float32)


def shifted(picture: np.ndarray, right: float, down: float, scale: float = 1) -> np.ndarray:
    """The picture moved by parts of a pixel, at the size of a frame."""
    y, x = np.indices((round(HEIGHT * scale), round(WIDTH * scale)), np.float32)
    found = cv2.remap(picture, x / scale + 80 - right, y / scale + 80 - down, cv2.INTER_LANCZOS4)
    return np.asarray(np.maximum(found, 0), np.float32)


def disc(time: float, speed: tuple[float, float] = (9.0, 4.0), light: float = 1.0, scale: float = 1) -> np.ndarray:
    """A textured disc of 80 pixels that moves over a textured ground which stands still."""
    right, down = speed[0] * time, speed[1] * time
    y, x = np.indices((round(HEIGHT * scale), round(WIDTH * scale)), np.float32) / scale
    inside = np.clip(40 - np.hypot(x - 110 - right, y - 80 - down) + 0.5, 0, 1)[..., None]
    ground, thing = shifted(GROUND, 0, 0, scale), shifted(THING, right, down, scale) * np.float32(light)
    return np.asarray(ground * (1 - inside) + thing * inside, np.float32)


def pan(time: float) -> np.ndarray:
    return shifted(GROUND, 13.3 * time, -3.7 * time)


def clip(numbers: Iterable[int]) -> Iterator[np.ndarray]:
    return (disc(number) for number in numbers)


def psnr(one: np.ndarray, other: np.ndarray) -> float:
    return float(-10 * np.log10(np.mean(np.square(one.astype(np.float64) - other))))
