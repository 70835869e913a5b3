"""The embedded model's training as a flow: trained on next to nothing, registered, and drawing."""

import io
from typing import Any

import pytest
from PIL import Image

from blocks.asset_store import AssetStore
from flows.image.embedded_training import EmbeddedImageTrainingRequest, train_embedded_image_model
from flows.image.generation import generate_image
from flows.image.request import ImageRequest
from tests.flows.test_fraud import artifacts_of

pytestmark = pytest.mark.image

LEAST: dict[str, Any] = {
    "steps": 2,
    "batch": 2,
    "scenes": 500,
    "autoencoder_steps": 1,
    "enlarger_steps": 1,
    "judge_scenes": 500,
    "judge_passes": 1,
    "judged": 2,
}


def test_what_was_trained_is_registered_shown_and_draws(prefect_api: str) -> None:
    result = train_embedded_image_model(EmbeddedImageTrainingRequest(**LEAST, promote=True))
    assert (result.registry_version, result.promoted) == (1, True)
    assert {"grammar", "free_wording", "judge_on_renders"} <= result.metrics.keys()
    assert any("Below 95 %" in warning for warning in result.warnings), "two steps teach nothing"
    with AssetStore.default().open(result.assets[0].uri) as stream:
        assert Image.open(io.BytesIO(stream.read())).size == (1024, 512)
    assert {"embedded-samples", "embedded-measures", "embedded-prompts"} <= artifacts_of(
        prefect_api, result.run_id
    ).keys()
    drawn = generate_image(ImageRequest(prompt="a red ball", resolution="64x64", steps=2, seed=1))
    assert drawn.served_model == f"embedded {result.provenance.model_version}"
