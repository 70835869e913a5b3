"""The light that comes back along rays: sun, sky, lamps, mirrors and haze."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.radiance_field.worlds.clouds import Clouds
from models.radiance_field.worlds.hitting import GROUND, NOTHING, Hits, hit, normals, openness, sunlit
from models.radiance_field.worlds.material import Materials, Surfaces
from models.radiance_field.worlds.solid import Crowd
from models.radiance_field.worlds.world import World

Rows = NDArray[np.float32]
_HAZE: Final = 24.0  # radii of the world at which an endless ground has become the sky


@dataclass(frozen=True, eq=False)
class Instant:
    """A world at one time, ready for rays."""

    world: World
    crowd: Crowd
    ground: Materials | None
    clouds: Clouds | None

    @classmethod
    def of(cls, world: World, time: float) -> "Instant":
        """The world at a time from 0 to 1."""
        ground = None if world.ground is None else Materials((world.ground,))
        clouds = Clouds.at(world.clouds, time, world.light) if world.clouds else None
        return cls(world, Crowd.at(world.solids, time), ground, clouds)

    def hit(self, origins: Rows, directions: Rows) -> Hits:
        """What rays (n, 3) meet first."""
        return hit(self.crowd, self.ground is not None, origins, directions)

    def light(self, origins: Rows, directions: Rows, bounces: int = 1) -> tuple[Rows, Hits]:
        """Light (n, 4) that comes back along rays (n, 3), multiplied by the fourth: how much is covered."""
        hits = self.hit(origins, directions)
        seen = np.zeros((len(origins), 4), np.float32)
        missed = hits.which == NOTHING
        if self.world.sky:
            seen[missed, :3], seen[missed, 3] = self.world.light.sky(directions[missed]), 1
        met = ~missed
        if met.any():
            found = Hits(hits.depths[met], hits.which[met])
            seen[met, :3] = self._shade(found, origins[met], directions[met], bounces)
            seen[met, 3] = 1
        if self.clouds is not None:
            seen = self.clouds.before(seen, origins, directions, hits.depths)
        return seen, hits

    def _shade(self, hits: Hits, origins: Rows, directions: Rows, bounces: int) -> Rows:
        places = origins + directions * hits.depths[:, None]
        facing = normals(self.crowd, hits, places)
        surface = self._surfaces(hits, places, facing)
        free = openness(self.crowd, self.ground is not None, places, facing)
        sun = self._sun(places, facing)
        diffuse = self._sky_on(facing) * free[:, None] + sun + self._lamps(places, facing) * free[:, None] ** 0.5
        # Fresnel's law as Schlick has it: paint mirrors 4 % straight on and all of it at a glancing angle.
        across = np.clip(-np.einsum("ij,ij->i", directions, facing), 0, 1)
        straight = 0.04 * (1 - surface.metal[:, None]) + surface.colour * surface.metal[:, None]
        mirror = (straight + (1 - straight) * ((1 - across) ** 5)[:, None]) * surface.gloss[:, None]
        out = surface.colour * diffuse * (1 - surface.metal[:, None]) * (1 - mirror) + surface.glow
        out = out + self._mirrored(surface, mirror, places, facing, directions, free, sun, bounces)
        if self.ground is not None and self.world.sky:
            out = self._hazed(out, hits, directions)
        return np.asarray(out, np.float32)

    def _surfaces(self, hits: Hits, places: Rows, facing: Rows) -> Surfaces:
        count = len(places)
        empty = np.zeros((count, 3), np.float32)
        whole = Surfaces(empty, empty.copy(), np.zeros(count, np.float32), np.zeros(count, np.float32))
        floor = np.flatnonzero(hits.which == GROUND)
        solid = np.flatnonzero(hits.which >= 0)
        parts: list[tuple[NDArray[np.intp], Surfaces]] = []
        if len(floor) and self.ground is not None:
            parts.append((floor, self.ground.at(np.zeros(len(floor), np.intp), places[floor], facing[floor])))
        if len(solid):
            which = hits.which[solid]
            local = self.crowd.local(which, places[solid])
            turned = self.crowd.turned_in(which, facing[solid])
            parts.append((solid, self.crowd.materials.at(which, local, turned)))
        for rows, part in parts:
            whole.colour[rows], whole.glow[rows] = part.colour, part.glow
            whole.gloss[rows], whole.metal[rows] = part.gloss, part.metal
        return whole

    def _sun(self, places: Rows, facing: Rows) -> Rows:
        """Light (n, 3) that the sun lays on a white surface."""
        light = self.world.light
        towards = np.array(light.towards, np.float32)
        slant = np.maximum(facing @ towards, 0)
        lit = np.flatnonzero(slant > 0)
        slant[lit] *= sunlit(self.crowd, places[lit] + facing[lit] * np.float32(2e-3), towards, light.softness)
        return np.asarray(slant[:, None] * np.array(light.sun), np.float32)

    def _sky_on(self, facing: Rows) -> Rows:
        """Light (n, 3) of the whole sky, and of the ground that it lights, on surfaces that face this way."""
        light = self.world.light
        zenith, horizon = np.array(light.zenith, np.float32), np.array(light.horizon, np.float32)
        up = 0.5 + 0.5 * facing[:, 2:]
        below = 0.35 * (horizon + 0.3 * np.array(light.sun, np.float32))
        return (0.5 * (zenith + horizon)) * up + below * (1 - up)

    def _lamps(self, places: Rows, facing: Rows) -> Rows:
        """Light (n, 3) of the solids that glow, as if they were balls (Lambert's law on a sphere's solid angle)."""
        crowd = self.crowd
        lit = [n for n, material in enumerate(crowd.materials.all) if material.glow > 0 and material.pattern == "plain"]
        if not lit:
            return np.zeros_like(places)
        strength = np.array([np.multiply(crowd.materials.all[n].colour, crowd.materials.all[n].glow) for n in lit])
        centres, radii = crowd.places[lit], crowd.glowing[lit]
        square = (places**2).sum(-1)[:, None] - 2 * places @ centres.T + (centres**2).sum(-1)
        square = np.maximum(square, 1e-6)
        slant = (facing @ centres.T - np.einsum("ij,ij->i", facing, places)[:, None]) / np.sqrt(square)
        # Those that shine from just below the horizon still reach round: lamps are no points.
        share = np.minimum(0.5 * radii**2 / square, 0.5) * np.clip((slant + 0.25) / 1.25, 0, 1)
        return np.asarray(share @ strength, np.float32)

    def _mirrored(
        self, surface: Surfaces, mirror: Rows, places: Rows, facing: Rows, directions: Rows, free: Rows, sun: Rows,
        bounces: int,
    ) -> Rows:  # fmt: skip
        """Light (n, 3) that the surfaces mirror: what is around them, and the sun's highlight."""
        out = np.zeros_like(places)
        rows = np.flatnonzero(mirror.max(-1) > 0.008)
        if not len(rows):
            return out
        normal, ahead = facing[rows], directions[rows]
        back = ahead - 2 * np.einsum("ij,ij->i", ahead, normal)[:, None] * normal
        around = self.world.light.ambient(back) * free[rows, None]
        sharp = np.flatnonzero((surface.gloss[rows] > 0.5) & (mirror[rows].max(-1) > 0.03))
        if bounces and len(sharp):
            starts = places[rows[sharp]] + normal[sharp] * np.float32(4e-3)
            seen, _ = self.light(starts, back[sharp], bounces - 1)
            shown = seen[:, :3] + (1 - seen[:, 3:]) * around[sharp]
            around[sharp] = np.minimum(shown, 12)  # the sun's disc comes below, as wide as the surface is rough
        # Blinn and Phong's lobe, its integral the same whatever its width.
        towards = np.array(self.world.light.towards, np.float32)
        power = 12 * 60.0 ** surface.gloss[rows]
        lobe = (power + 2) / 8 * np.maximum(back @ towards, 0) ** (power / 3)
        out[rows] = mirror[rows] * (around + np.minimum(lobe, 40)[:, None] * sun[rows])
        return out

    def _hazed(self, out: Rows, hits: Hits, directions: Rows) -> Rows:
        far = 1 - np.exp(-((hits.depths / (_HAZE * self.world.radius)) ** 2) * 3)
        hazed = out * (1 - far[:, None]) + self.world.light.ambient(directions) * far[:, None]
        return np.asarray(hazed, np.float32)
