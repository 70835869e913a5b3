"""Materials: six maps from one picture, drawn on a ball, and written for other programs.

`estimate(picture, seamless)` guesses the maps of an 8-bit sRGB picture, `render_preview(maps)` draws them,
`write_material(maps, folder, name, provenance)` writes PNG maps, GLB, MaterialX and a preview. What a material cannot
be made of is refused with `MapsRefused`. `estimate` loads torch when it is called.
"""

import numpy as np
from numpy.typing import NDArray

from models.pbr.maps import MapsRefused, MaterialMaps
from models.pbr.material_files import MaterialFiles, write_material
from models.pbr.preview import render_preview

__all__ = ["MapsRefused", "MaterialFiles", "MaterialMaps", "estimate", "render_preview", "write_material"]


def estimate(srgb_picture: NDArray[np.uint8], seamless: bool = False) -> MaterialMaps:
    """The maps of a material seen from the front, by the network that comes with the project.

    Args:
        srgb_picture: (height, width, 3), 8 to 4096 a side.
        seamless: The maps' edges shall meet; where the picture's do not, they are made to, and the notes say so.

    Returns:
        Maps of the picture's size. Normals and occlusion are those of the height, so the three agree; the notes say
        at what size the maps were guessed and what was changed.

    Raises:
        MapsRefused: This is no such picture.
    """
    from models.pbr.estimator import shipped_estimator  # noqa: PLC0415 - torch is loaded where a picture is read

    return shipped_estimator().estimate(srgb_picture, seamless)
