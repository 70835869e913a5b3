"""Videos by models: a tiny pipeline of Wan's own classes, and Runway's API on loopback; enlarged and interpolated."""

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from blocks.asset_store import AssetStore
from blocks.saved_block import forget_remembered_blocks
from flows.video.generation import VideoGeneration, generate_video
from flows.video.request import VideoRequest
from tasks.video import outline
from tasks.video.resident import loaded
from tests.blocks.openai_images import png
from tests.blocks.video_provider.runway_server import KEY, Runway, state
from tests.models.video_diffusion.tiny_pipelines import write_tiny

pytestmark = pytest.mark.video


@pytest.fixture(scope="module")
def wan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny("wan", tmp_path_factory.mktemp("wan"))


@pytest.fixture(autouse=True)
def configured(wan: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIDEO_WEIGHTS", f'{{"wan-2.2": "{wan}"}}')
    monkeypatch.setenv("VIDEO_DEVICE", "cpu")
    # So small a network draws 32 x 32 pixels; the card's sizes are those of the real one.
    usual = outline._pixels
    monkeypatch.setattr(outline, "_pixels", lambda card, shape: 64 * 36 if card.id == "wan-2.2" else usual(card, shape))
    loaded.cache_clear()


@pytest.fixture
def runway(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Runway]:
    with Runway() as server:
        server.video = film(tmp_path / "film.mp4")
        monkeypatch.setenv("RUNWAYML_API_SECRET", KEY)
        monkeypatch.setenv("RUNWAYML_BASE_URL", server.url)
        forget_remembered_blocks()
        yield server
    forget_remembered_blocks()


def film(path: Path, seconds: int = 2) -> bytes:
    """H.264 at 24 pictures a second: a bright square that moves, and after a second another scene."""
    with av.open(str(path), "w") as file:
        stream = file.add_stream("libx264", rate=24)
        stream.width, stream.height, stream.pix_fmt = 64, 36, "yuv420p"
        for number in range(24 * seconds):
            picture = np.full((36, 64, 3), 40 if number < 24 else 160, np.uint8)
            picture[8:20, number % 40 : number % 40 + 14] = 250
            file.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        file.mux(stream.encode(None))
    return path.read_bytes()


def made(**request: Any) -> VideoGeneration:
    usual = {"prompt": "a red cube turns", "duration": 0.25, "fps": 48, "resolution": "128x72", "seed": 3}
    return generate_video(request=VideoRequest.model_validate(usual | {"preset": "ultrafast"} | request))


def test_words_become_a_video_at_twice_the_models_rate(prefect_api: str) -> None:
    result = made(model="wan-2.2", steps=1)
    assert (result.outcome, result.model, result.fallback) == ("made", "wan-2.2", None)
    assert (result.plan.frames, result.plan.drawn_frames) == (12, 7)
    assert Fraction(result.plan.fps) == 2 * Fraction(result.plan.drawn_fps)
    assert result.video is not None
    assert result.video.dynamic == 12
    assert result.provenance.weights_sha256 is not None
    assert any("guessed from their bright tones" in warning for warning in result.warnings)
    assert loaded.cache_info().misses == 1
    again = made(model="wan-2.2", steps=1, hdr="hdr10")
    assert again.outcome == "made"
    assert loaded.cache_info().misses == 1, "the clip that is kept was taken up, or the model was still in memory"


def test_a_video_begins_with_a_picture(prefect_api: str) -> None:
    start = AssetStore.default().put("uploads/test/start.png", png(64, 36)).uri
    result = made(model="wan-2.2", steps=1, init_image=start, hdr="none", fps=24)
    assert result.outcome == "made"
    assert result.video is not None
    assert result.video.max_cll is None


def test_a_hosted_video_is_ordered_once_and_its_scenes_are_found(prefect_api: str, runway: Runway) -> None:
    runway.states.append(state("RUNNING", progress=0.5))
    result = made(model="runway-gen2", use_nerf=False, duration=1.5, fps=24)
    assert result.outcome == "made", result.refusal
    assert result.model == "gen4.5"
    assert any("no longer served" in warning for warning in result.warnings)
    assert any("charged $0.60" in warning for warning in result.warnings)
    orders = [call for call in runway.asked if call[0] == "POST"]
    assert len(orders) == 1
    again = made(model="runway-gen2", use_nerf=False, duration=1.5, fps=24)
    assert again.video is not None
    assert result.video is not None
    assert again.video.video.sha256 == result.video.video.sha256
    assert [call for call in runway.asked if call[0] == "POST"] == orders, "what was paid for is used again"


def test_what_the_provider_refuses_is_an_outcome(prefect_api: str, runway: Runway) -> None:
    runway.states.append(state("FAILED", failureCode="SAFETY.INPUT.TEXT"))
    result = made(model="gen4.5", duration=1, fps=24)
    assert result.outcome == "blocked"
    assert result.refusal is not None
    assert result.refusal.by == "gen4.5"
    assert result.assets == []
