"""A scene from an uploaded capture: learnt, flown through, and taken apart into passes."""

import io
import json
import zipfile
from typing import Any

import pytest

from blocks.asset_store import Asset, AssetStore
from blocks.model_registry import ModelRegistry
from flows.video.camera_path import CameraPathRequest, render_camera_path
from flows.video.generation import VideoGeneration, generate_video
from flows.video.request import VideoRequest
from flows.video.scene_training import SceneTraining, SceneTrainingRequest, train_scene
from tasks.video.capture import CaptureError
from tasks.video.scene import UnknownScene
from tests.flows.captured import capture_uri
from tests.flows.test_fraud import artifacts_of

pytestmark = pytest.mark.video


def content(asset: Asset) -> bytes:
    with AssetStore.default().open(asset.uri) as stream:
        return stream.read()


def learnt(**request: Any) -> SceneTraining:
    asked = {"name": "garden", "steps": 40, "longest": 24} | request
    return train_scene(request=SceneTrainingRequest.model_validate(asked))


def made(**request: Any) -> VideoGeneration:
    asked = {"prompt": "a garden", "use_nerf": True, "duration": 0.5, "fps": 8, "resolution": "128x72", "seed": 1}
    return generate_video(request=VideoRequest.model_validate(asked | {"preset": "ultrafast"} | request))


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIDEO_FIELD_PIXELS", "576")
    monkeypatch.setenv("VIDEO_DEVICE", "cpu")


def test_a_capture_becomes_a_scene_that_videos_fly_through(prefect_api: str) -> None:
    scene = learnt(capture=capture_uri())
    assert scene.pictures == 16
    assert scene.metrics["psnr"] > 12
    assert ModelRegistry.default().resolve("scene-garden").version == scene.registry_version
    names = {asset.name for asset in scene.assets}
    assert {"view-1.png", "view-2.png"} <= names
    assert "mesh.glb" in names or scene.warnings
    assert {"view-1", "field-progress"} <= artifacts_of(prefect_api, scene.run_id).keys()

    video = made(scene="garden")
    assert video.outcome == "made"
    assert video.video is not None
    assert (video.model, video.provenance.data_source) == ("nerf", "the scene garden")
    assert video.provenance.weights_sha256 == ModelRegistry.default().resolve("scene-garden").weights_sha256

    passes = render_camera_path(
        request=CameraPathRequest.model_validate(
            {"scene": "garden", "duration": 0.25, "fps": 8, "resolution": "64x64", "move": {"move": "dolly_zoom"}}
        )
    )
    by_name = {asset.name: asset for asset in passes.assets}
    with zipfile.ZipFile(io.BytesIO(content(by_name["passes.zip"]))) as packed:
        assert packed.namelist() == ["frame-00001.exr", "frame-00002.exr"]
        assert packed.read("frame-00001.exr").startswith(b"\x76\x2f\x31\x01")
    path = json.loads(content(by_name["camera-path.json"]))
    assert len(path["camera_path"]) == 2

    again = made(scene="garden", camera_path={"move": "file", "file": by_name["camera-path.json"].uri})
    assert again.outcome == "made"


def test_what_can_not_be_learnt_says_why(prefect_api: str) -> None:
    store = AssetStore.default()
    with pytest.raises(UnknownScene, match="no scene 'nowhere' was learnt"):
        made(scene="nowhere")
    text = store.put("uploads/test/text.zip", b"not a zip archive").uri
    with pytest.raises(CaptureError, match="no zip archive"):
        learnt(capture=text)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as packed:
        packed.writestr("images/one.png", b"\x89PNG")
    with pytest.raises(CaptureError, match="poses are missing"):
        learnt(capture=store.put("uploads/test/bare.zip", stream.getvalue()).uri)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as packed:
        packed.writestr("../../outside.json", b"{}")
    with pytest.raises(CaptureError, match="leads out of its folder"):
        learnt(capture=store.put("uploads/test/outside.zip", stream.getvalue()).uri)
