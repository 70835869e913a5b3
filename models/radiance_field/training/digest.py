"""Which pictures a field was trained on."""

import hashlib
from collections.abc import Sequence
from dataclasses import astuple

import numpy as np

from models.radiance_field.picture import Picture


def pictures_digest(pictures: Sequence[Picture]) -> str:
    """SHA-256 of pictures and their cameras in their order, 64 hexadecimal digits."""
    digest = hashlib.sha256()
    for picture in pictures:
        camera = picture.camera
        numbers = (*camera.focal, *camera.centre, *astuple(camera.distortion), camera.time, *camera.pose.ravel())
        digest.update(np.array((camera.width, camera.height, *numbers), np.float64).tobytes())
        digest.update(np.ascontiguousarray(picture.light, np.float32).tobytes())
    return digest.hexdigest()
