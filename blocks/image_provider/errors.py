"""What can go wrong with a provider of pictures; every message says what to do, and none repeats a key or a prompt.

ImageProviderError
├── NoKey             no API key is configured
├── UnknownModel      no such model is offered
├── ModelRetired      the model was shut down and `strict` allows no successor
├── ProviderRefused   does not accept the key, the account or the request
├── ProviderBusy      asks to come back later than we are ready to wait
├── ProviderAway      could not be reached, or keeps failing; nothing was made
├── OutcomeUnknown    went silent after it had the request, which may have been paid for
└── AnswerUnreadable  answered with something that is no picture, or with far too much of it
"""

from blocks.block_error import BlockError


class ImageProviderError(BlockError):
    """A picture could not be had from the provider."""


class NoKey(ImageProviderError):
    """No API key is configured."""


class UnknownModel(ImageProviderError):
    """The provider offers no model of this id."""


class ModelRetired(ImageProviderError):
    """The model asked for was shut down, and the request allows no other."""


class ProviderRefused(ImageProviderError):
    """The provider does not accept the key, the account or the request; asking again does not help."""


class ModelUnavailable(ProviderRefused):
    """The provider does not serve this model, or not to this account."""


class ProviderBusy(ImageProviderError):
    """The provider's rate limit is used up for longer than we wait."""


class ProviderAway(ImageProviderError):
    """The provider could not be reached or keeps failing; nothing was made and nothing is owed."""


class OutcomeUnknown(ImageProviderError):
    """The provider had the request and gave no answer: pictures may have been made and paid for."""


class AnswerUnreadable(ImageProviderError):
    """The answer holds no pictures that can be read, or is larger than any answer should be."""
