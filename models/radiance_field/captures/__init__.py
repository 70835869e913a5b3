"""Captures: pictures of a scene with the cameras that took them, in the formats that people have.

`read_capture(folder)` finds out which: Blender's `transforms_train.json` (with times: D-NeRF), nerfstudio's
`transforms.json`, LLFF's `poses_bounds.npy`, COLMAP's sparse model in text or binary.
`pictures(capture)` reads what they saw, in light.
"""

from models.radiance_field.captures.capture import BrokenCapture, Capture, View
from models.radiance_field.captures.photographs import pictures
from models.radiance_field.captures.reading import read_capture

__all__ = ["BrokenCapture", "Capture", "View", "pictures", "read_capture"]
