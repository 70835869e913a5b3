"""Candles of many series brought into the warehouse, each with its own outcome."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal, cast

from prefect import task
from prefect.artifacts import create_progress_artifact, update_progress_artifact
from prefect.cache_policies import NO_CACHE
from prefect.logging import get_run_logger
from pydantic import BaseModel, ConfigDict, Field

from blocks.candle_store import CandleSeries, CandleStore, candle_source, ingest
from blocks.exchange import MarketDataError

if TYPE_CHECKING:
    from uuid import UUID


class NothingIngested(MarketDataError):
    """No series could be brought up to date; says why for each."""


class SeriesOutcome(BaseModel):
    """What one series gained."""

    model_config = ConfigDict(frozen=True)

    symbol: str = Field(description="The coin.", examples=["BTC"])
    quote: str = Field(description="What prices are in; a source may have another than was asked for.")
    timeframe: str = Field(description="Length of a candle.", examples=["1h"])
    state: Literal["updated", "unchanged", "refused"] = Field(
        description="`unchanged`: no further candle has closed. `refused`: see `reason`; what was stored stays."
    )
    new: int = Field(0, description="Candles that the warehouse lacked.")
    revised: int = Field(0, description="Candles that the exchange gives otherwise than before; the newer ones stay.")
    missing: int = Field(0, description="Candles that the exchange lacks in the stretch that was asked for: gaps.")
    bad_ticks: int = Field(0, description="Impossible candles that were dropped from it.")
    stored_from: datetime | None = Field(None, description="Since when the warehouse knows the series without a break.")
    stored_until: datetime | None = Field(None, description="Until when.")
    digest: str | None = Field(None, description="SHA-256 of what was written.")
    reason: str | None = Field(None, description="Why it was refused.")


def series_wanted(exchange: str, symbols: Sequence[str], quote: str, timeframes: Sequence[str]) -> list[CandleSeries]:
    """Every symbol in every timeframe."""
    return [CandleSeries(exchange, symbol, quote, timeframe) for symbol in symbols for timeframe in timeframes]


def ingest_each(wanted: Sequence[CandleSeries], days: int) -> list[SeriesOutcome]:
    """One after the other, with progress on the run's page; a series that fails hides no other.

    Raises `NothingIngested` when all were refused, `WarehouseError`.
    """
    told = f"0 of {len(wanted)} series"
    progress = cast("UUID", create_progress_artifact(0.0, key="ingestion-progress", description=told))
    outcomes = []
    for number, series in enumerate(wanted, 1):
        outcomes.append(ingest_series(series, days))
        told = f"{number} of {len(wanted)} series, the last {series}"
        update_progress_artifact(progress, progress=100 * number / len(wanted), description=told)
    if all(outcome.state == "refused" for outcome in outcomes):
        first = {outcome.reason: outcome for outcome in reversed(outcomes)}  # one series for each reason
        reasons = " ".join(f"{outcome.symbol} {outcome.timeframe}: {reason}" for reason, outcome in first.items())
        raise NothingIngested(f"None of {len(outcomes)} series could be brought up to date. {reasons}")
    return outcomes


@task(
    name="ingest-series",
    task_run_name="ingest {series}",
    description="New candles of one series, from its exchange into the warehouse.",
    persist_result=False,
    cache_policy=NO_CACHE,
)
def ingest_series(series: CandleSeries, days: int) -> SeriesOutcome:
    """Bring the store up to date, and back as far as `days`. Raises `WarehouseError`."""
    exchange, symbol, quote, timeframe = series
    log = get_run_logger()
    try:
        source = candle_source(exchange)
        found = ingest(
            source, CandleStore.default(), symbol, quote=quote, timeframe=timeframe, back=timedelta(days=days)
        )
    except MarketDataError as error:
        log.warning("%s was refused: %s", series, error)
        return SeriesOutcome(symbol=symbol, quote=quote, timeframe=timeframe, state="refused", reason=str(error))
    log.info("%s: %d new, %d revised, %d missing.", series, found.new, found.revised, found.missing)
    return SeriesOutcome(
        symbol=symbol,
        quote=found.series.quote,
        timeframe=timeframe,
        state="updated" if found.new or found.revised else "unchanged",
        new=found.new,
        revised=found.revised,
        missing=found.missing,
        bad_ticks=found.bad_ticks,
        stored_from=found.since,
        stored_until=found.until,
        digest=found.digest,
    )
