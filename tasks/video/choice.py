"""Which model draws a video: the one that is asked for, or the one that stands in for it."""

from dataclasses import dataclass
from typing import Final

from tasks.image.choice import ModelUnavailable
from tasks.video.model_card import VideoModelCard, video_model_cards
from tasks.video.settings import VideoSettings

NERF: Final = "nerf"


@dataclass(frozen=True)
class VideoChoice:
    """The model that draws.

    Attributes:
        fallback: Why it is not the one that was asked for; None where it is.
    """

    card: VideoModelCard
    fallback: str | None = None

    @property
    def draws_scene(self) -> bool:
        """Whether a camera flies through a radiance field, rather than a model drawing a clip."""
        return self.card.id == NERF


def default_video_model(*, from_picture: bool = False) -> str:
    """Id of the model that draws where a request names none."""
    settings, cards = VideoSettings(), video_model_cards()
    if settings.model in cards:
        return str(settings.model)
    ready = [name for name in settings.weights if name in cards and _can_start(cards[name], from_picture=from_picture)]
    return ready[0] if ready else _stand_in(from_picture=from_picture)


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
    cards = video_model_cards()
    name = NERF if use_nerf else asked or default_video_model(from_picture=from_picture)
    if name not in cards:
        raise ModelUnavailable(f"unknown model {name[:60]!r}; available: {', '.join(cards)}")
    card = cards[name]
    why = missing_of(card) or _unfit(card, from_picture=from_picture)
    if why is None:
        return VideoChoice(card)
    if strict:
        raise ModelUnavailable(why)
    other = cards[_stand_in(from_picture=from_picture)]
    if missing_of(other) is not None or other.id == name:
        raise ModelUnavailable(why)
    return VideoChoice(other, f"{name} cannot draw here: {why}; {other.id} drew instead")


def missing_of(card: VideoModelCard) -> str | None:
    """What a model lacks to draw here; None where it can."""
    if card.runs == "local" and card.needs_weights and card.id not in VideoSettings().weights:
        return (
            f"no weights are configured for {card.id}: set VIDEO_WEIGHTS, such as "
            f'{{"{card.id}": "/models/folder"}}; fetch-model brings them'
        )
    if card.runs == "hosted":
        from blocks.video_provider import NoKey, VideoProvider  # noqa: PLC0415 - the client where it is needed

        try:
            VideoProvider.default().client_key()
        except NoKey as error:
            return str(error)
    return None


def _can_start(card: VideoModelCard, *, from_picture: bool) -> bool:
    return _unfit(card, from_picture=from_picture) is None


def _unfit(card: VideoModelCard, *, from_picture: bool) -> str | None:
    if from_picture and "image_to_video" not in card.features:
        return f"{card.id} does not start from a picture"
    if not from_picture and not {"text_to_video", "scene"} & set(card.features):
        return f"{card.id} starts from a picture: give init_image"
    return None


def _stand_in(*, from_picture: bool) -> str:
    """What draws without anything configured."""
    return "nerf"
