"""Drawing by a hosted model: asked once, its pictures cut to the size of the request."""

import io
from typing import TYPE_CHECKING, cast

from prefect import task
from prefect.cache_policies import NO_CACHE

from blocks.image_provider import Blocked, HostedRequest, ImageProvider, Made
from models.drawing import Drawing, Drawn
from tasks.image.draw import Pictures
from tasks.image.refusal import Refusal
from tasks.run import run_id

if TYPE_CHECKING:
    from typing import Literal

    from models.drawing import Pixels


@task(
    name="draw-hosted-pictures",
    description="Pictures of a hosted model, paid for once: a repeated run sends the same idempotency key.",
    persist_result=False,
    cache_policy=NO_CACHE,
)
def draw_hosted(model: str, drawing: Drawing, strict: bool) -> Pictures | Refusal:
    """Pictures, or what moderation refused.

    Raises `ImageProviderError` saying whether anything may have been paid for.
    """
    asked = HostedRequest(
        prompt=drawing.prompt,
        negative_prompt=drawing.negative_prompt,
        model=model,
        strict=strict,
        width=drawing.width,
        height=drawing.height,
        count=len(drawing.seeds),
        init_image=None if drawing.init is None else _png(drawing.init),
        mask=None if drawing.mask is None else _transparent(drawing),
        seed=drawing.seeds[0],
    )
    outcome = ImageProvider.default().draw(asked, idempotency_key=run_id())
    if isinstance(outcome, Blocked):
        stage = cast("Literal['input', 'output'] | None", outcome.stage)
        return Refusal(by=outcome.served_model, stage=stage, categories=outcome.categories, reason=outcome.reason)
    return _pictures(outcome, drawing)


def _pictures(made: Made, drawing: Drawing) -> Pictures:
    import numpy as np  # noqa: PLC0415 - arrays where they are used

    from models.image_file import read_picture  # noqa: PLC0415 - Pillow where a picture is read

    fitted = [_fitted(read_picture(each.png), drawing.width, drawing.height) for each in made.pictures]
    notes = list(made.notes)
    if made.sent_size != (drawing.width, drawing.height):
        width, height = made.sent_size
        notes.append(f"Drawn at {width}x{height}, then cut and resampled to {drawing.width}x{drawing.height}.")
    if made.usage is not None and made.usage.estimated_usd is not None:
        notes.append(f"Cost about ${made.usage.estimated_usd:.3f} by list prices.")
    pixels = np.stack(fitted).astype(np.float32) / np.float32(255)
    drawn = Drawn(pixels, "srgb", made.sent_size, tuple(notes))
    return Pictures(drawn, made.served_model, made.served_model, None, (None,) * len(fitted))


def _fitted(picture: "Pixels", width: int, height: int) -> "Pixels":
    """The middle of a picture at another size."""
    import numpy as np  # noqa: PLC0415 - arrays where they are used
    from PIL import Image, ImageOps  # noqa: PLC0415 - Pillow where a picture is cut

    fitted = ImageOps.fit(Image.fromarray(picture), (width, height), Image.Resampling.LANCZOS)
    return np.asarray(fitted, np.uint8)


def _png(picture: "Pixels") -> bytes:
    from models.image_file import write_picture  # noqa: PLC0415 - Pillow where a picture is written

    return write_picture(picture, "png", "")


def _transparent(drawing: Drawing) -> bytes:
    """The mask as the API has it: clear where the picture is drawn anew."""
    import numpy as np  # noqa: PLC0415 - arrays where they are used
    from PIL import Image  # noqa: PLC0415 - Pillow where a picture is written

    mask, start = drawing.mask, drawing.init
    if mask is None or start is None:
        raise ValueError("a mask needs the picture that it belongs to")
    clear = Image.fromarray(255 - mask).resize((start.shape[1], start.shape[0]), Image.Resampling.NEAREST)
    stream = io.BytesIO()
    Image.fromarray(np.dstack([start, np.asarray(clear)])).save(stream, "PNG")
    return stream.getvalue()
