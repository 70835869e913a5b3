"""Which model draws: the one that is asked for, or the one that stands in for it."""

from dataclasses import dataclass, replace

from blocks.image_provider import ImageProvider, ImageProviderError
from tasks.image.embedded_weights import embedded_weights
from tasks.image.model_card import ModelCard, model_cards
from tasks.image.settings import ImageSettings
from tasks.image.stylegan3_weights import stylegan3_weights
from tasks.image.subject import Subject, registered_subject


class ModelUnavailable(ValueError):
    """The model cannot draw here; the message says what is missing."""


@dataclass(frozen=True)
class Choice:
    """The model that draws.

    Attributes:
        fallback: Why it is not the one that was asked for; None where it is.
        subject: What it was taught, where the name of a taught model was asked for.
    """

    card: ModelCard
    fallback: str | None = None
    subject: Subject | None = None


def default_model(settings: ImageSettings | None = None) -> str:
    """Id of the model that draws where a request names none."""
    return "embedded" if (settings or ImageSettings()).sdxl_model is None else "stable-diffusion"


def choose_model(asked: str | None, strict: bool, settings: ImageSettings | None = None) -> Choice:
    """The model for a request.

    Args:
        asked: Its id; None for the best that is configured.
        strict: Refuse rather than let another model stand in.

    Raises:
        ModelUnavailable: It is unknown, or cannot draw here and nothing may stand in.
    """
    settings = settings or ImageSettings()
    cards = model_cards()
    asked = asked or default_model(settings)
    if asked not in cards:
        subject = registered_subject(asked)
        if subject is None:
            raise ModelUnavailable(f"unknown model {asked[:60]!r}; available: {', '.join(cards)}")
        # Nothing can stand in: its LoRA fits no other model.
        return replace(choose_model(subject.base, strict=True, settings=settings), subject=subject)
    if asked == "stable-diffusion" and settings.sdxl_model is None:
        reason = (
            "No Stable Diffusion XL weights are configured (SDXL_MODEL names a folder or a hub id; the flow "
            "fetch-model brings them)."
        )
        if strict:
            raise ModelUnavailable(reason)
        _require_embedded(settings)
        return Choice(cards["embedded"], f"{reason} The small embedded model drew instead.")
    if asked == "embedded":
        _require_embedded(settings)
    if asked == "stylegan3" and stylegan3_weights(settings) is None:
        raise ModelUnavailable(
            "No StyleGAN3 generator has been trained: run train-stylegan3, or name a file in STYLEGAN3_MODEL."
        )
    if cards[asked].runs == "hosted":
        _require_hosted(asked, strict)
    return Choice(cards[asked])


def _require_embedded(settings: ImageSettings) -> None:
    folder = embedded_weights(settings)
    if not (folder / "card.json").is_file():
        raise ModelUnavailable(
            f"The embedded model's weights are not in {folder.name}; EMBEDDED_IMAGE_MODEL names them."
        )


def _require_hosted(model: str, strict: bool) -> None:
    """No other model stands in for one that is paid for."""
    try:
        ImageProvider.default().require(model, strict=strict)
    except ImageProviderError as error:
        raise ModelUnavailable(str(error)) from error
