"""Pictures as files: written with what made them inside, and read from anyone without harm.

`write_picture(pixels, "png", provenance)` gives bytes; `read_provenance(data)` gives the text back, from OpenEXR files
too; `read_picture(data)` gives the pixels of a file that anybody may have sent, `check_picture(data)` says whether it
would, `read_archive(path)` gives those of a zip. `write_animation(frames)` gives a moving picture.
"""

from models.image_file.animation import write_animation
from models.image_file.archive import read_archive
from models.image_file.picture_error import PictureError
from models.image_file.provenance import read_provenance
from models.image_file.reading import check_picture, read_picture
from models.image_file.writing import FORMATS, write_picture

__all__ = [
    "FORMATS",
    "PictureError",
    "check_picture",
    "read_archive",
    "read_picture",
    "read_provenance",
    "write_animation",
    "write_picture",
]
