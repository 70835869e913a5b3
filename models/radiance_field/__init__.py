"""Radiance fields: cameras and captures, the fields that learn a scene from them, the ways a camera moves.

Every camera here is in one convention, whatever its file's: see `models.radiance_field.camera`. What is here needs no
torch; `models.radiance_field.training` trains fields and `models.radiance_field.field` draws them, and both import it.
"""

from models.radiance_field.camera import Camera, Pose, look_at
from models.radiance_field.captures import BrokenCapture, Capture, View, pictures, read_capture
from models.radiance_field.distortion import Distortion
from models.radiance_field.picture import Picture

__all__ = [
    "BrokenCapture",
    "Camera",
    "Capture",
    "Distortion",
    "Picture",
    "Pose",
    "View",
    "look_at",
    "pictures",
    "read_capture",
]
