"""Drawing: a model in memory or a hosted one makes the pictures of a request."""

from dataclasses import dataclass

from prefect import task
from prefect.cache_policies import NO_CACHE

from models.drawing import Drawing, Drawn
from tasks.image.progress import DrawingProgress
from tasks.image.resident import resident_model
from tasks.one_thread import one_thread


@dataclass(frozen=True, eq=False)
class Pictures:
    """What was drawn, and by what exactly.

    Attributes:
        seeds: One a picture; None where the model takes none.
    """

    drawn: Drawn
    model: str
    model_version: str
    weights_sha256: str | None
    seeds: tuple[int | None, ...]


@task(
    name="draw-pictures",
    description="The pictures, step by step; the bar and an early look are on the run's page.",
    persist_result=False,
    cache_policy=NO_CACHE,
)
def draw_pictures(model: str, drawing: Drawing) -> Pictures:
    """Draw with a model by its id.

    Raises `DrawingRefused` when the model cannot do what is asked, `OSError` when its weights cannot be read.
    """
    resident = resident_model(model)
    count = len(drawing.seeds)
    what = f"{count} picture{'s' if count > 1 else ''} with {model}"
    with one_thread():
        drawn = resident.model.draw(drawing, DrawingProgress(what))
    return Pictures(drawn, model, resident.version, resident.weights_sha256, drawing.seeds)
