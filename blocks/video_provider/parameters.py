"""A request in the API's own parameters, and what of it is done differently."""

import base64
from dataclasses import dataclass
from typing import Any

from blocks.video_provider.catalogue import HostedModel, Size
from blocks.video_provider.errors import ModelUnsuited
from blocks.video_provider.request import HostedClip, picture_kind


@dataclass(frozen=True)
class Order:
    """What is sent: `image_to_video` where there is a picture, else `text_to_video`."""

    parameters: dict[str, Any]
    size: Size
    seconds: int
    notes: tuple[str, ...]


def unsuited(request: HostedClip, model: HostedModel) -> str | None:
    """Why the model cannot draw what is asked; None where it can."""
    if request.init_image is None and not model.word_sizes:
        return f"{model.id} only draws on from a picture: give a first picture, or ask for gen4.5"
    if request.hdr and model.hdr_credits is None:
        return f"{model.id} draws no HDR: leave it out, or ask for gen4.5"
    if request.seconds > model.seconds[-1]:
        return f"{model.id} draws at most {model.seconds[-1]} seconds"
    return None


def order_of(request: HostedClip, model: HostedModel) -> Order:
    """What to send.

    Raises:
        ModelUnsuited: The model cannot draw what is asked.
    """
    if (reason := unsuited(request, model)) is not None:
        raise ModelUnsuited(f"{reason}.")
    notes = []
    sizes = model.word_sizes if request.init_image is None else model.picture_sizes
    width, height = nearest_size(request.width, request.height, sizes)
    if (width, height) != (request.width, request.height):
        notes.append(f"asked for {width}x{height} pixels: {model.id} does not draw {request.width}x{request.height}")
    seconds = next(each for each in model.seconds if each >= request.seconds)
    if seconds != request.seconds:
        notes.append(f"asked for {seconds} seconds: {model.id} does not draw {request.seconds:g}")
    parameters: dict[str, Any] = {
        "model": model.id,
        "prompt_text": request.prompt,
        "ratio": f"{width}:{height}",
        "duration": seconds,
        **dict(model.more),
    }
    if request.seed is not None:
        parameters["seed"] = request.seed
        notes.append("seed: the provider draws a similar video from it, not the same")
    if request.hdr:
        parameters["output_format"] = "hdr10"
    if request.negative_prompt.strip() and model.negative:
        parameters["negative_prompt"] = request.negative_prompt
    elif request.negative_prompt.strip():
        notes.append(f"negative prompt: left out, as {model.id} has no field for it")
    if request.init_image is not None:
        data = base64.b64encode(request.init_image).decode()
        parameters["prompt_image"] = f"data:image/{picture_kind(request.init_image)};base64,{data}"
    return Order(parameters, (width, height), seconds, tuple(notes))


def estimated_credits(request: HostedClip, model: HostedModel) -> float:
    """What the list says that it costs."""
    seconds = next(each for each in model.seconds if each >= request.seconds)
    return seconds * (model.credits + (model.hdr_credits or 0) * request.hdr)


def nearest_size(width: int, height: int, sizes: tuple[Size, ...]) -> Size:
    """The size nearest in shape, then in area, to `width` x `height` pixels."""
    wanted, area = width / height, width * height

    def apart(size: Size) -> tuple[float, float]:
        shape, pixels = size[0] / size[1], size[0] * size[1]
        return round(max(shape / wanted, wanted / shape), 2), max(pixels / area, area / pixels)

    return min(sizes, key=apart)
