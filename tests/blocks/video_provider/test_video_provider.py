"""Runway's official client against a server on loopback that speaks its API: every state, and every trouble."""

import base64
import gzip
import hashlib
import json
import logging
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import ValidationError

from blocks.saved_block import forget_remembered_blocks
from blocks.video_provider import (
    AnswerUnreadable,
    Blocked,
    Cancelled,
    Failed,
    Finished,
    HostedClip,
    ModelRetired,
    ModelUnsuited,
    NoKey,
    OutcomeUnknown,
    OutputExpired,
    ProviderAway,
    ProviderBusy,
    ProviderRefused,
    StillRunning,
    Submitted,
    TaskUnknown,
    UnknownModel,
    VideoProvider,
    Waiting,
)
from tests.blocks.openai_images import png
from tests.blocks.video_provider.runway_server import KEY, VIDEO, Runway, Trouble, error, state
from tests.conftest import free_port

pytestmark = [pytest.mark.blocks, pytest.mark.video]

PICTURE = png(16, 9)


@pytest.fixture
def runway() -> Iterator[Runway]:
    with Runway() as server:
        yield server


@pytest.fixture(autouse=True)
def no_key_of_the_developer(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("RUNWAYML_API_SECRET", "RUNWAYML_BASE_URL", "RUNWAYML_CUSTOM_HEADERS"):
        monkeypatch.delenv(name, raising=False)


def provider(server: Runway, **settings: Any) -> VideoProvider:
    return VideoProvider(
        base_url=server.url,
        **{"api_key": KEY, "timeout": 5.0, "patience": 5.0, "poll_seconds": 0.01, "attempts": 2, **settings},
    )


def ask(**fields: Any) -> HostedClip:
    return HostedClip(**{"prompt": "a red cube turns", "model": "gen4.5", **fields})


def finished(server: Runway, **settings: Any) -> Finished:
    block = provider(server, **settings)
    found = block.wait(block.submit(ask()).task_id)
    assert isinstance(found, Finished)
    return found


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


@pytest.mark.parametrize(
    ("code", "stage", "words"),
    [
        ("SAFETY.INPUT.TEXT", "input", "refused the request (SAFETY.INPUT.TEXT)"),
        ("SAFETY.OUTPUT.VIDEO", "output", "refused what was drawn"),
        ("INPUT_PREPROCESSING.SAFETY.TEXT", "input", "refused the request"),
        ("SAFETY", None, "or what was drawn"),
    ],
)
def test_moderation_is_an_outcome_and_no_error(runway: Runway, code: str, stage: str | None, words: str) -> None:
    block = provider(runway)
    runway.states.append(state("FAILED", failure="the secret prompt", failureCode=code))
    found = block.wait(block.submit(ask()).task_id)
    assert isinstance(found, Blocked)
    assert (found.stage, found.code, found.credits) == (stage, code, 60)
    assert words in found.reason
    assert "secret" not in repr(found)


@pytest.mark.parametrize(
    ("code", "told", "again"),
    [
        ("INTERNAL.BAD_OUTPUT.CODE01", "INTERNAL.BAD_OUTPUT.CODE01", True),
        ("INPUT_PREPROCESSING.INTERNAL", "INPUT_PREPROCESSING.INTERNAL", True),
        ("ASSET.INVALID", "ASSET.INVALID", False),
        ("the secret prompt", None, True),
        (None, None, True),
    ],
)
def test_a_failure_says_whether_to_ask_again(runway: Runway, code: str | None, told: str | None, again: bool) -> None:
    block = provider(runway)
    runway.states.append(state("FAILED", failure="the secret prompt", failureCode=code))
    found = block.wait(block.submit(ask()).task_id)
    assert isinstance(found, Failed)
    assert (found.code, found.again, found.credits) == (told, again, 60)
    assert ("Ask again" in found.reason) == again
    assert "secret" not in repr(found) + found.reason


def test_a_task_is_cancelled_at_the_provider(runway: Runway) -> None:
    block = provider(runway)
    task = block.submit(ask()).task_id
    block.cancel(task)
    assert runway.asked[-1][:2] == ("DELETE", f"/v1/tasks/{task}")
    found = block.wait(task)
    assert isinstance(found, Cancelled)
    assert found.credits == 60
    runway.tasks.clear()
    block.cancel(task)  # is as it should be
    with pytest.raises(TaskUnknown, match=f"no task {task}"):
        block.poll(task)
    for odd in ("", "../organization", "a" * 101, "a?b"):
        for call in (block.poll, block.cancel):
            with pytest.raises(ProviderRefused, match="no task id"):
                call(odd)


def test_waiting_ends_in_time_or_when_a_listener_says_so_and_the_task_goes_on(runway: Runway) -> None:
    block = provider(runway, longest_wait=0.05)
    task = block.submit(ask()).task_id
    runway.states += [state("THROTTLED")] * 50
    with pytest.raises(StillRunning, match=f"{task} was throttled.*goes on at the provider"):
        block.wait(task)

    class Enough(Exception):
        pass

    def stop(_: Waiting) -> None:
        raise Enough

    with pytest.raises(Enough):
        block.wait(task, stop)
    assert not any(method == "DELETE" for method, _, _ in runway.asked)
    runway.states.clear()
    assert isinstance(block.wait(task), Finished)


def test_polls_go_on_over_troubles_of_the_way(runway: Runway) -> None:
    block = provider(runway, attempts=5)
    task = block.submit(ask()).task_id
    soon = {"Retry-After": "0.01"}
    runway.trouble("/v1/tasks", error(500, **soon), error(429, **soon), Trouble(cut="before"), error(502, **soon))
    assert isinstance(block.poll(task), Finished)
    runway.trouble("/v1/tasks", *[error(500, **soon)] * 5)
    with pytest.raises(ProviderAway, match=rf"after 5 attempts \(HTTP 500\). Task {task} goes on there"):
        block.poll(task)


@pytest.mark.parametrize(
    "said",
    [
        {"status": "DREAMING"},
        {"status": "SUCCEEDED", "output": []},
        {"status": 7},
        {"status": "SUCCEEDED", "output": ["x"], "cost": {"credits": -1}},
    ],
)
def test_a_state_that_makes_no_sense_is_not_believed(runway: Runway, said: dict[str, Any]) -> None:
    block = provider(runway)
    task = block.submit(ask()).task_id
    runway.states.append(said)
    with pytest.raises(AnswerUnreadable, match=task):
        block.wait(task)


@pytest.mark.parametrize("trouble", [error(429), error(502), error(503), error(504)])
def test_where_nothing_was_begun_it_is_ordered_again(runway: Runway, trouble: Trouble) -> None:
    trouble.headers["Retry-After"] = "0.05"
    runway.trouble("/v1/text_to_video", trouble)
    assert provider(runway).submit(ask()).served_model == "gen4.5"
    assert runway.calls("/v1/text_to_video") == 2
    assert len(runway.tasks) == 1


def test_a_wait_beyond_patience_is_not_begun(runway: Runway) -> None:
    runway.trouble("/v1/text_to_video", error(429, **{"Retry-After": "3600"}))
    with pytest.raises(ProviderBusy, match=r"asks to wait 3600 s.*account's tier"):
        provider(runway).submit(ask())
    assert runway.calls("/v1/text_to_video") == 1


@pytest.mark.parametrize("repeat", [False, True])
@pytest.mark.parametrize(
    "trouble",
    [
        Trouble(cut="before"),
        Trouble(cut="within", body=b"{" + b" " * 1000),
        Trouble(drip=0.05, body=b" " * 1000),
        error(500),
    ],
)
def test_what_may_be_paid_for_is_ordered_again_only_where_the_block_says_so(
    runway: Runway, trouble: Trouble, repeat: bool
) -> None:
    runway.trouble("/v1/text_to_video", trouble)
    block = provider(runway, repeat_unknown=repeat, timeout=0.3 if trouble.drip else 5.0)
    if repeat:
        assert block.submit(ask()).task_id in runway.tasks
    else:
        with pytest.raises(OutcomeUnknown, match="may be on its way and paid for, so it is not sent again"):
            block.submit(ask())
        assert runway.calls("/v1/text_to_video") == 1


@pytest.mark.parametrize("body", [b"<html>", b"{}", b'{"id": "../x"}', b'{"id": ""}'])
def test_an_answer_without_a_task_may_have_begun_one(runway: Runway, body: bytes) -> None:
    runway.trouble("/v1/text_to_video", Trouble(body=body))
    with pytest.raises(OutcomeUnknown, match="no task id"):
        provider(runway).submit(ask())


def test_a_provider_that_says_nothing_is_left_in_time(runway: Runway) -> None:
    runway.trouble("/v1/text_to_video", Trouble(hold=(release := threading.Event())))
    began = time.monotonic()
    with pytest.raises(OutcomeUnknown, match="no answer in time"):
        provider(runway, timeout=0.2).submit(ask())
    assert time.monotonic() - began < 3
    release.set()


def test_where_nobody_listens_nothing_was_begun() -> None:
    block = VideoProvider(api_key=KEY, base_url=f"http://127.0.0.1:{free_port()}", attempts=2)
    with pytest.raises(ProviderAway, match=r"after 2 attempts \(no connection\). Nothing was begun"):
        block.submit(ask())


@pytest.mark.parametrize(
    ("trouble", "words"),
    [
        (error(400, "You do not have enough credits to run this task."), "not enough credits left"),
        (error(400, "the secret prompt"), "takes the request for wrong.$"),
        (error(403), "this account or address may not use it"),
        (error(413), "too large"),
        (Trouble(404, body=b"<html>"), "no such API at this address"),
        (Trouble(307, {"Location": "http://127.0.0.1:1/elsewhere"}), "points elsewhere, where the key must not go"),
    ],
)
def test_what_asking_again_does_not_mend_is_asked_once(runway: Runway, trouble: Trouble, words: str) -> None:
    runway.trouble("/v1/text_to_video", trouble)
    with pytest.raises(ProviderRefused, match=words):
        provider(runway).submit(ask())
    assert runway.calls("/v1/text_to_video") == 1


@pytest.mark.parametrize(
    "trouble",
    [
        Trouble(body=b" " * 2_100_000),
        Trouble(headers={"Content-Encoding": "gzip"}, body=gzip.compress(b" " * 1_000_000)),
    ],
)
def test_an_answer_far_too_large_is_not_read(runway: Runway, trouble: Trouble) -> None:
    task = provider(runway).submit(ask()).task_id
    runway.trouble("/v1/tasks", trouble)
    with pytest.raises(AnswerUnreadable, match="was not read"):
        provider(runway).poll(task)


def test_an_expired_address_is_asked_for_anew(runway: Runway, tmp_path: Path) -> None:
    found = finished(runway)
    runway.expired.add("/files/1.mp4")
    video = provider(runway).download(found, tmp_path / "clip.mp4")
    assert video.path.read_bytes() == VIDEO
    assert runway.asked[-1][1] == "/files/2.mp4"
    runway.expired |= {f"/files/{number}.mp4" for number in range(9)}
    with pytest.raises(OutputExpired):
        provider(runway).download(found, tmp_path / "other.mp4")
    runway.tasks.clear()
    with pytest.raises(TaskUnknown):
        provider(runway).download(found, tmp_path / "other.mp4")
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["clip.mp4"]


def test_a_download_that_breaks_begins_again(runway: Runway, tmp_path: Path) -> None:
    found = finished(runway)
    runway.trouble("/files", Trouble(cut="within", body=VIDEO), Trouble(500))
    assert provider(runway, attempts=3).download(found, tmp_path / "clip.mp4").size == len(VIDEO)
    runway.trouble("/files", *[Trouble(503)] * 2)
    with pytest.raises(ProviderAway, match=r"gave up after 2 attempts .* still there"):
        provider(runway).download(found, tmp_path / "other.mp4")
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["clip.mp4"]


@pytest.mark.parametrize(
    ("trouble", "words"),
    [
        (Trouble(body=b"<html>not a video</html>"), "no MP4 or QuickTime video"),
        (Trouble(body=b""), "empty"),
        (Trouble(headers={"Content-Length": "99999999999"}), "more than 0 MB"),
        (Trouble(headers={"Content-Length": ""}, body=VIDEO * 10), "more than 0 MB"),
        (Trouble(headers={"Content-Encoding": "gzip"}, body=gzip.compress(VIDEO)), "comes packed"),
    ],
)
def test_what_is_no_video_or_too_large_is_not_kept(
    runway: Runway, tmp_path: Path, trouble: Trouble, words: str
) -> None:
    found = finished(runway)
    runway.trouble("/files", trouble)
    with pytest.raises(AnswerUnreadable, match=words):
        provider(runway, largest_video=200_000).download(found, tmp_path / "clip.mp4")
    assert not [path for path in tmp_path.iterdir() if path.is_file()]


@pytest.mark.parametrize(
    "url", ["http://example.com/clip.mp4", "file:///etc/passwd", "ftp://127.0.0.1/x.mp4", "//x/y", "http://[::2]/x"]
)
def test_only_https_and_this_machine_are_asked_for_videos(runway: Runway, tmp_path: Path, url: str) -> None:
    with pytest.raises(AnswerUnreadable, match="not https"):
        provider(runway).download(Finished("t", (url,), None), tmp_path / "clip.mp4")


def test_this_machine_is_only_asked_where_the_provider_is_on_it(runway: Runway, tmp_path: Path) -> None:
    block = VideoProvider(api_key=KEY, base_url="https://runway.example")
    for url in (f"{runway.url}/files/1.mp4", "https://127.0.0.1/x.mp4", "https://localhost/x.mp4"):
        with pytest.raises(AnswerUnreadable, match="not https"):
            block.download(Finished("t", (url,), None), tmp_path / "clip.mp4")
    assert runway.asked == []


def test_a_quicktime_file_is_known_as_such(runway: Runway, tmp_path: Path) -> None:
    found = finished(runway)
    runway.video = b"\x00\x00\x00\x14ftypqt  \x00\x00\x02\x00qt  " + bytes(100)
    assert provider(runway).download(found, tmp_path / "clip.mov").media_type == "video/quicktime"


def test_without_a_key_it_says_what_to_set(runway: Runway, monkeypatch: pytest.MonkeyPatch) -> None:
    for key in (None, "", "  "):
        block = provider(runway, api_key=key)
        assert not block.configured
        for call in (lambda b=block: b.submit(ask()), lambda b=block: b.require(ask()), block.check):
            with pytest.raises(NoKey, match="set RUNWAYML_API_SECRET, or save a Video provider block"):
                call()
    with pytest.raises(ProviderRefused, match="characters that no key has"):
        provider(runway, api_key="key_…").submit(ask())
    with pytest.raises(ProviderRefused, match="must not go over plain http"):
        VideoProvider(api_key=KEY, base_url="http://runway.example").submit(ask())
    monkeypatch.setenv("RUNWAYML_API_SECRET", KEY)
    monkeypatch.setenv("RUNWAYML_BASE_URL", runway.url)
    block = VideoProvider.default()
    assert block.configured
    block.check()


def test_the_check_costs_nothing_and_says_what_is_wrong(runway: Runway) -> None:
    provider(runway).check()
    assert [path for _, path, _ in runway.asked] == ["/v1/organization"]
    runway.credits = 0
    with pytest.raises(ProviderRefused, match="no credits left"):
        provider(runway).check()
    runway.trouble("/v1/organization", Trouble(body=b"<html>welcome</html>"))
    with pytest.raises(AnswerUnreadable, match="not Runway's"):
        provider(runway).check()


def test_the_key_is_in_no_message_log_or_picture_of_the_block(runway: Runway, caplog: pytest.LogCaptureFixture) -> None:
    wrong = "key_wrong_and_hidden"
    block = provider(runway, api_key=wrong)
    with caplog.at_level(logging.DEBUG), pytest.raises(ProviderRefused, match="does not accept the API key") as caught:
        block.submit(ask())
    assert runway.headers[0]["authorization"] == f"Bearer {wrong}"
    assert wrong not in repr(block) + str(caught.value) + caplog.text + block.model_dump_json()


def test_importing_the_block_loads_no_client() -> None:
    code = "import sys, blocks.video_provider; sys.exit(any(name in sys.modules for name in ('runwayml', 'torch')))"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


def test_the_block_is_saved_with_its_key_hidden(prefect_api: str, runway: Runway) -> None:
    aliases = {"runway-gen2": ("veo3.1",)}
    provider(runway, aliases=aliases).save("default", overwrite=True)
    try:
        forget_remembered_blocks()
        block = VideoProvider.default()
        assert block.submit(ask(model="runway-gen2", seconds=4)).served_model == "veo3.1"
        shown = httpx.get(f"{prefect_api}/block_types/slug/video-provider/block_documents").text
        assert "aliases" in shown
        assert KEY not in json.dumps(shown)
    finally:
        VideoProvider.delete("default")
        forget_remembered_blocks()
