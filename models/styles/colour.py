"""Changes of colour, pixel by pixel. Pictures are (height, width, 3) float32 from 0 to 1."""

import numpy as np

from models.styles.neighbourhood import Picture, luma


def warmed(picture: Picture, temperature: float, tint: float) -> Picture:
    """Towards amber (1) or blue (-1), and towards magenta (1) or green (-1)."""
    if not temperature and not tint:
        return picture
    gains = np.exp(np.array([0.3 * temperature + 0.12 * tint, -0.2 * tint, -0.3 * temperature + 0.12 * tint]))
    return np.asarray(picture * gains, np.float32)


def saturated(picture: Picture, amount: float) -> Picture:
    """0 is grey, 1 leaves it, 2 doubles the distance from grey."""
    if amount == 1:
        return picture
    grey = luma(picture)[..., None]
    return np.asarray(grey + (picture - grey) * np.float32(amount), np.float32)


def contrasted(picture: Picture, slope: float, fade: float) -> Picture:
    """An S-shaped curve through middle grey with that slope there, then black lifted by `fade`."""
    if slope != 1:
        half = np.clip(picture, 0, 1) * 2 - 1
        # sign(x) (1 - (1 - |x|)^slope) is a straight line for 1, steeper around 0 above it, flatter below
        picture = (np.sign(half) * (1 - (1 - np.abs(half)) ** np.float32(slope)) + 1) / 2
    return np.asarray(picture * (1 - fade) + fade, np.float32)


def dyed(picture: Picture, dark: tuple[float, ...], light: tuple[float, ...], amount: float) -> Picture:
    """Black in one colour, white in another, what is between them in between."""
    bright = np.clip(luma(picture), 0, 1)[..., None]
    low, high = np.asarray(dark, np.float32), np.asarray(light, np.float32)
    return np.asarray(picture + (low + (high - low) * bright - picture) * np.float32(amount), np.float32)


def split(picture: Picture, distance: int) -> Picture:
    """Red to the left and blue to the right, as a bad lens has it."""
    columns = np.arange(picture.shape[1])
    last = picture.shape[1] - 1
    found = picture.copy()
    found[..., 0] = picture[:, np.clip(columns + distance, 0, last), 0]
    found[..., 2] = picture[:, np.clip(columns - distance, 0, last), 2]
    return found
