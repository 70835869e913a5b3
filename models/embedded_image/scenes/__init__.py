"""Procedural scenes in linear light, each with the words that describe it: what the embedded model learns from.

A scene is plain data (`Arrangement`, `Landscape`, `Texture`), so its truth is known: `render` draws it at any size,
`describe` puts it into words, and the judge is trained on both.
"""

from models.embedded_image.scenes.caption import describe
from models.embedded_image.scenes.rendering import render
from models.embedded_image.scenes.sampling import sample_scene
from models.embedded_image.scenes.scene import Arrangement, Landscape, Scene, Texture, Thing

__all__ = ["Arrangement", "Landscape", "Scene", "Texture", "Thing", "describe", "render", "sample_scene"]
