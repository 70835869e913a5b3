"""Where rays meet solids: sphere tracing (Hart 1996), each ray only against the solids whose ball it crosses."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.radiance_field.worlds.distances import DISTANCES
from models.radiance_field.worlds.solid import Crowd

GROUND: Final = -2
NOTHING: Final = -1
_STEPS: Final = 72
_SHADOW_STEPS: Final = 26
Rows = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Hits:
    """What rays (n,) meet first.

    Attributes:
        depths: (n,) along the ray, infinite where nothing is met.
        which: (n,) number of the solid, `GROUND` or `NOTHING`.
    """

    depths: NDArray[np.float32]
    which: NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class _Pairs:
    """Rays and solids that may meet: for each pair which ray, which solid, from where to where along the ray."""

    rays: NDArray[np.intp]
    solids: NDArray[np.intp]
    start: Rows
    end: Rows


def hit(crowd: Crowd, ground: bool, origins: Rows, directions: Rows) -> Hits:
    """What rays (n, 3) meet first; the ground is at z = 0."""
    depths = np.full(len(origins), np.inf, np.float32)
    which = np.full(len(origins), NOTHING, np.intp)
    if ground:
        with np.errstate(divide="ignore", invalid="ignore"):
            down = -origins[:, 2] / directions[:, 2]
        met = (down > 1e-4) & np.isfinite(down)
        depths[met], which[met] = down[met], GROUND
    for kind, members in crowd.kinds.items():
        pairs = _crossing(crowd, members, origins, directions)
        met = _march(crowd, kind, pairs, origins, directions)
        # The last of those written to one ray stays, so the nearest is written last.
        order = np.argsort(-met, kind="stable")
        order = order[np.isfinite(met[order]) & (met[order] < depths[pairs.rays[order]])]
        rays = pairs.rays[order]
        depths[rays], which[rays] = met[order], pairs.solids[order]
    return Hits(depths, which)


def _crossing(crowd: Crowd, members: NDArray[np.intp], origins: Rows, directions: Rows, spread: float = 0.0) -> _Pairs:
    """The pairs in which the ray, or a cone around it that widens by `spread`, crosses the solid's ball."""
    centres, radii = crowd.places[members], crowd.radii[members] * 1.002
    middle = directions @ centres.T - np.einsum("ij,ij->i", origins, directions)[:, None]
    apart = (
        np.einsum("ij,ij->i", origins, origins)[:, None]
        - 2 * origins @ centres.T
        + np.einsum("ij,ij->i", centres, centres)
    )
    reach = radii + spread * np.maximum(middle, 0)
    slack = reach * reach - apart + middle * middle
    rays, columns = np.nonzero((slack > 0) & (middle > -reach))
    half = np.sqrt(slack[rays, columns])
    start, end = middle[rays, columns] - half, middle[rays, columns] + half
    return _Pairs(rays, members[columns], np.maximum(start, 0), end)


def _march(crowd: Crowd, kind: str, pairs: _Pairs, origins: Rows, directions: Rows) -> Rows:
    """How far along its ray each pair meets; infinite where it does not."""
    met = np.full(len(pairs.rays), np.inf, np.float32)
    distance = DISTANCES[kind]
    here = crowd.local(pairs.solids, origins[pairs.rays])
    ahead = crowd.turned_in(pairs.solids, directions[pairs.rays])
    sizes, depth, end = crowd.sizes[pairs.solids], pairs.start, pairs.end
    going = np.arange(len(pairs.rays))
    for _ in range(_STEPS):
        gap = distance(here + ahead * depth[:, None], sizes)
        near = gap < 1e-4 + 1e-4 * depth
        met[going[near]] = depth[near] + gap[near]
        depth = depth + gap
        on = ~near & (depth < end)
        here, ahead, sizes = here[on], ahead[on], sizes[on]
        depth, end, going = depth[on], end[on], going[on]
        if not len(going):
            break
    return met


def normals(crowd: Crowd, hits: Hits, places: Rows) -> Rows:
    """Unit normals (n, 3) at places (n, 3) where rays met something; upright on the ground."""
    found = np.zeros_like(places)
    found[:, 2] = 1
    for kind, members in crowd.kinds.items():
        rows = np.flatnonzero(np.isin(hits.which, members))
        if len(rows):
            which = hits.which[rows]
            local, sizes = crowd.local(which, places[rows]), crowd.sizes[which]
            slope = np.zeros_like(local)
            for corner in _CORNERS:  # a tetrahedron: four distances in place of six
                slope += corner * DISTANCES[kind](local + corner * np.float32(1e-3), sizes)[:, None]
            slope /= np.maximum(np.linalg.norm(slope, axis=-1, keepdims=True), 1e-9)
            found[rows] = crowd.turned_out(which, slope)
    return found


_CORNERS: Final = np.array([[1, -1, -1], [-1, -1, 1], [-1, 1, -1], [1, 1, 1]], np.float32)


def sunlit(crowd: Crowd, places: Rows, towards: Rows, softness: float) -> Rows:
    """How much of the sun's disc places (n, 3) see, 0 to 1.

    Args:
        towards: (3,) unit vector to the sun.
        softness: Tangent of the angle of its radius; the nearest miss along the ray, against the disc's width there,
            stands for the share that is seen (Quilez, "Soft shadows in raymarched SDFs").
    """
    seen = np.ones(len(places), np.float32)
    directions = np.broadcast_to(towards, places.shape)
    for kind, members in crowd.kinds.items():
        pairs = _crossing(crowd, members, places, directions, softness)
        here = crowd.local(pairs.solids, places[pairs.rays])
        ahead = crowd.turned_in(pairs.solids, directions[pairs.rays])
        sizes, end, depth = crowd.sizes[pairs.solids], pairs.end, np.maximum(pairs.start, 0.012)
        smallest = np.minimum(0.06 * crowd.radii[pairs.solids], 0.03)
        share, going = np.ones(len(end), np.float32), np.arange(len(end))
        for step in range(_SHADOW_STEPS):
            gap = DISTANCES[kind](here + ahead * depth[:, None], sizes)
            share[going] = np.minimum(share[going], 0.5 + 0.5 * gap / (softness * depth))
            depth = depth + np.maximum(gap, smallest)
            if step % 4 == 3:
                on = (depth < end) & (share[going] > 0)
                here, ahead, sizes = here[on], ahead[on], sizes[on]
                depth, end, smallest, going = depth[on], end[on], smallest[on], going[on]
                if not len(going):
                    break
        share = np.maximum(share, 0)
        # What is smaller than the sun's disc from here hides no more of it than its own share.
        middle = np.maximum((pairs.start + pairs.end) / 2, 1e-3)
        largest = np.minimum((crowd.radii[pairs.solids] / (softness * middle)) ** 2, 1)
        np.minimum.at(seen, pairs.rays, 1 - largest * (1 - share * share * (3 - 2 * share)))
    return seen


_REACHES: Final = ((0.05, 0.5), (0.16, 0.35), (0.4, 0.25))


def openness(crowd: Crowd, ground: bool, places: Rows, facing: Rows) -> Rows:
    """How much of the sky over a surface is free of what is near, 0 to 1 (ambient occlusion along the normal)."""
    hidden = np.zeros(len(places), np.float32)
    open_to = [np.full(len(places), reach, np.float32) for reach, _ in _REACHES]
    if ground:
        open_to = [np.minimum(free, places[:, 2] + facing[:, 2] * free) for free in open_to]
    for kind, members in crowd.kinds.items():
        centres, radii = crowd.places[members], crowd.radii[members]
        apart = (places**2).sum(-1)[:, None] - 2 * places @ centres.T + (centres**2).sum(-1)
        along = (places * facing).sum(-1)[:, None] - facing @ centres.T
        for free, (reach, _) in zip(open_to, _REACHES, strict=True):
            # Only balls that a ball of this reach, on the surface's outer side, would touch.
            rows, columns = np.nonzero(apart + 2 * reach * along < radii * (radii + 2 * reach))
            points = places[rows] + facing[rows] * np.float32(reach)
            which = members[columns]
            gap = DISTANCES[kind](crowd.local(which, points), crowd.sizes[which])
            np.minimum.at(free, rows, np.maximum(gap, 0))
    for free, (reach, weight) in zip(open_to, _REACHES, strict=True):
        hidden += weight * (1 - free / reach)
    return np.clip(1 - hidden, 0.06, 1)
