"""What can go wrong between a run and its rows."""

from blocks.block_error import BlockError


class WarehouseError(BlockError):
    """The warehouse could not do what was asked; the message says why and what to do, without credentials."""


class RowsConflict(WarehouseError):
    """The same run published other rows before: what is stored stays as it is."""
