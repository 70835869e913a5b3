"""What lies between a video model and the encoder: time and memory of enlarging, of pictures in between, of cuts.

Run: python tests/benchmarks/video_stages.py [upscaling | interpolation | cuts | grading | quality]...

All of them, unless said. Every stage runs in a process of its own, with one thread; memory is how far its peak lies
above what it held before, its source picture included there (Linux only).

On 28 Nov 2026, on a busy machine: our network 0.8 s a megapixel from 720p to 8K (0.8 GiB), 1.1 to 4K, 4 to 1080p, as
it always works at four times its source; a picture in between 1.0 s at 720p, 1.2 at 1080p, 2.6 at 4K, 9 at 8K.
"""

import multiprocessing
import sys
import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import numpy as np

BOUND_GIB = 1.5


def _texture(width: int, height: int, seed: int = 1) -> np.ndarray:
    noise = np.random.default_rng(seed)
    return noise.random((height // 8, width // 8, 3), np.float32).repeat(8, 0).repeat(8, 1)


def _gib(field: str) -> float:
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith(field))
    return int(line.split()[1]) / 2**20


def _timed(words: str, work: Callable[[], object], units: float, unit: str) -> None:
    Path("/proc/self/clear_refs").write_text("5")  # forgets the peak so far
    held = _gib("VmRSS")
    began = time.process_time()
    work()
    spent = time.process_time() - began
    above = _gib("VmHWM") - held
    kept = "" if above <= BOUND_GIB else f"   bound {BOUND_GIB} GiB BROKEN"
    took = f"{spent:7.2f} s of processor, {spent / units:6.3f} s {unit}"
    print(f"  {words:44s} {took}, {above:5.2f} GiB{kept}", flush=True)


def _one_thread() -> None:
    import cv2
    import torch

    torch.set_num_threads(1)
    cv2.setNumThreads(1)


def upscaling(method: str, size: tuple[int, int], target: tuple[int, int]) -> None:
    """One picture to another size."""
    from models.upscaling import own_network, upscale

    _one_thread()
    network = own_network() if method == "own" else method
    frame = _texture(*size)
    upscale(frame[:64, :64], 256, 256, network)  # type: ignore[arg-type]
    megapixels = target[0] * target[1] / 1e6
    words = f"{size[0]} x {size[1]} to {target[0]} x {target[1]}, {method}"
    _timed(words, lambda: upscale(frame, *target, network), megapixels, "a megapixel")  # type: ignore[arg-type]


def interpolation(width: int, height: int) -> None:
    """24 pictures a second to 60: two in between for one pair of sources."""
    from models.interpolation import Retiming, interpolate

    _one_thread()
    ground = _texture(width + 64, height + 64)
    sources = [np.ascontiguousarray(ground[8 * n : 8 * n + height, 16 * n : 16 * n + width]) for n in range(2)]
    retiming = Retiming(Fraction(24), Fraction(60), 2)
    list(interpolate([each[:64, :64] for each in sources], retiming, 1, 2))

    def work() -> None:
        for _ in interpolate(sources, retiming, 1, 3):
            pass

    _timed(f"{width} x {height}, flow and two pictures of a pair", work, 2, "a picture")


def cuts(width: int, height: int) -> None:
    """What a glance costs."""
    from models.scene_cuts import glance_at

    _one_thread()
    frame = _texture(width, height)
    glance_at(frame[:64, :64])
    _timed(f"{width} x {height}, a glance", lambda: glance_at(frame), 1, "a picture")


def grading(width: int, height: int) -> None:
    """All settings at once."""
    from models.grading import Grade, grade_frame

    _one_thread()
    frame = _texture(width, height)
    grade = Grade(0.5, 0.2, 0.1, 1.2, 1.1, 0.01)
    grade_frame(frame[:64, :64], grade)
    megapixels = width * height / 1e6
    _timed(f"{width} x {height}, every setting", lambda: grade_frame(frame, grade), megapixels, "a megapixel")


def quality() -> None:
    """How near to a larger render each way of enlarging comes."""
    from models.embedded_image.scenes import render, sample_scene
    from models.hdr import pu21_psnr
    from models.upscaling import own_network, upscale

    _one_thread()
    network = own_network()
    print("  PU21-PSNR against a larger render, 24 scenes (dB)")
    for small, large in ((64, 256), (128, 512), (64, 512)):
        found: dict[str, list[float]] = {"own": [], "lanczos": [], "bicubic": []}
        for number in range(24):
            scene = sample_scene(np.random.default_rng(number))
            source, truth = render(scene, small, small), render(scene, large, large)
            for name, scores in found.items():
                how = network if name == "own" else name
                scores.append(pu21_psnr(upscale(source, large, large, how), truth))  # type: ignore[arg-type]
        print(
            f"  {small:4d} to {large:4d}:  " + "  ".join(f"{name} {np.mean(each):.2f}" for name, each in found.items())
        )


FULL, UHD, UHD_8K = (1920, 1080), (3840, 2160), (7680, 4320)
STAGES: dict[str, list[tuple[Callable[..., None], tuple[object, ...]]]] = {
    "upscaling": [
        *(
            (upscaling, (method, (1280, 720), target))
            for method in ("own", "lanczos")
            for target in (FULL, UHD, UHD_8K)
        ),
        (upscaling, ("own", UHD, UHD_8K)),
    ],
    "interpolation": [(interpolation, size) for size in ((1280, 720), FULL, UHD, UHD_8K)],
    "cuts": [(cuts, size) for size in (FULL, UHD_8K)],
    "grading": [(grading, size) for size in (FULL, UHD_8K)],
    "quality": [(quality, ())],
}


def main(asked: list[str]) -> None:
    """Each stage in a process of its own, so that its memory is its own."""
    fresh = multiprocessing.get_context("spawn")
    for name in asked or STAGES:
        print(name)
        for work, given in STAGES[name]:
            stage = fresh.Process(target=work, args=given)
            stage.start()
            stage.join()
            if stage.exitcode:
                sys.exit("this stage failed")


if __name__ == "__main__":
    main(sys.argv[1:])
