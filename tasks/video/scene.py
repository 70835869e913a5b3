"""The field that a video is drawn from: a scene that was learnt before, a capture, or a world that the prompt names."""

import hashlib
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from blocks.model_registry import ModelRegistry, ModelVersion
from tasks.champion import champion
from tasks.video.camera_move import Place
from tasks.video.capture import fetch_capture, photograph_world
from tasks.video.field_training import LearntField, learn_field, publish_field
from tasks.video.resident_field import resident_field
from tasks.video.settings import VideoSettings

if TYPE_CHECKING:
    from models.radiance_field.field.recipe import FieldRecipe

NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
VIEWS, SIDE = 60, 80  # of a world: what a processor photographs in a quarter of a minute
CAPTURE_SIDE = {"cpu": 160, "cuda": 800}
_STEPS: Final = {"cpu": 600, "cuda": 6000}


class UnknownScene(ValueError):
    """No scene of that name was learnt."""


@dataclass(frozen=True)
class Scene:
    """A field in the registry, and where its scene is.

    Attributes:
        sky_of: The prompt of the world whose sky lies behind it.
        source: What it was learnt from, in words.
        metrics: How well it draws what it has not seen.
    """

    version: ModelVersion
    centre: Place
    radius: float
    sky_of: str | None
    source: str
    metrics: dict[str, float]
    notes: tuple[str, ...] = field(default=())


def learnt_scene(name: str) -> Scene:
    """The scene that `train-scene` learnt under a name. Raises `UnknownScene`, `BlockError`."""
    version = champion(registry_name(name))
    if version is None:
        raise UnknownScene(f"no scene {name!r} was learnt; train-scene learns one")
    return _of_box(version, f"the scene {name}")


def captured_scene(uri: str, steps: int | None) -> Scene:
    """A capture, learnt now: it is kept under its digest. Raises `CaptureError`, `SourceError`, `BlockError`."""
    device = VideoSettings().on
    pictures = fetch_capture(uri, CAPTURE_SIDE[device])
    moving = len({picture.camera.time for picture in pictures["train"]}) > 1
    learnt = learn_field(pictures, recipe_of("auto", steps, moving=moving), _digested("capture", uri))
    publish_field(learnt, pictures)
    return _of_box(learnt.version, "the capture of the request")


def world_scene(prompt: str, seed: int, steps: int | None) -> Scene:
    """The world that a prompt names, learnt where it was not before. Raises `BlockError`."""
    from models.radiance_field.worlds import world_from_prompt  # noqa: PLC0415 - numpy where pictures are

    reading = world_from_prompt(prompt, seed)
    world = reading.world.cut_out()
    recipe = recipe_of("auto", steps, moving=world.moves)
    # Everything that the field depends on; two prompts that name the same world share it.
    name = _digested("world", repr((world, VIEWS, SIDE, recipe)))
    version = champion(name)
    if version is None:
        learnt = learn_field(photograph_world(prompt, seed, VIEWS, SIDE), recipe, name)
        version = learnt.version
        ModelRegistry.default().promote(name, version.version)
    notes = [f"The prompt was read as {', '.join(reading.said)}."] if reading.said else []
    notes += [f"Not understood: {', '.join(reading.unknown)}."] if reading.unknown else []
    notes += [f"Chosen for it: {', '.join(reading.chosen)}."] if reading.chosen else []
    return Scene(
        version,
        world.centre,
        world.radius,
        prompt,
        "a world of our own, ray-traced",
        dict(version.metrics),
        tuple(notes),
    )


def recipe_of(kind: str, steps: int | None, *, moving: bool, seed: int = 0) -> "FieldRecipe":
    """How to learn: planes on a processor, a hash grid on a GPU, moving planes for what moves."""
    from models.radiance_field.field.recipe import MOVING, STILL  # noqa: PLC0415 - torch takes seconds to import

    if kind == "auto":
        kind = "moving planes" if moving else "planes" if VideoSettings().on == "cpu" else "hash grid"
    base = MOVING if kind == "moving planes" else STILL
    shape = base.shape.model_copy(update={"kind": kind})
    return base.model_copy(update={"shape": shape, "steps": steps_of(steps, moving=moving), "seed": seed})


def steps_of(asked: int | None, *, moving: bool) -> int:
    """For how many steps a scene is learnt."""
    settings = VideoSettings()
    return asked or settings.field_steps or _STEPS[settings.on] * (3 if moving else 1)


def registry_name(scene: str) -> str:
    """Name in the model registry of a scene that a person named."""
    return f"scene-{scene}"


def keep(learnt: LearntField, scene: str) -> None:
    """From now on the scene of that name is this one."""
    ModelRegistry.default().promote(registry_name(scene), learnt.version.version)


def _of_box(version: ModelVersion, source: str) -> Scene:
    _, card = resident_field(version.name, version.version)
    centre = tuple((low + high) / 2 for low, high in zip(card.box.low, card.box.high, strict=True))
    return Scene(
        version, (centre[0], centre[1], centre[2]), max(card.box.sides) / 2, None, source, dict(version.metrics)
    )


def _digested(kind: str, what: str) -> str:
    return f"{kind}-{hashlib.sha256(what.encode()).hexdigest()[:16]}"
