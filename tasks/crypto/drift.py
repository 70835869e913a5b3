"""Whether forecasts still hold: rolling coverage of what was scored, and features against those of the training."""

from datetime import datetime, timedelta
from typing import Final

from prefect import task
from prefect.cache_policies import NO_CACHE
from pydantic import BaseModel, ConfigDict, Field

from blocks.warehouse import Warehouse

# Beyond these an interval no longer keeps its promise: eight points about 80 %, as tasks.crypto.forecast warns.
BOUNDS_80: Final = (0.72, 0.88)
BOUNDS_95: Final = (0.89, 0.99)


class CoverageDrift(BaseModel):
    """How often one model's intervals held lately."""

    model_config = ConfigDict(frozen=True, protected_namespaces=())

    model: str = Field(description="The model.")
    timeframe: str = Field(description="Length of a step.")
    steps: int = Field(description="Outcomes in the window.")
    coverage_80: float = Field(description="Share of them inside the 80 % interval.")
    coverage_95: float = Field(description="Share of them inside the 95 % interval.")
    drifted: bool = Field(description="Whether a share lies outside 72 to 88 % or 89 to 99 %.")
    judged: bool = Field(description="Whether there were enough outcomes to tell.")


@task(
    name="measure-coverage",
    description="How often the intervals of each model held lately, from the scores.",
    persist_result=False,
    cache_policy=NO_CACHE,
    retries=2,
    retry_delay_seconds=0.5,
)
def measure_coverage(until: datetime, days: int, fewest: int) -> list[CoverageDrift]:
    """One entry a model and timeframe, by name; judged from `fewest` outcomes on. Raises `WarehouseError`."""
    from sqlalchemy import func, select  # noqa: PLC0415 - SQLAlchemy where it is used

    from blocks.warehouse.tables import forecast_scores  # noqa: PLC0415

    table = forecast_scores.c
    query = (
        select(
            table.model,
            table.timeframe,
            func.count().label("steps"),
            func.avg(1.0 * table.inside_80).label("coverage_80"),
            func.avg(1.0 * table.inside_95).label("coverage_95"),
        )
        .where(table.target_time > until - timedelta(days=days), table.target_time <= until)
        .where(table.actual.is_not(None))
        .group_by(table.model, table.timeframe)
        .order_by(table.model, table.timeframe)
    )
    found = []
    for row in Warehouse.default().read(query):
        held = {name: float(row[name]) for name in ("coverage_80", "coverage_95")}
        judged = row["steps"] >= fewest
        outside = not (_within(held["coverage_80"], BOUNDS_80) and _within(held["coverage_95"], BOUNDS_95))
        found.append(CoverageDrift(**{**row, **held}, judged=judged, drifted=judged and outside))
    return found


def _within(share: float, bounds: tuple[float, float]) -> bool:
    return bounds[0] <= share <= bounds[1]
