"""Hosted models in the flow, against a server that speaks their API."""

import io
from collections.abc import Iterator
from typing import Any

import pytest
from PIL import Image

from blocks.asset_store import AssetStore
from blocks.image_provider import ImageProviderError
from blocks.warehouse import Warehouse
from blocks.warehouse.tables import generated_images
from flows.image.generation import ImageGeneration, generate_image
from flows.image.request import ImageRequest
from tasks.image.choice import ModelUnavailable
from tasks.image.inscription import read_inscription
from tests.blocks.openai_images import KEY, Images, error
from tests.flows.test_fraud import artifacts_of

pytestmark = pytest.mark.image


@pytest.fixture
def images(monkeypatch: pytest.MonkeyPatch) -> Iterator[Images]:
    with Images() as server:
        monkeypatch.setenv("OPENAI_API_KEY", KEY)
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        yield server


def generated(**request: Any) -> ImageGeneration:
    return generate_image(request=ImageRequest.model_validate({"prompt": "a red ball", "model": "dall-e-3", **request}))


def content(asset: Any) -> bytes:
    with AssetStore.default().open(asset.uri) as stream:
        return stream.read()


def test_a_retired_model_is_served_by_its_successor_which_is_named(prefect_api: str, images: Images) -> None:
    result = generated(resolution="640x480", style="watercolour", seed=3)
    assert result.request.model == "dall-e-3"
    assert result.served_model == "gpt-image-2.5-flare"
    assert result.images[0].seed is None
    assert any("shut down" in warning for warning in result.warnings)
    assert any("seed" in warning for warning in result.warnings)
    assert Image.open(io.BytesIO(content(result.assets[0]))).size == (640, 480)
    assert read_inscription(content(result.assets[0])).model == "gpt-image-2.5-flare"
    [(_, sent)] = images.asked
    assert "watercolour" in sent["prompt"].lower()
    assert images.drawn == 1


def test_what_is_strict_is_not_served_by_another(prefect_api: str, images: Images) -> None:
    with pytest.raises(ModelUnavailable, match="shut down"):
        generated(strict=True)
    assert images.asked == []


def test_a_refusal_is_an_outcome_without_a_picture(prefect_api: str, images: Images) -> None:
    images.troubles.append(error(400, "moderation_blocked", "Your request was rejected by the safety system."))
    result = generated()
    assert (result.outcome, result.images, result.assets, result.rows) == ("blocked", [], [], [])
    assert result.refusal is not None
    assert result.refusal.reason in result.warnings[0]
    assert "image-refusal" in artifacts_of(prefect_api, result.run_id)
    assert Warehouse.default().read(generated_images) == []
    assert ImageGeneration.model_validate_json(result.model_dump_json()) == result


def test_a_server_that_is_away_says_so_without_the_key(prefect_api: str, images: Images) -> None:
    images.troubles.extend(error(401, "invalid_api_key", f"Incorrect API key provided: {KEY}") for _ in range(9))
    with pytest.raises(ImageProviderError) as said:
        generated()
    assert KEY not in str(said.value)


def test_without_a_key_it_says_what_to_set(prefect_api: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with pytest.raises(ModelUnavailable, match="OPENAI_API_KEY"):
        generated()
