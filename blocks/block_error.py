"""The error that blocks raise; its message says what is wrong and what to do."""


class BlockError(Exception):
    """The outside world did not do what a block asked of it: wrong configuration, no access, or not there."""
