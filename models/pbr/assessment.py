"""How far guessed maps are from exact ones, beside maps that are the same everywhere."""

from collections import defaultdict

import numpy as np

from models.hdr.transfer import linear_of_srgb
from models.pbr.estimator import Estimator
from models.pbr.maps import Field, MaterialMaps
from models.pbr.pairs import HELD_OUT, sample_pair
from models.pbr.procedural import KINDS

Errors = dict[str, dict[str, float]]  # map, then who guessed


def assess(estimator: Estimator, each: int = 8) -> Errors:
    """Errors on held-out seeds of every kind, seamless and not in turn.

    Shares are mean absolute errors, basecolor in linear light; normal is the mean angle in degrees; height is the mean
    absolute error about the mean, in thousandths of the width. `constant` says the best constant for the whole set (its
    median; normals straight up), `picture` takes the picture's own light for basecolor.
    """
    told = defaultdict(list)
    exact = []
    for kind in KINDS:
        for number in range(each):
            generator = np.random.default_rng([5, number])
            picture, maps = sample_pair(generator, kind, HELD_OUT + number)
            exact.append((picture, maps))
            code = np.asarray(np.round(picture * 255), np.uint8)
            for name, error in differences(estimator.estimate(code, seamless=number % 2 == 0), maps).items():
                told[name].append(error)
    found = {name: {"estimated": float(np.mean(errors))} for name, errors in told.items()}
    constant = _constant([maps for _, maps in exact])
    for name, said in found.items():
        said["constant"] = float(np.mean([differences(constant, maps)[name] for _, maps in exact]))
    light = [np.abs(_linear(picture) - maps.basecolor).mean() for picture, maps in exact]
    found["basecolor"]["picture"] = float(np.mean(light))
    return {name: {who: round(error, 4) for who, error in said.items()} for name, said in found.items()}


def differences(found: MaterialMaps, exact: MaterialMaps) -> dict[str, float]:
    """The error of each map."""
    cosine = np.clip((found.normal * exact.normal).sum(-1), -1, 1)
    return {
        "basecolor": float(np.abs(found.basecolor - exact.basecolor).mean()),
        "normal": float(np.degrees(np.arccos(cosine)).mean()),
        "roughness": float(np.abs(found.roughness - exact.roughness).mean()),
        "metallic": float(np.abs(found.metallic - exact.metallic).mean()),
        "height": float(np.abs(_relief(found) - _relief(exact)).mean() * 1000),
        "occlusion": float(np.abs(found.occlusion - exact.occlusion).mean()),
    }


def _relief(maps: MaterialMaps) -> Field:
    return np.asarray((maps.height - maps.height.mean()) * maps.depth, np.float32)


def _linear(picture: Field) -> Field:

    return np.asarray(linear_of_srgb(picture), np.float32)


def _constant(exact: list[MaterialMaps]) -> MaterialMaps:
    shape = exact[0].shape

    def middle(name: str) -> Field:
        values = np.stack([getattr(maps, name) for maps in exact])
        return np.asarray(np.median(values.reshape(-1, *values.shape[3:]), 0), np.float32)

    level = np.zeros((*shape, 3), np.float32)
    level[..., 2] = 1
    return MaterialMaps(
        np.broadcast_to(middle("basecolor"), (*shape, 3)),
        level,
        np.broadcast_to(middle("roughness"), shape),
        np.broadcast_to(middle("metallic"), shape),
        np.full(shape, 0.5, np.float32),
        np.broadcast_to(middle("occlusion"), shape),
        0.0,
    )
