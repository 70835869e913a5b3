"""Drawn clips kept between runs: lossless to sixteen bits, read from anywhere."""

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from models.clip_file import BrokenClip, read_clip, write_clip

pytestmark = pytest.mark.video


def clip(count: int = 50) -> list[np.ndarray]:
    generator = np.random.default_rng(0)
    return [np.clip(generator.random((40, 64, 3)) ** 3 * 2 * n, 0, 40).astype(np.float32) for n in range(count)]


@pytest.mark.parametrize("fps", [Fraction(8), Fraction(24000, 1001), Fraction(60)])
def test_any_part_reads_as_it_was_written(tmp_path: Path, fps: Fraction) -> None:
    written = clip()
    assert write_clip(iter(written), tmp_path / "clip.mkv", fps) == len(written)
    whole = list(read_clip(tmp_path / "clip.mkv"))
    for light, read in zip(written, whole, strict=True):
        np.testing.assert_allclose(read, light, rtol=2e-4, atol=2e-6)
    for first, end in ((0, 1), (7, 9), (24, 26), (33, 50), (49, 50)):
        part = list(read_clip(tmp_path / "clip.mkv", first, end))
        assert len(part) == end - first
        assert all(np.array_equal(one, other) for one, other in zip(part, whole[first:end], strict=True))


def test_what_is_no_clip_says_so(tmp_path: Path) -> None:
    (tmp_path / "text.mkv").write_bytes(b"not a clip")
    with pytest.raises(BrokenClip, match="cannot be read"):
        list(read_clip(tmp_path / "text.mkv"))
    write_clip(clip(5), tmp_path / "short.mkv", Fraction(24))
    with pytest.raises(BrokenClip, match="ends after picture 4; 9 were wanted"):
        list(read_clip(tmp_path / "short.mkv", 2, 9))
    data = (tmp_path / "short.mkv").read_bytes()
    (tmp_path / "cut.mkv").write_bytes(data[: len(data) // 2])
    with pytest.raises(BrokenClip):
        list(read_clip(tmp_path / "cut.mkv", 0, 5))
    with pytest.raises(BrokenClip, match="at least one"):
        write_clip([], tmp_path / "none.mkv", Fraction(24))
    with pytest.raises(BrokenClip, match="shape"):
        write_clip([clip(1)[0], np.ones((4, 4, 3), np.float32)], tmp_path / "mixed.mkv", Fraction(24))
