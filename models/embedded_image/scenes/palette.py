"""The colours that the scenes know, as linear BT.709 reflectances, and the words for them."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

_SRGB: Final = {
    "red": (212, 32, 36),
    "orange": (244, 126, 20),
    "yellow": (246, 214, 32),
    "green": (40, 152, 60),
    "blue": (34, 78, 200),
    "purple": (124, 46, 160),
    "pink": (246, 140, 184),
    "brown": (112, 66, 34),
    "white": (244, 244, 240),
    "gray": (128, 130, 132),
    "black": (20, 20, 22),
}

COLOURS: Final = tuple(_SRGB)

# Other words for a colour, so that a prompt need not know ours. The first word is the colour's own name.
WORDS: Final = {
    "red": ("red", "crimson", "scarlet", "ruby"),
    "orange": ("orange", "tangerine", "amber"),
    "yellow": ("yellow", "golden", "lemon"),
    "green": ("green", "emerald", "lime"),
    "blue": ("blue", "navy", "azure", "cobalt"),
    "purple": ("purple", "violet", "lilac"),
    "pink": ("pink", "rose", "magenta"),
    "brown": ("brown", "chocolate", "chestnut"),
    "white": ("white", "ivory", "snowy"),
    "gray": ("gray", "grey", "silver"),
    "black": ("black", "ebony", "jet black"),
}


def reflectance(colour: str) -> NDArray[np.float32]:
    """The linear reflectance of a colour, three numbers from 0 to 1."""
    srgb = np.asarray(_SRGB[colour], np.float32) / 255
    return np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4).astype(np.float32)
