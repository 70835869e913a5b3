"""How long a world takes to trace: `python tests/benchmarks/worlds.py`, in processor seconds a view of 80 x 80."""

import time

from models.radiance_field.worlds import World, moving_life, photograph, still_life, viewpoints, world_from_prompt

VIEWS = 4


def seconds(world: World, samples: int) -> float:
    """Of one core, a view."""
    cameras = viewpoints(world, VIEWS)
    began = time.process_time()
    photograph(world, cameras, samples)
    return (time.process_time() - began) / VIEWS


def main() -> None:
    worlds = [still_life(), moving_life()]
    worlds += [world_from_prompt(prompt).world for prompt in ("A futuristic city", "Flying through clouds", "a forest")]
    for world in worlds:
        one, four = (seconds(world, samples) for samples in (1, 2))
        parts = len(world.solids) + len(world.clouds)
        print(f"{world.name:<28} {parts:>4} parts  1 ray a pixel {one:6.3f} s  4 rays {four:6.3f} s")


if __name__ == "__main__":
    main()
