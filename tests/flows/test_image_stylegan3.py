"""A generator from pictures to pictures: trained by a flow, registered, drawing at once."""

import io
import zipfile

import numpy as np
import pytest
from PIL import Image
from pydantic import ValidationError

from blocks.asset_store import AssetStore
from flows.image.generation import generate_image
from flows.image.request import ImageRequest
from flows.image.stylegan3_sampling import StyleGan3SamplingRequest, sample_stylegan3
from flows.image.stylegan3_training import StyleGan3TrainingRequest, train_stylegan3
from tasks.image.choice import ModelUnavailable
from tasks.image.inscription import read_inscription
from tasks.image.training_pictures import TrainingPicturesError
from tests.flows.test_fraud import artifacts_of

pytestmark = pytest.mark.image

LEAST = {"resolution": 16, "layers": 4, "width": 4, "steps": 2, "batch": 2}


def archive(count: int, damaged: bool = False) -> str:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as made:
        for number in range(count):
            picture = io.BytesIO()
            Image.fromarray(np.full((20, 30, 3), 4 * number, np.uint8)).save(picture, "PNG")
            data = picture.getvalue()
            made.writestr(f"faces/{number}.png", data[:60] if damaged else data)
        for name in ("__MACOSX/0.png", "../../outside.png", "faces/.hidden.png", "readme.txt"):
            made.writestr(name, b"passed over")
    return AssetStore.default().put(f"uploads/test/{count}{damaged}.zip", stream.getvalue()).uri


def content(uri: str) -> bytes:
    with AssetStore.default().open(uri) as stream:
        return stream.read()


def test_a_generator_is_trained_on_pictures_and_draws_at_once(prefect_api: str) -> None:
    with pytest.raises(ModelUnavailable, match="train-stylegan3"):
        sample_stylegan3(StyleGan3SamplingRequest())
    made = train_stylegan3(StyleGan3TrainingRequest(pictures=(archive(50),), **LEAST))
    assert (made.pictures, made.registry_version, made.promoted) == (50, 1, True)
    assert made.metrics["steps"] == 2
    assert {"stylegan3-samples", "stylegan3-way"} <= artifacts_of(prefect_api, made.run_id).keys()
    assert [asset.name for asset in made.assets] == ["samples.png", "way.webp", "losses.csv"]
    assert Image.open(io.BytesIO(content(made.assets[0].uri))).size == (96, 64)

    drawn = generate_image(ImageRequest(prompt="whatever", model="stylegan3", resolution="64x64", seed=3))
    assert drawn.served_model == f"stylegan3 {made.provenance.model_version}"
    assert (drawn.native_resolution, drawn.outcome) == ("16x16", "drawn")
    assert any("no words" in warning for warning in drawn.warnings)

    ways = sample_stylegan3(StyleGan3SamplingRequest(seeds=(3, 4), frames=3, fine_seed=9, turn=90))
    assert [asset.name for asset in ways.assets] == ["image-1.png", "image-2.png", "way.webp"]
    assert read_inscription(content(ways.assets[1].uri)).seed == 4
    animation = Image.open(io.BytesIO(content(ways.assets[2].uri)))
    assert (animation.n_frames, animation.size) == (6, (16, 16))


@pytest.mark.parametrize(
    ("count", "damaged", "said"), [(49, False, "49 pictures are too few"), (50, True, "damaged or cut off")]
)
def test_pictures_that_cannot_be_learnt_from_are_refused(
    prefect_api: str, count: int, damaged: bool, said: str
) -> None:
    with pytest.raises(TrainingPicturesError, match=said):
        train_stylegan3(StyleGan3TrainingRequest(pictures=(archive(count, damaged),), **LEAST))


def test_a_request_out_of_bounds_is_refused() -> None:
    for asked in ({"resolution": 48}, {"layers": 99}, {"pictures": ["/etc/passwd"]}, {"batch": 1}):
        with pytest.raises(ValidationError):
            StyleGan3TrainingRequest.model_validate(asked)
    with pytest.raises(ValidationError, match="1500"):
        StyleGan3SamplingRequest(seeds=tuple(range(64)), frames=100)
