"""Past forecasts against what came: the steps that are due, the candles that tell, and the scores."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.logging import get_run_logger

from blocks.exchange import MarketDataError, NoCandles, UnknownSymbol, duration
from blocks.warehouse import Rows, Warehouse
from tasks.run import run_id

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from blocks.exchange import Candles

COPIED: Final = (
    "step", "symbol", "quote", "timeframe", "exchange", "issued_at", "target_time", "model", "model_version",
)  # fmt: skip
SCORES: Final = (
    "actual", "absolute_error", "random_walk_error", "crps", "random_walk_crps", "inside_80", "inside_95",
)  # fmt: skip
# A candle that the exchange does not have a day after its close is not going to come: a gap.
PATIENCE: Final = timedelta(days=1)
MOST_CANDLES: Final = 20_000

Row = Mapping[str, Any]


@dataclass(frozen=True, order=True)
class MarketName:
    """Where the truth of a forecast is to be had."""

    exchange: str
    symbol: str
    quote: str
    timeframe: str

    def __str__(self) -> str:
        return f"{self.symbol}/{self.quote} {self.timeframe} on {self.exchange}"


@dataclass
class Scored:
    """Rows of forecast_scores, the markets whose candles could not be had and why, and steps left for later."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    unreachable: dict[str, str] = field(default_factory=dict)
    waiting: int = 0

    @property
    def gaps(self) -> int:
        """Steps whose candle was never traded."""
        return sum(row["actual"] is None for row in self.rows)


@task(
    name="find-due-forecasts",
    description="Forecast steps whose time has come and that nobody has scored.",
    persist_result=False,
    cache_policy=NO_CACHE,
    retries=2,
    retry_delay_seconds=0.5,
)
def find_due(until: datetime, limit: int) -> list[dict[str, Any]]:
    """The newest `limit` steps whose target time is at or before `until`; of the recorded sample none is ever due.

    Rows of price_forecasts. The candle that closes at the target time must have been closed for a while: an exchange
    needs a moment to publish it. Raises `WarehouseError`.
    """
    from sqlalchemy import and_, select  # noqa: PLC0415 - SQLAlchemy where it is used

    from blocks.warehouse.tables import forecast_scores, price_forecasts  # noqa: PLC0415

    made, scored = price_forecasts.c, forecast_scores.c
    same = and_(scored.forecast_run_id == made.run_id, scored.step == made.step, scored.symbol == made.symbol)
    query = (
        select(price_forecasts)
        .select_from(price_forecasts.outerjoin(forecast_scores, same))
        .where(scored.forecast_run_id.is_(None), made.target_time <= until, made.exchange.not_in(["sample", "file"]))
        .where(made.last_close.is_not(None))
        .order_by(made.target_time.desc(), made.run_id, made.symbol)
        .limit(limit)
    )
    return [row for row in Warehouse.default().read(query) if row["quantiles"]]


@task(
    name="score-forecasts",
    description="Candles that have come since, and each forecast's error against them.",
    persist_result=False,
    cache_policy=NO_CACHE,
)
def score_due(due: Sequence[Row], now: datetime) -> Scored:
    """Score what can be scored. A market that can't be reached is named, and its steps stay due."""
    scored, by_market = Scored(), defaultdict(list)
    for row in due:
        by_market[MarketName(row["exchange"], row["symbol"], row["quote"], row["timeframe"])].append(row)
    for market, rows in sorted(by_market.items()):
        try:
            actual = actual_closes(market, [row["target_time"] for row in rows])
        except MarketDataError as error:
            scored.unreachable[str(market)] = str(error)
            scored.waiting += len(rows)
            get_run_logger().warning("No candles of %s, its forecasts stay due: %s", market, error)
            continue
        known = [row for row in rows if row["target_time"] in actual]
        scored.rows += score_rows(known, [actual[row["target_time"]] for row in known])
        missing = [row for row in rows if row["target_time"] not in actual]
        lost = [row for row in missing if now - row["target_time"] > PATIENCE]
        scored.rows += [_as_score(row, dict.fromkeys(SCORES)) for row in lost]
        scored.waiting += len(missing) - len(lost)
    return scored


def actual_closes(market: MarketName, times: Iterable[datetime]) -> dict[datetime, float]:
    """Closes at the moments that are known, asked for in stretches that stay small. Raises `MarketDataError`."""
    step = duration(market.timeframe)
    closes: dict[datetime, float] = {}
    for first, last in _stretches(sorted(set(times)), MOST_CANDLES * step):
        try:
            candles = _candles(market, first - step, last)
        except (NoCandles, UnknownSymbol):  # traded no more: a gap, once it is old enough
            continue
        closed = (time.replace(tzinfo=UTC) + step for time in candles.time.tolist())
        closes.update(zip(closed, candles.close.tolist(), strict=True))
    return closes


def _candles(market: MarketName, since: datetime, until: datetime) -> "Candles":
    from blocks.candle_store import candle_source  # noqa: PLC0415 - numpy where it is used
    from tasks.crypto.market import read_candles  # noqa: PLC0415

    source = candle_source(market.exchange)
    return read_candles(source, market.symbol, quote=market.quote, timeframe=market.timeframe, since=since, until=until)


def _stretches(times: Sequence[datetime], longest: timedelta) -> list[tuple[datetime, datetime]]:
    """First and last moment of runs of times that span at most `longest`."""
    stretches: list[tuple[datetime, datetime]] = []
    for time in times:
        if stretches and time - stretches[-1][0] <= longest:
            stretches[-1] = (stretches[-1][0], time)
        else:
            stretches.append((time, time))
    return stretches


def score_rows(rows: Sequence[Row], actual: Sequence[float]) -> list[dict[str, Any]]:
    """Rows of forecast_scores: errors and CRPS in percent of the last close that the forecast knew."""
    if not rows:
        return []
    import numpy as np  # noqa: PLC0415 - numpy where it is used

    from models.forecasting.scores import score  # noqa: PLC0415

    last = np.array([row["last_close"] for row in rows])[:, None]
    outcome = 100 * (np.array(actual)[:, None] / last - 1)

    def percent(column: str) -> "NDArray[np.float64]":
        prices = np.array([row[column] or [np.nan] * 11 for row in rows], dtype=np.float64)
        return np.asarray(100 * (prices / last - 1)[:, None, :], dtype=np.float64)

    ours, walk = score(percent("quantiles"), outcome), score(percent("random_walk_quantiles"), outcome)
    return [
        _as_score(
            row,
            {
                "actual": float(actual[i]),
                "absolute_error": float(ours.absolute[i, 0]),
                "random_walk_error": abs(float(outcome[i, 0])),
                "crps": float(ours.crps[i, 0]),
                "random_walk_crps": float(walk.crps[i, 0]) if np.isfinite(walk.crps[i, 0]) else None,
                "inside_80": int(ours.inside_80[i, 0]),
                "inside_95": int(ours.inside_95[i, 0]),
            },
        )
        for i, row in enumerate(rows)
    ]


def _as_score(row: Row, values: Row) -> dict[str, Any]:
    return {"forecast_run_id": row["run_id"], "run_id": run_id(), **{name: row[name] for name in COPIED}, **values}


@task(
    name="store-scores",
    description="The scores as rows of forecast_scores; what another run scored meanwhile stays.",
    persist_result=False,
    cache_policy=NO_CACHE,
    retries=2,
    retry_delay_seconds=0.5,
)
def store_scores(rows: Sequence[Row]) -> Rows:
    """Add the rows that are not there yet. Raises `WarehouseError`."""
    from blocks.warehouse.tables import forecast_scores  # noqa: PLC0415 - SQLAlchemy where it is used

    return Warehouse.default().add(forecast_scores, rows, run_id=run_id())
