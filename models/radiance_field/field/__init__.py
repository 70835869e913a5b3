"""Radiance fields: what stores them, draws them, and writes them as files. Imports torch.

What is drawn is scene-linear, premultiplied, as in `Picture`; an 8K camera's rows come in bounded memory.

    field, card = load_field(folder)
    drawn = render(field, camera)                         # light, coverage, depth and normal of every pixel
    for rows in render_bands(field, camera_8k): ...       # 64 rows at a time
    glb = write_glb(surface(field, 192))
    ply = write_ply(*point_cloud(field, cameras))
"""

from models.radiance_field.field.box import Box
from models.radiance_field.field.card import FieldCard
from models.radiance_field.field.mesh import NoSurface, surface, write_glb, write_ply
from models.radiance_field.field.point_cloud import point_cloud
from models.radiance_field.field.radiance_field import RadianceField
from models.radiance_field.field.rendering import Rendered, render, render_bands
from models.radiance_field.field.saving import BrokenField, load_field, read_field_card, save_field
from models.radiance_field.field.shape import FieldShape

__all__ = [
    "Box",
    "BrokenField",
    "FieldCard",
    "FieldShape",
    "NoSurface",
    "RadianceField",
    "Rendered",
    "load_field",
    "point_cloud",
    "read_field_card",
    "render",
    "render_bands",
    "save_field",
    "surface",
    "write_glb",
    "write_ply",
]
