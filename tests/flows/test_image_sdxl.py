"""SDXL in the flow: a tiny one with random weights, from a folder."""

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from pydantic import ValidationError

from blocks.asset_store import AssetStore
from blocks.model_registry import ModelRegistry
from flows.image.dreambooth import DreamBoothRequest, finetune_dreambooth
from flows.image.generation import ImageGeneration, generate_image
from flows.image.request import ImageRequest
from tasks.image.adapters import LoraUnavailable
from tasks.image.resident import loaded
from tests.flows.test_image_dreambooth import uploaded
from tests.models.diffusion.conftest import tiny_sdxl
from tests.models.diffusion.test_model import lora

pytestmark = [pytest.mark.image, pytest.mark.filterwarnings("ignore::FutureWarning")]

__all__ = ["tiny_sdxl"]


@pytest.fixture(autouse=True)
def weights(tiny_sdxl: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SDXL_MODEL", str(tiny_sdxl / "base"))
    monkeypatch.setenv("SDXL_REFINER", str(tiny_sdxl / "refiner"))
    loaded.cache_clear()


def generated(**request: Any) -> ImageGeneration:
    asked = {"prompt": "a red ball", "resolution": "64x64", "steps": 2, "seed": 4} | request
    return generate_image(request=ImageRequest.model_validate(asked))


def pixels(result: ImageGeneration) -> np.ndarray:
    with AssetStore.default().open(result.images[0].asset.uri) as stream:
        return np.asarray(Image.open(io.BytesIO(stream.read())))


def test_where_weights_are_configured_sdxl_draws(prefect_api: str) -> None:
    result = generated(model="stable-diffusion", style="watercolour", hdr=True)
    assert (result.model, result.served_model, result.fallback) == ("stable-diffusion", "stable-diffusion base", None)
    assert result.native_resolution == "64x64"
    assert result.provenance.weights_sha256 is not None
    assert result.images[0].hdr is not None
    assert result.images[0].hdr.method == "expansion"
    assert any("guessed" in warning for warning in result.warnings)
    assert any("No classifier" in warning for warning in result.warnings)
    assert generated().model == "stable-diffusion", "it is then the default"


def test_a_lora_of_the_registry_is_laid_over_it(prefect_api: str, tiny_sdxl: Path, tmp_path: Path) -> None:
    registry = ModelRegistry.default()
    made = lora(tmp_path, tiny_sdxl, "strong.safetensors", 0.5)
    version = registry.register(
        "my-dog", {"lora.safetensors": made}, metrics={}, data_digest="0" * 64, code_version="test"
    )
    registry.promote("my-dog", version.version)
    plain, changed = pixels(generated()), pixels(generated(loras=[{"id": "my-dog"}]))
    assert not np.array_equal(plain, changed)
    np.testing.assert_array_equal(changed, pixels(generated(loras=[{"id": "my-dog:1"}])))
    np.testing.assert_array_equal(plain, pixels(generated(loras=[{"id": "my-dog", "weight": 0}])))
    with pytest.raises(LoraUnavailable, match="no version 9"):
        generated(loras=[{"id": "my-dog:9"}])


@pytest.mark.parametrize("name", ["../../etc/passwd", "My Dog", "a" * 99, ""])
def test_a_lora_is_named_never_a_path(name: str) -> None:
    with pytest.raises(ValidationError):
        ImageRequest.model_validate({"prompt": "a", "loras": [{"id": name}]})


def test_a_subject_is_taught_to_it_and_drawn_by_its_name(prefect_api: str) -> None:
    made = finetune_dreambooth(
        DreamBoothRequest(
            pictures=uploaded(3, "sdxl"),
            name="my-sdxl-zorp",
            instance_prompt="a zorp ball",
            class_prompt="a ball",
            resolution=64,
            steps=1,
            rank=2,
            class_pictures=1,
            learning_rate=0.05,
            sample_prompts=("a zorp ball",),
        )
    )
    assert made.base == "stable-diffusion"
    asked = {"prompt": "a zorp ball", "resolution": "64x64", "steps": 2, "seed": 1}
    named, plain = (
        generate_image(ImageRequest(**asked, model=model)) for model in ("my-sdxl-zorp", "stable-diffusion")
    )
    assert named.model == plain.model == "stable-diffusion"
    assert not np.array_equal(pixels(named), pixels(plain))
