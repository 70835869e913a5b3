"""Pictures drawn elsewhere: OpenAI Images behind its live ids and behind those that were shut down.

`ImageProvider.default().draw(HostedRequest(prompt=…, model="dall-e-3"))` gives `Made` (PNG bytes, served_model, usage,
notes) or `Blocked`; everything else is an `ImageProviderError`. Retries never pay twice: only what the provider
certainly did not draw is sent again.
"""

from blocks.image_provider.block import ImageProvider
from blocks.image_provider.catalogue import LIVE, RETIRED, HostedModel
from blocks.image_provider.errors import (
    AnswerUnreadable,
    ImageProviderError,
    ModelRetired,
    ModelUnavailable,
    NoKey,
    OutcomeUnknown,
    ProviderAway,
    ProviderBusy,
    ProviderRefused,
    UnknownModel,
)
from blocks.image_provider.outcome import Blocked, HostedPicture, Made, Outcome, Usage
from blocks.image_provider.request import HostedRequest

__all__ = [
    "LIVE",
    "RETIRED",
    "AnswerUnreadable",
    "Blocked",
    "HostedModel",
    "HostedPicture",
    "HostedRequest",
    "ImageProvider",
    "ImageProviderError",
    "Made",
    "ModelRetired",
    "ModelUnavailable",
    "NoKey",
    "Outcome",
    "OutcomeUnknown",
    "ProviderAway",
    "ProviderBusy",
    "ProviderRefused",
    "UnknownModel",
    "Usage",
]
