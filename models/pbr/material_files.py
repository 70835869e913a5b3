"""A material as files: maps for every program, a GLB, a MaterialX document and a picture of it."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import imagecodecs
import numpy as np
from numpy.typing import NDArray

from models.hdr.transfer import srgb_of_linear
from models.image_file import write_picture
from models.pbr.gltf import write_glb
from models.pbr.maps import Field, MapsRefused, MaterialMaps, check_maps
from models.pbr.materialx import write_materialx
from models.pbr.preview import render_preview

_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}")
_LONGEST: Final = 20_000


@dataclass(frozen=True)
class MaterialFiles:
    """Where the files lie.

    Attributes:
        basecolor: PNG, 8-bit sRGB.
        normal: PNG, 8-bit linear, y up (OpenGL).
        roughness: PNG, 8-bit linear, one channel, as are `metallic` and `occlusion`.
        height: PNG, 16-bit linear, one channel.
        orm: PNG, 8-bit linear: occlusion, roughness, metallic in red, green, blue.
        glb: glTF 2.0, a plate with the maps twice along each side.
        materialx: Names the PNG files beside it.
        preview: PNG of a ball.
    """

    basecolor: Path
    normal: Path
    roughness: Path
    metallic: Path
    height: Path
    occlusion: Path
    orm: Path
    glb: Path
    materialx: Path
    preview: Path


def write_material(
    maps: MaterialMaps, folder: Path, name: str, provenance: str, preview_size: int = 256
) -> MaterialFiles:
    """Write a material's files into a folder that exists; files of the same names are replaced.

    The same input gives the same bytes.

    Args:
        name: Begins every file's name: a letter, then letters, digits and underscores, 64 at most.
        provenance: Any text of at most 20,000 letters, JSON as a rule; it is in the colour pictures, GLB and MaterialX.

    Raises:
        MapsRefused: Maps, name or provenance are out of bounds.
        OSError: The folder is not there or cannot be written.
    """
    check_maps(maps)
    if not _NAME.fullmatch(name):
        raise MapsRefused("a material's name is a letter, then up to 63 letters, digits and underscores")
    if len(provenance.encode("utf-16-be", "replace")) > 2 * _LONGEST or "\0" in provenance:
        raise MapsRefused(f"a material's provenance is text of at most {_LONGEST:,} letters")
    if provenance != provenance.encode("utf-8", "replace").decode():
        raise MapsRefused("a material's provenance holds half a letter (a lone surrogate)")
    basecolor = write_picture(_bytes(np.asarray(srgb_of_linear(maps.basecolor), np.float32)), "png", provenance)
    normal = write_picture(_bytes(maps.normal * 0.5 + 0.5), "png", provenance)
    packed = np.stack([maps.occlusion, maps.roughness, maps.metallic], -1)
    orm = write_picture(_bytes(packed), "png", provenance)
    ends = {
        kind: f"{name}_{kind}.png"
        for kind in ("basecolor", "normal", "roughness", "metallic", "height", "occlusion", "orm", "preview")
    }
    contents: dict[str, bytes] = {
        "basecolor": basecolor,
        "normal": normal,
        "orm": orm,
        "roughness": _grey(_bytes(maps.roughness)),
        "metallic": _grey(_bytes(maps.metallic)),
        "occlusion": _grey(_bytes(maps.occlusion)),
        "height": _grey(np.round(np.clip(maps.height, 0, 1) * 65535).astype(np.uint16)),
        "preview": write_picture(render_preview(maps, preview_size), "png", provenance),
        "glb": write_glb(basecolor, orm, normal, name, provenance),
        "materialx": write_materialx(name, ends, maps.depth, _plain(provenance)).encode(),
    }
    paths = {kind: folder / ends.get(kind, f"{name}.{'mtlx' if kind == 'materialx' else kind}") for kind in contents}
    for kind, data in contents.items():
        paths[kind].write_bytes(data)
    return MaterialFiles(**paths)


def _bytes(field: Field) -> NDArray[np.uint8]:
    return np.asarray(np.round(np.clip(field, 0, 1) * 255), np.uint8)


def _grey(values: NDArray[Any]) -> bytes:
    return bytes(imagecodecs.png_encode(np.ascontiguousarray(values), level=6))


def _plain(text: str) -> str:
    """Without control characters, which XML has no way to say (XML 1.0, section 2.2)."""
    return "".join(letter for letter in text if letter >= " " or letter in "\t\n")
