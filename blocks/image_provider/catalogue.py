"""The models of OpenAI Images: which live, what sizes and qualities they take, and what their tokens cost.

Facts of openai 3.54 (`types/image_generate_params.py`) and https://developers.openai.com/api/docs/deprecations, as of
November 2026. Prices in dollars a million tokens, as listed on 9 September 2026; a model without one has no estimate.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final


@dataclass(frozen=True)
class Price:
    """Dollars a million tokens."""

    text_in: float
    image_in: float
    image_out: float


@dataclass(frozen=True)
class HostedModel:
    """A model that the provider serves.

    Attributes:
        any_size: Takes any width and height within limits; otherwise one of three sizes.
        finest: Takes the qualities `xhigh` and `max`.
        ends: The day on which it is shut down, where that is known.
    """

    id: str
    any_size: bool = True
    finest: bool = True
    ends: date | None = None
    price: Price | None = None


@dataclass(frozen=True)
class RetiredModel:
    """A model that was shut down, and what takes its place unless a block says otherwise: the first that is served."""

    id: str
    ended: date
    successors: tuple[str, ...]


_PRICE: Final = Price(text_in=5.0, image_in=8.0, image_out=30.0)
_LAST: Final = date(2026, 12, 1)

LIVE: Final = {
    model.id: model
    for model in (
        HostedModel("gpt-image-2.6-flare"),
        HostedModel("gpt-image-2.6-sunburst"),
        HostedModel("gpt-image-2.5-flare", price=_PRICE),
        HostedModel("gpt-image-2.5-sunburst", price=_PRICE),
        HostedModel("gpt-image-2", finest=False, price=_PRICE),
        HostedModel("gpt-image-1.5", any_size=False, finest=False, ends=_LAST),
        HostedModel("gpt-image-1-mini", any_size=False, finest=False, ends=_LAST, price=Price(2.0, 2.5, 8.0)),
        HostedModel("chatgpt-image-latest", any_size=False, finest=False, ends=_LAST),
    )
}

_SUCCESSORS: Final = ("gpt-image-2.5-flare", "gpt-image-2.6-flare", "gpt-image-2")
RETIRED: Final = {
    model.id: model
    for model in (
        RetiredModel("dall-e-3", date(2026, 5, 12), _SUCCESSORS),
        RetiredModel("dall-e-2", date(2026, 5, 12), _SUCCESSORS),
        RetiredModel("gpt-image-1", date(2026, 10, 23), _SUCCESSORS),
    )
}
