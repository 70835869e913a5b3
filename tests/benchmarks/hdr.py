"""Light: how near expansion comes to light that is known, and what the file formats keep of it.

Run: python tests/benchmarks/hdr.py
"""

import io
import time
from collections.abc import Callable

import imagecodecs
import numpy as np
import OpenEXR

from models.embedded_image.scenes import render, sample_scene
from models.hdr import expand, pu21_psnr, tone_map, write_exr, write_pq_avif, write_ultrahdr
from models.hdr.transfer import BT709_OF_BT2020, linear_of_srgb, nits_of_pq, srgb_of_linear

SCENES, SIDE = 120, 128


def lights() -> list[np.ndarray]:
    """Rendered scenes with something in them that is brighter than diffuse white."""
    generator = np.random.default_rng(9)
    found: list[np.ndarray] = []
    while len(found) < SCENES:
        light = render(sample_scene(generator), SIDE, SIDE)
        if light.max() > 1.5:
            found.append(light)
    return found


def guesses(known: list[np.ndarray]) -> None:
    print(f"PU21-PSNR against the rendered light, {len(known)} scenes (dB, higher is nearer)")
    print(f"  {'the picture it starts from':34s} linearised  expanded  margin  nearer in")
    for said, shown in (("rolled off, as our own tone map does", tone_map), ("cut off hard at white", _cut)):
        plain, expanded = [], []
        for light in known:
            picture = shown(light)
            plain.append(pu21_psnr(linear_of_srgb(picture / 255), light))
            expanded.append(pu21_psnr(expand(picture), light))
        margin = np.array(expanded) - np.array(plain)
        print(
            f"  {said:36s} {np.mean(plain):8.1f}  {np.mean(expanded):8.1f}  {margin.mean():+6.1f}  "
            f"{(margin > 0).mean():8.0%}"
        )


def _cut(light: np.ndarray) -> np.ndarray:
    return np.round(srgb_of_linear(light) * 255).astype(np.uint8)


def formats(known: list[np.ndarray]) -> None:
    print("What other readers get back: PU21-PSNR (dB), bytes a pixel, milliseconds to write")
    cases: tuple[tuple[str, Callable[..., bytes], Callable[[bytes], np.ndarray]], ...] = (
        ("OpenEXR, half", write_exr, _read_exr),
        ("AVIF, 10-bit PQ", write_pq_avif, _read_avif),
        ("UltraHDR JPEG", write_ultrahdr, _read_ultrahdr),
    )
    for name, write, read in cases:
        found, sizes, took = [], [], []
        for light in known[:40]:
            began = time.perf_counter()
            data = write(light, "{}")
            took.append(time.perf_counter() - began)
            sizes.append(len(data) / SIDE**2)
            found.append(pu21_psnr(np.maximum(read(data), 0), light))
        print(f"  {name:18s} {np.mean(found):6.1f}  {np.mean(sizes):5.2f}  {1000 * np.median(took):6.1f}")


def _read_exr(data: bytes) -> np.ndarray:
    with OpenEXR.File(io.BytesIO(data)) as read:
        pixels: np.ndarray = read.channels()["RGB"].pixels.astype(np.float32)
        return pixels


def _read_avif(data: bytes) -> np.ndarray:
    code = imagecodecs.avif_decode(data)
    return np.asarray(nits_of_pq(code / 1023) @ BT709_OF_BT2020 / 203, np.float32)


def _read_ultrahdr(data: bytes) -> np.ndarray:
    back = imagecodecs.ultrahdr_decode(data, dtype=np.float16, transfer=0, boost=64.0)
    return np.asarray(back[..., :3], np.float32)


if __name__ == "__main__":
    rendered = lights()
    guesses(rendered)
    formats(rendered)
