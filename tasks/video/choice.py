"""Which model draws a video: the one that is asked for, or the one that stands in for it."""

from dataclasses import dataclass
from typing import Final

from pydantic import ValidationError

from blocks.video_provider import HostedClip, VideoProvider, VideoProviderError
from tasks.image.choice import ModelUnavailable
from tasks.video.model_card import ModelCard, model_cards
from tasks.video.plan import VideoPlan
from tasks.video.settings import VideoSettings

NERF: Final = "nerf"


@dataclass(frozen=True)
class VideoChoice:
    """The model that draws.

    Attributes:
        fallback: Why it is not the one that was asked for; None where it is.
    """

    card: ModelCard
    fallback: str | None = None

    @property
    def draws_scene(self) -> bool:
        """Whether a camera flies through a radiance field, rather than a model drawing a clip."""
        return self.card.id == NERF


def default_video_model(*, from_picture: bool = False) -> str:
    """Id of the model that draws where a request names none."""
    settings, cards = VideoSettings(), model_cards()
    if settings.model in cards:
        return str(settings.model)
    ready = [
        name for name in settings.weights if name in cards and _unfit(cards[name], from_picture=from_picture) is None
    ]
    return ready[0] if ready else NERF


def choose_video_model(asked: str | None, *, use_nerf: bool, strict: bool, from_picture: bool) -> VideoChoice:
    """The model for a request.

    Args:
        asked: Its id; None for the best that is configured.
        use_nerf: A radiance field.
        strict: Refuse rather than let another model stand in.
        from_picture: Whether the video begins with a given picture.

    Raises:
        ModelUnavailable: It is unknown, or cannot draw here and nothing may stand in.
    """
    cards = model_cards()
    name = NERF if use_nerf else asked or default_video_model(from_picture=from_picture)
    if name not in cards:
        raise ModelUnavailable(f"unknown model {name[:60]!r}; available: {', '.join(cards)}")
    card = cards[name]
    why = missing_of(card) or _unfit(card, from_picture=from_picture)
    if why is None:
        return VideoChoice(card)
    if strict or from_picture or name == NERF:  # nothing that needs no weights starts from a picture
        raise ModelUnavailable(why)
    return VideoChoice(cards[NERF], f"{name} cannot draw here: {why}; a radiance field of the prompt's world instead")


def missing_of(card: ModelCard) -> str | None:
    """What a model lacks to draw here; None where it can."""
    if card.runs == "hosted":
        if VideoProvider.default().configured:
            return None
        return "hosted models need an API key: set RUNWAYML_API_SECRET, or save a Video provider block as default"
    if card.id == NERF or card.id in VideoSettings().weights:
        return None
    return f'no weights are configured for {card.id}: set VIDEO_WEIGHTS, such as {{"{card.id}": "/models/folder"}}'


def hosted_price(name: str, plan: VideoPlan) -> float | None:
    """Dollars that the provider's list asks for; None where it has no such video."""
    try:
        asked = HostedClip(
            prompt="a video",
            model=name,
            width=plan.drawn_width,
            height=plan.drawn_height,
            seconds=float(plan.drawn_frames / plan.drawn_rate),
        )
        return VideoProvider.default().estimate_usd(asked)
    except (VideoProviderError, ValidationError):
        return None


def _unfit(card: ModelCard, *, from_picture: bool) -> str | None:
    if from_picture and "image_to_video" not in card.features:
        return f"{card.id} does not start from a picture"
    if not from_picture and "text_to_video" not in card.features:
        return f"{card.id} starts from a picture: give init_image"
    return None
