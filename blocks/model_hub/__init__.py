"""Weights of models, brought from a model hub or an https address: named, licensed, pinned, and numbers only.

`ModelHub().offer(repository)` says what there is, under which licence and with which digest; `ModelHub().bring(...)`
brings it. Nothing that is brought is executed or unpickled.
"""

from blocks.model_hub.errors import ModelHubError, WeightsRefused, WeightsUnavailable
from blocks.model_hub.hub import Brought, ModelHub
from blocks.model_hub.offer import Offer, OfferedFile
from blocks.model_hub.settings import ModelHubSettings

__all__ = [
    "Brought",
    "ModelHub",
    "ModelHubError",
    "ModelHubSettings",
    "Offer",
    "OfferedFile",
    "WeightsRefused",
    "WeightsUnavailable",
]
