"""Worlds: scenes of solids, ground and light whose every view, at every time, can be worked out.

A small ray tracer of signed distances in numpy. A field learns a world from `photograph(world, viewpoints(world, 60))`;
`trace` is the truth that it is judged by.
"""

from models.radiance_field.worlds.prompted import Reading, world_from_prompt
from models.radiance_field.worlds.still_life import moving_life, still_life
from models.radiance_field.worlds.tracing import Survey, photograph, survey, trace
from models.radiance_field.worlds.viewpoints import viewpoints
from models.radiance_field.worlds.world import World

__all__ = [
    "Reading", "Survey", "World", "moving_life", "photograph", "still_life", "survey", "trace", "viewpoints",
    "world_from_prompt",
]  # fmt: skip
