"""The models of Runway's API: what each draws from, sizes, lengths, and what a second costs.

Models, ratios and lengths of runwayml 5.24 (`types/text_to_video_create_params.py`, `image_to_video_create_params.py`);
credits a second of https://docs.dev.runwayml.com/guides/pricing/ as listed in 2026, a credit being a cent. What a task
costs is said by the provider itself when it is submitted and when it has ended; the list is for asking beforehand.
"""

from dataclasses import dataclass
from typing import Any, Final

Size = tuple[int, int]

CREDIT_USD: Final = 0.01


@dataclass(frozen=True)
class HostedModel:
    """A model that the provider serves.

    Attributes:
        word_sizes: Widths and heights that it draws from words alone; empty where it needs a first picture.
        picture_sizes: Those that it draws on from a picture.
        seconds: Lengths that it draws, rising.
        credits: A second.
        hdr_credits: More credits a second for true HDR (HEVC Main 10, BT.2020, PQ); None where it has none.
        negative: Whether it has a field for what not to draw.
        more: Parameters that always go along.
    """

    id: str
    word_sizes: tuple[Size, ...]
    picture_sizes: tuple[Size, ...]
    seconds: tuple[int, ...]
    credits: float
    hdr_credits: float | None = None
    negative: bool = False
    more: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True)
class RetiredModel:
    """A model that is served no longer, and what takes its place unless a block says otherwise: the first that can."""

    id: str
    successors: tuple[str, ...]


_GEN4: Final = ((1280, 720), (720, 1280), (1104, 832), (960, 960), (832, 1104), (1584, 672))
_VEO: Final = ((1280, 720), (720, 1280), (1920, 1080), (1080, 1920))
_ANY: Final = tuple(range(2, 11))
_SILENT: Final = (("audio", False),)

LIVE: Final = {
    model.id: model
    for model in (
        HostedModel("gen4.5", ((1280, 720), (720, 1280)), _GEN4, _ANY, credits=12, hdr_credits=20),
        HostedModel("gen4_turbo", (), _GEN4, _ANY, credits=5),
        HostedModel("veo3.1", _VEO, _VEO, (4, 6, 8), credits=20, negative=True, more=_SILENT),
        HostedModel("veo3.1_fast", _VEO, _VEO, (4, 6, 8), credits=10, negative=True, more=_SILENT),
    )
}

RETIRED: Final = {
    model.id: model
    for model in (
        RetiredModel("runway-gen2", ("gen4.5", "gen4_turbo")),
        RetiredModel("gen3a_turbo", ("gen4_turbo", "gen4.5")),
    )
}
