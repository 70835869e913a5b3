"""Why an alert can't be changed."""

from blocks.block_error import BlockError


class NoSuchAlert(BlockError):
    """There is no such alert, or it is another owner's."""


class AlertChanged(BlockError):
    """Somebody changed the alert meanwhile: read it again."""


class AlertConflict(BlockError):
    """The alert can't go from its state to that one."""


class NoSuchWebhook(BlockError):
    """There is no such webhook, or it is another owner's."""


class TooManyWebhooks(BlockError):
    """The owner has as many webhooks as may be."""
