"""A subject from pictures to its name in a request. The models' weights are untrained."""

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from pydantic import ValidationError

from blocks.asset_store import AssetStore
from flows.image.dreambooth import DreamBooth, DreamBoothRequest, finetune_dreambooth
from flows.image.generation import generate_image
from flows.image.request import ImageRequest
from tasks.image.adapters import Lora
from tasks.image.choice import ModelUnavailable
from tasks.image.training_pictures import TrainingPicturesError
from tests.flows.test_fraud import artifacts_of
from tests.models.embedded_image.conftest import tiny_weights

pytestmark = pytest.mark.image

__all__ = ["tiny_weights"]

WORDS = {"instance_prompt": "a zorp ball", "class_prompt": "a ball"}
LEAST = {"steps": 4, "rank": 2, "class_pictures": 1, "epochs": 2, "checkpoint_every": 2, "learning_rate": 0.05}


@pytest.fixture(autouse=True)
def untrained(tiny_weights: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMBEDDED_IMAGE_MODEL", str(tiny_weights))


def uploaded(count: int, name: str = "a") -> tuple[str, ...]:
    store, found = AssetStore.default(), []
    for number in range(count):
        stream = io.BytesIO()
        Image.fromarray(np.full((70, 90, 3), 60 * number, np.uint8)).save(stream, "PNG")
        found.append(store.put(f"uploads/test/{name}{number}.png", stream.getvalue()).uri)
    return tuple(found)


def taught(name: str, **request: Any) -> DreamBooth:
    return finetune_dreambooth(DreamBoothRequest(pictures=uploaded(3), name=name, **{**WORDS, **LEAST, **request}))


def test_a_taught_subject_is_drawn_by_its_name_and_as_a_lora(prefect_api: str) -> None:
    with pytest.raises(ValidationError, match="unknown model"):
        ImageRequest(prompt="a zorp ball", model="my-zorp")
    made = taught("my-zorp")
    assert (made.model, made.base, made.registry_version) == ("my-zorp", "embedded", 1)
    assert [asset.name for asset in made.assets] == ["samples-2.png", "samples-4.png"]
    assert "dreambooth-samples" in artifacts_of(prefect_api, made.run_id)
    with AssetStore.default().open(made.assets[-1].uri) as stream:
        assert Image.open(io.BytesIO(stream.read())).size == (1024, 512)

    asked = {"prompt": "a zorp ball", "resolution": "64x64", "steps": 2, "seed": 1}
    plain = generate_image(ImageRequest(**asked))
    named = generate_image(ImageRequest(**asked, model="my-zorp"))
    laid = generate_image(ImageRequest(**asked, model="embedded", loras=(Lora(id="my-zorp"),)))
    assert named.model == "embedded"
    assert named.warnings == plain.warnings, "the same base as it was taught to"

    def pixels(result: Any) -> np.ndarray:
        with AssetStore.default().open(result.assets[0].uri) as stream:
            return np.asarray(Image.open(io.BytesIO(stream.read())))

    assert not np.array_equal(pixels(named), pixels(plain))
    np.testing.assert_array_equal(pixels(named), pixels(laid))
    np.testing.assert_array_equal(pixels(generate_image(ImageRequest(**asked))), pixels(plain))


def test_a_base_without_weights_is_refused(prefect_api: str) -> None:
    with pytest.raises(ModelUnavailable, match="SDXL_MODEL"):
        taught("nothing", model="stable-diffusion")


def test_too_few_pictures_are_refused(prefect_api: str) -> None:
    request = DreamBoothRequest(pictures=uploaded(2, "few"), name="few", **WORDS, **LEAST)
    with pytest.raises(TrainingPicturesError, match="2 pictures are too few"):
        finetune_dreambooth(request)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"instance_prompt": "a ball"}, "needs a word for the subject"),
        ({"name": "embedded"}, "a model's own name"),
        ({"name": "../x"}, "pattern"),
        ({"pictures": ("/etc/passwd",)}, "asset"),
        ({"pictures": ()}, "at least 1"),
        ({"model": "stylegan3"}, "stable-diffusion"),
    ],
)
def test_what_cannot_be_taught_is_said(changes: dict[str, Any], said: str) -> None:
    asked = {"pictures": ("asset://uploads/a.zip",), "name": "a", **WORDS} | changes
    with pytest.raises(ValidationError, match=said):
        DreamBoothRequest(**asked)
