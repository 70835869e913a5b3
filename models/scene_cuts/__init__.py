"""Where one scene of a video ends and the next begins.

Pictures are scene-linear float32 (height, width, 3) and stream; of each a glance of some 3 KB is kept for a moment.
Whether a scene begins at a picture depends on the pictures up to `AROUND` before and after it, so that any segment
[a, b) can be looked at by itself: `cuts_in(frames(needed(a, b, count)), a, b, count)`. The union over all segments is
what `cuts_in` says of the whole. A flash of up to two pictures, a pan and a fade are no cuts.
"""

from models.scene_cuts.detection import AROUND, MissingPictures, cuts_in, needed
from models.scene_cuts.glance import Glance, difference, glance_at

__all__ = ["AROUND", "Glance", "MissingPictures", "cuts_in", "difference", "glance_at", "needed"]
