"""Colours by name: the palette that the project's scenes share."""

from models.embedded_image.scenes.palette import reflectance
from models.radiance_field.worlds.material import Colour


def colour(name: str) -> Colour:
    """A colour of the palette as linear BT.709 reflectance."""
    r, g, b = (float(part) for part in reflectance(name))
    return r, g, b
