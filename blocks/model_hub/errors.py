"""What can go wrong when weights are brought."""

from blocks.block_error import BlockError


class ModelHubError(BlockError):
    """The weights could not be brought."""


class WeightsRefused(ModelHubError):
    """They must not be brought as asked; asking again does not help."""


class WeightsUnavailable(ModelHubError):
    """The hub did not give them; what came is kept and the next try goes on from there."""
