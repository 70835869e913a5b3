"""8K at 60 pictures a second with HDR10+: what one encoder takes of memory and processor, on a few pictures.

Run: python tests/benchmarks/video_encoding.py [pictures [preset]]        (3 and ultrafast, unless said)

x265 fills its queues over some twenty pictures: three say little of the memory, take 16 or more. With two B pictures in
a row 16 (ultrafast) and 18 (fast) peaked at 5.35 GiB on 28 Nov 2026 and were still rising a little; so it is one now.
16 (ultrafast) then peaked at 4.7 GiB, with 2.9 s of processor a picture, which is made and measured in that time, too;
the preview of the joined file took 0.3 s a picture and 0.8 GiB.
"""

import multiprocessing
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np

from models.video_file import (
    Expected,
    VideoFormat,
    VideoLight,
    check_video,
    encode_segment,
    join_segments,
    measure_video,
    write_preview,
)

WIDTH, HEIGHT = 7680, 4320
BOUND_GIB = 6.0


def pictures(count: int) -> Iterator[np.ndarray]:
    """Fine texture that shifts to and fro, waves, and a light of 4,000 cd/m2 that moves.

    Two pictures are in memory, as with a renderer that makes the next while the last is encoded; they are made once and
    only changed, so that little of the time is theirs.
    """
    texture = np.random.default_rng(1).random((HEIGHT // 4, WIDTH // 4), np.float32).repeat(4, 0).repeat(4, 1)
    row = np.arange(WIDTH, dtype=np.float32)
    both = [np.empty((HEIGHT, WIDTH, 3), np.float32) for _ in range(2)]
    for number, light in enumerate(both):
        for channel in range(3):
            wave = 0.5 + 0.4 * np.sin(row / (60 + 20 * channel) + number / 4, dtype=np.float32)
            np.multiply(np.roll(texture, 3 * number, 1), wave, out=light[..., channel])
    del texture
    for number in range(count):
        light = both[number % 2]
        light[1000:1300, 500 + 40 * number : 900 + 40 * number] = 4000 / 203
        yield light


def _used(stage: str, began: tuple[float, float]) -> None:
    spent = resource.getrusage(resource.RUSAGE_SELF)
    processor = spent.ru_utime + spent.ru_stime - began[0]
    print(
        f"  {stage:34s} {processor:8.1f} s of processor {time.monotonic() - began[1]:8.1f} s on the clock   "
        f"peak RSS {spent.ru_maxrss / 2**20:5.2f} GiB",
        flush=True,
    )


def _now() -> tuple[float, float]:
    spent = resource.getrusage(resource.RUSAGE_SELF)
    return spent.ru_utime + spent.ru_stime, time.monotonic()


def _make(count: int) -> None:
    began = _now()
    for _ in pictures(count):
        pass
    _used("making the pictures, as above alone", began)


def _measure(count: int) -> None:
    began = _now()
    measure_video(pictures(count))
    _used("measuring alone, pictures made too", began)


def _encode(count: int, folder: Path, form: VideoFormat) -> None:
    began = _now()
    segment = encode_segment(pictures(count), folder / "0.mp4", form, 0, count)
    _used("measuring and encoding, made too", began)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(
        f"  {segment.size / 1e6:.2f} MB; bound {BOUND_GIB} GiB: {'kept' if peak <= BOUND_GIB else 'BROKEN'}", flush=True
    )


def _join(folder: Path, form: VideoFormat) -> None:
    began = _now()
    light = join_segments([folder / "0.mp4"], folder / "video.mp4", form, "{}")
    (folder / "light.json").write_text(light.to_json())
    _used("joining", began)


def _preview(folder: Path) -> None:
    light = VideoLight.from_json((folder / "light.json").read_text())
    began = _now()
    write_preview(folder / "video.mp4", folder / "preview.mp4", light.brightest)
    _used("preview from the joined file", began)


def main(count: int, preset: str) -> None:
    """Each stage in a process of its own, so that its memory is its own."""
    form = VideoFormat(WIDTH, HEIGHT, Fraction(60), segment_frames=max(count, 60), preset=preset)
    print(f"{count} pictures of {WIDTH} x {HEIGHT} at 60, Main 10 level {form.level.name} {form.level.tier}, {preset}")
    fresh = multiprocessing.get_context("spawn")
    with tempfile.TemporaryDirectory(prefix="video-") as name:
        folder = Path(name)
        works = (
            (_make, (count,)),
            (_measure, (count,)),
            (_encode, (count, folder, form)),
            (_join, (folder, form)),
            (_preview, (folder,)),
        )
        for work, given in works:
            stage = fresh.Process(target=work, args=given)
            stage.start()
            stage.join()
            if stage.exitcode:
                sys.exit("this stage failed")
        light = VideoLight.from_json((folder / "light.json").read_text())
        path = folder / "video.mp4"
        began = time.monotonic()
        print(f"  {check_video(path, Expected(form, light, '{}'))}")
        print(f"  checked in {time.monotonic() - began:.1f} s on the clock")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3, sys.argv[2] if len(sys.argv) > 2 else "ultrafast")
