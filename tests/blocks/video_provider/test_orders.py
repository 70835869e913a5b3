"""What is asked of the provider: words, pictures, shapes, lengths, moderation, and what is refused before any call."""

import base64
import hashlib
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from blocks.video_provider import (
    Finished,
    ModelRetired,
    ModelUnsuited,
    Submitted,
    UnknownModel,
    Waiting,
)
from tests.blocks.openai_images import png
from tests.blocks.video_provider.asking import ask, provider
from tests.blocks.video_provider.runway_server import VIDEO, Runway, state

pytestmark = [pytest.mark.blocks, pytest.mark.video]

PICTURE = png(16, 9)


def test_words_become_a_video_in_three_calls(runway: Runway, tmp_path: Path) -> None:
    block = provider(runway)
    submitted = block.submit(ask(seconds=5))
    assert runway.asked == [
        (
            "POST",
            "/v1/text_to_video",
            {"model": "gen4.5", "promptText": "a red cube turns", "ratio": "1280:720", "duration": 5},
        )
    ]
    assert (submitted.served_model, submitted.most_credits, submitted.notes) == ("gen4.5", 60, ())
    assert submitted.most_usd == pytest.approx(0.6)

    runway.states += [state("PENDING"), state("THROTTLED"), state("RUNNING", progress=0.25)]
    told: list[Waiting] = []
    ended = block.wait(submitted.task_id, told.append)
    assert [(each.state, each.share) for each in told] == [("pending", None), ("throttled", None), ("running", 0.25)]
    assert isinstance(ended, Finished)
    assert ended.credits == 60
    assert ended.usd == pytest.approx(0.6)

    video = block.download(ended, tmp_path / "deep" / "clip.mp4")
    assert video.path.read_bytes() == VIDEO
    assert (video.size, video.sha256) == (len(VIDEO), hashlib.sha256(VIDEO).hexdigest())
    assert video.media_type == "video/mp4"
    assert [path.name for path in video.path.parent.iterdir()] == ["clip.mp4"]
    assert "authorization" not in runway.headers[-1], "the key is not for where videos lie"


def test_a_restart_goes_on_with_what_was_kept_and_pays_once(runway: Runway) -> None:
    kept = provider(runway).submit(ask()).model_dump_json()
    runway.states.append(state("RUNNING", progress=0.9))
    again = Submitted.model_validate_json(kept)
    assert isinstance(provider(runway).wait(again.task_id), Finished)
    assert runway.calls("/v1/text_to_video") == 1


def test_a_picture_goes_along_and_the_nearest_shape_and_length_are_said(runway: Runway) -> None:
    request = ask(
        model="gen4_turbo",
        init_image=PICTURE,
        width=1000,
        height=1000,
        seconds=3.2,
        seed=7,
        negative_prompt="people",
    )
    submitted = provider(runway).submit(request)
    _, path, sent = runway.asked[0]
    assert path == "/v1/image_to_video"
    assert base64.b64decode(sent["promptImage"].removeprefix("data:image/png;base64,")) == PICTURE
    assert (sent["ratio"], sent["duration"], sent["seed"]) == ("960:960", 4, 7)
    assert (submitted.width, submitted.height, submitted.seconds) == (960, 960, 4)
    told = " / ".join(submitted.notes)
    for words in ("does not draw 1000x1000", "does not draw 3.2", "similar video", "negative prompt: left out"):
        assert words in told


def test_veo_has_fields_of_its_own(runway: Runway) -> None:
    block = provider(runway)
    submitted = block.submit(ask(model="veo3.1", width=1920, height=1080, seconds=5, negative_prompt="people"))
    sent = runway.asked[0][2]
    assert sent["negativePrompt"] == "people"
    assert (sent["ratio"], sent["duration"], sent["audio"]) == ("1920:1080", 6, False)
    assert submitted.notes == ("asked for 6 seconds: veo3.1 does not draw 5",)


def test_true_hdr_is_asked_for_and_costs_more(runway: Runway) -> None:
    block = provider(runway)
    assert block.submit(ask(hdr=True, seconds=2)).most_credits == 64
    assert runway.asked[0][2]["outputFormat"] == "hdr10"
    assert block.estimate_usd(ask(hdr=True, seconds=2)) == pytest.approx(0.64)
    assert block.estimate_usd(ask(seconds=2)) == pytest.approx(0.24)
    with pytest.raises(ModelUnsuited, match=r"veo3\.1 draws no HDR"):
        block.submit(ask(model="veo3.1", hdr=True))


def test_gen_2_is_drawn_by_the_first_successor_that_can(runway: Runway) -> None:
    block = provider(runway)
    submitted = block.submit(ask(model="runway-gen2"))
    assert (submitted.asked_model, submitted.served_model) == ("runway-gen2", "gen4.5")
    assert submitted.notes == ("runway-gen2 is no longer served; gen4.5 draws in its place",)
    other = provider(runway, aliases={"runway-gen2": ("gen4_turbo", "veo3.1_fast")})
    assert other.submit(ask(model="runway-gen2", seconds=4)).served_model == "veo3.1_fast", "gen4_turbo needs a picture"
    assert other.submit(ask(model="runway-gen2", init_image=PICTURE)).served_model == "gen4_turbo"


def test_what_can_only_fail_is_refused_before_any_call(runway: Runway) -> None:
    block = provider(runway, aliases={"runway-gen2": ("gen4_turbo",)})
    for call in (block.submit, block.require, block.estimate_usd):
        with pytest.raises(ModelRetired, match=r"runway-gen2 is no longer served.*leave out `strict`"):
            call(ask(model="runway-gen2", strict=True))
        with pytest.raises(ModelUnsuited, match="gen4_turbo only draws on from a picture"):
            call(ask(model="runway-gen2"))
        with pytest.raises(ModelUnsuited, match=r"veo3\.1 draws at most 8 seconds"):
            call(ask(model="veo3.1", seconds=9))
        with pytest.raises(UnknownModel, match=r"There are runway-gen2, gen4\.5, gen4_turbo"):
            call(ask(model="sora-9"))
    assert runway.asked == []
    block.require(ask())


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"prompt": ""}, "at least 1"),
        ({"prompt": "🎬" * 501}, "at most 1000 characters"),
        ({"init_image": b"GIF89a"}, "PNG, JPEG or WebP"),
        ({"init_image": b"\x89PNG\r\n\x1a\n" + bytes(3_700_000)}, "at most 3700000 bytes"),
        ({"seconds": 11}, "less than or equal to 10"),
        ({"style": "vivid"}, "Extra inputs"),
    ],
)
def test_requests_that_no_model_takes_are_refused(fields: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        ask(**fields)
    assert len(ask(prompt="🎬" * 500).prompt) == 500
