"""Segments encoded side by side, against one ffmpeg process that does the same encode on the same cores.

Run: python tests/benchmarks/segment_parallel.py [pictures [preset [rounds]]]      (128, fast and 3, unless said)

Both start from the same file of scene-linear light, convert it to BT.2020 PQ in ten bits and encode it with x265 at the
same constant rate factor, two cores in all. Ours measures light and writes HDR10+ besides, which ffmpeg does not. Bar:
at least 0.95 of its pictures a second, at equal quality (PSNR against what ffmpeg converts, uncoded; VMAF is in no
ffmpeg of Debian's).
"""

import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from pathlib import Path
from statistics import median

import numpy as np

from models.video_file import VideoFormat, encode_segment, join_segments

WIDTH, HEIGHT = 1920, 1080
BAR = 0.95
CRF = 20
CORES = 2
CONVERTED = (
    "zscale=tin=linear:pin=709:min=gbr:rin=full:t=smpte2084:p=2020:m=2020_ncl:r=limited:npl=203:c=topleft"
    ",format=yuv420p10le"
)


def _write_light(path: Path, count: int) -> None:
    """Planes of green, blue and red: detail that moves at several speeds, noise of a camera, and a lamp."""
    generator = np.random.default_rng(1)
    coarse = generator.random((HEIGHT // 8, WIDTH // 8), np.float32).repeat(8, 0).repeat(8, 1)
    fine = generator.random((HEIGHT, WIDTH), np.float32)
    with path.open("wb") as file:
        for number in range(count):
            for channel in range(3):
                light = 0.6 * np.roll(coarse, (number, 3 * number), (0, 1)) + 0.2 * np.roll(fine, -5 * number, 1)
                light *= 0.5 + 0.15 * channel
                light += generator.random((HEIGHT, WIDTH), np.float32) * 0.02
                light[400:480, 100 + 8 * number : 180 + 8 * number] = 1000 / 203
                file.write(light.tobytes())


def _pictures(path: Path, first: int, end: int) -> Iterator[np.ndarray]:
    planes = np.memmap(path, np.float32, "r").reshape(-1, 3, HEIGHT, WIDTH)
    for number in range(first, end):
        green, blue, red = planes[number]
        yield np.stack([red, green, blue], -1)


def _ours(source: Path, folder: Path, form: VideoFormat, count: int) -> Path:
    firsts = range(0, count, form.segment_frames)

    def encode(first: int) -> Path:
        end = min(first + form.segment_frames, count)
        path = folder / f"{first}.mp4"
        encode_segment(_pictures(source, first, end), path, form, first, count, threads=1)
        return path

    with ThreadPoolExecutor(CORES) as pool:
        parts = list(pool.map(encode, firsts))
    join_segments(parts, folder / "ours.mp4", form, "{}")
    return folder / "ours.mp4"


def _ffmpeg(source: Path, folder: Path, form: VideoFormat) -> Path:
    path = folder / "ffmpeg.mp4"
    parameters = f"crf={CRF}:keyint={form.segment_frames}:open-gop=0:pools={CORES}:hdr10-opt=1:log-level=none"
    encoder = ["-c:v", "libx265", "-preset", form.preset, "-x265-params", parameters, "-tag:v", "hvc1"]
    _run(*_raw(source), "-filter_threads", str(CORES), "-vf", CONVERTED, *encoder, str(path))
    return path


def _raw(source: Path) -> list[str]:
    return ["-f", "rawvideo", "-pix_fmt", "gbrpf32le", "-s", f"{WIDTH}x{HEIGHT}", "-r", "60", "-i", str(source)]


def _psnr(path: Path, source: Path) -> float:
    """Mean PSNR in dB of luma and chroma, of the coded numbers."""
    filters = f"[0:v]{CONVERTED}[a];[1:v]format=yuv420p10le[b];[a][b]psnr"
    said = _run(*_raw(source), "-i", str(path), "-lavfi", filters, "-f", "null", "-")
    found = re.search(r"average:([\d.]+)", said)
    assert found, said
    return float(found[1])


def _run(*words: str) -> str:
    return subprocess.run(["ffmpeg", "-hide_banner", "-y", *words], check=True, capture_output=True, text=True).stderr


def main(count: int, preset: str, rounds: int) -> None:
    """In turn, several times, so that other work on the machine meets both."""
    os.sched_setaffinity(0, set(sorted(os.sched_getaffinity(0))[:CORES]))
    form = VideoFormat(WIDTH, HEIGHT, Fraction(60), segment_frames=max(count // 4, 1), preset=preset, crf=CRF)
    with tempfile.TemporaryDirectory(prefix="segments-") as name:
        folder = Path(name)
        source = folder / "light.raw"
        _write_light(source, count)
        times: dict[str, list[float]] = {"ours": [], "ffmpeg": []}
        for _ in range(rounds):
            for who, work in (
                ("ours", lambda: _ours(source, folder, form, count)),
                ("ffmpeg", lambda: _ffmpeg(source, folder, form)),
            ):
                began = time.monotonic()
                path = work()
                times[who].append(time.monotonic() - began)
                print(f"  {who:7s} {count / times[who][-1]:6.2f} pictures a second, {path.stat().st_size / 1e6:.2f} MB")
        ratio = median(theirs / own for own, theirs in zip(times["ours"], times["ffmpeg"], strict=True))
        print(f"{count} pictures of {WIDTH} x {HEIGHT}, {preset}: {ratio:.2f} of ffmpeg's throughput; bar {BAR}")
        for who in ("ours", "ffmpeg"):
            print(f"  {who:7s} PSNR {_psnr(folder / f'{who}.mp4', source):.2f} dB")


if __name__ == "__main__":
    given = sys.argv[1:]
    main(
        int(given[0]) if given else 128,
        given[1] if len(given) > 1 else "fast",
        int(given[2]) if len(given) > 2 else 3,
    )
