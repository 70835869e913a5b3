"""Videos from request to checked files, rows and a page, on a real Prefect server; small and short."""

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import av
import pytest
from prefect.utilities.callables import parameter_schema
from prefect.utilities.schema_tools import validate
from pydantic import ValidationError

from blocks.asset_store import Asset, AssetStore
from blocks.warehouse import Warehouse
from blocks.warehouse.tables import generated_videos
from flows.video.generation import VideoGeneration, generate_video
from flows.video.request import VideoRequest
from tasks.image.choice import ModelUnavailable
from tasks.video import segment
from tests.flows.test_fraud import artifacts_of

pytestmark = pytest.mark.video

PROMPT = "a glowing red ball and a blue cube at sunset"


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """A field of 32 x 18 pixels, learnt for a few steps from a few small views."""
    monkeypatch.setenv("VIDEO_FIELD_PIXELS", "576")
    monkeypatch.setenv("VIDEO_FIELD_STEPS", "12")
    monkeypatch.setenv("VIDEO_DEVICE", "cpu")
    monkeypatch.setattr("tasks.video.scene.VIEWS", 8)
    monkeypatch.setattr("tasks.video.scene.SIDE", 16)


def asked(**request: Any) -> VideoRequest:
    usual = {"prompt": PROMPT, "use_nerf": True, "duration": 1, "fps": 6, "resolution": "128x72", "seed": 3}
    return VideoRequest.model_validate(usual | {"preset": "ultrafast"} | request)


def made(**request: Any) -> VideoGeneration:
    return generate_video(request=asked(**request))


def read(asset: Asset) -> tuple[str, str, tuple[int, int], int]:
    """Codec, pixel format, size and pictures, as another reader sees them."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / asset.name
        AssetStore.default().download(asset.uri, file)
        with av.open(str(file)) as opened:
            stream = opened.streams.video[0]
            context = stream.codec_context
            return (
                context.name,
                str(context.pix_fmt),
                (context.width, context.height),
                sum(1 for _ in opened.decode(stream)),
            )


def test_words_become_a_checked_video_rows_and_a_page(prefect_api: str) -> None:
    result = made()
    assert (result.outcome, result.model, result.plan.frames) == ("made", "nerf", 6)
    assert result.video is not None
    assert read(result.video.video) == ("hevc", "yuv420p10le", (128, 72), 6)
    assert read(result.video.preview) == ("h264", "yuv420p", (128, 72), 6)
    assert (result.video.profile, result.video.dynamic) == ("Main 10", 6)
    assert len(result.video.checked_by) == 2
    assert [asset.name for asset in result.assets] == ["video.mp4", "preview.mp4", "poster.jpg", "hdr10plus.json"]
    (row,) = Warehouse.default().read(generated_videos)
    assert (row["run_id"], row["uri"], row["frames"], row["hdr"]) == (result.run_id, result.assets[0].uri, 6, "hdr10+")
    assert {"video-estimate", "video-poster", "video-preview", "video-summary", "video-progress"} <= artifacts_of(
        prefect_api, result.run_id
    ).keys()
    assert any("read as" in warning for warning in result.warnings)
    assert VideoGeneration.model_validate_json(result.model_dump_json()) == result


def test_a_run_that_is_made_again_makes_what_is_missing(prefect_api: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second segment fails; the next run, and the one after it, find what the ones before them made."""
    encoded: list[int] = []
    working = segment.pictures_of

    def failing(job: Any, part: Any) -> Any:
        encoded.append(part.number)
        if part.number == 1 and len(encoded) < 4:  # the segment is tried twice in a run
            raise OSError("the machine goes")
        return working(job, part)

    monkeypatch.setattr(segment, "pictures_of", failing)
    two = {"duration": 2}
    with pytest.raises(RuntimeError, match="segment 1 could not be made"):
        made(**two)
    assert sorted(encoded) == [0, 1, 1]
    result = made(**two)
    assert sorted(encoded) == [0, 1, 1, 1]
    assert result.plan.frames == 12
    again = made(**two)
    assert sorted(encoded) == [0, 1, 1, 1]
    assert again.video is not None
    assert result.video is not None
    assert again.video.video.sha256 == result.video.video.sha256
    assert again.run_id != result.run_id


@pytest.mark.parametrize(("hdr", "bits"), [("none", "yuv420p10le"), ("hdr10", "yuv420p10le")])
def test_other_ranges(prefect_api: str, hdr: str, bits: str) -> None:
    result = made(hdr=hdr, duration=0.5)
    assert result.video is not None
    assert read(result.video.video)[1] == bits
    assert result.video.dynamic == 0
    assert (result.video.max_cll is None) == (hdr == "none")


def test_a_dry_run_makes_nothing_and_says_what_it_would_take(prefect_api: str) -> None:
    result = made(resolution="8K", fps=60, duration=5, dry_run=True)
    assert result.outcome == "estimated"
    assert (result.plan.frames, result.estimate.segments) == (300, 5)
    assert result.estimate.seconds > 600
    assert result.estimate.memory_bytes > 4 * 2**30
    assert result.assets == []
    assert Warehouse.default().read(generated_videos) == []


def test_what_must_not_be_made_is_an_outcome(prefect_api: str) -> None:
    result = made(prompt="naked children")
    assert result.outcome == "blocked"
    assert result.refusal is not None
    assert result.assets == []


def test_a_model_that_cannot_draw_here_is_stood_in_for_or_refused(prefect_api: str) -> None:
    result = made(use_nerf=False, model="wan-2.2", duration=1, dry_run=True)
    assert result.model == "nerf"
    assert result.fallback is not None
    assert "VIDEO_WEIGHTS" in result.fallback
    for request in ({"model": "wan-2.2", "strict": True}, {"model": "svd", "init_image": "asset://uploads/a/b.png"}):
        with pytest.raises(ModelUnavailable, match="VIDEO_WEIGHTS"):
            made(use_nerf=False, duration=1, **request)


@pytest.mark.parametrize(
    ("request_", "told"),
    [
        ({"prompt": "  "}, "say what to show"),
        ({"duration": 0}, "greater than 0"),
        ({"duration": -3}, "greater than 0"),
        ({"resolution": "9000x9000"}, "64 to 8192"),
        ({"resolution": "enormous"}, "720p"),
        ({"resolution": "8192x8192", "fps": 120}, "level"),
        ({"fps": 0}, "1 to 120"),
        ({"fps": "a/b"}, "number or a fraction"),
        ({"duration": 600, "fps": 120}, "make it shorter"),
        ({"scene": "garden", "use_nerf": False}, "use_nerf: true"),
        ({"model": "gen-7", "use_nerf": False}, "unknown model"),
        ({"model": "cogvideox", "use_nerf": False, "duration": 30}, "at most 6.0 s"),
        ({"init_image": "asset://uploads/a/b.png"}, "not with use_nerf"),
        ({"camera_path": {"move": "spline"}}, "2 and more keyframes"),
        ({"camera_path": {"move": "dolly_zoom", "distance_end": 0.05, "angle": 120}}, "angle of view"),
        ({"style": "no-such"}, "style"),
    ],
)
def test_bad_requests_say_what_to_change(request_: dict[str, Any], told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        asked(**request_)


def test_the_missions_own_body_is_accepted() -> None:
    body = {"prompt": "Flying through clouds", "duration": 5, "resolution": "8K", "fps": 60, "use_nerf": True}
    request = VideoRequest.model_validate(body | {"style": "cinematic"})
    assert request.size == (7680, 4320)


def test_its_form_takes_its_example() -> None:
    flow: Callable[..., Any] = generate_video
    schema = parameter_schema(flow).model_dump()
    assert validate({"request": {"prompt": "clouds", "use_nerf": True}}, schema, raise_on_error=False) == []
