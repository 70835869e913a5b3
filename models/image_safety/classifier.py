"""A classifier of pictures: any ViT, CLIP, Swin … of transformers for image classification, from a folder.

Such as Falconsai/nsfw_image_detection (Apache-2.0) or Marqo/nsfw-image-detection-384, fetched by who runs this. Weights
are read from safetensors alone, and no code that comes with them is run.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from PIL import Image
from transformers import AutoModelForImageClassification

from models.drawing import Pixels

UNSAFE: Final = frozenset(
    {"nsfw", "porn", "pornography", "hentai", "sexy", "sexual", "explicit", "unsafe", "nude", "nudity"}
)
SIDES: Final = (16, 1024)


class ClassifierUnusable(ValueError):
    """The folder holds no classifier that can be used; the message says what is missing."""


class PictureClassifier:
    """A classifier in memory.

    Attributes:
        threshold: From this score on a picture is refused.
    """

    def __init__(self, model: Any, unsafe: tuple[int, ...], how: "_Preparation", threshold: float) -> None:
        self._model = model
        self._unsafe = unsafe
        self._how = how
        self.threshold = threshold

    @classmethod
    def load(
        cls, folder: Path, *, threshold: float = 0.5, unsafe_labels: frozenset[str] = UNSAFE
    ) -> "PictureClassifier":
        """The classifier of a folder with config.json, preprocessor_config.json and safetensors.

        Args:
            threshold: 0 to 1.
            unsafe_labels: The model's labels, in small letters, that stand for sexual content.

        Raises:
            ClassifierUnusable: Something is missing, or the weights do not fit.
        """
        if not 0 <= threshold <= 1:
            raise ClassifierUnusable(f"the threshold is 0 to 1, not {threshold}")
        for needed in ("config.json", "preprocessor_config.json"):
            if not (folder / needed).is_file():
                raise ClassifierUnusable(f"{folder} has no {needed}: give the folder of a picture classifier")
        if not any(folder.glob("*.safetensors")):
            raise ClassifierUnusable(f"{folder} has no weights in safetensors; pickles (.bin, .pt) are never loaded")
        try:
            model, told = AutoModelForImageClassification.from_pretrained(
                str(folder),
                local_files_only=True,
                use_safetensors=True,
                trust_remote_code=False,
                output_loading_info=True,
            )
        except Exception as error:  # a broken folder makes each part of transformers raise something of its own
            raise ClassifierUnusable(f"{folder} holds no picture classifier of transformers: {error}") from error
        if told["missing_keys"] or told.get("mismatched_keys"):
            raise ClassifierUnusable(f"the weights in {folder} lack parts of the model, which would be left to chance")
        labels = {int(number): str(name).casefold() for number, name in model.config.id2label.items()}
        unsafe = tuple(number for number, name in labels.items() if name in unsafe_labels)
        if not unsafe or len(unsafe) == len(labels):
            raise ClassifierUnusable(
                f"of the labels {', '.join(labels.values())} none, or each, stands for sexual content: name those that "
                "do in unsafe_labels"
            )
        how = _Preparation.read(folder / "preprocessor_config.json")
        return cls(model.eval(), unsafe, how, threshold)

    @torch.inference_mode()
    def score(self, pixels: Pixels) -> float:
        """How likely a picture (height, width, 3), sRGB, is sexual: 0 to 1."""
        logits = self._model(pixel_values=torch.from_numpy(self._how(pixels))).logits[0]
        return float(torch.softmax(logits.double(), -1)[list(self._unsafe)].sum())


class _Preparation:
    """A picture as the network saw those that it learned from: its size, mean and spread.

    The whole of it is squeezed into that size, where training may have cut the borders off: nothing is overlooked.
    """

    def __init__(self, width: int, height: int, mean: list[float], std: list[float]) -> None:
        self.size = (width, height)
        self.mean = np.array(mean, np.float32)
        self.std = np.array(std, np.float32)

    @classmethod
    def read(cls, file: Path) -> "_Preparation":
        try:
            told = json.loads(file.read_bytes())
            width, height = _size(told.get("crop_size") or told["size"])
            mean, std = told.get("image_mean", [0.5] * 3), told.get("image_std", [0.5] * 3)
            found = cls(width, height, [float(value) for value in mean], [float(value) for value in std])
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise ClassifierUnusable(f"{file} says no size, mean and spread that make sense") from error
        if len(mean) != 3 or len(std) != 3 or not (found.std > 0).all() or not np.isfinite(found.mean).all():
            raise ClassifierUnusable(f"{file} says no mean and spread of three colours")
        if not all(SIDES[0] <= side <= SIDES[1] for side in found.size):
            raise ClassifierUnusable(f"{file} says a size of {width} x {height}")
        return found

    def __call__(self, pixels: Pixels) -> Any:
        small = Image.fromarray(np.ascontiguousarray(pixels)).resize(self.size, Image.Resampling.BICUBIC)
        ready = (np.asarray(small, np.float32) / 255 - self.mean) / self.std
        return np.ascontiguousarray(ready.transpose(2, 0, 1)[None], np.float32)


def _size(told: Any) -> tuple[int, int]:
    if isinstance(told, Mapping):
        edge = told.get("shortest_edge")
        return (int(edge), int(edge)) if edge else (int(told["width"]), int(told["height"]))
    return int(told), int(told)
