"""Maps by Marigold, where its weights were configured: a diffusion model beside the small network.

Ke et al., "Marigold: affordable adaptation of diffusion-based image generators for image analysis", 2025, through
diffusers: MarigoldIntrinsicsPipeline with the appearance weights, MarigoldNormalsPipeline. Weights are read from local
folders in diffusers' layout, safetensors only.
"""

from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from diffusers import MarigoldIntrinsicsPipeline, MarigoldNormalsPipeline
from numpy.typing import NDArray

from models.hdr.transfer import linear_of_srgb
from models.pbr.estimator import joined
from models.pbr.maps import Field, MapsRefused, MaterialMaps
from models.pbr.relief import height_of_slopes, normals_of_height, occlusion_of_height

_STEEPEST: Final = 0.15  # the z of a normal below which a slope is cut: what is nearly edge-on is noise
_BORDER: Final = 64  # pixels of the opposite edge that a seamless picture is continued by


class Marigold:
    """Both pipelines in memory.

    Args:
        intrinsics: Folder of the appearance weights (albedo, roughness, metallicity).
        normals: Folder of the normals' weights.
        device: Where they run; half precision except on the processor.

    Raises:
        MapsRefused: A folder holds no such pipeline, or its weights are no safetensors.
    """

    def __init__(self, intrinsics: Path, normals: Path, device: str = "cpu") -> None:
        self._intrinsics = _load(MarigoldIntrinsicsPipeline, intrinsics, device)
        said = self._intrinsics.target_properties or {}
        if said.get("target_names") != ["albedo", "material"]:
            raise MapsRefused(f"{intrinsics.name} gives {said.get('target_names')}: configure the appearance weights")
        self._albedo_is_linear = said.get("albedo", {}).get("prediction_space") == "linear"
        self._channels = said.get("material", {}).get("sub_target_names", ["roughness", "metallicity", None])
        if not {"roughness", "metallicity"} <= set(self._channels):
            raise MapsRefused(f"{intrinsics.name} gives {self._channels}, not roughness and metallicity")
        self._normals = _load(MarigoldNormalsPipeline, normals, device)

    def estimate(
        self, picture: NDArray[np.uint8], seamless: bool, seed: int = 0, steps: int | None = None
    ) -> MaterialMaps:
        """The maps of a picture (height, width, 3), sRGB, 8 to 4096 a side; the relief is integrated from the normals.

        Args:
            seed: Of the noise that both pipelines start from.
            steps: Denoising steps; None for the weights' own default.

        Raises:
            MapsRefused: This is no such picture.
        """
        code, notes = joined(picture, seamless)
        rows, columns = code.shape[:2]
        border = min(_BORDER, rows, columns) if seamless else 0
        seen = np.pad(code, ((border, border), (border, border), (0, 0)), "wrap")
        inside = (slice(border, border + rows), slice(border, border + columns))

        def guess(pipeline: Any) -> Field:
            generator = torch.Generator("cpu").manual_seed(seed)
            found = pipeline(seen, num_inference_steps=steps, generator=generator).prediction
            return np.asarray(np.nan_to_num(found), np.float32)[:, *inside]

        albedo, material = guess(self._intrinsics)
        normal = guess(self._normals)[0]
        basecolor = np.clip(albedo, 0, 1)
        z = np.maximum(normal[..., 2], _STEEPEST)
        relief = height_of_slopes(-normal[..., 0] / z, normal[..., 1] / z, seamless=seamless)
        lowest, depth = float(relief.min()), float(np.ptp(relief))
        return MaterialMaps(
            basecolor if self._albedo_is_linear else np.asarray(linear_of_srgb(basecolor), np.float32),
            normals_of_height(relief, seamless),
            np.clip(material[..., self._channels.index("roughness")], 0.04, 1),
            np.clip(material[..., self._channels.index("metallicity")], 0, 1),
            np.asarray((relief - lowest) / max(depth, 1e-9), np.float32).clip(0, 1),
            occlusion_of_height(relief, seamless),
            min(depth, 10.0),
            (*notes, "maps by Marigold; height integrated from its normals"),
        )


def _load(kind: Any, folder: Path, device: str) -> Any:
    if not (folder / "model_index.json").is_file():
        raise MapsRefused(f"{folder.name} is no folder of a pipeline: it has no model_index.json")
    try:
        pipeline = kind.from_pretrained(
            folder,
            local_files_only=True,
            use_safetensors=True,
            dtype=torch.float32 if device == "cpu" else torch.float16,
        )
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise MapsRefused(f"{folder.name} cannot be read as {kind.__name__} in safetensors: {error}") from error
    pipeline.set_progress_bar_config(disable=True)
    return pipeline.to(device)
