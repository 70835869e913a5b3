"""Previews that any browser plays."""

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from pymediainfo import MediaInfo

from models.hdr import tone_map
from models.video_file import VideoFormat, WrongFrames, write_preview
from models.video_file.preview import _smaller
from tests.models.video_file.clips import a_format, picture, pictures

pytestmark = pytest.mark.video


def test_a_preview_is_h264_in_bt709_with_its_index_in_front(tmp_path: Path) -> None:
    path = tmp_path / "preview.mp4"
    assert write_preview(pictures(0, 10), path, a_format(Fraction(30_000, 1001)), 5.0) == (96, 64)
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
    times = [number * Fraction(1001, 30_000) for number in range(10)]
    with av.open(str(path)) as file:
        assert (
            sorted(packet.pts * packet.time_base for packet in file.demux(video=0) if packet.pts is not None) == times
        )


@pytest.mark.parametrize(
    ("width", "height", "size"), [(7680, 4320, (1280, 720)), (1920, 1080, (960, 540)), (1080, 1920, (540, 960))]
)
def test_large_videos_are_made_small(
    width: int, height: int, size: tuple[int, int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "models.video_file.preview._smaller", lambda light, factor, w, h: np.ones((h, w, 3), np.float32)
    )
    shape = np.broadcast_to(np.float32(1), (height, width, 3))
    form = VideoFormat(width, height, Fraction(60), 60)
    assert write_preview(iter([shape]), tmp_path / "preview.mp4", form, 1.0) == size


def test_they_are_averaged_in_linear_light() -> None:
    light = np.zeros((13, 20, 3), np.float32)
    light[::2, ::2] = 4
    found = _smaller(light, 2, 10, 6)
    assert found.shape == (6, 10, 3)
    assert found == pytest.approx(np.ones((6, 10, 3)))


def test_wrong_pictures_leave_no_file(tmp_path: Path) -> None:
    for frames in (pictures(0, 0), iter([np.ones((64, 98, 3), np.float32)])):
        with pytest.raises(WrongFrames):
            write_preview(frames, tmp_path / "preview.mp4", a_format(), 1.0)
    assert not list(tmp_path.iterdir())
