"""Teaching a subject to a model, its registration, and what is shown of it."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast
from uuid import UUID

from prefect import task
from prefect.artifacts import create_image_artifact, create_progress_artifact, update_progress_artifact
from prefect.cache_policies import NO_CACHE

from blocks.asset_store import Asset, AssetStore
from blocks.model_registry import ModelRegistry
from blocks.settings import get_settings
from tasks.image.resident import fresh_model, resident_model
from tasks.image.subject import LORA_FILE, SUBJECT_FILE, Subject
from tasks.one_thread import one_thread
from tasks.provenance import code_version
from tasks.run import asset_path

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from models.diffusion.model import StableDiffusion
    from models.drawing import ImageModel
    from models.dreambooth.trainee import Trainee
    from models.dreambooth.training import SubjectRecipe

_EVERY: Final = 2.0  # seconds between two reports
_CELL: Final = 256  # pixels a side of a picture in the grid of samples


@dataclass(frozen=True)
class Teaching:
    """How a model is taught.

    Attributes:
        base: Id of the model.
        folder_name: Where checkpoints are kept: the same name goes on with what is there.
        side: Pixels a side of the pictures.
        shown: Prompts of the grid of samples, drawn once a round and at the end.
        round: Steps between two grids.
    """

    base: str
    folder_name: str
    side: int
    rank: int
    train_text: bool
    checkpoint_every: int
    shown: tuple[str, ...]
    round: int
    seed: int


@dataclass(frozen=True)
class Taught:
    """What came of it.

    Attributes:
        losses: (step, loss) of every tenth step.
    """

    file: Path
    base_version: str
    losses: tuple[tuple[int, float], ...]
    samples: tuple[Asset, ...]


@task(
    name="draw-class-pictures",
    description="Pictures of the subject's kind as the model draws them now, so that it does not forget them.",
    persist_result=False,
    cache_policy=NO_CACHE,
)
def draw_class_pictures(base: str, prompt: str, count: int, side: int, seed: int) -> "NDArray[np.uint8]":
    """(count, side, side, 3) sRGB; none for a count of 0."""
    import numpy as np  # noqa: PLC0415 - arrays where pictures are

    if count == 0:
        return np.zeros((0, side, side, 3), np.uint8)
    model = resident_model(base).model
    with one_thread():
        return _drawn(model, prompt, side, tuple(range(seed, seed + count)))


@task(
    name="teach-subject",
    description="The subject with its word, its kind without; goes on where it was stopped.",
    persist_result=False,
    cache_policy=NO_CACHE,
)
def teach_subject(
    teaching: Teaching, subject: "NDArray[np.uint8]", kind: "NDArray[np.uint8]", recipe: "SubjectRecipe"
) -> Taught:
    """Train in <DATA_DIR>/training/dreambooth-<folder_name>."""
    from models.dreambooth.training import train_subject  # noqa: PLC0415 - torch takes seconds to import

    folder = get_settings().home / "training" / f"dreambooth-{teaching.folder_name}"
    folder.mkdir(parents=True, exist_ok=True)
    resident = fresh_model(teaching.base)
    trainee = _trainee(resident.model, teaching)
    watch = _Watch(trainee, teaching, recipe)
    with one_thread():
        train_subject(trainee, subject, kind, recipe, folder, watch, teaching.checkpoint_every)
        watch.show(recipe.steps)
    file = folder / LORA_FILE
    trainee.save(file)
    return Taught(file, resident.version, tuple(watch.losses), tuple(watch.samples))


def _trainee(model: "ImageModel", teaching: Teaching) -> "Trainee":
    from models.dreambooth.embedded import EmbeddedTrainee  # noqa: PLC0415 - torch and diffusers take seconds to import
    from models.dreambooth.sdxl import SdxlTrainee  # noqa: PLC0415 - as above
    from models.embedded_image.model import EmbeddedImageModel  # noqa: PLC0415 - as above

    if isinstance(model, EmbeddedImageModel):
        return EmbeddedTrainee(model, teaching.rank, teaching.seed, train_text=teaching.train_text)
    pipelines = cast("StableDiffusion", model)
    return SdxlTrainee(pipelines, teaching.side, teaching.rank, teaching.seed, train_text=teaching.train_text)


class _Watch:
    """A bar with the loss, and a grid of samples each round, on the run's page."""

    def __init__(self, trainee: "Trainee", teaching: Teaching, recipe: "SubjectRecipe") -> None:
        self._trainee, self._teaching, self._steps = trainee, teaching, recipe.steps
        self._bar = cast("UUID", create_progress_artifact(0.0, key="dreambooth-progress"))
        self._told = time.monotonic()
        self.losses: list[tuple[int, float]] = []
        self.samples: list[Asset] = []

    def __call__(self, step: int, loss: float) -> None:
        if step % 10 == 0 or step == self._steps:
            self.losses.append((step, loss))
        now = time.monotonic()
        if now - self._told >= _EVERY or step == self._steps:
            self._told = now
            said = f"step {step:,} of {self._steps:,}, loss {loss:.3f}"
            update_progress_artifact(self._bar, progress=100 * step / self._steps, description=said)
        if step % self._teaching.round == 0 and step < self._steps:
            self.show(step)

    def show(self, step: int) -> None:
        """Draw the grid: a row a prompt."""
        import numpy as np  # noqa: PLC0415 - arrays where pictures are

        from models.image_file import write_picture  # noqa: PLC0415 - Pillow where pictures are written

        seeds = tuple(range(self._teaching.seed, self._teaching.seed + 4))
        side = self._teaching.side
        rows = [
            np.concatenate([_cell(one) for one in _drawn(self._trainee.model, prompt, side, seeds)], 1)
            for prompt in self._teaching.shown
        ]
        grid = AssetStore.default().put(
            asset_path(f"samples-{step}.png"), write_picture(np.concatenate(rows), "png", ""), "image/png"
        )
        create_image_artifact(grid.url, key="dreambooth-samples", description=f"After {step:,} steps.")
        self.samples.append(grid)


def _drawn(model: "ImageModel", prompt: str, side: int, seeds: Sequence[int]) -> "NDArray[np.uint8]":
    import numpy as np  # noqa: PLC0415 - arrays where pictures are

    from models.drawing import Drawing  # noqa: PLC0415 - as above
    from models.hdr.tone_map import tone_map  # noqa: PLC0415 - as above

    made = model.draw(Drawing(prompt, side, side, tuple(seeds)), lambda *_: None)
    if made.transfer == "linear":
        return np.stack([tone_map(light) for light in made.pixels])
    return np.round(made.pixels * 255).astype(np.uint8)


def _cell(picture: "NDArray[np.uint8]") -> "NDArray[np.uint8]":
    import numpy as np  # noqa: PLC0415 - arrays where pictures are
    from PIL import Image  # noqa: PLC0415 - as above

    return np.asarray(Image.fromarray(picture).resize((_CELL, _CELL), Image.Resampling.BICUBIC), np.uint8)


@task(name="register-subject", persist_result=False, cache_policy=NO_CACHE)
def register_subject(taught: Taught, subject: Subject, data_digest: str) -> int:
    """Keep the LoRA under the subject's name; it can be drawn at once. Gives its version."""
    described = taught.file.with_name(SUBJECT_FILE)
    described.write_text(subject.model_dump_json(indent=2))
    registry = ModelRegistry.default()
    version = registry.register(
        subject.name,
        {LORA_FILE: taught.file, SUBJECT_FILE: described},
        metrics={"loss": taught.losses[-1][1]},
        data_digest=data_digest,
        code_version=code_version(),
        description=f"{subject.subject_prompt}, for {subject.base} {subject.base_version}",
    )
    registry.promote(subject.name, version.version)
    return version.version
