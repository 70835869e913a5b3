"""Videos over HTTP: asked for, estimated, played with range requests, refused where they can't be."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import httpx
import pytest
from prefect.client.orchestration import PrefectClient

from blocks.asset_store import AssetStore
from flows.video.generation import generate_video
from flows.video.scene_training import train_scene
from tests.flows.captured import capture_uri

pytestmark = [pytest.mark.gateway, pytest.mark.video]

Deploy = Callable[..., Awaitable[Any]]
MISSION = {
    "prompt": "Flying through clouds",
    "duration": 5,
    "resolution": "8K",
    "fps": 60,
    "use_nerf": True,
    "style": "cinematic",
}


@pytest.fixture
async def deployed(deploy: Deploy, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("VIDEO_DEVICE", "cpu")
    await deploy(generate_video, capability="video", name="batch-cpu")
    return await deploy(generate_video, capability="video", name="interactive")


async def test_the_body_of_the_mission_is_taken_as_it_stands_and_estimated(
    gateway: httpx.AsyncClient, prefect: PrefectClient, perform: Callable[..., Awaitable[Any]], deployed: Any
) -> None:
    answer = await gateway.post("/api/v1/generate/video", json=MISSION)
    assert answer.status_code == 202, answer.text
    run = await prefect.read_flow_run(UUID(answer.json()["run_id"]))
    assert run.parameters["request"] == MISSION
    assert run.deployment_id is not None
    assert (await prefect.read_deployment(run.deployment_id)).name == "batch-cpu", "work for a machine of its own"
    dry = await gateway.post("/api/v1/generate/video", json=MISSION | {"dry_run": True})
    await perform(deployed, dry.json()["run_id"])
    result = (await gateway.get(f"/api/v1/runs/{dry.json()['run_id']}/result")).json()
    assert result["outcome"] == "estimated"
    assert (result["plan"]["width"], result["plan"]["height"], result["plan"]["frames"]) == (7680, 4320, 300)
    assert result["estimate"]["seconds"] > 0


async def test_a_browser_may_seek_in_a_video(gateway: httpx.AsyncClient) -> None:
    stored = AssetStore.default().put("runs/none/preview.mp4", bytes(range(256)) * 8, "video/mp4")
    part = await gateway.get(httpx.URL(stored.url).raw_path.decode(), headers={"Range": "bytes=256-259"})
    assert (part.status_code, part.content) == (206, bytes(range(4)))
    assert part.headers["content-type"] == "video/mp4"
    assert part.headers["content-security-policy"].endswith("; sandbox allow-same-origin"), "its player may fetch it"


@pytest.mark.usefixtures("deployed")
@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"duration": 0}, "duration"),
        ({"duration": -2}, "duration"),
        ({"resolution": "100000x100000"}, "resolution"),
        ({"fps": 1000}, "fps"),
        ({"hdr": "hdr11"}, "hdr"),
        ({"camera_path": {"move": "teleport"}}, "camera_path"),
        ({"crf": 99}, "crf"),
    ],
)
async def test_what_is_wrong_is_named_before_any_work(
    gateway: httpx.AsyncClient, wrong: dict[str, Any], field: str
) -> None:
    answer = await gateway.post("/api/v1/generate/video", json=MISSION | wrong)
    assert answer.status_code == 422
    assert field in answer.text


async def test_a_broken_capture_is_refused_before_a_run_starts(
    gateway: httpx.AsyncClient, prefect: PrefectClient, deploy: Deploy
) -> None:
    await deploy(train_scene, capability="video", name="batch-cpu")
    text = AssetStore.default().put("uploads/test/notes.zip", b"no archive at all").uri
    refused = await gateway.post(
        "/api/v1/runs", json={"flow": "train-scene", "request": {"name": "garden", "capture": text}}
    )
    assert refused.status_code == 422, refused.text
    assert "no zip archive" in refused.text
    taken = await gateway.post(
        "/api/v1/runs",
        json={"flow": "train-scene", "request": {"name": "garden", "capture": capture_uri(name="good.zip")}},
    )
    assert taken.status_code == 202, taken.text
    neither = await gateway.post("/api/v1/runs", json={"flow": "train-scene", "request": {"name": "garden"}})
    assert neither.status_code == 422
    assert "give a capture" in neither.text


async def test_the_models_are_listed_with_what_they_lack(gateway: httpx.AsyncClient) -> None:
    listed = (await gateway.get("/api/v1/models/video")).json()
    models = {model["id"]: model for model in listed["models"]}
    assert listed["default"] == "nerf"
    assert models["nerf"]["available"]
    assert "VIDEO_WEIGHTS" in models["wan-2.2"]["missing"]
    assert "RUNWAYML_API_SECRET" in models["runway-gen2"]["missing"]
