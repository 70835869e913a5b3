"""Materials: errors of guessed maps, what was chosen by measuring, seams, and what things cost.

Run: python tests/benchmarks/pbr.py
"""

import time
from collections.abc import Callable

import numpy as np
import torch

from models.pbr import estimator as estimating
from models.pbr import render_preview
from models.pbr.assessment import assess, differences
from models.pbr.estimator import shipped_estimator
from models.pbr.lit import photograph, sample_light
from models.pbr.pairs import HELD_OUT, sample_pair
from models.pbr.procedural import KINDS, draw_material
from models.pbr.relief import height_of_slopes, normals_of_height, normals_of_slopes, occlusion_of_height
from models.pbr.seamless import make_seamless, seam_error


def errors() -> None:
    print("Held-out materials (8 seeds a kind): mean error, and that of the best constant")
    for name, said in assess(shipped_estimator(), 8).items():
        print(f"  {name:10s} " + "  ".join(f"{who} {error:.4f}" for who, error in said.items()))


def choices() -> None:
    told: dict[str, list[float]] = {}
    for kind in KINDS:
        for seed in range(4):
            picture, maps = sample_pair(np.random.default_rng([5, seed]), kind, HELD_OUT + seed)
            guess = shipped_estimator().guess(picture, True)
            exact = (maps.height - maps.height.mean()) * maps.depth
            for trust in (0.0, 30.0, 300.0, 3000.0):
                relief = height_of_slopes(guess.right, guess.down, guess.relief, trust)
                told.setdefault(f"height, thousandths, trust {trust:g}", []).append(np.abs(relief - exact).mean() * 1e3)
                told.setdefault(f"normal of that height, degrees, trust {trust:g}", []).append(
                    angle(normals_of_height(relief), maps.normal)
                )
            relief = height_of_slopes(guess.right, guess.down, guess.relief, estimating.TRUST)
            told.setdefault("normal as guessed, degrees", []).append(
                angle(normals_of_slopes(guess.right, guess.down), maps.normal)
            )
            told.setdefault("occlusion as guessed", []).append(np.abs(guess.occlusion - maps.occlusion).mean())
            told.setdefault("occlusion of the height", []).append(
                np.abs(occlusion_of_height(relief) - maps.occlusion).mean()
            )
    print("Guessed or worked out")
    for name, values in sorted(told.items()):
        print(f"  {name:45s} {np.mean(values):.4f}")


def angle(one: np.ndarray, other: np.ndarray) -> float:
    return float(np.degrees(np.arccos(np.clip((one * other).sum(-1), -1, 1))).mean())


def sizes() -> None:
    print("Pictures of 256 by 256: texels of the longer side that the network sees")
    shipped = estimating.WORKING
    for working in (64, 96, 128, 192, 256):
        estimating.WORKING = working  # type: ignore[misc]  # what is measured here
        told: dict[str, list[float]] = {}
        for kind in KINDS:
            maps = draw_material(kind, HELD_OUT + 1, 256)
            picture = np.round(photograph(maps, sample_light(np.random.default_rng(3))) * 255).astype(np.uint8)
            for name, error in differences(shipped_estimator().estimate(picture, True), maps).items():
                told.setdefault(name, []).append(error)
        print(f"  {working:4d}  " + "  ".join(f"{name} {np.mean(values):.4f}" for name, values in told.items()))
    estimating.WORKING = shipped  # type: ignore[misc]  # as it was


def seams() -> None:
    print("Seam error: the whole piece, a cut-out, the cut-out made seamless (medians of 10)")
    for kind in KINDS:
        told = []
        for seed in range(10):
            picture = photograph(draw_material(kind, seed, 128), sample_light(np.random.default_rng(seed)))
            cut = picture[:106, :91]
            told.append((seam_error(picture), seam_error(cut), seam_error(make_seamless(cut))))
        print(f"  {kind:15s} " + "  ".join(f"{value:5.2f}" for value in np.median(told, 0)))


def costs() -> None:
    print("Processor time, milliseconds")
    for kind in KINDS:
        print(f"  {kind + ' at 64':25s} {cost(lambda kind=kind: draw_material(kind, 1)):8.1f}")
    for size in (64, 256, 1024):
        picture = np.round(
            photograph(draw_material("bricks", 1, size), sample_light(np.random.default_rng(1))) * 255
        ).astype(np.uint8)
        print(f"  {f'maps of {size} x {size}':25s} {cost(lambda: shipped_estimator().estimate(picture, True)):8.1f}")  # noqa: B023 - called at once
    maps = draw_material("bricks", 1, 256)
    print(f"  {'preview of 256 x 256':25s} {cost(lambda: render_preview(maps)):8.1f}")


def cost(work: Callable[[], object]) -> float:
    work()
    spent = []
    for _ in range(3):
        begun = time.process_time()
        work()
        spent.append(time.process_time() - begun)
    return min(spent) * 1000


if __name__ == "__main__":
    torch.set_num_threads(1)
    for part in (errors, choices, sizes, seams, costs):
        part()
