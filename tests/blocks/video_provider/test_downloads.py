"""The finished video's way here: expired addresses, breaks, and what is not kept."""

import gzip
from pathlib import Path

import pytest

from blocks.video_provider import (
    AnswerUnreadable,
    Finished,
    OutputExpired,
    ProviderAway,
    TaskUnknown,
    VideoProvider,
)
from tests.blocks.video_provider.asking import finished, provider
from tests.blocks.video_provider.runway_server import KEY, VIDEO, Runway, Trouble

pytestmark = [pytest.mark.blocks, pytest.mark.video]


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
