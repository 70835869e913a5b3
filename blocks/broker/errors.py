"""What can go wrong when orders are carried out; every message says what to do."""

from blocks.block_error import BlockError


class BrokerError(BlockError):
    """Orders could not be carried out."""


class LiveTradingRefused(BrokerError):
    """Real orders are not allowed here, or there are no keys to place them with."""


class BrokerUnavailable(BrokerError):
    """The exchange did not say what became of an order; run again to find out, nothing is placed twice."""
