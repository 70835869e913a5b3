"""Volume rendering: light, coverage and depth along rays (Max 1995; NeRF, arXiv 2003.08934)."""

from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor

from models.radiance_field.field.radiance_field import RadianceField

_UNSEEN: Final = 1e-3


@dataclass(frozen=True, eq=False)
class Traced:
    """What n rays meet.

    Attributes:
        light: (n, 3) scene-linear, already multiplied by the coverage; without the surroundings.
        coverage: (n,) from 0 to 1.
        distance: (n,) along the ray, the mean over what it meets; 0 where it meets nothing.
    """

    light: Tensor
    coverage: Tensor
    distance: Tensor


def trace(
    field: RadianceField, origins: Tensor, directions: Tensor, times: Tensor, generator: torch.Generator | None = None
) -> Traced:
    """Follow rays through the field's box in equal steps.

    Args:
        origins: (n, 3) in the world.
        directions: (n, 3) of length 1.
        times: (n,) from 0 to 1.
        generator: Moves each sample within its step at random, for training; without one they lie in the middles.
    """
    near, far = field.box.chord(origins, directions)
    steps = max(int(((far - near).max() / field.step).ceil()), 1)
    shape = (len(origins), steps)
    shift = torch.full(shape, 0.5) if generator is None else torch.rand(shape, generator=generator)
    along = near[:, None] + (torch.arange(steps) + shift).to(near) * field.step
    with torch.no_grad():
        points = field.box.inside(origins[:, None] + along[..., None] * directions[:, None])
        ray, sample = torch.nonzero((along < far[:, None]) & field.occupancy.holds(points), as_tuple=True)
    points = points[ray, sample]
    thickness = torch.zeros(shape, device=near.device).index_put(
        (ray, sample), field.density(points, times[ray]) * field.step
    )
    passed = torch.exp(thickness - thickness.cumsum(1))  # what the samples before let through
    weight = -torch.expm1(-thickness) * passed
    with torch.no_grad():
        seen = weight[ray, sample] > _UNSEEN
    ray, sample, points = ray[seen], sample[seen], points[seen]
    share = weight[ray, sample]
    colours = field.light(points, directions[ray], times[ray])
    light = torch.zeros_like(origins).index_add(0, ray, colours * share[:, None])
    coverage = weight.sum(1)
    distance = (weight * along).sum(1) / coverage.clamp(min=1e-6)
    return Traced(light, coverage, distance)


def seen_against(traced: Traced, behind: Tensor) -> Tensor:
    """(n, 3) light of rays with light (n, 3) behind the box."""
    return traced.light + (1 - traced.coverage)[:, None] * behind
