"""Pictures from request to files, rows and a gallery, on a real Prefect server. The model's weights are untrained."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from prefect.utilities.callables import parameter_schema
from prefect.utilities.schema_tools import validate
from pydantic import ValidationError

from blocks.asset_store import AssetStore
from blocks.source import SourceError
from blocks.warehouse import Warehouse
from blocks.warehouse.tables import generated_images
from flows.image.generation import ImageGeneration, generate_image
from flows.image.request import ImageRequest
from tasks.image.choice import ModelUnavailable
from tasks.image.inscription import read_inscription
from tasks.image.resident import loaded
from tasks.image.start_picture import StartPictureError
from tests.flows.test_fraud import artifacts_of
from tests.models.embedded_image.conftest import tiny_weights

pytestmark = pytest.mark.image

__all__ = ["tiny_weights"]


@pytest.fixture(autouse=True)
def untrained(tiny_weights: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMBEDDED_IMAGE_MODEL", str(tiny_weights))


def generated(**request: Any) -> ImageGeneration:
    asked = {"prompt": "a red ball", "resolution": "64x64", "steps": 2} | request
    return generate_image(request=ImageRequest.model_validate(asked))


def content(asset: Any) -> bytes:
    with AssetStore.default().open(asset.uri) as stream:
        return stream.read()


def stored(name: str, data: bytes) -> str:
    return AssetStore.default().put(f"uploads/test/{name}", data).uri


def png(picture: np.ndarray) -> bytes:
    stream = io.BytesIO()
    Image.fromarray(picture).save(stream, "PNG")
    return stream.getvalue()


def test_words_become_pictures_files_rows_and_a_gallery(prefect_api: str) -> None:
    result = generated(count=2, seed=7, resolution="128x72", style=None)
    assert (result.model, result.served_model, result.native_resolution) == ("embedded", "embedded tiny", "80x48")
    assert result.fallback is None
    assert any("small" in warning for warning in result.warnings)
    assert [image.seed for image in result.images] == [7, 8]
    for image in result.images:
        data = content(image.asset)
        assert Image.open(io.BytesIO(data)).size == (128, 72)
        said = read_inscription(data)
        assert (said.number, said.seed, said.weights_sha256) == (
            image.number,
            image.seed,
            result.provenance.weights_sha256,
        )
        assert ImageRequest.model_validate(said.request) == result.request
    rows = Warehouse.default().read(generated_images)
    assert [(row["number"], row["seed"], row["uri"]) for row in sorted(rows, key=lambda row: row["number"])] == [
        (image.number, image.seed, image.asset.uri) for image in result.images
    ]
    artifacts = artifacts_of(prefect_api, result.run_id)
    assert {"image-1", "image-2", "image-summary"} <= artifacts.keys()
    assert ImageGeneration.model_validate_json(result.model_dump_json()) == result


@pytest.mark.parametrize(("form", "kind"), [("png", "PNG"), ("jpeg", "JPEG"), ("webp", "WEBP"), ("avif", "AVIF")])
def test_the_same_request_makes_the_same_bytes(prefect_api: str, form: str, kind: str) -> None:
    one, other = (generated(seed=3, format=form).assets[0] for _ in range(2))
    assert one.sha256 == other.sha256
    assert one.uri != other.uri
    assert Image.open(io.BytesIO(content(one))).format == kind


def test_a_seed_is_drawn_and_said_where_none_is_given(prefect_api: str) -> None:
    result = generated()
    assert result.request.seed is not None
    again = generated(seed=result.request.seed)
    assert again.assets[0].sha256 == result.assets[0].sha256


def test_a_model_stays_in_memory(prefect_api: str) -> None:
    loaded.cache_clear()
    generated()
    generated()
    assert (loaded.cache_info().misses, loaded.cache_info().hits) == (1, 1)


def test_another_model_stands_in_and_says_so_or_is_refused(prefect_api: str) -> None:
    result = generated(model="stable-diffusion")
    assert result.model == "embedded"
    assert result.fallback is not None
    assert "fetch-model" in result.fallback
    assert result.fallback in result.warnings
    with pytest.raises(ModelUnavailable, match="SDXL_MODEL"):
        generated(model="stable-diffusion", strict=True)


def test_a_picture_to_start_from_is_taken_up(prefect_api: str) -> None:
    half = np.zeros((64, 64, 3), np.uint8)
    half[:, 32:] = 230
    result = generated(init_image=stored("half.png", png(half)), strength=0.1, steps=10)
    made = np.asarray(Image.open(io.BytesIO(content(result.assets[0]))), float)
    assert made[:, 40:].mean() > made[:, :24].mean() + 80


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("cut.png", lambda: png(np.zeros((64, 64, 3), np.uint8))[:60], "init_image: "),
        ("model.pt", lambda: b"\x80\x04\x95" + bytes(200), "init_image: "),
        ("page.svg", lambda: b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>", "init_image: "),
    ],
)
def test_what_can_not_be_started_from_is_refused(
    prefect_api: str, name: str, data: Callable[[], bytes], said: str
) -> None:
    with pytest.raises(StartPictureError, match=said):
        generated(init_image=stored(name, data()))


def test_a_picture_outside_of_the_store_is_not_read(prefect_api: str) -> None:
    with pytest.raises(SourceError):
        generated(init_image="asset://uploads/test/none.png")
    with pytest.raises(ValidationError):
        ImageRequest(prompt="a", init_image="file:///etc/passwd")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"prompt": ""}, "at least 1 character"),
        ({"prompt": "  "}, "say what to draw"),
        ({"prompt": "a" * 2001}, "at most 2000"),
        ({"resolution": "63x64"}, "64 in place of 63"),
        ({"resolution": "1000x1001"}, "1000 in place of 1001"),
        ({"resolution": "8192x64"}, "4096 in place of 8192"),
        ({"resolution": "big"}, "width x height"),
        ({"resolution": "64x64x64"}, "width x height"),
        ({"count": 9}, "less than or equal to 8"),
        ({"count": 8, "resolution": "4096x4096"}, "too many"),
        ({"seed": -1}, "greater than or equal to 0"),
        ({"seed": 2**32}, "less than 4294967296"),
        ({"steps": 0}, "greater than or equal to 1"),
        ({"guidance": float("nan")}, "greater than or equal to 0|less than or equal"),
        ({"model": "../../etc"}, "unknown model"),
        ({"strength": 0}, "greater than 0"),
        ({"mask_image": "asset://uploads/x/mask.png"}, "needs an init_image"),
        ({"format": "gif"}, "'png', 'jpeg', 'webp' or 'avif'"),
        ({"prompt_2": "x"}, "Extra inputs"),
    ],
)
def test_what_can_not_be_is_refused_with_what_to_do(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        ImageRequest.model_validate({"prompt": "a red ball", **changes})


def test_the_sizes_people_write_are_understood() -> None:
    assert ImageRequest(prompt="a", resolution="1920X1080").size == (1920, 1080)
    assert ImageRequest(prompt="a", resolution=" 64 × 128 ").resolution == "64x128"  # noqa: RUF001 - people write it


def test_the_form_of_the_prefect_ui_takes_the_request() -> None:
    schema = parameter_schema(generate_image).model_dump()
    validate({"request": {"prompt": "a red ball", "hdr": True}}, schema)
    fields = schema["definitions"]["ImageRequest"]["properties"]
    assert all(field.get("description") for field in fields.values())
    assert [field["position"] for field in fields.values()] == list(range(len(fields)))


def test_light_is_written_for_every_screen_and_measured(prefect_api: str) -> None:
    result = generated(hdr=True, seed=2, style="cinematic")
    [image] = result.images
    assert image.hdr is not None
    assert image.hdr.method == "generated"
    assert [asset.name for asset in image.hdr.assets] == ["image-1.exr", "image-1-pq.avif", "image-1-ultrahdr.jpg"]
    assert set(image.hdr.assets) <= set(result.assets)
    assert image.hdr.max_cll > image.hdr.max_fall > 0
    assert {read_inscription(content(asset)).text() for asset in result.assets} == {
        read_inscription(content(image.asset)).text()
    }


def test_words_that_must_not_be_drawn_are_an_outcome_without_a_picture(
    prefect_api: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    result = generated(prompt="a g0ry massacre with severed limbs")
    assert (result.outcome, result.images, result.assets) == ("blocked", [], [])
    assert result.refusal is not None
    assert (result.refusal.by, result.refusal.stage, result.refusal.categories) == ("prompt filter", "input", ("gore",))
    assert "image-refusal" in artifacts_of(prefect_api, result.run_id)
    monkeypatch.setenv("IMAGE_ALLOW", "gore, hate")
    assert generated(prompt="a g0ry massacre with severed limbs").outcome == "drawn"
    monkeypatch.setenv("IMAGE_ALLOW", "sexual-minors")
    with pytest.raises(ValidationError, match="can't be allowed"):
        generated()


def test_a_material_is_written_with_maps_models_and_a_preview(prefect_api: str) -> None:
    result = generated(pbr=True, hdr=True, seamless=True, prompt="red bricks texture", resolution="64x64", count=2)
    for image in result.images:
        assert image.hdr is not None
        assert image.material is not None
        names = {asset.name.split("_", 2)[-1] for asset in image.material.assets}
        maps = {"basecolor", "normal", "roughness", "metallic", "height", "occlusion", "orm", "preview"}
        assert {f"{name}.png" for name in maps} <= names
        assert {asset.media_type for asset in image.material.assets} == {
            "image/png",
            "model/gltf-binary",
            "application/xml",
        }
        assert content(next(asset for asset in image.material.assets if asset.name.endswith(".glb")))[:4] == b"glTF"
        assert Image.open(io.BytesIO(content(image.material.preview))).size == (256, 256)
        assert {asset.uri for asset in image.material.assets} <= {asset.uri for asset in result.assets}
    assert {"material-1", "material-2"} <= artifacts_of(prefect_api, result.run_id).keys()
    assert ImageGeneration.model_validate_json(result.model_dump_json()) == result
