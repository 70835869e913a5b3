"""Pictures as files: written with what made them inside, and read from anyone without harm.

`write_picture(pixels, "png", provenance)` gives bytes; `read_provenance(data)` gives the text back, from OpenEXR files
too; `read_picture(data)` gives the pixels of a file that anybody may have sent.
"""

from models.image_file.picture_error import PictureError
from models.image_file.provenance import read_provenance
from models.image_file.reading import read_picture
from models.image_file.writing import FORMATS, write_picture

__all__ = ["FORMATS", "PictureError", "read_picture", "read_provenance", "write_picture"]
