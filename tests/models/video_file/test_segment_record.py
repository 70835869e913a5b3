"""What a segment says of itself: read back, and not believed when it cannot be true."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.video_file import SegmentMismatch, encode_segment, finished_segment, join_segments
from models.video_file.segment_record import _IDENTITY, load_record
from tests.models.video_file.clips import CUTS, a_format, encoded, light_of, pictures

pytestmark = pytest.mark.video


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A segment of eight pictures, a whole video."""
    return encoded(tmp_path_factory.mktemp("segment") / "0.mp4", a_format(), 0, 8, ()).path.read_bytes()


def with_record(whole: bytes, record: bytes) -> bytes:
    """The segment with another record, of the right length."""
    start = whole.index(_IDENTITY.bytes) - 8
    return whole[:start] + (24 + len(record)).to_bytes(4, "big") + b"uuid" + _IDENTITY.bytes + record


def record_of(whole: bytes) -> dict[str, Any]:
    said: dict[str, Any] = json.loads(whole[whole.index(_IDENTITY.bytes) + 16 :])
    return said


def test_the_light_is_in_the_file(whole: bytes, tmp_path: Path) -> None:
    (tmp_path / "0.mp4").write_bytes(whole)
    assert load_record(tmp_path / "0.mp4", a_format()).light == light_of(8, cuts=())


CHANGES: list[Callable[[dict[str, Any]], object]] = [
    lambda said: said.pop("place"),
    lambda said: said.pop("light"),
    lambda said: said["light"].update(scenes=[]),
    lambda said: said["light"]["scenes"].append(said["light"]["scenes"][0]),
    lambda said: said["light"]["scenes"][0].update(frames="8"),
    lambda said: said["light"]["scenes"][0].update(frames=7),
    lambda said: said["light"]["scenes"][0].update(first_frame=8),
    lambda said: said["light"]["scenes"][0].update(max_scl=[1, 2]),
    lambda said: said["light"]["scenes"][0].update(max_scl=[1, 2, 100_001]),
    lambda said: said["light"]["scenes"][0].update(brightest=float("nan")),
    lambda said: said["light"]["scenes"][0].update(brightest=float("inf")),
    lambda said: said["light"]["scenes"][0].update(average_max=10**12),
    lambda said: said["light"]["scenes"][0].update(average_sum=-1),
    lambda said: said["light"]["scenes"][0].update(below_100=10**9),
    lambda said: said["light"]["scenes"][0].update(almost_highest=100_000),
    lambda said: said["light"]["scenes"][0].update(bins=[]),
    lambda said: said["light"]["scenes"][0].update(bins=[1] * 200_000),
    lambda said: said["light"]["scenes"][0].update(bins=[10**30]),
    lambda said: said["light"]["scenes"][0].update(bins=[8 * 96 * 64 + 1, -1]),
    lambda said: said["light"]["scenes"][0]["bins"].append(1),
    lambda said: said["place"].update(frames=9),
    lambda said: said["place"].update(total=0),
    lambda said: said["place"].update(first_frame=3),
    lambda said: said["place"].update(cuts=[3]),
    lambda said: said["place"].update(cuts=[99]),
    lambda said: said["place"].update(brightest=3.0),
    lambda said: said["place"].update(made="0" * 64),
]


@pytest.mark.parametrize("change", CHANGES)
def test_a_record_that_cannot_be_true_is_refused(
    change: Callable[[dict[str, Any]], object], whole: bytes, tmp_path: Path
) -> None:
    said = record_of(whole)
    change(said)
    path = tmp_path / "0.mp4"
    path.write_bytes(with_record(whole, json.dumps(said).encode()))
    with pytest.raises(SegmentMismatch, match="again"):
        load_record(path, a_format())
    with pytest.raises(SegmentMismatch, match="again"):
        join_segments([path], tmp_path / "video.mp4", a_format())
    assert finished_segment(path, a_format(), 0, 8) is None


def test_a_longer_video_than_was_asked_for_is_another(whole: bytes, tmp_path: Path) -> None:
    said = record_of(whole)
    said["place"]["total"] = 10**30
    path = tmp_path / "0.mp4"
    path.write_bytes(with_record(whole, json.dumps(said).encode()))
    assert finished_segment(path, a_format(), 0, 8) is None
    with pytest.raises(SegmentMismatch, match="8 pictures of 1000"):
        join_segments([path], tmp_path / "video.mp4", a_format())


@pytest.mark.parametrize("record", [b"", b"nonsense", b"[]", b"\xff\xfe", b"[" * 100_000, b'{"place":'])
def test_a_record_that_is_no_record_is_refused(record: bytes, whole: bytes, tmp_path: Path) -> None:
    path = tmp_path / "0.mp4"
    path.write_bytes(with_record(whole, record))
    with pytest.raises(SegmentMismatch, match="is damaged"):
        load_record(path, a_format())


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
@given(st.data())
def test_a_file_cut_off_anywhere_is_not_finished(whole: bytes, tmp_path: Path, data: st.DataObject) -> None:
    path = tmp_path / "0.mp4"
    path.write_bytes(whole[: data.draw(st.integers(0, len(whole) - 1))])
    assert finished_segment(path, a_format(), 0, 8) is None
    with pytest.raises(SegmentMismatch, match="is no segment, or is cut off"):
        load_record(path, a_format())


def test_a_record_too_long_to_be_one_is_not_read(whole: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "0.mp4"
    path.write_bytes(whole)
    assert finished_segment(path, a_format(), 0, 8) is not None
    monkeypatch.setattr("models.video_file.segment_record._LONGEST", 100)
    assert finished_segment(path, a_format(), 0, 8) is None


def test_numbers_of_numpy_are_taken(tmp_path: Path) -> None:
    form, path, cuts = a_format(hdr="none"), tmp_path / "0.mp4", list(np.array((3, 5)))
    white: Any = np.float32(5.9)
    encode_segment(pictures(0, 8), path, form, 0, 8, brightest=white, cuts=cuts)
    assert load_record(path, form).place.cuts == (3, 5)
    assert finished_segment(path, form, 0, 8, brightest=white, cuts=(3, 5)) is not None


def test_every_picture_may_be_a_scene(tmp_path: Path) -> None:
    path = encoded(tmp_path / "8.mp4", a_format(), 8, 16, tuple(range(16))).path
    scenes = load_record(path, a_format()).light.scenes
    assert [scene.first_frame for scene in scenes] == list(range(8, 16))
    assert load_record(path, a_format()).place.cuts == tuple(range(8, 16))
    assert finished_segment(path, a_format(), 8, 16, cuts=CUTS) is None
