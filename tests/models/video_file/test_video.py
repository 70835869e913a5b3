"""Whole videos: encoded in segments, joined, and read back by readers that share nothing with the writer."""

import dataclasses
import shutil
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from pymediainfo import MediaInfo

from models.hdr.transfer import BT709_OF_BT2020, nits_of_pq
from models.video_file import (
    Expected,
    VideoError,
    VideoLight,
    WrongVideo,
    check_video,
    join_segments,
)
from models.video_file.dynamic_metadata import HEADER, metadata_of
from models.video_file.mp4_boxes import boxes_in_entry, read_moov
from models.video_file.nal import PREFIX_SEI, kind_of, units_of
from models.video_file.sample_reader import read_samples
from tests.models.video_file.clips import (
    SAID,
    a_format,
    decoded,
    light_of,
    picture,
    segments_of,
    video,
)

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


def test_scenes_begin_at_joins_and_span_segments_as_the_cuts_say(tmp_path: Path) -> None:
    form, cuts = a_format(), (8, 18)
    paths = segments_of(tmp_path, form, 24, cuts)
    path = tmp_path / "video.mp4"
    light = join_segments(paths, path, form, SAID, cuts)
    assert [(scene.first_frame, scene.frames) for scene in light.scenes] == [(0, 8), (8, 10), (18, 6)]
    assert light == light_of(24, 24, cuts)
    assert check_video(path, Expected(form, light, SAID), ffprobe=False).dynamic == 24


def test_the_index_is_in_front_and_says_how_bright_it_gets(made: tuple[Path, VideoLight]) -> None:
    path, light = made
    data = path.read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")
    boxes = boxes_in_entry(read_moov(path)[0])
    assert boxes[b"clli"] == light.max_cll.to_bytes(2, "big") + light.max_fall.to_bytes(2, "big")
    assert len(boxes[b"mdcv"]) == 24
    assert boxes[b"colr"][:11] == b"nclx\0\x09\0\x10\0\x09\0"


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
        times = sorted(Fraction(packet.pts or 0, form.timescale) for packet in packets)
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


def test_joining_measures_what_one_look_measures(made: tuple[Path, VideoLight]) -> None:
    assert made[1] == light_of(20, 20)


def kinds_of(path: Path) -> list[list[int]]:
    with av.open(str(path)) as file:
        samples = [bytes(packet) for packet in file.demux(video=0) if packet.pts is not None]
    return [[kind_of(unit) for unit in units_of(sample)] for sample in samples]


@pytest.mark.parametrize(("hdr", "first", "other"), [("hdr10+", 3, 1), ("hdr10", 2, 0), ("none", 0, 0)])
def test_metadata_are_put_before_the_pictures_and_nothing_else_changes(
    hdr: str, first: int, other: int, tmp_path: Path
) -> None:
    form = a_format(hdr=hdr)
    path, _ = video(tmp_path, form)
    plain = [kinds for number in (0, 8, 16) for kinds in kinds_of(tmp_path / f"{number}.mp4")]
    assert all(kind < 32 for kinds in plain for kind in kinds), "a segment says nothing of its light in its stream"
    begins = [16 <= kinds[0] <= 21 for kinds in plain]
    assert begins.count(True) >= 3
    assert kinds_of(path) == [
        [PREFIX_SEI] * (first if begin else other) + kinds for begin, kinds in zip(begins, plain, strict=True)
    ]
    assert list(decoded(path))[9].tolist() == list(decoded(tmp_path / "8.mp4"))[1].tolist()


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


def test_every_error_is_one_that_a_flow_can_tell() -> None:
    assert issubclass(WrongVideo, VideoError)
    assert issubclass(VideoError, ValueError)
