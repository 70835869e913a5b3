"""Rows that a run published."""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Table


class Rows(BaseModel):
    """Names the rows of one run in one table."""

    model_config = ConfigDict(frozen=True)

    table: str = Field(description="Name of the table.", examples=["price_forecasts"])
    count: int = Field(ge=0, description="How many rows the run has in it.", examples=[24])
    uri: str = Field(description="Where the table is, without credentials.", examples=["bigquery://project.data.table"])


def check_rows(table: Table, rows: Sequence[Mapping[str, Any]], run_id: str) -> None:
    """Raise ValueError for the first row of another run, with a column the table lacks or without one it requires.

    Databases would not: of many rows inserted at once, SQLAlchemy takes the columns from the first.
    """
    known = set(table.columns.keys())
    required = {name for name, column in table.columns.items() if not column.nullable}
    for number, row in enumerate(rows, 1):
        if row.get("run_id") != run_id:
            raise ValueError(f"row {number} of {table.name} must carry run_id={run_id!r}")
        if unknown := row.keys() - known:
            raise ValueError(f"row {number}: {table.name} has no column {', '.join(sorted(unknown))}")
        if missing := {name for name in required if row.get(name) is None}:
            raise ValueError(f"row {number} of {table.name} needs a value for {', '.join(sorted(missing))}")
