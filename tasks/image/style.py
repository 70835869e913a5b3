"""A style, laid over a request's words or over its pictures, whichever the model can follow."""

from dataclasses import replace

from models.drawing import Drawing
from models.styles import apply_style, style
from tasks.image.model_card import ModelCard

FOLLOWS_WORDS = "style_words"


def in_style(drawing: Drawing, name: str | None, card: ModelCard) -> Drawing:
    """The drawing with the style's words and settings, for models that know such words; else as it is."""
    if name is None or FOLLOWS_WORDS not in card.features:
        return drawing
    named = style(name)
    prompt, negative = apply_style(drawing.prompt, drawing.negative_prompt, named)
    return replace(
        drawing,
        prompt=prompt,
        negative_prompt=negative,
        steps=drawing.steps or named.settings.steps,
        guidance=named.settings.guidance if drawing.guidance is None else drawing.guidance,
    )


def graded(name: str | None, card: ModelCard) -> str | None:
    """The style to lay over the pictures: of models whose words know nothing of it."""
    return None if FOLLOWS_WORDS in card.features else name
