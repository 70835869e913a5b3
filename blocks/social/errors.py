"""What can go wrong with a feed of posts; every message says what to do, and none repeats a credential or a query.

FeedError
├── FeedAway        could not be reached, or keeps failing
├── FeedBusy        asks to come back later than we are ready to wait
├── FeedRefused     does not accept the credentials or this caller, or points where feeds must not lead
└── FeedUnreadable  answered with something that is no feed, or with far too much of it
"""

from blocks.block_error import BlockError


class FeedError(BlockError):
    """Posts could not be had from this source."""


class FeedAway(FeedError):
    """The source could not be reached, did not answer in time, or keeps failing."""


class FeedBusy(FeedError):
    """The source's rate limit is used up for longer than we wait."""


class FeedRefused(FeedError):
    """The source does not accept the credentials or this caller, or redirects to an address that is not public."""


class FeedUnreadable(FeedError):
    """The answer is no feed, or larger than any feed should be."""
