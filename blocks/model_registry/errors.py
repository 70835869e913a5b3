"""What can go wrong in the model registry.

ModelRegistryError
├── ModelNotFound     no such model, version or alias
├── UnsafeModelFile   not in a format that can be read without running code
├── AliasMoved        the alias does not stand where the caller expected it
└── WeightsDamaged    the weights do not have their recorded digest
"""

from blocks.block_error import BlockError


class ModelRegistryError(BlockError):
    """The registry could not do it."""


class ModelNotFound(ModelRegistryError):
    """No such model, version or alias."""


class UnsafeModelFile(ModelRegistryError):
    """A file that is not in an allowed format; pickles run code when they are read, so they never are."""


class AliasMoved(ModelRegistryError):
    """Someone else moved the alias."""


class WeightsDamaged(ModelRegistryError):
    """The weights do not have the digest they were registered with."""
