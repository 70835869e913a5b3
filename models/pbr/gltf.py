"""A material as glTF 2.0 in its binary form: a plate or a ball with the maps as textures."""

import json
import struct
from typing import Any, Final

import numpy as np

from models.pbr.maps import Values

_FLOAT, _SHORT, _INT = 5126, 5123, 5125
_VERTICES, _INDICES = 34962, 34963
_REPEAT, _LINEAR, _MIPMAPS = 10497, 9729, 9987
_KINDS: Final = {1: "SCALAR", 2: "VEC2", 3: "VEC3", 4: "VEC4"}


def write_glb(basecolor: bytes, orm: bytes, normal: bytes, name: str, provenance: str, shape: str = "plate") -> bytes:
    """A GLB file (glTF 2.0 specification, section 4) that holds everything.

    Args:
        basecolor: PNG, sRGB.
        orm: PNG, linear: occlusion in red, roughness in green, metallic in blue.
        normal: PNG, linear, y up.
        provenance: Said in the asset's extras.
        shape: "plate" of 1 by 1 m, the maps twice along each side, or "ball" of 1 m across.
    """
    body = _Body()
    position, towards, tangent, places, corners = _plate() if shape == "plate" else _ball()
    attributes = {
        "POSITION": body.numbers(position, _VERTICES, bounds=True),
        "NORMAL": body.numbers(towards, _VERTICES),
        "TANGENT": body.numbers(tangent, _VERTICES),
        "TEXCOORD_0": body.numbers(places, _VERTICES),
    }
    indices = body.numbers(corners, _INDICES)
    images = [
        {"bufferView": body.view(data), "mimeType": "image/png", "name": f"{name}_{what}"}
        for data, what in ((basecolor, "basecolor"), (orm, "orm"), (normal, "normal"))
    ]
    document: dict[str, Any] = {
        "asset": {"version": "2.0", "generator": "ai-orchestration", "extras": {"provenance": provenance}},
        "scene": 0,
        "scenes": [{"nodes": [0]}],
        "nodes": [{"mesh": 0, "name": name}],
        "meshes": [{"primitives": [{"attributes": attributes, "indices": indices, "material": 0}]}],
        "materials": [
            {
                "name": name,
                "pbrMetallicRoughness": {
                    "baseColorTexture": {"index": 0},
                    "metallicRoughnessTexture": {"index": 1},
                },
                "occlusionTexture": {"index": 1},
                "normalTexture": {"index": 2},
            }
        ],
        "textures": [{"source": number, "sampler": 0} for number in range(3)],
        "samplers": [{"magFilter": _LINEAR, "minFilter": _MIPMAPS, "wrapS": _REPEAT, "wrapT": _REPEAT}],
        "images": images,
        "accessors": body.accessors,
        "bufferViews": body.views,
        "buffers": [{"byteLength": len(body.data)}],
    }
    said = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
    said += b" " * (-len(said) % 4)
    chunks = struct.pack("<I4s", len(said), b"JSON") + said + struct.pack("<I4s", len(body.data), b"BIN\0") + body.data
    return struct.pack("<4sII", b"glTF", 2, 12 + len(chunks)) + chunks


class _Body:
    """The binary chunk as it grows; every part starts at a multiple of four bytes."""

    def __init__(self) -> None:
        self.data = b""
        self.views: list[dict[str, int]] = []
        self.accessors: list[dict[str, Any]] = []

    def view(self, data: bytes, target: int | None = None) -> int:
        """Add bytes; the number of their view."""
        said = {"buffer": 0, "byteOffset": len(self.data), "byteLength": len(data)}
        self.views.append(said if target is None else {**said, "target": target})
        self.data += data + b"\0" * (-len(data) % 4)
        return len(self.views) - 1

    def numbers(self, values: Values, target: int, bounds: bool = False) -> int:
        """Add an array; the number of its accessor."""
        width = values.shape[1] if values.ndim == 2 else 1
        said: dict[str, Any] = {
            "bufferView": self.view(np.ascontiguousarray(values).tobytes(), target),
            "componentType": {"f": _FLOAT, "u": _SHORT if values.itemsize == 2 else _INT}[values.dtype.kind],
            "count": len(values),
            "type": _KINDS[width],
        }
        if bounds:
            said |= {"min": values.min(0).tolist(), "max": values.max(0).tolist()}
        self.accessors.append(said)
        return len(self.accessors) - 1


_Mesh = tuple[Values, Values, Values, Values, Values]  # positions, normals, tangents, texture places, corners


def _plate() -> _Mesh:
    position = np.asarray([(-0.5, -0.5, 0), (0.5, -0.5, 0), (0.5, 0.5, 0), (-0.5, 0.5, 0)], np.float32)
    return (
        position,
        np.tile(np.asarray([(0, 0, 1)], np.float32), (4, 1)),
        np.tile(np.asarray([(1, 0, 0, 1)], np.float32), (4, 1)),
        np.asarray([(0, 2), (2, 2), (2, 0), (0, 0)], np.float32),  # v grows downwards
        np.asarray([0, 1, 2, 0, 2, 3], np.uint16),
    )


def _ball(rows: int = 32) -> _Mesh:
    columns = 2 * rows
    theta, phi = np.meshgrid(np.linspace(0, np.pi, rows + 1), np.linspace(0, 2 * np.pi, columns + 1), indexing="ij")
    sine = np.sin(theta)
    towards = np.stack([sine * np.sin(phi), np.cos(theta), sine * np.cos(phi)], -1).reshape(-1, 3)
    tangent = np.stack([np.cos(phi), 0 * phi, -np.sin(phi), np.ones_like(phi)], -1).reshape(-1, 4)
    places = np.stack([phi / np.pi * 2, theta / np.pi * 2], -1).reshape(-1, 2)
    row, column = (place.ravel() for place in np.meshgrid(np.arange(rows), np.arange(columns), indexing="ij"))
    a = row * (columns + 1) + column
    b = a + columns + 1
    upper = np.stack([a, b, a + 1], -1)[row > 0]  # at the poles one of the two has no area
    lower = np.stack([a + 1, b, b + 1], -1)[row < rows - 1]
    unit = towards / np.linalg.norm(towards, axis=-1, keepdims=True)
    return (
        (unit * 0.5).astype(np.float32),
        unit.astype(np.float32),
        tangent.astype(np.float32),
        places.astype(np.float32),
        np.concatenate([upper, lower]).ravel().astype(np.uint16),
    )
