"""A request in the API's own parameters, and what of it the API has no parameter for."""

from typing import Any, Final

from blocks.image_provider.catalogue import HostedModel
from blocks.image_provider.request import LONGEST_PROMPT, HostedRequest, picture_kind
from blocks.image_provider.size import nearest_size

OLD_WORDS: Final = {"standard": "medium", "hd": "high"}
FINEST: Final = ("xhigh", "max")


def parameters_of(request: HostedRequest, model: HostedModel) -> tuple[dict[str, Any], tuple[int, int], list[str]]:
    """What to send, the size asked for in it, and notes on what differs from the request."""
    notes: list[str] = []
    width, height = nearest_size(request.width, request.height, any_size=model.any_size)
    if (width, height) != (request.width, request.height):
        notes.append(f"asked for {width}x{height} pixels: {model.id} does not draw {request.width}x{request.height}")
    quality: str = OLD_WORDS.get(request.quality, request.quality)
    if quality in FINEST and not model.finest:
        quality = "high"
    if quality != request.quality:
        notes.append(f"quality {quality} in place of {request.quality}, which {model.id} does not have")
    if request.seed is not None:
        notes.append("seed: unsupported by the provider, so the picture can't be drawn again")
    parameters: dict[str, Any] = {
        "model": model.id,
        "prompt": _prompt(request, notes),
        "n": request.count,
        "size": f"{width}x{height}",
        "quality": quality,
        "output_format": "png",
        "background": "opaque",
    }
    if request.init_image is not None:
        kind = picture_kind(request.init_image)
        parameters["image"] = (f"init.{kind}", request.init_image, f"image/{kind}")
        notes.append("strength: unsupported by the provider, which decides itself how far to leave init_image")
        if request.mask is not None:
            parameters["mask"] = ("mask.png", request.mask, "image/png")
    return parameters, (width, height), notes


def _prompt(request: HostedRequest, notes: list[str]) -> str:
    if not request.negative_prompt.strip():
        return request.prompt
    notes.append("negative prompt: said in the prompt, as the provider has no field for it")
    told = f"{request.prompt}\n\nDo not show: {request.negative_prompt.strip()}"
    if len(told) > LONGEST_PROMPT:
        notes[-1] = "negative prompt: left out, as the provider has no field for it and the prompt is at its longest"
        return request.prompt
    return told
