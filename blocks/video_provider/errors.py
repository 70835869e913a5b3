"""What can go wrong with a provider of videos; every message says what to do, and none repeats a key or a prompt.

VideoProviderError
├── NoKey             no API key is configured
├── UnknownModel      no such model is offered
├── ModelRetired      the model is served no longer and `strict` allows no successor
├── ModelUnsuited     the model cannot draw what is asked
├── ProviderRefused   does not accept the key, the account or the request
│   └── TaskUnknown   has no task of this id
├── ProviderBusy      asks to come back later than we are ready to wait
├── ProviderAway      could not be reached, or keeps failing; nothing was begun
├── OutcomeUnknown    went silent after it had the request, which may be paid for
├── StillRunning      the task had not ended when we stopped waiting; it goes on there
├── OutputExpired     the video's address is no longer valid, and no fresh one could be had
└── AnswerUnreadable  answered with something that is no video or no task, or with far too much of it
"""

from blocks.block_error import BlockError


class VideoProviderError(BlockError):
    """A video could not be had from the provider."""


class NoKey(VideoProviderError):
    """No API key is configured."""


class UnknownModel(VideoProviderError):
    """The provider offers no model of this id."""


class ModelRetired(VideoProviderError):
    """The model asked for is served no longer, and the request allows no other."""


class ModelUnsuited(VideoProviderError):
    """The model cannot draw what is asked: it needs a first picture, or knows no HDR."""


class ProviderRefused(VideoProviderError):
    """The provider does not accept the key, the account or the request; asking again does not help."""


class TaskUnknown(ProviderRefused):
    """The provider has no task of this id: it was deleted, or belongs to another account."""


class ProviderBusy(VideoProviderError):
    """The provider's limit is used up for longer than we wait; nothing was begun."""


class ProviderAway(VideoProviderError):
    """The provider could not be reached or keeps failing; where a task was submitted, it goes on there."""


class OutcomeUnknown(VideoProviderError):
    """The provider had the request and gave no task id: a video may be on its way and paid for."""


class StillRunning(VideoProviderError):
    """The task had not ended when we stopped waiting; it goes on at the provider."""


class OutputExpired(VideoProviderError):
    """The address of the video is no longer valid."""


class AnswerUnreadable(VideoProviderError):
    """The answer is no task or no video, or is larger than any should be."""
