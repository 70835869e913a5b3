"""What can go wrong between a run and its rows."""

from typing import Self

from blocks.block_error import BlockError


class WarehouseError(BlockError):
    """The warehouse could not do what was asked; the message says why and what to do, without credentials."""


class RowsConflict(WarehouseError):
    """The same run published other rows before: what is stored stays as it is."""

    @classmethod
    def of(cls, table: str, run_id: str) -> Self:
        """Rows of `run_id` in `table` differ from what it published before."""
        return cls(
            f"Run {run_id} has published other rows to {table} before; what is stored stays. "
            "Start a new run to publish these."
        )


class ForeignTables(Exception):
    """The database's tables are at a revision that this code does not know."""
