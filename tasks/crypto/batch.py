"""Forecasts of many coins at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from prefect import task
from prefect.cache_policies import NO_CACHE
from pydantic import BaseModel, ConfigDict, Field

from blocks.candle_store import candle_source
from blocks.exchange import Candles, ExchangeUnavailable, MarketDataError
from blocks.exchange.candles import moment
from models.forecasting import AssessedForecast, Forecast, ForecastingError, PriceSeries, random_walk
from models.forecasting.forecaster import issue
from models.forecasting.many import forecast_many
from tasks.crypto.beside_sentiment import beside_sentiment_if_there, known_share
from tasks.crypto.candle_file import CandleFile, digest_of
from tasks.crypto.forecast import history_count
from tasks.crypto.forecasters import Chosen
from tasks.crypto.market import read_candles
from tasks.crypto.training_candles import TrainingCandles
from tasks.one_thread import one_thread

MOST_LEFT_OUT: Final = 20  # named in a warning


class LeftOut(BaseModel):
    """A coin without a forecast."""

    model_config = ConfigDict(frozen=True)

    symbol: str = Field(description="The coin.")
    reason: str = Field(description="Why there is none.")


class CoinForecast(BaseModel):
    """Where one coin's price will be at the last step."""

    model_config = ConfigDict(frozen=True, protected_namespaces=())

    symbol: str = Field(description="The coin.")
    issued_at: datetime = Field(description="Close of the newest candle that the forecast knows, UTC.")
    target_time: datetime = Field(description="Close of the last candle that is predicted, UTC.")
    last_close: float = Field(description="Price when it was issued.")
    median: float = Field(description="Price as likely to be passed as not.")
    lower_80: float = Field(description="Lower end of the 80 % prediction interval.")
    upper_80: float = Field(description="Upper end of the 80 % prediction interval.")
    lower_95: float = Field(description="Lower end of the 95 % prediction interval.")
    upper_95: float = Field(description="Upper end of the 95 % prediction interval.")
    model: str = Field(description="The model in use; a simpler one than asked for if `fallback` says so.")
    model_version: str = Field(description="Its version.")
    crps_skill: float | None = Field(description="Skill over the random walk of the model asked for; null: unknown.")
    fallback: str | None = Field(description="Why a simpler model stands in; null when none does.")


@dataclass(frozen=True, eq=False)
class Markets:
    """Candles by coin, where they are from, and coins that have none."""

    candles: dict[str, Candles]
    source: str
    sha256: str
    timeframe: str
    left_out: list[LeftOut] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


@dataclass(frozen=True, eq=False)
class BatchForecast:
    """A forecast of each coin, and the random walk's beside it."""

    markets: Markets
    assessed: dict[str, AssessedForecast]
    random_walk: dict[str, Forecast]
    left_out: list[LeftOut]
    asked: str
    warnings: list[str]

    @property
    def coins(self) -> list[CoinForecast]:
        """One entry a coin, by name."""
        return [_coin(symbol, self.assessed[symbol], self.asked) for symbol in sorted(self.assessed)]


def markets_of(file: CandleFile) -> Markets:
    """The coins of a file."""
    return Markets(file.candles, file.uri, file.sha256, file.timeframe, warnings=list(file.warnings))


@task(
    name="fetch-markets",
    description="Candles of every coin through the store; the exchange is asked for what is new.",
    persist_result=False,
    cache_policy=NO_CACHE,
)
def fetch_markets(symbols: Sequence[str], *, quote: str, timeframe: str, exchange: str, horizon: int) -> Markets:
    """The newest candles. A coin that the exchange lacks is left out and told.

    Raises `ExchangeUnavailable` when the exchange is away, `MarketDataError` when it has none of the coins.
    """
    source, count = candle_source(exchange), history_count(horizon)
    found, left_out = {}, []
    for symbol in symbols:
        try:
            found[symbol] = read_candles(source, symbol, quote=quote, timeframe=timeframe, count=count)
        except ExchangeUnavailable:
            raise
        except MarketDataError as error:
            left_out.append(LeftOut(symbol=symbol, reason=str(error)))
    if not found:
        raise MarketDataError(f"None of the coins has candles. {left_out[0].symbol}: {left_out[0].reason}")
    return Markets(found, source.credit, digest_of(found), timeframe, left_out)


@task(
    name="forecast-markets",
    description="Every coin's forecast, scored on its own recent past.",
    persist_result=False,
    cache_policy=NO_CACHE,
)
def forecast_markets(markets: Markets, horizon: int, chosen: Chosen) -> BatchForecast:
    """Forecast every coin `horizon` candles ahead; one that can't be is left out and told.

    Only the newest candles that a forecast needs count. Raises `ForecastingError` when no coin can be forecast,
    `StaleModel`.
    """
    newest = max(candles.end for candles in markets.candles.values())
    chosen = chosen.at(newest)
    count = history_count(horizon)
    recent = {name: candles.only(slice(-count, None)) for name, candles in markets.candles.items()}
    left_out, assessed, walks = list(markets.left_out), {}, {}
    series = TrainingCandles(recent, markets.source, markets.sha256, markets.timeframe).series()
    if chosen.looks_at_sentiment:
        series = beside_sentiment_if_there(series)
    with one_thread():
        every = forecast_many(series, horizon, chosen.forecaster)
    for symbol, found in every.items():
        if isinstance(found, ForecastingError):
            left_out.append(LeftOut(symbol=symbol, reason=str(found)))
            continue
        assessed[symbol] = found
        walks[symbol] = issue(random_walk(), series[symbol], horizon)
    if not assessed:
        raise ForecastingError(f"No coin can be forecast. {left_out[0].symbol}: {left_out[0].reason}")
    warnings = [*markets.warnings, *_warnings(assessed, left_out, chosen, series)]
    return BatchForecast(markets, assessed, walks, left_out, chosen.facts.name, warnings)


def _warnings(
    assessed: dict[str, AssessedForecast],
    left_out: Sequence[LeftOut],
    chosen: Chosen,
    series: Mapping[str, PriceSeries],
) -> list[str]:
    warnings = []
    if stepped := [symbol for symbol, found in assessed.items() if found.forecast.model != chosen.facts.name]:
        warnings.append(
            f"A simpler model stands in for {chosen.facts.name} for {len(stepped)} of {len(assessed)} coins."
        )
    if left_out:
        names = ", ".join(one.symbol for one in left_out[:MOST_LEFT_OUT])
        warnings.append(f"{len(left_out)} coins have no forecast: {names}{' …' * (len(left_out) > MOST_LEFT_OUT)}.")
    if chosen.looks_at_sentiment and not known_share(series):
        warnings.append(f"{chosen.facts.name} looks at scores of sentiment, of which there is none here.")
    if chosen.recalibrated:
        warnings.append(f"{chosen.facts.name} is past its age: its intervals follow the newest candles closely.")
    return warnings


def _coin(symbol: str, assessed: AssessedForecast, asked: str) -> CoinForecast:
    forecast = assessed.forecast
    return CoinForecast(
        symbol=symbol,
        issued_at=moment(forecast.issued_at),
        target_time=moment(forecast.time[-1]),
        last_close=forecast.last_close,
        **{name: float(getattr(forecast, name)[-1]) for name in ENDS},
        model=forecast.model,
        model_version=forecast.model_version,
        crps_skill=assessed.skill.crps if assessed.skill else None,
        fallback=None if forecast.model == asked else assessed.fallback,
    )


ENDS: Final = ("median", "lower_80", "upper_80", "lower_95", "upper_95")
