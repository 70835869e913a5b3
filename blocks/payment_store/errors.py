"""What keeps payments from being stored."""

from blocks.block_error import BlockError


class PaymentStoreError(BlockError):
    """The payment store can't be used; the message says why and what to do."""


class PaymentStoreAway(PaymentStoreError):
    """The database does not answer, or refused; nothing of the transaction was stored."""


class PaymentStoreTaken(PaymentStoreError):
    """Another scorer writes to this store."""
