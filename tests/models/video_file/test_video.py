"""Whole videos: measured, encoded in segments, joined, and read back by readers that share nothing with the writer."""

import dataclasses
import shutil
import weakref
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from pymediainfo import MediaInfo

from models.hdr.transfer import BT709_OF_BT2020, nits_of_pq
from models.video_file import (
    Expected,
    SegmentMismatch,
    VideoError,
    VideoLight,
    WrongFrames,
    WrongVideo,
    check_video,
    encode_segment,
    finished_segment,
    join_segments,
)
from models.video_file.dynamic_metadata import HEADER, metadata_of
from models.video_file.mp4_boxes import boxes_in_entry, read_moov
from models.video_file.sample_reader import read_samples
from tests.models.video_file.clips import SAID, a_format, light_of, picture, pictures, segments_of, video

pytestmark = pytest.mark.video


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, VideoLight]:
    """Twenty pictures of HDR10+ in three segments, 24000/1001 a second; a cut inside of the second segment."""
    return video(tmp_path_factory.mktemp("video"), a_format())


def video_track(path: Path) -> dict[str, object]:
    return next(track for track in MediaInfo.parse(path).tracks if track.track_type == "Video").to_data()


def test_every_reader_finds_what_was_asked_for(made: tuple[Path, VideoLight]) -> None:
    path, light = made
    expected = Expected(a_format(), light, SAID)
    with_libav = check_video(path, expected, ffprobe=False)
    assert (with_libav.frames, with_libav.decoded, with_libav.dynamic) == (20, 20, 20)
    assert (with_libav.profile, with_libav.level, with_libav.tier) == ("Main 10", "3.1", "main")
    assert (with_libav.max_cll, with_libav.max_fall) == (light.max_cll, light.max_fall)
    assert with_libav.seconds == Fraction(20 * 1001, 24_000)
    assert [name.split()[0] for name in with_libav.readers] == ["own", "libavcodec"]
    report = check_video(path, expected)
    second = "ffprobe" if shutil.which("ffprobe") else "libavcodec"
    assert report.readers[1].split()[0] == second, "the report says who looked"
    assert dataclasses.replace(report, readers=()) == dataclasses.replace(with_libav, readers=())
    assert check_video(path, expected, decode=3).decoded == 3


def test_mediainfo_says_the_same(made: tuple[Path, VideoLight]) -> None:
    path, light = made
    track = video_track(path)
    assert track["hdr_format_compatibility"] == "HDR10 / HDR10+ Profile A"
    assert (track["format_profile"], track["codec_id"]) == ("Main 10@L3.1@Main", "hvc1")
    assert (track["color_primaries"], track["transfer_characteristics"]) == ("BT.2020", "PQ")
    assert (track["matrix_coefficients"], track["color_range"]) == ("BT.2020 non-constant", "Limited")
    assert track["chromasubsampling_position"] == "Type 2"
    assert track["mastering_display_color_primaries"] == "Display P3"
    assert track["mastering_display_luminance"] == "min: 0.0001 cd/m2, max: 1000 cd/m2"
    assert track["masteringdisplay_luminance_source"] == "Container / Stream"
    assert track["maximum_content_light_level"] == f"{light.max_cll} cd/m2"
    assert track["maximum_frameaverage_light_level"] == f"{light.max_fall} cd/m2"
    assert (track["framerate_num"], track["framerate_den"]) == ("24000", "1001")
    assert (track["frame_rate_mode"], track["frame_count"]) == ("CFR", "20")
    assert MediaInfo.parse(path).tracks[0].comment == SAID


def test_metadata_change_at_the_cut_and_not_at_the_joins(made: tuple[Path, VideoLight]) -> None:
    path, light = made
    seen, comment = read_samples(path, a_format().step)
    assert comment == SAID
    day, night = (metadata_of(scene) for scene in light.scenes)
    assert day != night
    assert list(seen.dynamic) == [day] * 12 + [night] * 8


def test_the_index_is_in_front_and_says_how_bright_it_gets(made: tuple[Path, VideoLight]) -> None:
    path, light = made
    data = path.read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")
    boxes = boxes_in_entry(read_moov(path)[0])
    assert boxes[b"clli"] == light.max_cll.to_bytes(2, "big") + light.max_fall.to_bytes(2, "big")
    assert len(boxes[b"mdcv"]) == 24
    assert boxes[b"colr"][:11] == b"nclx\0\x09\0\x10\0\x09\0"


def decoded(path: Path) -> Iterator[np.ndarray]:
    """Luma of the pictures, in their order."""
    with av.open(str(path)) as file:
        for frame in file.decode(video=0):
            plane = frame.planes[0]
            kind = np.uint16 if "10" in frame.format.name else np.uint8
            lines = np.frombuffer(plane, kind).reshape(plane.height, -1)
            yield lines[:, : plane.width].astype(np.float64)


def test_the_pictures_are_those_that_were_sent(tmp_path: Path) -> None:
    path, _ = video(tmp_path, a_format(crf=4.0), 20)
    for number, luma in enumerate(decoded(path)):
        nits = picture(number).astype(np.float64) @ np.linalg.inv(BT709_OF_BT2020) @ (0.2627, 0.678, 0.0593) * 203
        # Luma is made of coded colours, so it is not quite the code of luminance: greys say enough.
        shown = nits_of_pq((luma - 64) / 876)
        assert np.corrcoef(np.log(nits.ravel() + 1), np.log(shown.ravel() + 1))[0, 1] > 0.97
        square = shown[12:20, 3 * number % 80 + 2 : 3 * number % 80 + 10].mean()
        assert square == pytest.approx((700 if number < 12 else 160), rel=0.3), "the square is where it was drawn"


@pytest.mark.parametrize(
    "fps", [Fraction(24_000, 1001), Fraction(30_000, 1001), Fraction(60), Fraction(25), Fraction(1)]
)
def test_times_are_exact_across_joins(fps: Fraction, tmp_path: Path) -> None:
    form = a_format(fps, segment_frames=5, hdr="hdr10")
    path, light = video(tmp_path, form, 13)
    with av.open(str(path)) as file:
        packets = [packet for packet in file.demux(video=0) if packet.pts is not None]
        times = sorted(packet.pts * packet.time_base for packet in packets)
        assert packets[0].time_base == Fraction(1, form.timescale)
        assert file.streams.video[0].average_rate == fps
    assert times == [number / fps for number in range(13)]
    assert {packet.duration for packet in packets} == {form.step}
    assert check_video(path, Expected(form, light, SAID), ffprobe=False).seconds == 13 / fps


@pytest.mark.parametrize(
    ("changes", "profile", "hdr"),
    [
        ({"hdr": "hdr10"}, "Main 10@L3.1@Main", "HDR10"),
        ({"hdr": "none"}, "Main 10@L3.1@Main", None),
        ({"hdr": "none", "bits": 8}, "Main@L3.1@Main", None),
        ({"kbps": 15_000}, "Main 10@L4@High", "HDR10 / HDR10+ Profile A"),
    ],
)
def test_other_kinds_of_video(changes: dict[str, object], profile: str, hdr: str | None, tmp_path: Path) -> None:
    form = a_format(**changes)  # type: ignore[arg-type]
    path, light = video(tmp_path, form, 10)
    report = check_video(path, Expected(form, light, SAID))
    assert report.dynamic == (10 if form.hdr == "hdr10+" else 0)
    track = video_track(path)
    assert (track["format_profile"], track.get("hdr_format_compatibility")) == (profile, hdr)
    assert track["color_primaries"] == ("BT.709" if form.hdr == "none" else "BT.2020")
    assert track["transfer_characteristics"] == ("BT.709" if form.hdr == "none" else "PQ")


@pytest.mark.parametrize(("segment", "frames"), [(1, 3), (8, 9), (2, 3), (30, 7)])
def test_segments_as_short_as_one_picture_join(segment: int, frames: int, tmp_path: Path) -> None:
    form = a_format(segment_frames=segment)
    path, light = video(tmp_path, form, frames)
    assert check_video(path, Expected(form, light, SAID)).dynamic == frames


def test_a_segment_encoded_again_has_the_same_bytes(tmp_path: Path) -> None:
    form, light = a_format(), light_of(8)
    once, again = (
        encode_segment(pictures(0, 8), tmp_path / name, form, light, 0, threads).path.read_bytes()
        for name, threads in (("a.mp4", 1), ("b.mp4", 2))
    )
    assert once == again


def spoilt(path: Path, target: Path, old: bytes, new: bytes, which: int = 0) -> Path:
    data = path.read_bytes()
    place = -1
    for _ in range(which + 1):
        place = data.index(old, place + 1)
    target.write_bytes(data[:place] + new + data[place + len(old) :])
    return target


@pytest.mark.parametrize("ffprobe", [True, False])
@pytest.mark.parametrize(
    ("old", "new", "which", "problem"),
    [
        (HEADER[:5], b"\xb5\0\x3c\0\x02", 11, "HDR10\\+ metadata are wrong or missing in 1 pictures"),
        (b"mdcv", b"free", 0, "the box mdcv is missing"),
        (b"clli", b"free", 0, "the box clli is missing"),
        (b"hvc1", b"hev1", 1, "sample entry is hev1"),
        (b"prompt", b"pRompt", 0, "its comment"),
    ],
)
def test_what_was_spoilt_is_found(  # every reader for each
    made: tuple[Path, VideoLight], old: bytes, new: bytes, which: int, problem: str, ffprobe: bool, tmp_path: Path
) -> None:
    path, light = made
    which = min(which, path.read_bytes().count(old) - 1)
    with pytest.raises(WrongVideo, match=problem):
        check_video(
            spoilt(path, tmp_path / "spoilt.mp4", old, new, which), Expected(a_format(), light, SAID), ffprobe=ffprobe
        )


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"fps": Fraction(25)}, "wrong time"),
        ({"kbps": 15_000}, "level is 93 instead of 120"),
        ({"hdr": "hdr10"}, "none were asked for"),
        ({"hdr": "none"}, "mastering display is there"),
        ({"width": 128}, "size is"),
    ],
)
def test_a_video_of_another_kind_is_not_taken(
    made: tuple[Path, VideoLight], changes: dict[str, object], problem: str
) -> None:
    path, light = made
    wanted = dataclasses.replace(a_format(), **changes)  # type: ignore[arg-type]
    with pytest.raises(WrongVideo, match=problem) as raised:
        check_video(path, Expected(wanted, light, SAID), ffprobe=False)
    assert raised.value.problems


def test_other_light_than_measured_is_found(made: tuple[Path, VideoLight]) -> None:
    path, _ = made
    with pytest.raises(WrongVideo) as raised:
        check_video(path, Expected(a_format(), light_of(21, cuts=(3,)), SAID))
    said = " ".join(raised.value.problems)
    assert "20 pictures were read instead of 21" in said
    assert "HDR10+ metadata are wrong" in said


def test_what_is_no_video_is_said_to_be_none(made: tuple[Path, VideoLight], tmp_path: Path) -> None:
    path, light = made
    whole = path.read_bytes()
    for number, data in enumerate((b"", b"nonsense" * 40, whole[:5000], whole[:-400])):
        broken = tmp_path / f"{number}.mp4"
        broken.write_bytes(data)
        for ffprobe in (True, False):
            with pytest.raises(WrongVideo):
                check_video(broken, Expected(a_format(), light, SAID), ffprobe=ffprobe)
    with pytest.raises(WrongVideo, match="cannot be read"):
        check_video(tmp_path / "nothing.mp4", Expected(a_format(), light, SAID))


def test_wrong_pictures_leave_no_file(tmp_path: Path) -> None:
    form, light = a_format(), light_of(8)
    wrong: dict[str, Iterator[np.ndarray]] = {
        "3 pictures arrived": pictures(0, 3),
        "more than 8": pictures(0, 9),
        "0 pictures arrived": pictures(0, 0),
        "has the shape": iter([np.ones((64, 98, 3), np.float32)]),
    }
    for problem, frames in wrong.items():
        with pytest.raises(WrongFrames, match=problem):
            encode_segment(frames, tmp_path / "a.mp4", form, light, 0)
        assert not list(tmp_path.iterdir())


def test_what_was_there_survives_a_renderer_that_dies(tmp_path: Path) -> None:
    form, light = a_format(), light_of(8)
    good = encode_segment(pictures(0, 8), tmp_path / "a.mp4", form, light, 0).path.read_bytes()

    def dying() -> Iterator[np.ndarray]:
        yield from pictures(0, 5)
        raise RuntimeError("the renderer died")

    with pytest.raises(RuntimeError, match="renderer died"):
        encode_segment(dying(), tmp_path / "a.mp4", form, light, 0)
    assert [path.name for path in tmp_path.iterdir()] == ["a.mp4"]
    assert (tmp_path / "a.mp4").read_bytes() == good


def test_segments_that_do_not_fit_are_refused(tmp_path: Path) -> None:
    form, light = a_format(), light_of(20)
    good = segments_of(tmp_path, form, light)
    other = dataclasses.replace(form, hdr="hdr10", preset="ultrafast", kbps=15_000)
    odd = encode_segment(pictures(8, 8), tmp_path / "odd.mp4", other, light, 8).path
    torn = tmp_path / "torn.mp4"
    torn.write_bytes(good[1].read_bytes()[:900])
    for problem, segments in (
        ("other settings", [good[0], odd, good[2]]),
        ("missing or no video", [good[0], torn, good[2]]),
        ("missing or no video", [good[0], tmp_path / "nothing.mp4", good[2]]),
        ("have 16 pictures of 20", good[:2]),
        ("another place", [good[0], good[2], good[1]]),
        ("another place", [good[1], good[0], good[2]]),
        ("begins at a multiple", [*good, good[2]]),
        ("have 0 pictures of 20", []),
    ):
        with pytest.raises(SegmentMismatch, match=problem):
            join_segments(segments, tmp_path / "video.mp4", form, light)
        assert not (tmp_path / "video.mp4").exists()
    for changed in (dataclasses.replace(form, fps=Fraction(25)), dataclasses.replace(form, crf=30.0)):
        with pytest.raises(SegmentMismatch, match="other settings"):
            join_segments(good, tmp_path / "video.mp4", changed, light)
    with pytest.raises(SegmentMismatch, match="another place or video"):
        join_segments(good, tmp_path / "video.mp4", form, light_of(20, cuts=(5,)))
    with pytest.raises(SegmentMismatch, match="shorten it"):
        join_segments(good, tmp_path / "video.mp4", form, light, "x" * 300_000)
    for first in (-8, 3, 24):
        with pytest.raises(SegmentMismatch, match="begins at a multiple of 8"):
            encode_segment(pictures(0, 8), tmp_path / "no.mp4", form, light, first)


def test_a_resumed_run_encodes_only_what_is_missing(tmp_path: Path) -> None:
    form, light = a_format(), light_of(20)
    paths = segments_of(tmp_path, form, light)
    paths[1].unlink()
    paths[2].write_bytes(paths[2].read_bytes()[:-300])
    first, second, third = (finished_segment(path, form, light, 8 * n) for n, path in enumerate(paths))
    assert first is not None
    assert (first.path, first.frames, first.size) == (paths[0], 8, paths[0].stat().st_size)
    assert second is None
    assert third is None, "cut off"
    assert finished_segment(paths[0], form, light_of(20, cuts=()), 0) is None, "its light is another"
    assert finished_segment(paths[0], dataclasses.replace(form, crf=30.0), light, 0) is None
    assert finished_segment(paths[0], form, light, 8) is None


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

    form = a_format(segment_frames=16)
    light = light_of(16, 16)
    encode_segment(watched(), tmp_path / "a.mp4", form, light, 0)
    assert most <= 2


def test_every_error_is_one_that_a_flow_can_tell() -> None:
    assert issubclass(WrongVideo, VideoError)
    assert issubclass(VideoError, ValueError)
