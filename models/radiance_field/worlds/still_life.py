"""Worlds to begin with: a few solids of every kind on a platform, at rest and moving."""

from models.radiance_field.worlds.colours import colour
from models.radiance_field.worlds.daylight import TIMES
from models.radiance_field.worlds.material import Material
from models.radiance_field.worlds.motion import Motion
from models.radiance_field.worlds.solid import Solid
from models.radiance_field.worlds.world import World


def still_life() -> World:
    """A ball of metal, a box, a ring, a cone and a lamp on a chequered platform; see-through around."""
    return World(_solids(moving=False), TIMES["day"], name="still life")


def moving_life() -> World:
    """The same, moving: one orbits, one spins, one bobs, one bounces and the cone changes its colour."""
    return World(_solids(moving=True), TIMES["day"], name="moving life")


def _solids(moving: bool) -> tuple[Solid, ...]:
    def motion(**how: object) -> Motion:
        return Motion(**how) if moving else Motion()  # type: ignore[arg-type]

    checker = Material((0.62, 0.6, 0.56), (0.1, 0.11, 0.13), "checker", 0.25)
    return (
        Solid("cylinder", (0, 0, -0.06), (1.3, 0, 0.06), checker),
        Solid("sphere", (0.55, -0.45, 0.34), (0.34, 0, 0), Material(colour("yellow"), gloss=0.9, metal=1.0),
              motion=motion(orbits=1)),
        Solid("box", (-0.5, -0.35, 0.28), (0.27, 0.27, 0.28), Material(colour("red"), gloss=0.75), (0.5, 0),
              motion(spins=1)),
        Solid("torus", (0.0, 0.1, 0.72), (0.27, 0, 0.09), Material(colour("blue"), gloss=0.8), (0.3, 1.2),
              motion(bob=0.12, spins=1)),
        Solid("cone", (-0.35, 0.62, 0.36), (0.3, 0.0, 0.36), Material(colour("green")),
              motion=motion(towards=colour("purple"))),
        Solid("sphere", (0.55, 0.5, 0.15), (0.15, 0, 0), Material(colour("orange"), glow=5.0),
              motion=motion(bounce=0.45, swings=2)),
    )  # fmt: skip
