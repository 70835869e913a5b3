"""Previews that any browser plays, and posters, both read from the finished file."""

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from pymediainfo import MediaInfo

from models.hdr import tone_map
from models.hdr.tone_map import roll_off
from models.hdr.transfer import srgb_of_linear
from models.video_file import (
    VideoFormat,
    VideoLight,
    WrongVideo,
    encode_segment,
    join_segments,
    read_poster,
    write_preview,
)
from models.video_file.playback import opened, small_size
from tests.models.video_file.clips import BRIGHTEST, a_format, picture, video

pytestmark = pytest.mark.video


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, VideoLight]:
    """Ten pictures of good quality in two segments."""
    return video(tmp_path_factory.mktemp("video"), a_format(Fraction(30_000, 1001), crf=4.0), 10)


def test_a_preview_is_h264_in_bt709_with_its_index_in_front(made: tuple[Path, VideoLight], tmp_path: Path) -> None:
    finished, light = made
    path = tmp_path / "preview.mp4"
    assert write_preview(finished, path, light.brightest) == (96, 64)
    data = path.read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")
    track = next(track for track in MediaInfo.parse(path).tracks if track.track_type == "Video")
    assert (track.format, track.bit_depth, track.frame_count) == ("AVC", 8, "10")
    assert (track.color_primaries, track.transfer_characteristics, track.color_range) == ("BT.709", "BT.709", "Limited")
    assert (track.framerate_num, track.framerate_den) == ("30000", "1001")
    with av.open(str(path)) as file:
        frames = [frame.to_ndarray(format="rgb24").astype(float) for frame in file.decode(video=0)]
    # The pictures' brightness is that of the poster beside them, but for BT.1886 in place of sRGB.
    assert np.abs(frames[4] - tone_map(picture(4))).mean() < 16
    assert np.abs(frames[9] - read_poster(finished, light.brightest, 9)).mean() < 16
    times = [number * Fraction(1001, 30_000) for number in range(10)]
    with av.open(str(path)) as file:
        assert (
            sorted(packet.pts * packet.time_base for packet in file.demux(video=0) if packet.pts is not None) == times
        )


@pytest.mark.parametrize("number", [0, 4, 8, 9])
def test_a_poster_is_the_picture_that_was_sent(made: tuple[Path, VideoLight], number: int) -> None:
    finished, light = made
    poster = read_poster(finished, light.brightest, number)
    assert poster.dtype == np.uint8
    right = 255 * srgb_of_linear(roll_off(picture(number), light.brightest))
    off = np.abs(poster - right)
    assert off.mean() < 3, "chroma of half the size and a coarse quantiser, at edges"
    other = 255 * srgb_of_linear(roll_off(picture(number + 3), light.brightest))
    assert off.mean() < np.abs(poster - other).mean() / 2


@pytest.mark.parametrize("bits", [8, 10])
def test_a_video_for_ordinary_screens_is_not_brought_down_twice(bits: int, tmp_path: Path) -> None:
    finished, light = video(tmp_path, a_format(hdr="none", bits=bits, crf=4.0), 8)
    right = 255 * srgb_of_linear(roll_off(picture(3), BRIGHTEST))
    off = np.abs(read_poster(finished, light.brightest, 3) - right)
    assert off.mean() < 3
    assert off[12:20, 11:19].mean() < 3, "the bright square, which rolling off again would darken"
    write_preview(finished, tmp_path / "preview.mp4", light.brightest)
    with av.open(str(tmp_path / "preview.mp4")) as small, av.open(str(finished)) as large:
        for one, other in zip(small.decode(video=0), large.decode(video=0), strict=True):
            shown, luma = (frame.to_ndarray(format="gray").astype(float) for frame in (one, other))
            assert np.abs(shown - luma).mean() < 2


def test_light_comes_back_from_the_file(tmp_path: Path) -> None:
    """Colours of flat pictures, up to 1000 cd/m2, to two steps of PQ."""
    shades = np.array([(1, 1, 1), (0.18, 0.18, 0.18), (0.5, 3, 0.2), (4.9, 0.4, 0.3), (0.05, 0.1, 4)], np.float32)
    form = a_format(segment_frames=len(shades), crf=0.0)
    flat = (np.broadcast_to(shade, (64, 96, 3)) for shade in shades)
    encode_segment(flat, tmp_path / "0.mp4", form, 0, len(shades))
    join_segments([tmp_path / "0.mp4"], tmp_path / "video.mp4", form)
    with opened(tmp_path / "video.mp4", threads=1) as playback:
        found = [light.mean((0, 1)) for _, light in playback.pictures()]
    for light, shade in zip(found, shades, strict=True):
        assert light == pytest.approx(shade, abs=0.02 * float(shade.max()))


@pytest.mark.parametrize(
    ("width", "height", "size"),
    [
        (7680, 4320, (1280, 720)),
        (1920, 1080, (1280, 720)),
        (1080, 1920, (720, 1280)),
        (8192, 4320, (1280, 676)),
        (4320, 4320, (720, 720)),
        (96, 64, (96, 64)),
        (8192, 64, (1280, 10)),
    ],
)
def test_large_videos_are_made_small(width: int, height: int, size: tuple[int, int]) -> None:
    assert small_size(width, height) == size


def test_a_large_picture_is_averaged(tmp_path: Path) -> None:
    form = VideoFormat(2560, 128, Fraction(24), 1, crf=4.0, preset="ultrafast")
    light = np.full((128, 2560, 3), 0.5, np.float32)
    light[:, 1280:] = 2.0
    encode_segment([light], tmp_path / "0.mp4", form, 0, 1)
    join_segments([tmp_path / "0.mp4"], tmp_path / "video.mp4", form)
    poster = read_poster(tmp_path / "video.mp4", 2.0)
    assert poster.shape == (64, 1280, 3)
    right = tone_map(light)[::2, ::2].astype(int)
    assert np.abs(poster.astype(int) - right)[:, np.r_[0:620, 660:1280]].max() <= 3


def test_what_cannot_be_decoded_leaves_no_preview(made: tuple[Path, VideoLight], tmp_path: Path) -> None:
    finished, _ = made
    whole = finished.read_bytes()
    with av.open(str(finished)) as file:
        last = max(packet.pos for packet in file.demux(video=0) if packet.pos is not None)
    preview = tmp_path / "preview.mp4"
    write_preview(finished, preview, 1.0)
    for number, data in enumerate((b"", b"nonsense" * 40, whole[:300], whole[: last + 9], preview.read_bytes())):
        broken = tmp_path / f"{number}.mp4"
        broken.write_bytes(data)
        with pytest.raises(WrongVideo):
            write_preview(broken, tmp_path / "small.mp4", 1.0)
    (tmp_path / "short.mp4").write_bytes(whole[:last])
    with pytest.raises(WrongVideo, match="1 pictures cannot be decoded"):
        write_preview(tmp_path / "short.mp4", tmp_path / "small.mp4", 1.0)
    with pytest.raises(WrongVideo, match="cannot be opened"):
        write_preview(tmp_path / "nothing.mp4", tmp_path / "small.mp4", 1.0)
    for number in (-1, 10):
        with pytest.raises(WrongVideo, match="has no picture"):
            read_poster(finished, 1.0, number)
    assert not [path for path in tmp_path.iterdir() if "small" in path.name]
