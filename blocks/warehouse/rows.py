"""Rows that a run published."""

from pydantic import BaseModel, ConfigDict, Field


class Rows(BaseModel):
    """Names the rows of one run in one table."""

    model_config = ConfigDict(frozen=True)

    table: str = Field(description="Name of the table.", examples=["price_forecasts"])
    count: int = Field(ge=0, description="How many rows the run has in it.", examples=[24])
    uri: str = Field(description="Where the table is, without credentials.", examples=["bigquery://project.data.table"])
