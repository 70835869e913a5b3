"""Segments: what is refused, what is taken when a run is resumed, and what an encoder leaves."""

import dataclasses
import weakref
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from models.hdr import NoLight
from models.video_file import (
    SegmentMismatch,
    Unencodable,
    WrongFrames,
    encode_segment,
    finished_segment,
    join_segments,
)
from tests.models.video_file.clips import (
    BRIGHTEST,
    CUTS,
    a_format,
    decoded,
    encoded,
    light_of,
    picture,
    pictures,
    segments_of,
)

pytestmark = pytest.mark.video


@pytest.mark.parametrize("hdr", ["hdr10+", "none"])
def test_a_segment_encoded_again_has_the_same_bytes(hdr: str, tmp_path: Path) -> None:
    form = a_format(hdr=hdr)
    once, again = (
        encoded(tmp_path / name, form, 0, 8, threads=threads).path.read_bytes()
        for name, threads in (("a.mp4", 1), ("b.mp4", 2))
    )
    assert once == again


def test_wrong_pictures_leave_no_file(tmp_path: Path) -> None:
    dark = picture(2)
    dark[3, 3] = np.nan
    wrong: list[tuple[type[Exception], str, Iterator[np.ndarray]]] = [
        (WrongFrames, "3 pictures arrived", pictures(0, 3)),
        (WrongFrames, "more than 8", pictures(0, 9)),
        (WrongFrames, "0 pictures arrived", pictures(0, 0)),
        (WrongFrames, "has the shape", iter([np.ones((64, 98, 3), np.float32)])),
        (NoLight, "not a finite number", iter([picture(1), dark])),
    ]
    for error, problem, frames in wrong:
        with pytest.raises(error, match=problem):
            encode_segment(frames, tmp_path / "a.mp4", a_format(), 0, 8)
        assert not [path for path in tmp_path.iterdir() if path.is_file()]


def test_what_was_there_survives_a_renderer_that_dies(tmp_path: Path) -> None:
    good = encoded(tmp_path / "a.mp4", a_format(), 0, 8).path.read_bytes()

    def dying() -> Iterator[np.ndarray]:
        yield from pictures(0, 5)
        raise RuntimeError("the renderer died")

    with pytest.raises(RuntimeError, match="renderer died"):
        encode_segment(dying(), tmp_path / "a.mp4", a_format(), 0, 8)
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["a.mp4"]
    assert (tmp_path / "a.mp4").read_bytes() == good


def test_an_ordinary_screen_needs_to_know_what_becomes_white(tmp_path: Path) -> None:
    form = a_format(hdr="none")
    for wrong in (None, -1.0, float("nan"), float("inf")):
        with pytest.raises(Unencodable, match="brightest light"):
            encode_segment(pictures(0, 8), tmp_path / "a.mp4", form, 0, 8, brightest=wrong)
    whites = []
    for brightest in (1.0, BRIGHTEST):
        encode_segment(pictures(0, 8), tmp_path / "a.mp4", form, 0, 8, brightest=brightest)
        whites.append(max(luma.max() for luma in decoded(tmp_path / "a.mp4")))
        assert finished_segment(tmp_path / "a.mp4", form, 0, 8, brightest=brightest) is not None
        assert finished_segment(tmp_path / "a.mp4", form, 0, 8, brightest=9.0) is None
    assert whites[0] >= whites[1] > 850


def test_segments_that_do_not_fit_are_refused(tmp_path: Path) -> None:
    form = a_format()
    good = segments_of(tmp_path, form, 20)
    other = dataclasses.replace(form, hdr="hdr10", preset="ultrafast", kbps=15_000)
    odd = encoded(tmp_path / "odd.mp4", other, 8, 20).path
    longer = encoded(tmp_path / "longer.mp4", form, 8, 24).path
    torn = tmp_path / "torn.mp4"
    torn.write_bytes(good[1].read_bytes()[:900])
    for problem, segments in (
        ("other settings", [good[0], odd, good[2]]),
        ("another place or video", [good[0], longer, good[2]]),
        ("is no segment", [good[0], torn, good[2]]),
        ("is missing", [good[0], tmp_path / "nothing.mp4", good[2]]),
        ("have 16 pictures of 20", good[:2]),
        ("another place", [good[0], good[2], good[1]]),
        ("another place", [good[1], good[0], good[2]]),
        ("begins at a multiple", [*good, good[2]]),
        ("no segment to join", []),
    ):
        with pytest.raises(SegmentMismatch, match=problem):
            join_segments(segments, tmp_path / "video.mp4", form, cuts=CUTS)
        assert not (tmp_path / "video.mp4").exists()
    for changed in (
        dataclasses.replace(form, fps=Fraction(25)),
        dataclasses.replace(form, crf=30.0),
        dataclasses.replace(form, hdr="none"),
    ):
        with pytest.raises(SegmentMismatch, match="other settings"):
            join_segments(good, tmp_path / "video.mp4", changed, cuts=CUTS)
    with pytest.raises(SegmentMismatch, match="another place or video"):
        join_segments(good, tmp_path / "video.mp4", form, cuts=(5,))
    with pytest.raises(SegmentMismatch, match="shorten it"):
        join_segments(good, tmp_path / "video.mp4", form, "x" * 300_000, CUTS)
    for first in (-8, 3, 24):
        with pytest.raises(SegmentMismatch, match="begins at a multiple of 8"):
            encode_segment(pictures(0, 8), tmp_path / "no.mp4", form, first, 24)


def test_segments_for_ordinary_screens_have_one_white(tmp_path: Path) -> None:
    form = a_format(hdr="none")
    paths = [tmp_path / "0.mp4", tmp_path / "8.mp4"]
    for path, first, brightest in zip(paths, (0, 8), (5.0, 6.0), strict=True):
        encode_segment(pictures(first, 8), path, form, first, 16, brightest=brightest)
    with pytest.raises(SegmentMismatch, match="other settings"):
        join_segments(paths, tmp_path / "video.mp4", form)


def test_segments_of_another_encoder_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    form = a_format()
    paths = [encoded(tmp_path / f"{first}.mp4", form, first, 16).path for first in (0, 8)]
    monkeypatch.setattr(av, "__version__", "99.0")
    assert finished_segment(paths[0], form, 0, 16, cuts=CUTS) is None
    with pytest.raises(SegmentMismatch, match="another encoder"):
        join_segments(paths, tmp_path / "video.mp4", form, cuts=CUTS)


def test_a_stream_with_another_header_is_refused(tmp_path: Path) -> None:
    """As from an encoder of the same version that was built otherwise: the file has one header for all pictures."""
    form = a_format()
    paths = [encoded(tmp_path / f"{first}.mp4", form, first, 16).path for first in (0, 8)]
    data = paths[1].read_bytes()
    place = data.index(b"hvcC") + 4
    paths[1].write_bytes(data[: place + 4] + bytes((data[place + 4] ^ 1,)) + data[place + 5 :])
    with pytest.raises(SegmentMismatch, match="another encoder"):
        join_segments(paths, tmp_path / "video.mp4", form, cuts=CUTS)


def test_a_sample_that_is_damaged_leaves_no_video(tmp_path: Path) -> None:
    form = a_format()
    path = encoded(tmp_path / "0.mp4", form, 0, 8).path
    data = path.read_bytes()
    place = data.index(b"mdat") + 4
    path.write_bytes(data[:place] + b"\x7f" + data[place + 1 :])
    with pytest.raises(SegmentMismatch, match="damaged"):
        join_segments([path], tmp_path / "video.mp4", form, cuts=CUTS)
    assert [each.name for each in tmp_path.iterdir() if each.is_file()] == ["0.mp4"]


def test_a_resumed_run_encodes_only_what_is_missing(tmp_path: Path) -> None:
    form = a_format()
    paths = segments_of(tmp_path, form, 20)
    paths[1].unlink()
    paths[2].write_bytes(paths[2].read_bytes()[:-300])
    first, second, third = (finished_segment(path, form, 8 * n, 20, cuts=CUTS) for n, path in enumerate(paths))
    assert first is not None
    assert (first.path, first.frames, first.size) == (paths[0], 8, paths[0].stat().st_size)
    assert first.light == light_of(8)
    assert second is None
    assert third is None, "cut off"
    assert finished_segment(paths[0], form, 0, 20, cuts=(3,)) is None, "its scenes are others"
    assert finished_segment(paths[0], form, 0, 20, cuts=(15,)) is not None, "that cut is in another segment"
    assert finished_segment(paths[0], form, 0, 21, cuts=CUTS) is None, "the video is another"
    assert finished_segment(paths[0], dataclasses.replace(form, crf=30.0), 0, 20, cuts=CUTS) is None
    assert finished_segment(paths[0], form, 8, 20, cuts=CUTS) is None


def test_pictures_stream(tmp_path: Path) -> None:
    alive: list[weakref.ref[np.ndarray]] = []
    most = 0

    def watched() -> Iterator[np.ndarray]:
        nonlocal most
        for number in range(16):
            light = picture(number)
            alive.append(weakref.ref(light))
            most = max(most, sum(each() is not None for each in alive))
            yield light

    encode_segment(watched(), tmp_path / "a.mp4", a_format(segment_frames=16), 0, 16)
    assert most <= 2
