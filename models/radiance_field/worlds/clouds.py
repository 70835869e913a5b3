"""Clouds as sums of Gaussian balls, whose optical depth along a ray has a closed form."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy.special import erf

from models.radiance_field.worlds.daylight import Daylight
from models.radiance_field.worlds.motion import STILL, Motion, Place

Rows = NDArray[np.float32]


@dataclass(frozen=True)
class Puff:
    """One soft ball of a cloud.

    Attributes:
        radius: Its density is 1/e^2 there: two standard deviations.
        density: Extinction in its middle, per unit of length.
    """

    place: Place
    radius: float
    density: float = 12.0
    motion: Motion = STILL


@dataclass(frozen=True, eq=False)
class Clouds:
    """The puffs of an instant (k,), and the light that each scatters."""

    places: NDArray[np.float32]
    deviations: NDArray[np.float32]
    densities: NDArray[np.float32]
    towards: NDArray[np.float32]
    sun: NDArray[np.float32]
    sky: NDArray[np.float32]

    @classmethod
    def at(cls, puffs: Sequence[Puff], time: float, light: Daylight) -> Self:
        """The puffs as they are at a time, each in the shadow of those between it and the sun."""
        places = np.array([puff.motion.place(puff.place, time) for puff in puffs], np.float32).reshape(-1, 3)
        deviations = np.array([puff.radius * puff.motion.scale(time) / 2 for puff in puffs], np.float32)
        densities = np.array([puff.density for puff in puffs], np.float32)
        towards = np.array(light.towards, np.float32)
        nothing = np.zeros((len(places), 3), np.float32)
        dark = cls(places, deviations, densities, towards, nothing, nothing)
        rays, balls, depth, _ = dark._crossed(places, np.broadcast_to(towards, places.shape), None)
        shade = np.exp(
            -0.07 * np.bincount(rays, depth * (rays != balls), len(places))
        )  # forward scattering spares most
        zenith, horizon = np.array(light.zenith), np.array(light.horizon)
        sun = np.outer(0.62 * shade + 0.06, light.sun)
        sky = np.broadcast_to(0.22 * zenith + 0.5 * horizon, (len(places), 3))
        return cls(places, deviations, densities, towards, sun.astype(np.float32), sky.astype(np.float32))

    def before(self, seen: Rows, origins: Rows, directions: Rows, depths: Rows) -> Rows:
        """What is seen (n, 4) along rays (n, 3) to depths (n,), the clouds before it."""
        rays, balls, depth, nearest = self._crossed(origins, directions, depths)
        count = len(origins)
        whole = np.bincount(rays, depth, count)
        side = 0.5 + 0.5 * np.clip(nearest @ self.towards / (1.6 * self.deviations[balls]), -1, 1)
        light = self.sun[balls] * (0.25 + 0.75 * side)[:, None] + self.sky[balls]
        mixed = np.stack([np.bincount(rays, depth * light[:, channel], count) for channel in range(3)], -1)
        through = np.exp(-whole)[:, None]
        out = seen * through
        out[:, :3] += mixed / np.maximum(whole, 1e-9)[:, None] * (1 - through)
        out[:, 3:] += 1 - through
        return np.asarray(out, np.float32)

    def _crossed(
        self, origins: Rows, directions: Rows, depths: Rows | None
    ) -> tuple[NDArray[np.intp], NDArray[np.intp], Rows, Rows]:
        """Rays and puffs that meet, the optical depth of each meeting, and where it is nearest (from the middle)."""
        along = directions @ self.places.T - np.einsum("ij,ij->i", origins, directions)[:, None]
        apart = (
            np.einsum("ij,ij->i", origins, origins)[:, None]
            - 2 * origins @ self.places.T
            + np.einsum("ij,ij->i", self.places, self.places)
        )
        gap = np.maximum(apart - along * along, 0)
        rays, balls = np.nonzero((gap < (3 * self.deviations) ** 2) & (along > -3 * self.deviations))
        along, gap, wide = along[rays, balls], gap[rays, balls], self.deviations[balls]
        end = np.ones_like(along) if depths is None else erf((depths[rays] - along) / (np.sqrt(2) * wide))
        length = wide * np.sqrt(np.pi / 2) * np.maximum(end + erf(along / (np.sqrt(2) * wide)), 0)
        depth = self.densities[balls] * np.exp(-gap / (2 * wide * wide)) * length
        nearest = origins[rays] + directions[rays] * np.maximum(along, 0)[:, None] - self.places[balls]
        return rays, balls, np.asarray(depth, np.float32), np.asarray(nearest, np.float32)


def cumulus(place: Place, radius: float, chance: np.random.Generator, motion: Motion = STILL) -> list[Puff]:
    """A heap cloud: flat below, heaped above, its puffs the smaller the further out."""
    puffs = []
    for _ in range(24):
        x, y = np.clip(chance.normal(0, 0.4, 2), -0.75, 0.75) * radius
        middle = max(0.0, 1 - float(np.hypot(x, y)) / radius)
        size = radius * (0.2 + 0.32 * middle) * chance.uniform(0.7, 1.2)
        z = radius * 0.75 * middle * chance.random() + 0.4 * size
        puffs.append(Puff((place[0] + x, place[1] + y, place[2] + z), size, 4.5 / size, motion))
    return puffs
