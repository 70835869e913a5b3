"""Images over HTTP: asked for, waited for, recalled from the file, refused where they can't be."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4
from zlib import crc32

import httpx
import numpy as np
import pytest
from prefect.client.orchestration import PrefectClient

from blocks.asset_store import AssetStore
from deployments.gateway.routes.image import MAX_PICTURE_BYTES, RECALL, GenerateImageBody
from flows.image.generation import generate_image
from models.image_file import read_picture, write_picture
from tests.models.embedded_image.conftest import tiny_weights

pytestmark = [pytest.mark.gateway, pytest.mark.image]

__all__ = ["tiny_weights"]

Deploy = Callable[..., Awaitable[Any]]


@pytest.fixture
async def deployed(deploy: Deploy, tiny_weights: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("EMBEDDED_IMAGE_MODEL", str(tiny_weights))
    return await deploy(generate_image, capability="image", name="interactive")


async def test_a_picture_is_asked_for_made_and_recalled(
    gateway: httpx.AsyncClient, prefect: PrefectClient, perform: Callable[..., Awaitable[Any]], deployed: Any
) -> None:
    body = {"prompt": "A red ball", "resolution": "64x64", "steps": 2, "count": 2, "seed": 5, "priority": "high"}
    key = {"Idempotency-Key": str(uuid4())}
    answer = await gateway.post("/api/v1/generate/image", json=body, headers=key)
    assert answer.status_code == 202, answer.text
    run = await prefect.read_flow_run(UUID(answer.json()["run_id"]))
    assert run.work_queue_name == "image-high"
    await perform(deployed, answer.json()["run_id"])
    done = await gateway.post("/api/v1/generate/image", json=body, headers={**key, "Prefer": "wait=5"})
    assert done.status_code == 200, done.text
    result = done.json()["result"]
    assert (result["model"], result["outcome"], result["native_resolution"]) == ("embedded", "drawn", "64x64")
    with AssetStore.default().open(result["images"][1]["asset"]["uri"]) as stream:
        data = stream.read()
    recalled = await gateway.post(RECALL, content=data, headers={"Content-Type": "image/png"})
    assert recalled.status_code == 200, recalled.text
    assert recalled.json()["request"] == result["request"]
    alone = recalled.json()["alone"]
    assert (alone["seed"], alone["count"]) == (6, 1)
    again = await gateway.post("/api/v1/generate/image", json=alone)
    assert again.status_code == 202, again.text
    await perform(deployed, again.json()["run_id"])
    ended = (await gateway.get(f"/api/v1/runs/{again.json()['run_id']}/result")).json()
    with AssetStore.default().open(ended["images"][0]["asset"]["uri"]) as stream:
        np.testing.assert_array_equal(read_picture(stream.read()), read_picture(data))


@pytest.mark.usefixtures("deployed")
async def test_the_body_of_the_mission_is_taken_as_it_stands(
    gateway: httpx.AsyncClient, prefect: PrefectClient
) -> None:
    body = {
        "prompt": "A futuristic city",
        "style": "realistic",
        "resolution": "1024x1024",
        "hdr": True,
        "pbr": True,
        "model": "stable-diffusion",
    }
    answer = await gateway.post("/api/v1/generate/image", json=body)
    assert answer.status_code == 202, answer.text
    run = await prefect.read_flow_run(UUID(answer.json()["run_id"]))
    assert run.parameters["request"] == body


@pytest.mark.usefixtures("deployed")
@pytest.mark.parametrize(
    "body",
    [
        {},
        {"prompt": ""},
        {"prompt": "a", "resolution": "10000x10"},
        {"prompt": "a", "model": "sdxl.ckpt"},
        {"prompt": "a", "style": "no-such-style"},
        {"prompt": "a", "init_image": "file:///etc/passwd"},
        {"prompt": "a", "init_image": "asset://../../secret"},
        {"prompt": "a", "job_variables": {}},
    ],
)
async def test_what_can_not_be_is_refused(gateway: httpx.AsyncClient, body: dict[str, Any]) -> None:
    answer = await gateway.post("/api/v1/generate/image", json=body)
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"]


WHOLE = write_picture(np.random.default_rng(0).integers(0, 255, (64, 64, 3), np.uint8), "png", "")
BOMB = WHOLE[:16] + (30_000).to_bytes(4, "big") * 2 + WHOLE[24:29] + crc32(
    WHOLE[12:16] + (30_000).to_bytes(4, "big") * 2 + WHOLE[24:29]
).to_bytes(4, "big") + WHOLE[33:]  # fmt: skip


@pytest.mark.usefixtures("deployed")
@pytest.mark.parametrize("field", ["init_image", "mask_image"])
@pytest.mark.parametrize(
    ("data", "said"),
    [
        (WHOLE[:900], "cut off"),
        (BOMB, "too large"),
        (b"\x80\x04\x95" + bytes(99), "no PNG"),
        (None, "Nothing is stored"),
    ],
    ids=["cut", "bomb", "pickle", "missing"],
)
async def test_what_can_not_be_started_from_is_refused_before_a_run_is_made(
    gateway: httpx.AsyncClient, field: str, data: bytes | None, said: str
) -> None:
    store = AssetStore.default()
    whole, uri = store.put("uploads/1/whole.png", WHOLE).uri, "asset://uploads/1/other.png"
    if data is not None:
        store.put("uploads/1/other.png", data)
    named = {"init_image": whole, "mask_image": whole, field: uri}
    answer = await gateway.post("/api/v1/generate/image", json={"prompt": "a", **named})
    assert answer.status_code in {404, 422}, answer.text
    assert said in answer.json()["detail"]
    assert field in answer.json()["detail"]
    accepted = await gateway.post("/api/v1/generate/image", json={"prompt": "a", "init_image": whole})
    assert accepted.status_code == 202, accepted.text


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"", 422),
        (b"\x89PNG\r\n\x1a\n", 422),
        (b"\x80\x04\x95pickle", 422),
        (write_picture(np.zeros((16, 16, 3), np.uint8), "png", "hello"), 422),
        (write_picture(np.zeros((16, 16, 3), np.uint8), "jpeg", '{"request": {"prompt": "a"}}'), 422),
        (bytes(MAX_PICTURE_BYTES + 1), 413),
    ],
    ids=["empty", "cut", "pickle", "others", "half", "large"],
)
async def test_files_without_a_request_say_so(gateway: httpx.AsyncClient, data: bytes, status: int) -> None:
    answer = await gateway.post(RECALL, content=data, headers={"Content-Type": "image/png"})
    assert answer.status_code == status, answer.text
    assert answer.json()["detail"]


async def test_the_models_say_whether_they_can_draw_here(
    gateway: httpx.AsyncClient, tiny_weights: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EMBEDDED_IMAGE_MODEL", str(tmp_path))
    [none] = [model for model in (await gateway.get("/api/v1/models")).json()["models"] if model["id"] == "embedded"]
    assert "EMBEDDED_IMAGE_MODEL" in none["missing"]
    monkeypatch.setenv("EMBEDDED_IMAGE_MODEL", str(tiny_weights))
    listed = (await gateway.get("/api/v1/models")).json()
    models = {model["id"]: model for model in listed["models"]}
    assert listed["default"] == "embedded"
    assert models["embedded"]["available"]
    assert "SDXL_MODEL" in models["stable-diffusion"]["missing"]
    assert "OPENAI_API_KEY" in models["gpt-image-2"]["missing"]
    assert all(model["licence"] and model["source"] and model["memory"] for model in models.values())


async def test_every_style_has_a_picture_of_its_own(gateway: httpx.AsyncClient) -> None:
    styles = (await gateway.get("/api/v1/styles")).json()
    assert len(styles) >= 24
    some = styles[:3]
    pictures = [await gateway.get(style["preview"]) for style in some]
    assert {answer.headers["content-type"] for answer in pictures} == {"image/webp"}
    assert {read_picture(answer.content).shape for answer in pictures} == {(320, 320, 3)}
    assert len({answer.content for answer in pictures}) == len(some)
    assert (await gateway.get("/api/v1/styles/none/preview")).status_code == 404


def test_every_field_of_the_body_is_described() -> None:
    schema = GenerateImageBody.model_json_schema()
    assert all(field.get("description") for field in schema["properties"].values())
