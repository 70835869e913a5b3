"""Why a list can't be changed."""

from blocks.block_error import BlockError


class NoSuchEntry(BlockError):
    """There is no such entry, or it is another owner's."""


class ListConflict(BlockError):
    """The value is on the other list."""


class ListFull(BlockError):
    """The owner's lists hold as many entries as they may."""
