"""Camera paths: moves, what shutter, lens and hand make of them, and nerfstudio's files.

`cameras(CameraPath(Orbit()), 96, 1920, 1080)` gives a shot a frame, to be rendered and averaged.
"""

from models.radiance_field.paths.easing import EASES, Ease
from models.radiance_field.paths.lens import Lens
from models.radiance_field.paths.moves import Dolly, DollyZoom, Orbit
from models.radiance_field.paths.nerfstudio import NerfstudioPath, read_nerfstudio, write_nerfstudio
from models.radiance_field.paths.path import CameraPath, Move, Shot, cameras
from models.radiance_field.paths.shake import Shake
from models.radiance_field.paths.spline import Keyframe, Spline
from models.radiance_field.paths.view import BrokenPath

__all__ = [
    "EASES", "BrokenPath", "CameraPath", "Dolly", "DollyZoom", "Ease", "Keyframe", "Lens", "Move", "NerfstudioPath",
    "Orbit", "Shake", "Shot", "Spline", "cameras", "read_nerfstudio", "write_nerfstudio",
]  # fmt: skip
