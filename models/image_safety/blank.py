"""Pictures that show nothing: black or one colour all over, as a decoder that overflowed gives them."""

import numpy as np

from models.drawing import Pixels

SAME = 2  # steps of 256 within which a channel counts as constant


def blankness(pixels: Pixels) -> str | None:
    """What is wrong with a picture (height, width, 3) that shows nothing, such as `is black all over`; else None."""
    if not pixels.size:
        return "has no pixels"
    low, high = pixels.reshape(-1, pixels.shape[-1]).min(0), pixels.reshape(-1, pixels.shape[-1]).max(0)
    if int((high.astype(int) - low).max()) > SAME:
        return None
    if int(high.max()) <= SAME:
        return "is black all over: the model failed, often for want of precision"
    if int(low.min()) >= 255 - SAME:
        return "is white all over: the model failed"
    colour = ", ".join(str(int(value)) for value in np.round((low.astype(float) + high) / 2))
    return f"is of one colour all over ({colour}): the model failed"
