"""The track record: how past forecasts turned out, by model and coin."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final

from prefect import task
from prefect.cache_policies import NO_CACHE
from pydantic import BaseModel, ConfigDict, Field

from blocks.warehouse import Warehouse

MOST_ROWS: Final = 200_000


class Record(BaseModel):
    """How one model's forecasts of one coin turned out; errors in percent of the last close before the forecast."""

    model_config = ConfigDict(frozen=True, protected_namespaces=())

    model: str = Field(description="The model that made the forecasts.")
    symbol: str = Field(description="The coin.")
    timeframe: str = Field(description="Length of a step.")
    forecasts: int = Field(description="Forecasts with at least one step scored.")
    steps: int = Field(description="Steps scored.")
    mae: float = Field(description="Mean absolute error of the median, %.")
    mae_random_walk: float = Field(description="The same of the last close, %.")
    mae_skill: float | None = Field(description="Part of the random walk's error that is gone; negative: worse.")
    crps: float = Field(description="Mean continuous ranked probability score over 11 quantiles, %.")
    crps_skill: float | None = Field(
        description="Part of the plain random walk's CRPS that is gone, over the steps where both are known."
    )
    coverage_80: float = Field(description="Share of outcomes inside the 80 % interval.")
    coverage_95: float = Field(description="Share of outcomes inside the 95 % interval.")
    first: datetime = Field(description="Target time of the earliest step, UTC.")
    last: datetime = Field(description="Target time of the latest step, UTC.")


class DayCoverage(BaseModel):
    """How often the intervals held for outcomes of one day."""

    model_config = ConfigDict(frozen=True, protected_namespaces=())

    day: datetime = Field(description="Midnight at its start, UTC.")
    model: str = Field(description="The model.")
    steps: int = Field(description="Outcomes of the day.")
    coverage_80: float = Field(description="Share of them inside the 80 % interval.")
    coverage_95: float = Field(description="Share of them inside the 95 % interval.")


class TrackRecord(BaseModel):
    """What has been scored in a window of time. Forecasts overlap, so their steps are no independent draws."""

    model_config = ConfigDict(frozen=True)

    since: datetime = Field(description="Target times from here on, UTC.")
    until: datetime = Field(description="… to here, UTC.")
    records: list[Record] = Field(description="By model, coin and timeframe, most steps first.")
    coverage: list[DayCoverage] = Field([], description="Coverage by day and model.")

    @property
    def steps(self) -> int:
        """Steps scored in all."""
        return sum(record.steps for record in self.records)


def read_track_record(days: int, until: datetime | None = None, *, by_day: bool = False) -> TrackRecord:
    """The record of the last `days` days from the warehouse; `by_day` reads the rows for coverage by day too.

    Empty where nothing was scored. Raises `WarehouseError`.
    """
    end = until or datetime.now(UTC)
    since = end - timedelta(days=days)
    return TrackRecord(
        since=since, until=end, records=_records(since, end), coverage=_coverage(since, end) if by_day else []
    )


@task(
    name="read-track-record",
    description="Scores of the last weeks by model and coin, and coverage by day.",
    persist_result=False,
    cache_policy=NO_CACHE,
    retries=2,
    retry_delay_seconds=0.5,
)
def fetch_track_record(days: int, until: datetime) -> TrackRecord:
    """`read_track_record` with coverage by day, as a step of a flow."""
    return read_track_record(days, until, by_day=True)


def _records(since: datetime, until: datetime) -> list[Record]:
    from sqlalchemy import case, func, select  # noqa: PLC0415 - SQLAlchemy where it is used

    from blocks.warehouse.tables import forecast_scores  # noqa: PLC0415

    table = forecast_scores.c
    both = case((table.random_walk_crps.is_not(None), table.crps))
    query = (
        select(
            table.model,
            table.symbol,
            table.timeframe,
            func.count(table.forecast_run_id.distinct()).label("forecasts"),
            func.count().label("steps"),
            func.avg(table.absolute_error).label("mae"),
            func.avg(table.random_walk_error).label("mae_random_walk"),
            func.avg(table.crps).label("crps"),
            func.avg(both).label("crps_of_both"),
            func.avg(table.random_walk_crps).label("crps_random_walk"),
            func.avg(1.0 * table.inside_80).label("coverage_80"),
            func.avg(1.0 * table.inside_95).label("coverage_95"),
            func.min(table.target_time).label("first"),
            func.max(table.target_time).label("last"),
        )
        .where(table.target_time > since, table.target_time <= until, table.actual.is_not(None))
        .group_by(table.model, table.symbol, table.timeframe)
    )
    records = [_record(row) for row in Warehouse.default().read(query)]
    return sorted(records, key=lambda record: (-record.steps, record.model, record.symbol, record.timeframe))


def _record(row: dict[str, Any]) -> Record:
    of_both, of_walk = row.pop("crps_of_both"), row.pop("crps_random_walk")
    numbers = {name: float(row.pop(name)) for name in ("coverage_80", "coverage_95")}
    return Record(
        **row, **numbers, mae_skill=_skill(row["mae"], row["mae_random_walk"]), crps_skill=_skill(of_both, of_walk)
    )


def _skill(error: float | None, reference: float | None) -> float | None:
    return None if error is None or not reference else 1 - error / reference


def _coverage(since: datetime, until: datetime) -> list[DayCoverage]:
    """By day, counted here: the databases have no word in common for it."""
    from sqlalchemy import select  # noqa: PLC0415 - SQLAlchemy where it is used

    from blocks.warehouse.tables import forecast_scores  # noqa: PLC0415

    table = forecast_scores.c
    rows = Warehouse.default().read(
        select(table.target_time, table.model, table.inside_80, table.inside_95)
        .where(table.target_time > since, table.target_time <= until, table.actual.is_not(None))
        .order_by(table.target_time.desc())
        .limit(MOST_ROWS)
    )
    days: dict[tuple[datetime, str], list[int]] = {}
    for row in rows:
        day = row["target_time"].replace(hour=0, minute=0, second=0, microsecond=0)
        counts = days.setdefault((day, row["model"]), [0, 0, 0])
        for index, one in enumerate((1, row["inside_80"], row["inside_95"])):
            counts[index] += one
    return [
        DayCoverage(day=day, model=model, steps=count, coverage_80=in_80 / count, coverage_95=in_95 / count)
        for (day, model), (count, in_80, in_95) in sorted(days.items())
    ]
