"""The maps of a material from one picture of it."""

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file, save_file

from models.hdr.transfer import linear_of_srgb
from models.pbr.maps import Field, MapsRefused, MaterialMaps
from models.pbr.network import MULTIPLE, MaterialNetwork
from models.pbr.relief import height_of_slopes, normals_of_height, occlusion_of_height
from models.pbr.resizing import resize
from models.pbr.seamless import make_seamless, seam_error
from models.pbr.targets import Guess, read

SHIPPED: Final = Path(__file__).parent / "weights"
SMALLEST, LARGEST = 8, 4096
WORKING: Final = 96  # texels of the longer side that the network sees at most
TRUST: Final = 300.0  # of the guessed height against the guessed slopes; measured by tests/benchmarks/pbr.py
_SEAM: Final = 1.4  # seam errors up to here are taken for none


@dataclass(frozen=True)
class EstimatorCard:
    """What the weights are: how they were made and how far off they are.

    Attributes:
        metrics: Errors on held-out materials, and those of constant maps.
    """

    version: str
    licence: str
    recipe: dict[str, Any]
    metrics: dict[str, Any]


@dataclass(frozen=True, eq=False)
class Estimator:
    """A trained network and its card."""

    network: MaterialNetwork
    card: EstimatorCard

    def guess(self, picture: Field, seamless: bool) -> Guess:
        """What the network says of a picture (height, width, 3), sRGB 0 to 1, sides multiples of 8."""
        with torch.inference_mode():
            raw = self.network(torch.from_numpy(picture.transpose(2, 0, 1)[None].copy()), seamless)
        return read(raw[0].numpy())

    def estimate(self, picture: NDArray[np.uint8], seamless: bool) -> MaterialMaps:
        """The maps of a picture: see `models.pbr.estimate`."""
        code, notes = joined(picture, seamless)
        rows, columns = code.shape[:2]
        scale = min(1.0, WORKING / max(rows, columns))
        small_rows, small_columns = (
            max(MULTIPLE, round(side * scale / MULTIPLE) * MULTIPLE) for side in (rows, columns)
        )
        small = np.clip(resize(code, small_rows, small_columns, seamless), 0, 1)
        if scale < 1:
            notes.append(
                f"maps were guessed at {small_columns}x{small_rows} and enlarged; basecolor has the picture's detail"
            )
        guess = self.guess(small, seamless)
        basecolor = _detailed(guess.basecolor, small, code, seamless)
        relief = height_of_slopes(guess.right, guess.down, guess.relief, TRUST, seamless)
        height = resize(relief, rows, columns, seamless)
        lowest, depth = float(height.min()), float(np.ptp(height))

        def grown(field: Field) -> Field:
            return np.clip(resize(field, rows, columns, seamless), 0, 1)

        return MaterialMaps(
            basecolor,
            normals_of_height(height, seamless),
            np.maximum(grown(guess.roughness), np.float32(0.04)),
            grown(guess.metallic),
            np.asarray((height - lowest) / max(depth, 1e-9), np.float32).clip(0, 1),
            grown(occlusion_of_height(relief, seamless)),
            depth,
            tuple(notes),
        )


def load_estimator(folder: Path = SHIPPED) -> Estimator:
    """The weights of a folder in memory, single precision.

    Raises:
        OSError: There are none.
        MapsRefused: They belong to another network.
    """
    network = MaterialNetwork()
    held = {name: weight.float() for name, weight in load_file(folder / "weights.safetensors").items()}
    try:
        network.load_state_dict(held)
    except RuntimeError as error:
        raise MapsRefused(f"the weights in {folder.name} belong to another network: train them anew") from error
    said = json.loads((folder / "card.json").read_text())
    card = EstimatorCard(said["version"], said["licence"], said["recipe"], said["metrics"])
    return Estimator(network.eval().requires_grad_(False), card)


@lru_cache(maxsize=1)
def shipped_estimator() -> Estimator:
    """The weights that come with the project; read once."""
    return load_estimator()


def save_estimator(estimator: Estimator, folder: Path) -> None:
    """Write weights in half precision, and the card."""
    folder.mkdir(parents=True, exist_ok=True)
    half = {name: weight.half().contiguous() for name, weight in estimator.network.state_dict().items()}
    save_file(half, folder / "weights.safetensors")
    (folder / "card.json").write_text(json.dumps(vars(estimator.card), indent=2) + "\n")


def joined(picture: NDArray[np.uint8], seamless: bool) -> tuple[Field, list[str]]:
    """The picture as code values 0 to 1, its edges joined where that is asked for and needed, and what was done.

    Raises:
        MapsRefused: It is no picture of three colours in 8 bits, 8 to 4096 a side.
    """
    if picture.dtype != np.uint8 or picture.ndim != 3 or picture.shape[2] != 3:
        raise MapsRefused(f"a picture must be (height, width, 3) in 8 bits, not {picture.shape} in {picture.dtype}")
    if min(picture.shape[:2]) < SMALLEST or max(picture.shape[:2]) > LARGEST:
        raise MapsRefused(f"a picture has {SMALLEST} to {LARGEST} pixels a side, not {picture.shape[1::-1]}")
    code = np.asarray(picture / 255, np.float32)
    if not seamless:
        return code, []
    before = seam_error(code)
    if before <= _SEAM:
        return code, [f"the picture's edges met already (seam error {before:.2f})"]
    code = make_seamless(code)
    return code, [f"the picture was made seamless: seam error {before:.2f} before, {seam_error(code):.2f} after"]


def _detailed(basecolor: Field, small: Field, code: Field, seamless: bool) -> Field:
    """The guessed basecolor with the fine detail of the picture it was guessed from."""
    rows, columns = code.shape[:2]
    grown = resize(basecolor, rows, columns, seamless)
    if small.shape == code.shape:
        return np.clip(grown, 0, 1)
    coarse = resize(np.asarray(linear_of_srgb(small), np.float32), rows, columns, seamless)
    detail = (linear_of_srgb(code) + 0.02) / (np.maximum(coarse, 0) + 0.02)
    return np.asarray(np.clip(np.maximum(grown, 0) * np.clip(detail, 0.4, 2.5), 0, 1), np.float32)
